/** The law of every pass: the answer of a random program stays, to the bit, and the jaxpr stays well typed. */
import { expect, test } from "vitest";
import "../../../src/testing/index.js";
import { makeJaxpr, type NDArray, numpy as np } from "cotangent";
import { checkJaxpr } from "../../../src/autodiff/check-jaxpr.js";
import { closeConstvars, type Jaxpr } from "../../../src/autodiff/jaxpr.js";
import { subJaxprsOf } from "../../../src/compiler/simplify/pass.js";
import { simplifications, simplify } from "../../../src/compiler/simplify/simplify.js";
import { directions, elementsOf, withElements } from "../../../src/testing/arrays.js";
import { expectSameBits } from "../../../src/testing/comparison.js";
import { gradient, weighted } from "../../../src/testing/derivatives.js";
import { vocabulary } from "../../../src/testing/vocabulary/vocabulary.js";
import { expectCoverage, judge } from "../../laws/judge.js";
import { evaluate } from "./evaluate.js";

const names = vocabulary.map((row) => row.name);

/** Every pass in turn, after the calls are inlined, held to the answer of equation by equation. */
function expectAnswerStays(jaxpr: Jaxpr, run: (jaxpr: Jaxpr) => NDArray[]): void {
  const [inline, ...passes] = simplifications;
  let current = inline.run(jaxpr);
  const expected = run(current);
  for (const pass of passes) {
    const next = pass.run(current);
    if (next === current) continue;
    checkJaxpr(next);
    expectSameBits(pass.name, run(next), expected);
    current = next;
  }
}

test("no pass changes a bit of a program's answer", { timeout: 200_000 }, () => {
  const judgement = judge(
    ({ f, inputs }) => {
      const { jaxpr, consts } = makeJaxpr((...xs: (typeof inputs)[number][]) => [...f(xs)])(...inputs);
      expectAnswerStays(closeConstvars(jaxpr), (each) => evaluate(each, [...consts, ...inputs]));
    },
    { numRuns: 200, seed: 20260501 },
  );
  expectCoverage("simplify", judgement, names, 15);
});

test("no pass changes a bit where arguments are zeros of both signs, infinities, NaN and subnormals", {
  timeout: 200_000,
}, () => {
  const special = [-0, 0, 1, -1, Number.NaN, Infinity, -Infinity, 5e-324, -1e-310, 1e308, 0.5, -0];
  judge(
    ({ f, inputs, seed }) => {
      const { jaxpr, consts } = makeJaxpr((...xs: (typeof inputs)[number][]) => [...f(xs)])(...inputs);
      const points = inputs.map((x, i) =>
        withElements(
          x,
          elementsOf(x).map((_, k) => special[(seed + 5 * i + 7 * k) % special.length]),
        ),
      );
      expectAnswerStays(closeConstvars(jaxpr), (each) => evaluate(each, [...consts, ...points]));
    },
    { numRuns: 200, seed: 20260504 },
  );
});

test("no pass changes a bit of a gradient", { timeout: 200_000 }, () => {
  judge(
    ({ f, inputs, seed }) => {
      const slopes = gradient(weighted(f, directions(f(inputs), seed)));
      const { jaxpr, consts } = makeJaxpr((...xs: (typeof inputs)[number][]) => [...slopes(xs)])(...inputs);
      expectAnswerStays(closeConstvars(jaxpr), (each) => evaluate(each, [...consts, ...inputs]));
    },
    { numRuns: 60, seed: 20260502 },
  );
});

test("what has been simplified is simplified once", () => {
  judge(
    ({ f, inputs }) => {
      const { jaxpr } = makeJaxpr((...xs: (typeof inputs)[number][]) => [...f(xs)])(...inputs);
      const once = simplify(closeConstvars(jaxpr));
      expect(simplify(once)).toBe(once);
      for (const inner of once.eqns.flatMap(subJaxprsOf)) expect(simplify(inner)).toBe(inner);
    },
    { numRuns: 60, seed: 20260503 },
  );
});

test.each([
  [
    "a chain",
    (x: NDArray, n: number) => Array.from({ length: n }).reduce<NDArray>((y) => np.sin(y).mul(x), x),
  ],
  [
    "parts of one array",
    (x: NDArray, n: number) => np.concatenate(Array.from({ length: n }, (_, i) => x.slice([i]))),
  ],
] as const)("10,000 equations take time in proportion: %s", (_, f) => {
  const time = (n: number): number => {
    const { jaxpr } = makeJaxpr((x: NDArray) => f(x, n))(np.ones([10_000]));
    const start = performance.now();
    simplify(jaxpr);
    return (performance.now() - start) / n;
  };
  const best = (n: number): number => Math.min(time(n), time(n), time(n));
  best(1000); // the engine compiles the passes
  expect(best(10_000)).toBeLessThan(6 * best(1000));
});
