/** Sorting several operands in one order. */
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../../src/autodiff/array.js";
import { sort } from "../../../src/autodiff/primitives/sort.js";
import { range } from "../../../src/ir/shape.js";
import { array, flatArray, jacobian, noise, testLaws, valuesOf } from "./primitive-laws.js";

const x = noise([3, 5, 2], 3);
const y = noise([3, 5, 2], 4);

testLaws([
  ...[0, 1, 2].map((axis) => ({
    name: `sort along ${axis}`,
    f: ([a]: readonly NDArray[]) => sort([a], axis),
    operands: [x],
  })),
  { name: "sort of a key and a companion", f: ([a, b]) => sort([a, b], 1), operands: [x, y] },
  {
    name: "sort by an integer key and a float key",
    f: ([k, a, b]) => sort([k, a, b], 0, 2),
    operands: [flatArray([6], [2, 1, 2, 1, 1, 2], "int32"), noise([6], 5), noise([6], 6)],
  },
]);

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const list = (out: NDArray): number[] => Array.from(valuesOf(out));
const counting = (n: number): NDArray => array(range(n), "int32");

describe("the order", () => {
  test("NaN comes last; -0 equals 0 and keeps its place; stable", () => {
    const [sorted, positions] = sort([array([0, -0, nan, -nan, 1, -inf, inf, -0, 0]), counting(9)], 0);
    expect(list(sorted)).toEqual([-inf, 0, -0, -0, 0, 1, inf, nan, nan]);
    expect(list(positions)).toEqual([5, 0, 1, 7, 8, 4, 6, 2, 3]);
  });
  test("two keys are compared one after the other, NaN equal to NaN", () => {
    const outs = sort([array([1, 1, 0, 0, nan, nan]), array([2, 1, nan, -1, 5, 4]), counting(6)], 0, 2);
    expect(outs.map(list)).toEqual([
      [0, 0, 1, 1, nan, nan],
      [-1, nan, 1, 2, 4, 5],
      [3, 2, 1, 0, 5, 4],
    ]);
  });
  test("of every length up to 40, against JavaScript's stable sort", () => {
    for (const n of range(41)) {
      const keys = list(noise([n], n)).map((value) => Math.floor(4 * value));
      const expected = range(n).sort((i, j) => keys[i] - keys[j]);
      const [sorted, positions] = sort([array(keys, "int32"), counting(n)], 0);
      expect(list(positions)).toEqual(expected);
      expect(list(sorted)).toEqual(expected.map((i) => keys[i]));
    }
  });
  test("of ten thousand", () => {
    const values = list(noise([10000], 1));
    expect(list(sort([array(values)], 0)[0])).toEqual([...values].sort((a, b) => a - b));
  });
  test("along an axis that is not the last", () => {
    const a = array([
      [3, 1],
      [2, 5],
      [1, 3],
    ]);
    expect(list(sort([a], 0)[0])).toEqual([1, 1, 2, 3, 3, 5]);
    expect(list(sort([a], 1)[0])).toEqual([1, 3, 2, 5, 1, 3]);
  });
  test("of uint32 without a sign, and of bools", () => {
    expect(list(sort([array([4000000000, 1], "uint32")], 0)[0])).toEqual([1, 4000000000]);
    expect(list(sort([flatArray([3], [1, 0, 1], "bool")], 0)[0])).toEqual([0, 1, 1]);
  });
  test("empty and size-one shapes", () => {
    expect(sort([flatArray([2, 0], [])], 1)[0].shape).toEqual([2, 0]);
    expect(sort([flatArray([0, 2], [])], 1)[0].shape).toEqual([0, 2]);
    expect(list(sort([flatArray([2, 1], [4, 3])], 1)[0])).toEqual([4, 3]);
    expect(jacobian((z) => sort([z], 0)[0], array([2]))).toEqual([[1]]);
  });
});

describe("the derivative", () => {
  test("moves tangents with their values: ties in their first order, NaN last", () => {
    expect(jacobian((z) => sort([z], 0)[0], array([2, 1, 2, nan, 1]))).toEqual([
      [0, 1, 0, 0, 0],
      [0, 0, 0, 0, 1],
      [1, 0, 0, 0, 0],
      [0, 0, 1, 0, 0],
      [0, 0, 0, 1, 0],
    ]);
  });
  test("of a companion follows the key", () => {
    const keys = array([3, 1, 2], "int32");
    expect(jacobian((z) => sort([keys, z], 0)[1], array([10, 20, 30]))).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ]);
  });
});

test("what does not go together is refused", () => {
  expect(() => sort([array([1]), array([1, 2])], 0)).toThrow(/sort: operands must be .* equal shapes/);
  expect(() => sort([array([1])], 1)).toThrow(/sort: axis 1 is no axis of f64\[1\]/);
  expect(() => sort([array([1])], 0, 2)).toThrow(/sort: 2 keys of 1 operands/);
});
