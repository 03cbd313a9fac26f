/** Products, extremes, logic and positions of extremes along axes. */
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../../src/autodiff/array.js";
import { literal } from "../../../src/autodiff/array.js";
import * as r from "../../../src/autodiff/primitives/reduction.js";
import { array, flatArray, jacobian, jvpOf, noise, testLaws, valuesOf } from "./primitive-laws.js";

const x = noise([2, 3, 4], 7);
const axesOf = [[0], [1], [2], [0, 2], [1, 2], [0, 1, 2]];

testLaws(
  axesOf.flatMap((axes) => [
    {
      name: `reduce_prod over [${axes}]`,
      f: ([a]: readonly NDArray[]) => [r.reduceProd(a, axes)],
      operands: [x],
      rounding: 1e-15,
    },
    { name: `reduce_max over [${axes}]`, f: ([a]) => [r.reduceMax(a, axes)], operands: [x] },
    { name: `reduce_min over [${axes}]`, f: ([a]) => [r.reduceMin(a, axes)], operands: [x] },
  ]),
);
const ints = flatArray([2, 3], [5, 1, 7, 3, 3, 6], "int32");
testLaws([
  ...[0, 1, 2].map((axis) => ({
    name: `argmax and argmin along ${axis}`,
    f: ([a]: readonly NDArray[]) => [r.argmax(a, axis), r.argmin(a, axis)],
    operands: [x],
  })),
  { name: "reduce_and", f: ([a]) => [r.reduceAnd(a, [0])], operands: [ints] },
  { name: "reduce_or", f: ([a]) => [r.reduceOr(a, [1])], operands: [ints] },
  { name: "reduce_max of integers", f: ([a]) => [r.reduceMax(a, [1])], operands: [ints] },
]);

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const bools = (...values: readonly number[]): NDArray => flatArray([values.length], values, "bool");
const only = (out: NDArray): number => valuesOf(out)[0];

describe("reduce_prod", () => {
  test("its derivative is right with one zero, and with two", () => {
    expect(jacobian((a) => r.reduceProd(a, [0]), array([2, 0, 3]))).toEqual([[0, 6, 0]]);
    expect(jacobian((a) => r.reduceProd(a, [0]), array([2, 0, 3, 0, 4]))).toEqual([[0, 0, 0, 0, 0]]);
  });
  test("its second derivative is right with a zero", () => {
    const row = (k: number) => (a: NDArray) => {
      const basis = flatArray(
        [3],
        [0, 1, 2].map((i) => (i === k ? 1 : 0)),
      );
      return jvpOf(([p]) => [r.reduceProd(p, [0])], [a], [basis])[1][0];
    };
    expect([0, 1, 2].map((k) => jacobian(row(k), array([2, 0, 3]))[0])).toEqual([
      [0, 3, 0],
      [3, 0, 2],
      [0, 2, 0],
    ]);
  });
  test("of nothing is 1, and integers wrap", () => {
    expect(only(r.reduceProd(array([]), [0]))).toBe(1);
    expect(jacobian((a) => r.reduceProd(a, [1]), flatArray([2, 0], []))).toEqual([]);
    expect(only(r.reduceProd(array([65536, 65537], "int32"), [0]))).toBe(65536);
  });
});

