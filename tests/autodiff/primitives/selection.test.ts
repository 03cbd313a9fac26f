/** Choosing between operands, signs and roundings: values, and derivatives at kinks. */
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../../src/autodiff/array.js";
import { literal } from "../../../src/autodiff/array.js";
import {
  abs,
  ceil,
  floor,
  isfinite,
  nextafter,
  rem,
  round,
  sign,
} from "../../../src/autodiff/primitives/rounding-and-sign.js";
import { clamp, max, min, select, selectN } from "../../../src/autodiff/primitives/selection.js";
import { array, flatArray, partials, testLaws, valuesOf } from "./primitive-laws.js";

const x = array([[0.4, -1.3, 2.2]]);
const y = array([[0.9], [-1.7]]);
const full = array([
  [1.5, -0.2, 0.3],
  [0.1, 0.8, -2.5],
]);
const test2 = flatArray([2, 3], [1, 0, 1, 0, 0, 1], "bool");

testLaws([
  { name: "abs", f: ([a]) => [abs(a)], operands: [x] },
  { name: "max", f: ([a, b]) => [max(a, b)], operands: [x, y] },
  { name: "min", f: ([a, b]) => [min(a, b)], operands: [x, y] },
  { name: "rem", f: ([a, b]) => [rem(a, b)], operands: [x, y] },
  { name: "sign", f: ([a]) => [sign(a)], operands: [x] },
  { name: "floor", f: ([a]) => [floor(a)], operands: [x] },
  { name: "ceil", f: ([a]) => [ceil(a)], operands: [x] },
  { name: "round", f: ([a]) => [round(a)], operands: [x] },
  { name: "is_finite", f: ([a]) => [isfinite(a)], operands: [x] },
  { name: "clamp", f: ([low, a, high]) => [clamp(low, a, high)], operands: [array(-0.5), x, array(1)] },
  {
    name: "clamp of whole arrays",
    f: ([low, a, high]) => [clamp(low, a, high)],
    operands: [array([[-0.5, -1, 3]]), x, array([[1, 2, 4]])],
  },
  { name: "select_n by bool", f: ([t, a, b]) => [selectN(t, a, b)], operands: [test2, x, full] },
  {
    name: "select_n by an array, of scalars",
    f: ([t, a, b]) => [selectN(t, a, b)],
    operands: [test2, array(0.5), array(2)],
  },
  {
    name: "select_n by a scalar",
    f: ([t, a, b]) => [selectN(t, a, b)],
    operands: [flatArray([], [1], "bool"), full, x],
  },
  {
    name: "select_n of three cases, with selectors out of range",
    f: ([which, a, b, c]) => [selectN(which, a, b, c)],
    operands: [flatArray([2, 3], [0, 1, 2, -5, 1, 7], "int32"), full, x, y],
  },
]);

const nan = Number.NaN;
const inf = Number.POSITIVE_INFINITY;
const on = (
  f: (x: NDArray) => NDArray,
  values: readonly number[],
  dtype: "float32" | "float64" = "float32",
) => Array.from(valuesOf(f(array(values, dtype))));

