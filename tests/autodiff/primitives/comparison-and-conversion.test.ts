/** Comparisons, logic, bits and changes of dtype. */
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../../src/autodiff/array.js";
import { mul } from "../../../src/autodiff/primitives/arithmetic.js";
import * as c from "../../../src/autodiff/primitives/comparison.js";
import { bitcastConvertType, convertElementType } from "../../../src/autodiff/primitives/conversion.js";
import type { DType } from "../../../src/ir/dtype.js";
import { array, flatArray, partials, testLaws, valuesOf } from "./primitive-laws.js";

const int = (...values: readonly number[]): NDArray => array(values, "int32");
const uint = (...values: readonly number[]): NDArray => array(values, "uint32");
const bools = (...values: readonly number[]): NDArray => flatArray([values.length], values, "bool");
const list = (x: NDArray): number[] => Array.from(valuesOf(x));

testLaws([
  { name: "lt", f: ([x, y]) => [c.lt(x, y)], operands: [array([0.5, 1.5]), array([[1], [2]])].map(rank2) },
  { name: "eq of integers", f: ([x, y]) => [c.eq(x, y)], operands: [int(1, 2, 3), int(1, 5, 3)] },
  { name: "xor", f: ([x, y]) => [c.xor(x, y)], operands: [int(1, 2, 3), array(5, "int32")] },
  { name: "not", f: ([x]) => [c.not(x)], operands: [bools(0, 1)] },
  {
    name: "convert_element_type between floats",
    f: ([x]) => [convertElementType(convertElementType(x, "float32"), "float64")],
    operands: [array([0.5, 0.25])],
    // Differences of steps that float32 does not see say nothing.
    tolerance: Number.POSITIVE_INFINITY,
    rounding: 1e-7,
  },
  {
    name: "convert_element_type to int32 and back",
    f: ([x]) => [convertElementType(convertElementType(x, "int32"), "float64")],
    operands: [array([0.5, -3.25])],
  },
  {
    name: "bitcast_convert_type to words",
    f: ([x]) => [bitcastConvertType(x, "uint32")],
    operands: [array([[0.5, -3.25, 1]])],
  },
  {
    name: "bitcast_convert_type of words",
    f: ([x]) => [bitcastConvertType(x, "float64")],
    operands: [uint(0, 0x3ff00000)],
  },
]);

function rank2(x: NDArray): NDArray {
  return x.ndim === 2 ? x : flatArray([1, x.size], list(x), x.dtype);
}

describe("comparisons", () => {
  const x = array([1, 2, Number.NaN, -0]);
  const y = array([2, 2, Number.NaN, 0]);
  test("with NaN all are false but ne; -0 equals 0", () => {
    expect([c.eq, c.ne, c.lt, c.le, c.gt, c.ge].map((op) => list(op(x, y)))).toEqual([
      [0, 1, 0, 1],
      [1, 0, 1, 0],
      [1, 0, 0, 0],
      [1, 1, 0, 1],
      [0, 0, 0, 0],
      [0, 1, 0, 1],
    ]);
  });
  test("uint32 compares without a sign", () => {
    expect(list(c.lt(uint(1, 4294967295), uint(4294967295, 1)))).toEqual([1, 0]);
  });
  test("false is below true", () => {
    expect(list(c.lt(bools(0, 0, 1, 1), bools(0, 1, 0, 1)))).toEqual([0, 1, 0, 0]);
  });
  test("give bool, never weak, and have slope 0", () => {
    expect(c.lt(x, 1).aval).toEqual({ shape: [4], dtype: "bool", weakType: false });
    const indicator = (z: NDArray): NDArray => mul(z, convertElementType(c.gt(z, 0), z.dtype));
    expect(partials(indicator, array(2))).toEqual([1]);
  });
  test("refuse two dtypes, naming them", () => {
    expect(() => c.eq(int(1), array([1]))).toThrow(/eq: operands have dtypes int32 and float64/);
  });
});

