/** Running sums, products, extremes and log-sum-exps. Expected derivatives are JAX's. */
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../../src/autodiff/array.js";
import * as c from "../../../src/autodiff/primitives/cumulative.js";
import { array, flatArray, jacobian, noise, testLaws, valuesOf } from "./primitive-laws.js";

const functions = {
  cumsum: c.cumsum,
  cumprod: c.cumprod,
  cummax: c.cummax,
  cummin: c.cummin,
  cumlogsumexp: c.cumlogsumexp,
};
const x = noise([2, 5, 3], 11);

testLaws(
  Object.entries(functions).flatMap(([name, f]) =>
    [0, 1, 2].flatMap((axis) =>
      [false, true].map((reverse) => ({
        name: `${name} along ${axis}${reverse ? ", reversed" : ""}`,
        f: ([a]: readonly NDArray[]) => [f(a, axis, reverse)],
        operands: [x],
      })),
    ),
  ),
);

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const list = (out: NDArray): number[] => Array.from(valuesOf(out));

describe("values", () => {
  test("each is the reduction of what came before, from either end", () => {
    const a = array([2, -1, 3, 3]);
    expect(list(c.cumsum(a, 0))).toEqual([2, 1, 4, 7]);
    expect(list(c.cumsum(a, 0, true))).toEqual([7, 5, 6, 3]);
    expect(list(c.cumprod(a, 0))).toEqual([2, -2, -6, -18]);
    expect(list(c.cumprod(a, 0, true))).toEqual([-18, -9, 9, 3]);
    expect(list(c.cummax(a, 0))).toEqual([2, 2, 3, 3]);
    expect(list(c.cummin(a, 0, true))).toEqual([-1, -1, 3, 3]);
  });
  test("an axis that is not the last", () => {
    const a = array([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(list(c.cumsum(a, 0))).toEqual([1, 2, 4, 6, 9, 12]);
    expect(list(c.cumsum(a, 0, true))).toEqual([9, 12, 8, 10, 5, 6]);
  });
  test("integers wrap", () => {
    expect(list(c.cumsum(array([2147483647, 1], "int32"), 0))).toEqual([2147483647, -2147483648]);
    expect(list(c.cummax(array([1, 4000000000, 2], "uint32"), 0))).toEqual([1, 4000000000, 4000000000]);
  });
  test("NaN stays from where it is on", () => {
    for (const f of Object.values(functions)) {
      expect(list(f(array([1, nan, 3]), 0)).map(Number.isNaN)).toEqual([false, true, true]);
      expect(list(f(array([1, nan, 3]), 0, true)).map(Number.isNaN)).toEqual([true, true, false]);
    }
  });
  test("cumlogsumexp does not overflow, and takes infinities", () => {
    expect(list(c.cumlogsumexp(array([700, 3, 1e4]), 0))).toEqual([700, 700, 1e4]);
    expect(list(c.cumlogsumexp(array([-inf, -inf, 1, inf, 3]), 0))).toEqual([-inf, -inf, 1, inf, inf]);
    expect(list(c.cumlogsumexp(array([1, -2]), 0))[1]).toBeCloseTo(1.048587351573742, 14);
  });
  test("empty and size-one shapes", () => {
    for (const f of Object.values(functions)) {
      expect(f(flatArray([2, 0], []), 1).shape).toEqual([2, 0]);
      expect(f(flatArray([0, 2], []), 1).shape).toEqual([0, 2]);
      expect(list(f(flatArray([2, 1], [3, 4]), 1))).toEqual([3, 4]);
      expect(jacobian((a) => f(a, 0), array([3]))).toEqual([[1]]);
    }
  });
  test("bool is refused, and axes out of range", () => {
    expect(() => c.cumsum(flatArray([2], [0, 1], "bool"), 0)).toThrow(/cumsum: does not take bool\[2\]/);
    expect(() => c.cumsum(array([1]), 1)).toThrow(/cumsum: axis 1 is no axis of f64\[1\]/);
  });
});

describe("derivatives where they are special", () => {
  test("cumprod is right with zeros", () => {
    const a = array([2, 0, 3, 4]);
    expect(jacobian((z) => c.cumprod(z, 0), a)).toEqual([
      [1, 0, 0, 0],
      [0, 2, 0, 0],
      [0, 6, 0, 0],
      [0, 24, 0, 0],
    ]);
    expect(jacobian((z) => c.cumprod(z, 0, true), a)).toEqual([
      [0, 24, 0, 0],
      [0, 12, 0, 0],
      [0, 0, 4, 3],
      [0, 0, 0, 1],
    ]);
  });
  test("cummax shares the tangent among ties as a tree of pairs does", () => {
    expect(jacobian((z) => c.cummax(z, 0), array([1, 3, 3, 2, 3, 5, 5]))).toEqual([
      [1, 0, 0, 0, 0, 0, 0],
      [0, 1, 0, 0, 0, 0, 0],
      [0, 0.5, 0.5, 0, 0, 0, 0],
      [0, 0.5, 0.5, 0, 0, 0, 0],
      [0, 0.25, 0.25, 0, 0.5, 0, 0],
      [0, 0, 0, 0, 0, 1, 0],
      [0, 0, 0, 0, 0, 0.5, 0.5],
    ]);
    expect(jacobian((z) => c.cummax(z, 0, true), array([3, 3, 3, 3, 3]))).toEqual([
      [0.5, 0.125, 0.125, 0.125, 0.125],
      [0, 0.25, 0.25, 0.25, 0.25],
      [0, 0, 0.5, 0.25, 0.25],
      [0, 0, 0, 0.5, 0.5],
      [0, 0, 0, 0, 1],
    ]);
  });
  test("cummin does the same", () => {
    expect(jacobian((z) => c.cummin(z, 0), array([3, 3, 3, 3, 3]))).toEqual([
      [1, 0, 0, 0, 0],
      [0.5, 0.5, 0, 0, 0],
      [0.25, 0.25, 0.5, 0, 0],
      [0.25, 0.25, 0.25, 0.25, 0],
      [0.125, 0.125, 0.125, 0.125, 0.5],
    ]);
  });
  test("cummax with NaN: slope 0 from there on", () => {
    expect(jacobian((z) => c.cummax(z, 0), array([1, 2, nan, 3])).slice(2)).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
  });
  test("cumlogsumexp's rows are softmaxes, also behind leading -inf", () => {
    const softmax = (n: number): number[] => {
      const weights = [1, -2, 3].map((z, i) => (i <= n ? Math.exp(z) : 0));
      const total = weights.reduce((a, b) => a + b);
      return weights.map((w) => w / total);
    };
    jacobian((z) => c.cumlogsumexp(z, 0), array([1, -2, 3])).forEach((row, n) => {
      row.forEach((value, k) => {
        expect(value).toBeCloseTo(softmax(n)[k], 14);
      });
    });
    const behind = jacobian((z) => c.cumlogsumexp(z, 0), array([-inf, -inf, 1, 2]));
    expect(behind[1]).toEqual([0, 0, 0, 0]);
    expect(behind[2]).toEqual([0, 0, 1, 0]);
    expect(behind[3][3]).toBeCloseTo(1 / (1 + Math.exp(-1)), 14);
  });
});
