import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { describe, expect, test } from "vitest";
import { equivalents } from "../../scripts/mutate/equivalent/equivalent.js";
import { instrumented } from "../../scripts/mutate/instrument.js";
import { chosen, grouped, mutantsOf, mutated } from "../../scripts/mutate/mutants.js";
import { operatorNames } from "../../scripts/mutate/operators.js";
import { inOrder, withinBudget } from "../../scripts/mutate/order.js";
import { proofOf } from "../../scripts/mutate/report.js";
import { root, ruleFiles } from "../../scripts/mutate/targets.js";

const texts = new Map(ruleFiles().map((file) => [file, readFileSync(join(root, file), "utf8")]));
const all = [...texts].map(([file, text]) => mutantsOf(file, text));

/** Every other text that the operators have for the declaration. */
const mutantsOfText = (text: string): readonly string[] =>
  mutantsOf("rule.ts", text).mutants.map((mutant) => `${mutant.operator}: ${mutated(text, mutant)}`);

describe("operators", () => {
  test.each([
    ["const y = sub(a, b);", ["flip-sign: const y = sub(b, a);", "drop-term: const y = a;"]],
    ["const y = a.sub(b + c);", ["flip-sign: const y = (b + c).sub(a);"]],
    ["const y = mul(dx, div(x, 2));", ["drop-factor: const y = dx;", "drop-factor: const y = mul(dx, x);"]],
    ["const y = e.div(one, x);", ["swap-operands: const y = e.div(x, one);"]],
    ["const y = reduceSum(ct, axes);", ["drop-shape: const y = ct;"]],
    ["const y = moveAxis(x, axis, 0);", ["wrong-axis: const y = moveAxis(x, 0, axis);"]],
    ["const y = select(p, a, b);", ["swap-branches: const y = select(p, b, a);"]],
    ["const y = stopGradient(x);", ["drop-stop-gradient: const y = x;"]],
    ["const keys = split(key, 3);", ["reuse-key: const keys = split(key, 3).mul(0).add(key);"]],
    [
      "const y = [...residuals, x];",
      ["forget-element: const y = [x];", "forget-element: const y = [...residuals];"],
    ],
    ["const y = k + 1;", ["off-by-one: const y = k;"]],
    ["const y = i < n;", ["boundary: const y = i <= n;"]],
    ["function f() { if (c) return a; }", ["drop-guard: function f() { if (false) return a; }"]],
    ["function f() { out.push(x); }", ["drop-statement: function f() { ; }"]],
  ])("of %s", (text, expected) => {
    expect(mutantsOfText(text)).toEqual(expect.arrayContaining(expected));
  });

  test.each([
    'function f() { throw new Error("a" + b); }',
    'function f() { if (a < b) throw new InternalError("a rule gives too little"); }',
    'const message = "a" + String(b);',
    "type Two = [1, 2];",
    'const rule = { name: "a", showParams: () => k + 1 };',
  ])("leave messages, assertions, types and names alone: %s", (text) => {
    expect(mutantsOfText(text)).toEqual([]);
  });

  test("each is used somewhere in the library", () => {
    const used = new Set(all.flatMap(({ mutants }) => mutants.map(({ operator }) => operator)));
    expect([...operatorNames].filter((name) => !used.has(name))).toEqual([]);
  });
});

describe("mutants of the library", () => {
  test("have names of their own", () => {
    const ids = all.flatMap(({ mutants }) => mutants.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("are at least three for each rule that has as many, of different operators first", () => {
    for (const { mutants } of all) {
      for (const rule of grouped(mutants, (mutant) => mutant.rule)) {
        const some = chosen(rule, 3);
        expect(some.length).toBe(Math.min(3, rule.length));
        const kinds = new Set(rule.map(({ operator }) => operator)).size;
        expect(new Set(some.map(({ operator }) => operator)).size).toBe(Math.min(3, kinds));
      }
    }
  });

  test("are programs: every one of three files' parses", () => {
    for (const file of ["primitives/cumulative", "transforms/linearize", "control-flow/scan/transpose"]) {
      const path = `src/autodiff/${file}.ts`;
      const text = texts.get(path) ?? "";
      const { mutants } = mutantsOf(path, text);
      expect(mutants.length).toBeGreaterThan(20);
      for (const mutant of mutants) transformSync(mutated(text, mutant), { loader: "ts" });
    }
  });

  test("that are called equivalent exist, and each has one proof", () => {
    const stale = equivalents.filter(({ id }) => {
      const [file] = id.split("#");
      const mutant = all.find((one) => one.file === file)?.mutants.find((one) => one.id === id);
      return mutant === undefined || proofOf(texts.get(file) ?? "", mutant)?.id !== id;
    });
    expect(stale.map(({ id }) => id)).toEqual([]);
    expect(new Set(equivalents.map(({ id }) => id)).size).toBe(equivalents.length);
  });
});

describe("what a test reaches", () => {
  test("is written down for each node that is evaluated, and the function's value stays", () => {
    const text =
      "export const f = (c, a, b) => { if (c) g(a - b); return c ? a * b : a + b; }; const g = (x) => x;";
    const { mutants } = mutantsOf("f.ts", text);
    const { code } = transformSync(instrumented("f.ts", text), { loader: "ts", format: "cjs" });
    const run = (
      ...values: readonly unknown[]
    ): { readonly value: unknown; readonly rule: readonly string[] } => {
      globalThis.$hits = undefined;
      const module = { exports: {} as Record<string, (...values: readonly unknown[]) => unknown> };
      new Function("module", "exports", code)(module, module.exports);
      const value = module.exports.f(...values);
      const hits = (globalThis.$hits as unknown as Record<string, Uint8Array>)["f.ts"];
      return { value, rule: mutants.filter(({ site }) => hits[site] === 1).map(({ text }) => text) };
    };
    expect(run(true, 2, 3).value).toBe(6);
    expect(run(false, 2, 3).value).toBe(5);
    expect(run(true, 2, 3).rule).toEqual(expect.arrayContaining([";", "b"]));
    expect(run(false, 2, 3).rule).not.toContain(";");
  });

  test("comes in the order of the least expected time, as far as the budget goes", () => {
    const named = (file: string, seconds: number) => ({ file, seconds, hash: "", failure: null, reach: {} });
    const tests = [named("tests/a.test.ts", 5), named("tests/b.test.ts", 1), named("tests/mala.test.ts", 2)];
    const names = (kills: ReadonlyMap<string, number>, line = "return x;", among = tests) =>
      inOrder("src/mala.ts", line, among, kills).map(({ file }) => file.slice(6, -8));
    expect(names(new Map())).toEqual(["mala", "b", "a"]);
    expect(names(new Map([["src/mala.ts < tests/a.test.ts", 9]]))).toEqual(["a", "mala", "b"]);
    const withErrors = [...tests, named("tests/errors/words.test.ts", 9)];
    expect(names(new Map(), "return x;", withErrors).at(-1)).toBe("errors/words");
    expect(names(new Map(), 'checkInteger("f", "n", n);', withErrors)[0]).toBe("errors/words");
    expect(withinBudget(tests, 3).map(({ seconds }) => seconds)).toEqual([5]);
    expect(withinBudget(tests.slice(1), 2).map(({ seconds }) => seconds)).toEqual([1]);
  });
});