describe("kinks", () => {
  test("abs has slope 1 at 0 and at -0, not 0", () => {
    expect(partials(abs, array(0))).toEqual([1]);
    expect(partials(abs, array(-0))).toEqual([1]);
  });
  test("sign, floor, ceil and round have slope 0", () => {
    for (const f of [sign, floor, ceil, round]) expect(partials((z) => f(z), array(0))).toEqual([0]);
  });
  test("max and min share equally at ties: maximum(x, 0)'(0) is 1/2", () => {
    expect(partials(max, array(0), array(0))).toEqual([0.5, 0.5]);
    expect(partials(min, array(2), array(2))).toEqual([0.5, 0.5]);
    expect(partials((z) => max(z, 0), array(0))).toEqual([0.5]);
    expect(partials(max, array(-0), array(0))).toEqual([0.5, 0.5]);
  });
  test("max with NaN: slope 0", () => {
    expect(partials(max, array(nan), array(1))).toEqual([0, 0]);
  });
  test("clip as minimum(maximum) has slope 1/2 at a bound, clamp has 0", () => {
    expect(partials((z) => min(max(z, 0), 1), array(0))).toEqual([0.5]);
    expect(partials((z) => clamp(0, z, 1), array(0))).toEqual([0]);
    expect(partials((z) => clamp(0, z, 1), array(1))).toEqual([0]);
    expect(partials((z) => clamp(0, z, 1), array(0.5))).toEqual([1]);
  });
  test("clamp hands the tangent to the bound that is active, and to none at equality", () => {
    expect(partials(clamp, array(0), array(-1), array(1))).toEqual([1, 0, 0]);
    expect(partials(clamp, array(0), array(2), array(1))).toEqual([0, 0, 1]);
    expect(partials(clamp, array(0), array(0), array(1))).toEqual([0, 0, 0]);
  });
  test("rem: 1 in x, -trunc(x / y) in y", () => {
    expect(partials(rem, array(7.5), array(-2))).toEqual([1, 3]);
    expect(partials(rem, array(-7.5), array(2))).toEqual([1, 3]);
  });
});

describe("values", () => {
  test("abs, sign, floor, ceil keep NaN and the sign of zero", () => {
    expect(on(abs, [-0, nan, -inf, -2.5])).toEqual([0, nan, inf, 2.5]);
    expect(on(sign, [-0, 0, nan, -inf, 3])).toEqual([-0, 0, nan, -1, 1]);
    expect(on(floor, [-0, nan, -0.3, 2.5])).toEqual([-0, nan, -1, 2]);
    expect(on(ceil, [-0, nan, -0.3, 2.5])).toEqual([-0, nan, -0, 3]);
  });
  test("sign and abs of integers", () => {
    expect(valuesOf(sign(array([-3, 0, 4], "int32")))).toEqual(Int32Array.of(-1, 0, 1));
    expect(valuesOf(sign(array([0, 4000000000], "uint32")))).toEqual(Uint32Array.of(0, 1));
    expect(valuesOf(abs(array([4000000000], "uint32")))).toEqual(Uint32Array.of(4000000000));
    expect(valuesOf(abs(array([-2147483648, -3], "int32")))).toEqual(Int32Array.of(-2147483648, 3));
  });
  test("round sends ties to even, or away from zero", () => {
    const ties = [0.5, 1.5, 2.5, -0.5, -1.5, 0.49999997, -0, nan, inf];
    expect(on(round, ties)).toEqual([0, 2, 2, -0, -2, 0, -0, nan, inf]);
    expect(on((z) => round(z, "awayFromZero"), ties)).toEqual([1, 2, 3, -1, -2, 0, -0, nan, inf]);
  });
  test("is_finite", () => {
    expect(on(isfinite, [0, -3e38, inf, -inf, nan])).toEqual([1, 1, 0, 0, 0]);
    expect(isfinite(array([1])).dtype).toBe("bool");
  });
  test("max and min give NaN for any NaN, and order -0 below 0", () => {
    const [a, b] = [array([nan, 1, -0, 0]), array([1, nan, 0, -0])];
    expect(Array.from(valuesOf(max(a, b)))).toEqual([nan, nan, 0, 0]);
    expect(Array.from(valuesOf(min(a, b)))).toEqual([nan, nan, -0, -0]);
  });
  test("max of bools is or, min is and", () => {
    const [a, b] = [flatArray([4], [0, 0, 1, 1], "bool"), flatArray([4], [0, 1, 0, 1], "bool")];
    expect(Array.from(valuesOf(max(a, b)))).toEqual([0, 1, 1, 1]);
    expect(Array.from(valuesOf(min(a, b)))).toEqual([0, 0, 0, 1]);
  });
  test("clamp: the upper bound wins over the lower, NaN anywhere gives NaN", () => {
    const low = array([0, 2, nan, 1]);
    const high = array([1, 1, 2, nan]);
    expect(Array.from(valuesOf(clamp(low, array([nan, 1.5, 1.5, 1.5]), high)))).toEqual([nan, 1, nan, nan]);
  });
  test("rem has the sign of x; of integers x rem 0 is x", () => {
    expect(Array.from(valuesOf(rem(array([7.5, -7.5, 1]), array([-2, 2, 0]))))).toEqual([1.5, -1.5, nan]);
    expect(valuesOf(rem(array([7, -7, 5, -2147483648], "int32"), array([-4, 4, 0, -1], "int32")))).toEqual(
      Int32Array.of(3, -3, 5, 0),
    );
  });
  test("selectors out of range are clamped", () => {
    const which = array([-3, 0, 1, 2, 9], "int32");
    const [a, b, c] = [1, 2, 3].map((k) => array(k));
    expect(Array.from(valuesOf(selectN(which, a, b, c)))).toEqual([1, 1, 2, 3, 3]);
  });
  test("select_n with one case is that case", () => {
    expect(Array.from(valuesOf(selectN(array([0, 5], "int32"), array([3, 4]))))).toEqual([3, 4]);
  });
});

