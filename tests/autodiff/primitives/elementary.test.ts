/** Exponentials, trigonometric functions and powers: their derivatives everywhere, and where they are special. */
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../../src/autodiff/array.js";
import { literal } from "../../../src/autodiff/array.js";
import * as elementary from "../../../src/autodiff/primitives/elementary.js";
import * as errorFunction from "../../../src/autodiff/primitives/error-function.js";
import * as power from "../../../src/autodiff/primitives/power.js";
import * as trigonometric from "../../../src/autodiff/primitives/trigonometric.js";
import type { Row } from "./primitive-laws.js";
import { array, partials, testLaws, valuesOf } from "./primitive-laws.js";

const unary = (name: string, f: (x: NDArray) => NDArray, values: readonly number[]): Row => ({
  name,
  f: ([x]) => [f(x)],
  operands: [array(values)],
});

const { exp, exp2, expm1, log, log1p, logistic } = elementary;
const { erf, erfc, erfInv } = errorFunction;
const { sin, cos, tan, asin, acos, atan, atan2, sinh, cosh, tanh, asinh, acosh, atanh } = trigonometric;
const { square, sqrt, rsqrt, cbrt, integerPow, pow } = power;

testLaws([
  unary("exp", exp, [-1.5, 0, 0.7]),
  unary("exp2", exp2, [-1.5, 0, 0.7]),
  unary("expm1", expm1, [-1.5, 0, 0.7]),
  unary("log", log, [0.3, 1, 2.5]),
  unary("log1p", log1p, [-0.3, 0, 2.5]),
  unary("logistic", logistic, [-3, 0, 2.5]),
  unary("erf", erf, [-1.2, 0, 0.4]),
  unary("erfc", erfc, [-1.2, 0, 0.4]),
  unary("erf_inv", erfInv, [-0.8, 0, 0.4]),
  unary("sin", sin, [-2, 0, 1.3]),
  unary("cos", cos, [-2, 0, 1.3]),
  unary("tan", tan, [-1, 0, 0.6]),
  unary("asin", asin, [-0.7, 0, 0.6]),
  unary("acos", acos, [-0.7, 0, 0.6]),
  unary("atan", atan, [-2, 0, 0.6]),
  unary("sinh", sinh, [-1, 0, 0.6]),
  unary("cosh", cosh, [-1, 0, 0.6]),
  unary("tanh", tanh, [-1, 0, 0.6]),
  unary("asinh", asinh, [-1, 0, 0.6]),
  unary("acosh", acosh, [1.7, 3, 2.2]),
  unary("atanh", atanh, [-0.7, 0, 0.6]),
  unary("square", square, [-1.5, 0, 2]),
  unary("sqrt", sqrt, [0.4, 1, 2]),
  unary("rsqrt", rsqrt, [0.4, 1, 2]),
  unary("cbrt", cbrt, [-1.4, 0.4, 2]),
  ...[-3, -1, 0, 1, 2, 3, 5].map((y) =>
    unary(`integer_pow to ${y}`, (x) => integerPow(x, y), [-0.8, 0.9, 1.3]),
  ),
  {
    name: "atan2",
    f: ([y, x]) => [atan2(y, x)],
    operands: [array([0.4, -0.3, 1.2]), array([1.1, -0.7, 0.2])],
  },
  {
    name: "atan2 with a stretched operand",
    f: ([y, x]) => [atan2(y, x)],
    operands: [array([[0.4], [-0.3]]), array([[1.1, -0.7, 0.2]])],
  },
  { name: "pow", f: ([x, y]) => [pow(x, y)], operands: [array([0.4, 1.3]), array([1.1, -0.7])] },
  { name: "pow of a scalar", f: ([x, y]) => [pow(x, y)], operands: [array(0.4), array([1.1, -0.7])] },
  {
    name: "pow with an integer exponent",
    f: ([x, y]) => [pow(x, y)],
    operands: [array([-0.4, 1.3, 0.7]), array([3, -2, 0], "int32")],
  },
]);

describe("roots at 0", () => {
  test("sqrt has slope infinity", () => {
    expect(partials(sqrt, array(0))).toEqual([Number.POSITIVE_INFINITY]);
  });
  test("rsqrt has slope -infinity", () => {
    expect(partials(rsqrt, array(0))).toEqual([Number.NEGATIVE_INFINITY]);
  });
  test("cbrt has slope infinity", () => {
    expect(partials(cbrt, array(0))).toEqual([Number.POSITIVE_INFINITY]);
  });
});

