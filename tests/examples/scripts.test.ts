/** The short scripts of examples/ are short, run, and print what is said of them here. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { printedBy } from "./printed.js";

const root = resolve(import.meta.dirname, "../..");
const script = (name: string): string => join(root, `examples/${name}.ts`);
const lines = (name: string): number => readFileSync(script(name), "utf8").trimEnd().split("\n").length;

const run = (name: string, ...args: readonly string[]): Promise<string> => printedBy(script(name), ...args);

describe("the article's script", () => {
  test("is under 60 lines, trains, and writes its figure", async () => {
    expect(lines("article")).toBeLessThan(60);
    const file = join(mkdtempSync(join(tmpdir(), "cotangent-article-")), "figure.svg");
    const text = await run("article", "10", file);
    expect(text).toMatch(/^step 1: loss -?\d+\.\d{3}\n/);
    expect(text).toContain(`wrote ${file}\n`);
    const figure = readFileSync(file, "utf8");
    expect(figure).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(figure.match(/<circle /g)?.length).toBe(1000);
  });
});

describe("the short scripts", () => {
  test.each([
    "transformations",
    "keys",
    "per-example-gradients",
    "hessian",
    "custom-derivative",
    "property-test",
  ])("%s is under 80 lines", (name) => {
    expect(lines(name)).toBeLessThan(80);
  });

  test("transformations: derivatives agree however they are nested, and in a pipe", async () => {
    const text = await run("transformations");
    const third = (-3 * Math.sin(2) - 2 * Math.cos(2)).toFixed(6);
    expect(text).toContain(`f''' by grad of grad of grad: ${third}\n`);
    expect(text).toContain(`f''' by grad of jvp of grad : ${third}\n`);
    const slopes = [...text.matchAll(/^(?:jit|vmap|pipe|flow).*: (.*)$/gm)].map(([, values]) => values);
    expect(slopes).toEqual(new Array(4).fill("0,1.381773,0.077004,-2.828857"));
    expect(text).toContain("sqrt'(9) through 20 Newton steps: 0.166667\n");
  });

  test("keys: a key used twice gives the same numbers, its halves others", async () => {
    const text = await run("keys");
    const printed = (name: string): string => new RegExp(`^${name} *: (.*)$`, "m").exec(text)?.[1] ?? "";
    expect(printed("drawn with it once more")).toBe(printed("drawn with a key"));
    expect(printed("drawn with the left half")).not.toBe(printed("drawn with the right half"));
    expect(printed("correlation, key reused")).toBe("1.0000");
    expect(Math.abs(Number(printed("correlation, keys split")))).toBeLessThan(0.05);
    expect(printed("walk 7 alone is walk 7")).toBe("true");
  });

  test("per-example gradients: the wrong labels have the largest", async () => {
    const text = await run("per-example-gradients");
    expect(text).toContain("shape of the first layer's gradients: 64,2,16\n");
    expect(text).toContain("their mean is the gradient of the mean: true\n");
    expect(text).toContain("largest norms at examples: 0,1\n");
  });

  test("hessian: it is the inverse covariance, Newton takes one step, and Laplace is exact where E is quadratic", async () => {
    const text = await run("hessian");
    expect(text).toContain("inverse Hessian of the well: 0.5000 0.3000 0.3000 0.4000\n");
    expect(text).toContain("one Newton step, Gaussian:   1.0000 -2.0000\n");
    expect(text).toContain("6 Newton steps, quartic:    1.0000 -2.0000\n");
    const exact = (Math.log(2 * Math.PI) + Math.log(0.5 * 0.4 - 0.3 * 0.3) / 2).toFixed(4);
    expect(text).toContain(`log Z, Gaussian: Laplace ${exact}, grid ${exact}\n`);
  });

  test("custom derivative: the rule is finite and right where the formula is not", async () => {
    const text = await run("custom-derivative");
    expect(text).toMatch(/^naive.*Infinity\nits derivative *: 0\.5,NaN$/m);
    expect(text).toMatch(/^with a rule.*: 0\.69\d*,100\nits derivative *: 0\.5,1\nits second.*: 0\.25$/m);
    expect(text).toMatch(/^slopes of exp\(3 x\), clipped *: 0\.149\d*,3,10$/m);
  });

  test("property test: the right rule passes, the wrong one is caught, shrunk to one bad number and named", async () => {
    const text = await run("property-test", "20");
    expect(text).toContain("the right rule: right at 20 points\n");
    // The shallowest point beyond the kink at -1 and its margin of 1/16.
    expect(text).toContain('the wrong rule: wrong at np.array(-1.0625, { dtype: "float64" }), found in run ');
    expect(text).toContain('culprit: the rule of customVjp "huber" of f64[]: [');
    expect(text).toContain("laws of the function: right at 20 points\n");
  });
});