describe("nextafter", () => {
  const cases: readonly (readonly [from: number, to: number, expected: number, expected64: number])[] = [
    [0, 1, 2 ** -149, 2 ** -1074],
    [0, -1, -(2 ** -149), -(2 ** -1074)],
    [1, 2, 1 + 2 ** -23, 1 + 2 ** -52],
    [1, 0, 1 - 2 ** -24, 1 - 2 ** -53],
    [-1, 0, -1 + 2 ** -24, -1 + 2 ** -53],
    [-1, -2, -1 - 2 ** -23, -1 - 2 ** -52],
    [1, 1, 1, 1],
    [0, -0, -0, -0],
    [inf, 0, 3.4028234663852886e38, Number.MAX_VALUE],
    [1, nan, nan, nan],
    [nan, 1, nan, nan],
  ];
  test.each(cases)("from %d towards %d", (from, to, expected, expected64) => {
    expect(valuesOf(nextafter(array(from, "float32"), array(to, "float32")))[0]).toBe(expected);
    expect(valuesOf(nextafter(array(from), array(to)))[0]).toBe(expected64);
  });
  test("carries and borrows between the words of a float64", () => {
    const x64 = 1 + (2 ** 32 - 1) * 2 ** -52;
    expect(valuesOf(nextafter(array(x64), array(2)))[0]).toBe(1 + 2 ** -20);
    expect(valuesOf(nextafter(array(1 + 2 ** -20), array(0)))[0]).toBe(x64);
  });
  test("is not differentiable, and says why", () => {
    expect(() => partials(nextafter, array(1), array(2))).toThrow(/nextafter steps along the grid/);
  });
});

describe("types", () => {
  test("select_n: the cases decide the dtype and the weakness", () => {
    const t = flatArray([2], [0, 1], "bool");
    expect(select(t, literal(1), literal(2)).aval).toEqual({ shape: [2], dtype: "float32", weakType: true });
    expect(select(t, array([1, 2], "int32"), 0).aval.weakType).toBe(false);
    expect(Array.from(valuesOf(select(t, array([1, 2], "int32"), 0)))).toEqual([0, 2]);
  });
  test("select_n refuses selectors that are floats, and more than two cases of a bool", () => {
    const a = array([1]);
    expect(() => selectN(a, a, a)).toThrow(
      /the selector is f64\[1\]; it must be bool \(two cases\) or int32/,
    );
    expect(() => selectN(flatArray([1], [1], "bool"), a, a, a)).toThrow(/it must be bool \(two cases\)/);
    expect(() => selectN(flatArray([1], [1], "bool"), a, array([1], "float32"))).toThrow(/differ in dtype/);
  });
  test("empty arrays", () => {
    expect(max(array([]), array([])).shape).toEqual([0]);
    expect(select(flatArray([0], [], "bool"), array([]), 0).shape).toEqual([0]);
  });
});