describe("reduce_max and reduce_min", () => {
  test("ties share the tangent equally, among all of them", () => {
    expect(jacobian((a) => r.reduceMax(a, [0]), array([2, 2, 1]))).toEqual([[0.5, 0.5, 0]]);
    expect(jacobian((a) => r.reduceMin(a, [0]), array([1, 1, 1, 1]))).toEqual([[0.25, 0.25, 0.25, 0.25]]);
  });
  test("NaN anywhere gives NaN, and its derivative is NaN", () => {
    expect(only(r.reduceMax(array([1, nan, 3]), [0]))).toBeNaN();
    expect(only(r.reduceMin(array([nan, 1]), [0]))).toBeNaN();
    expect(jacobian((a) => r.reduceMax(a, [0]), array([2, nan]))).toEqual([[nan, nan]]);
  });
  test("of nothing give the least and the greatest value of the dtype", () => {
    const dtypes = ["float32", "float64", "int32", "uint32", "bool"] as const;
    const empty = dtypes.map((dtype) => flatArray([0], [], dtype));
    expect(empty.map((a) => only(r.reduceMax(a, [0])))).toEqual([-inf, -inf, -2147483648, 0, 0]);
    expect(empty.map((a) => only(r.reduceMin(a, [0])))).toEqual([inf, inf, 2147483647, 4294967295, 1]);
  });
  test("of bools are or and and", () => {
    expect([only(r.reduceMax(bools(0, 1), [0])), only(r.reduceMin(bools(0, 1), [0]))]).toEqual([1, 0]);
  });
  test("uint32 is compared without a sign", () => {
    expect(only(r.reduceMax(array([1, 4000000000], "uint32"), [0]))).toBe(4000000000);
  });
});

describe("reduce_and and reduce_or", () => {
  test("of bools, bit by bit of integers, and of nothing", () => {
    expect([only(r.reduceAnd(bools(1, 0), [0])), only(r.reduceOr(bools(1, 0), [0]))]).toEqual([0, 1]);
    expect(only(r.reduceAnd(array([7, 5], "int32"), [0]))).toBe(5);
    expect(only(r.reduceOr(array([8, 5], "uint32"), [0]))).toBe(13);
    expect([only(r.reduceAnd(bools(), [0])), only(r.reduceOr(bools(), [0]))]).toEqual([1, 0]);
    expect(only(r.reduceAnd(array([], "uint32"), [0]))).toBe(4294967295);
  });
  test("floats are refused", () => {
    expect(() => r.reduceAnd(array([1]), [0])).toThrow(/reduceAnd: does not take f64\[1\]/);
  });
});

describe("argmax and argmin", () => {
  test("give the first of equals, where -0 equals 0", () => {
    expect(only(r.argmax(array([1, 3, 3]), 0))).toBe(1);
    expect(only(r.argmin(array([2, 1, 1]), 0))).toBe(1);
    expect(only(r.argmax(array([-0, 0]), 0))).toBe(0);
  });
  test("give the first NaN where there is one", () => {
    expect(only(r.argmax(array([1, nan, 3, nan]), 0))).toBe(1);
    expect(only(r.argmin(array([nan, nan, -inf]), 0))).toBe(0);
  });
  test("of infinities, bools and unsigned integers", () => {
    expect(only(r.argmax(array([-inf, -inf]), 0))).toBe(0);
    expect(only(r.argmax(bools(0, 1, 1), 0))).toBe(1);
    expect(only(r.argmin(bools(1, 0, 0), 0))).toBe(1);
    expect(only(r.argmax(array([1, 4000000000], "uint32"), 0))).toBe(1);
  });
  test("along each axis, with size 1 too; int32 unless asked otherwise, never weak", () => {
    const a = array([
      [1, 5, 2],
      [7, 2, 9],
    ]);
    expect(Array.from(valuesOf(r.argmax(a, 0)))).toEqual([1, 0, 1]);
    expect(Array.from(valuesOf(r.argmax(a, 1)))).toEqual([1, 2]);
    expect(r.argmax(flatArray([2, 1], [3, 4]), 1, "uint32").aval).toEqual({
      shape: [2],
      dtype: "uint32",
      weakType: false,
    });
    expect(r.argmax(flatArray([0, 2], []), 1).shape).toEqual([0]);
  });
  test("of nothing is refused", () => {
    expect(() => r.argmax(array([]), 0)).toThrow(/argmax: f64\[0\] has no elements along axis 0/);
  });
});

test("a weak operand gives a weak result", () => {
  expect(r.reduceMax(literal(1), []).weakType).toBe(true);
  expect(
    r.reduceProdPrimitive.abstractEval([{ shape: [2], dtype: "float32", weakType: true }], { axes: [0] }),
  ).toEqual([{ shape: [], dtype: "float32", weakType: true }]);
});
