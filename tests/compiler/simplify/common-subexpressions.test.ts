/** Common subexpressions: what is shared, in loops too, and what never is. */
import { checkpoint, grad, jit, lax, type NDArray, numpy as np } from "cotangent";
import { describe, expect, test } from "vitest";
import { shareSubexpressions } from "../../../src/compiler/simplify/common-subexpressions.js";
import { removeDeadEquations } from "../../../src/compiler/simplify/dead-code.js";
import { inlineAllCalls } from "../../../src/compiler/simplify/inline-calls.js";
import { beforeAndAfter, traced } from "./text.js";

const vector = np.array([1, 2, 3]);
const shared = (f: (...xs: NDArray[]) => unknown, ...args: NDArray[]): readonly string[] =>
  beforeAndAfter([inlineAllCalls, shareSubexpressions], traced(f, ...args)).after;
const count = (lines: readonly string[], primitive: string): number =>
  lines.filter((line) => line.includes(` = ${primitive}`)).length;

test("equal equations are computed once, whatever the order of a sum's operands", () => {
  const f = (x: NDArray, y: NDArray) => np.sin(x.add(y)).mul(np.sin(y.add(x)));
  const { before, after } = beforeAndAfter([shareSubexpressions], traced(f, vector, vector));
  expect(before).toEqual([
    "lambda a b",
    "c = add a b",
    "d = sin c",
    "e = add b a",
    "f = sin e",
    "g = mul d f",
    "in g",
  ]);
  expect(after).toEqual(["lambda a b", "c = add a b", "d = sin c", "e = mul d d", "in e"]);
});

test("a difference the other way round is another one", () => {
  expect(
    count(
      shared((x, y) => x.sub(y).mul(y.sub(x)), vector, vector),
      "sub",
    ),
  ).toBe(2);
});

test("literals are compared to the bit: 0 and -0 are two", () => {
  expect(
    count(
      shared((x) => x.add(0).mul(x.add(-0)), vector),
      "add",
    ),
  ).toBe(2);
  expect(
    count(
      shared((x) => x.add(Number.NaN).mul(x.add(Number.NaN)), vector),
      "add",
    ),
  ).toBe(1);
});

test("a jitted function that is called twice with one operand runs once, its loops too", () => {
  const twice = jit((x: NDArray) => lax.foriLoop(0, 3, (_, y: NDArray) => np.sin(y), x));
  const f = (x: NDArray) => twice(x).mul(twice(x));
  expect(
    beforeAndAfter([inlineAllCalls], traced(f, vector))
      .after.join()
      .match(/ = scan/g),
  ).toHaveLength(2);
  expect(count(shared(f, vector), "scan")).toBe(1);
});

test("params count: sums over two axes, and conversions to two dtypes", () => {
  const matrix = np.ones([3, 3]);
  expect(
    count(
      shared((x) => x.sum(0).add(x.sum(1)).add(x.sum(0)), matrix),
      "reduce_sum",
    ),
  ).toBe(2);
  expect(
    count(
      shared((x) => [x.astype("int32"), x.astype("uint32")], vector),
      "convert",
    ),
  ).toBe(2);
});

test("whole loops with equal bodies are one, those that differ in a number are two", () => {
  const loop = (by: number) => (x: NDArray) =>
    lax.scan((c: NDArray) => [np.sin(c).mul(by), null], x, null, { length: 4 })[0];
  expect(
    count(
      shared((x) => loop(2)(x).add(loop(2)(x)), vector),
      "scan",
    ),
  ).toBe(1);
  expect(
    count(
      shared((x) => loop(2)(x).add(loop(3)(x)), vector),
      "scan",
    ),
  ).toBe(2);
});

test("inside bodies of loops and branches too", () => {
  const twice = (x: NDArray) => np.sin(x).add(np.sin(x));
  const inScan = (x: NDArray) => lax.scan((c: NDArray) => [twice(c), null], x, null, { length: 4 })[0];
  const inWhile = (x: NDArray) => lax.whileLoop((c: NDArray) => c.sum().less(9), twice, x);
  const inCond = (x: NDArray) => lax.cond(x.sum().less(9), twice, (y: NDArray) => twice(y.neg()), x);
  expect(count(shared(inScan, vector), "sin")).toBe(1);
  expect(count(shared(inWhile, vector), "sin")).toBe(1);
  expect(count(shared(inCond, vector), "sin")).toBe(2);
});

describe("never shared are", () => {
  test("effects", () => {
    const f = (x: NDArray) => {
      lax.debugPrint("{}", x);
      lax.debugPrint("{}", x);
      return x;
    };
    expect(count(shared(f, vector), "debug_print")).toBe(2);
  });

  test("what checkpoint computes again, behind its barrier", () => {
    const deep = (x: NDArray) => np.sin(np.sin(np.sin(x))).sum();
    const passes = [inlineAllCalls, removeDeadEquations, shareSubexpressions, removeDeadEquations];
    const sines = (f: (x: NDArray) => NDArray): number =>
      count(
        beforeAndAfter(
          passes,
          traced((x) => [f(x), grad(f)(x)], vector),
        ).after,
        "sin",
      );
    expect(sines(deep)).toBe(3);
    expect(sines(checkpoint(deep))).toBe(5);
  });
});