describe("integer_pow", () => {
  test("to the 0 is 1 everywhere, with slope 0, at 0 and NaN too", () => {
    for (const x of [0, -2, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(valuesOf(integerPow(array(x), 0))[0]).toBe(1);
      expect(partials((z) => integerPow(z, 0), array(x))).toEqual([0]);
    }
  });
  test("to the 1 has slope 1, exactly at 0 too", () => {
    expect(partials((x) => integerPow(x, 1), array(0))).toEqual([1]);
  });
  test("to the 2 and 3 have slope 0 at 0", () => {
    expect(partials((x) => integerPow(x, 2), array(0))).toEqual([0]);
    expect(partials((x) => integerPow(x, 3), array(0))).toEqual([0]);
  });
  test("multiplies by repeated squaring: x^7 = (x x^2) x^4, rounded after each product", () => {
    const x = Math.fround(1.1);
    const x2 = Math.fround(x * x);
    const expected = Math.fround(Math.fround(x * x2) * Math.fround(x2 * x2));
    expect(valuesOf(integerPow(array(x, "float32"), 7))[0]).toBe(expected);
    expect(valuesOf(integerPow(array(x, "float32"), -7))[0]).toBe(Math.fround(1 / expected));
  });
  test("of integers wraps, and has no negative powers", () => {
    expect(valuesOf(integerPow(array([3, -2], "int32"), 3))).toEqual(Int32Array.of(27, -8));
    expect(valuesOf(integerPow(array(65537, "uint32"), 2))[0]).toBe(131073);
    expect(() => integerPow(array(3, "int32"), -1)).toThrow(/integerPow: i32\[\] has no power -1/);
  });
  test("refuses an exponent that is no integer", () => {
    expect(() => integerPow(array(3), 0.5)).toThrow(/the exponent 0.5 is no integer/);
  });
});

describe("pow", () => {
  test("in the base with an integer exponent of 0: slope 0, at 0 too", () => {
    expect(partials((x) => pow(x, array(0, "int32")), array(0))).toEqual([0]);
  });
  test("in the base with an integer exponent of 1: slope 1 at 0", () => {
    expect(partials((x) => pow(x, array(1, "int32")), array(0))).toEqual([1]);
  });
  test("in the base with a float exponent of 0: NaN at 0 (0 * inf)", () => {
    expect(partials(pow, array(0), array(0))).toEqual([Number.NaN, 0]);
  });
  test("in the exponent: 0 at the base 0, also where the value is 0 or 1", () => {
    expect(partials(pow, array(0), array(2))).toEqual([0, 0]);
  });
  test("in the exponent of a negative base: NaN; in the base it is fine", () => {
    expect(partials(pow, array(-2), array(2))).toEqual([-4, Number.NaN]);
  });
  test("refuses integer bases and two float dtypes", () => {
    expect(() => pow(array(2, "int32"), array(2, "int32"))).toThrow(/pow: takes a float/);
    expect(() => pow(array(2, "float32"), array(2, "float64"))).toThrow(/pow: takes a float/);
  });
});

describe("types", () => {
  test("both float dtypes are kept, and derivatives have them", () => {
    for (const dtype of ["float32", "float64"] as const) {
      const y = exp(array([0.5], dtype));
      expect(y.dtype).toBe(dtype);
      expect(valuesOf(y)[0]).toBeCloseTo(Math.exp(0.5), dtype === "float32" ? 6 : 15);
    }
  });
  test("a weak operand gives a weak result, and a strong partner makes it strong", () => {
    const weak = literal(0.5);
    expect(exp(weak).weakType).toBe(true);
    expect(integerPow(weak, 3).weakType).toBe(true);
    expect(pow(weak, 2).weakType).toBe(true);
    expect(pow(array([2], "float32"), 2).weakType).toBe(false);
  });
  test("integers are refused with the way out", () => {
    expect(() => exp(array(1, "int32"))).toThrow(
      "exp: does not take i32[]; it takes float32, float64: use x.astype(dtype)",
    );
  });
  test("empty arrays stay empty", () => {
    expect(sin(array([], "float32")).aval).toEqual({ shape: [0], dtype: "float32", weakType: false });
  });
});