describe("logic and bits", () => {
  test("and, or, xor, not on bools", () => {
    const [x, y] = [bools(0, 0, 1, 1), bools(0, 1, 0, 1)];
    expect([c.and, c.or, c.xor].map((op) => list(op(x, y)))).toEqual([
      [0, 0, 0, 1],
      [0, 1, 1, 1],
      [0, 1, 1, 0],
    ]);
    expect(list(c.not(x))).toEqual([1, 1, 0, 0]);
  });
  test("the same bit by bit on integers", () => {
    expect(list(c.and(int(12, -1), int(10, 7)))).toEqual([8, 7]);
    expect(list(c.or(int(12), int(10)))).toEqual([14]);
    expect(list(c.xor(uint(0xffffffff), uint(1)))).toEqual([0xfffffffe]);
    expect(list(c.not(int(0, 5)))).toEqual([-1, -6]);
    expect(list(c.not(uint(0)))).toEqual([0xffffffff]);
  });
  test("floats have no bits to combine", () => {
    expect(() => c.and(array([1]), array([1]))).toThrow(/bitwiseAnd: does not take f64\[1\]/);
  });
  test("shifts by 32 or more, or by a negative count, give 0; arithmetic to the right the sign", () => {
    expect(list(c.shiftLeft(int(1, 1, 1, -1), int(31, 32, -1, 4)))).toEqual([-2147483648, 0, 0, -16]);
    expect(list(c.shiftRightLogical(int(-8, -8, 8), int(1, 40, 1)))).toEqual([2147483644, 0, 4]);
    expect(list(c.shiftRightArithmetic(int(-8, -8, 8), int(1, 40, 40)))).toEqual([-4, -1, 0]);
    expect(list(c.shiftRightArithmetic(uint(0xfffffff0, 0xfffffff0), uint(2, 40)))).toEqual([
      0xfffffffc, 0xffffffff,
    ]);
    expect(list(c.shiftRightLogical(uint(0xfffffff0), uint(4)))).toEqual([0x0fffffff]);
  });
  test("population_count and clz", () => {
    expect(list(c.populationCount(int(-1, 0, 5)))).toEqual([32, 0, 2]);
    expect(list(c.clz(uint(0, 1, 0x80000000)))).toEqual([32, 31, 0]);
    expect(c.clz(uint(1)).dtype).toBe("uint32");
  });
});

describe("convert_element_type", () => {
  const values = [1.5, -1.5, 3e9, 5e9, -3e9, Number.NaN, Number.POSITIVE_INFINITY];
  const expected: readonly (readonly [to: DType, values: readonly number[]])[] = [
    ["int32", [1, -1, 2147483647, 2147483647, -2147483648, 0, 2147483647]],
    ["uint32", [1, 0, 3e9, 4294967295, 0, 0, 4294967295]],
    ["bool", [1, 1, 1, 1, 1, 1, 1]],
  ];
  test.each(expected)("floats to %s truncate, saturate and make NaN 0 (bool: true)", (to, converted) => {
    expect(list(convertElementType(array(values), to))).toEqual(converted);
    expect(list(convertElementType(array(values, "float32"), to))).toEqual(converted);
  });
  test("integers wrap into each other and become bool by x != 0", () => {
    expect(list(convertElementType(int(-1, -2147483648), "uint32"))).toEqual([4294967295, 2147483648]);
    expect(list(convertElementType(uint(4294967295), "int32"))).toEqual([-1]);
    expect(list(convertElementType(int(-2, 0), "bool"))).toEqual([1, 0]);
    expect(list(convertElementType(uint(4294967295), "float32"))).toEqual([4294967296]);
    expect(list(convertElementType(bools(0, 1), "float64"))).toEqual([0, 1]);
  });
  test("float64 to float32 rounds to nearest", () => {
    expect(list(convertElementType(array([0.1]), "float32"))).toEqual([Math.fround(0.1)]);
  });
  test("nothing to change: the same array", () => {
    const x = array([1]);
    expect(convertElementType(x, "float64")).toBe(x);
    expect(convertElementType(x, "float64", true).weakType).toBe(true);
  });
});

describe("bitcast_convert_type", () => {
  test("between words of 32 bits", () => {
    expect(list(bitcastConvertType(array([1.5, -2], "float32"), "int32"))).toEqual([1069547520, -1073741824]);
    expect(list(bitcastConvertType(uint(0x3fc00000), "float32"))).toEqual([1.5]);
    expect(list(bitcastConvertType(int(-1), "uint32"))).toEqual([4294967295]);
  });
  test("a float64 is [low, high] along a new last axis, and back", () => {
    const x = array([1.5, -2, 0.1]);
    const words = bitcastConvertType(x, "uint32");
    expect(words.shape).toEqual([3, 2]);
    expect(list(words).slice(0, 4)).toEqual([0, 1073217536, 0, 3221225472]);
    expect(list(bitcastConvertType(words, "float64"))).toEqual([1.5, -2, 0.1]);
  });
  test("refuses bool, and words that are no pairs", () => {
    expect(() => bitcastConvertType(bools(1), "int32")).toThrow(/bool has no bits to reinterpret/);
    expect(() => bitcastConvertType(uint(1, 2, 3), "float64")).toThrow(/its last axis must have size 2/);
  });
});
