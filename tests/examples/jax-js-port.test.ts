/** A program written for jax-js runs here after the changes that docs/from-jax-js.md lists, and gives the same result. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { printedBy } from "./printed.js";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const original = read("examples/jax-js-port/original.txt");
const port = read("examples/jax-js-port.ts");

interface Result {
  readonly losses: number[];
  readonly accuracy: number;
  readonly finalLoss: number;
  readonly norms: Record<string, number>;
}
const wanted = JSON.parse(read("examples/jax-js-port/result.json")) as Result;

const run = async (script: string): Promise<Result> => JSON.parse(await printedBy(script));

/** Rounding errors of one unit of float32 a step, relative to 1 or to the value, add up; the first loss has had a few. */
function expectSame(found: Result): void {
  const units = (x: number, y: number): number => Math.abs(x - y) / (Math.max(1, Math.abs(y)) * 2 ** -23);
  expect(found.losses.length).toBe(wanted.losses.length);
  found.losses.forEach((loss, i) => {
    expect(units(loss, wanted.losses[i]), `the loss of step ${i}`).toBeLessThanOrEqual(4 + i);
  });
  const steps = found.losses.length;
  expect(found.accuracy).toBe(wanted.accuracy);
  expect(units(found.finalLoss, wanted.finalLoss)).toBeLessThanOrEqual(steps);
  expect(Object.keys(found.norms).sort()).toEqual(Object.keys(wanted.norms).sort());
  for (const [name, norm] of Object.entries(wanted.norms)) {
    expect(units(found.norms[name], norm), `the norm of ${name}`).toBeLessThanOrEqual(steps);
  }
}

/** The rows of the table that the program needs, and what each does to its text. */
const rewrites: readonly { readonly row: string; readonly pattern: RegExp; readonly to: string }[] = [
  { row: '| `from "@jax-js/jax"` | `from "cotangent"` |', pattern: /@jax-js\/jax/g, to: "cotangent" },
  {
    row: "| `x.dispose();`, `tree.dispose(x);` | nothing: delete the statement |",
    pattern: /^ *\w+\.dispose\([^;]*\);\n/gm,
    to: "",
  },
  { row: "| `tree.ref(x)` | `x` |", pattern: /\btree\.ref\((\w+)\)/g, to: "$1" },
  { row: "| `x.ref` | `x` |", pattern: /\.ref\b/g, to: "" },
  { row: "| `key: np.Array` | `key: random.Key` |", pattern: /\bkey: np\.Array/g, to: "key: random.Key" },
];

/** Without the heading and what a formatter decides: white space, and commas that trail. */
const meaning = (program: string): string =>
  program
    .slice(program.indexOf("import "))
    .replaceAll(/\s+/g, "")
    .replaceAll(/,(?=[)\]}])/g, "");

describe("a jax-js program of a hundred lines", () => {
  test("ports by the changes of the table and by nothing else", () => {
    const table = read("docs/from-jax-js.md");
    for (const { row } of rewrites) expect(table).toContain(row);
    const ported = rewrites.reduce((text, { pattern, to }) => text.replaceAll(pattern, to), original);
    expect(ported).not.toBe(original);
    expect(meaning(port)).toBe(meaning(ported));
    expect(meaning(original).length).toBeGreaterThan(3000);
  });

  test("gives the losses, the accuracy and the parameters that it gives with jax-js", async () => {
    expectSame(await run(join(root, "examples/jax-js-port.ts")));
  });

  test("gives them with optim.adam in the place of the Adam it writes out", async () => {
    const folder = join(root, "tests/examples/.generated");
    const script = join(folder, "jax-js-port-with-optim.ts");
    const changed = port
      .replace("import { jit, nn, numpy as np,", "import { jit, nn, numpy as np, optim,")
      .replace("const solver = adam(0.01);", "const solver = optim.adam(0.01);");
    expect(changed.match(/optim/g)?.length).toBe(2);
    mkdirSync(folder, { recursive: true });
    try {
      writeFileSync(script, changed);
      expectSame(await run(script));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
