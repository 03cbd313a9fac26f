/** The derivatives of the elementary functions, each by its formula, in both float types and every way to differentiate. */
import { grad, jit, lax, type NDArray, nn, numpy as np } from "cotangent";
import { describe, expect, test } from "vitest";
import { expectSlopes, f32, f64, floats, scalar } from "./statement.js";

type Row = readonly [
  name: string,
  formula: string,
  f: (x: NDArray) => NDArray,
  derivative: (x: number) => number,
  points: readonly number[],
];

const around = [-2.25, -0.5, 0, 0.75, 3] as const;
const inside = [-0.875, -0.5, 0, 0.25, 0.75] as const;
const positive = [0.125, 0.5, 1, 2.5, 20] as const;
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const gaussian = (x: number): number => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);

const rows: readonly Row[] = [
  ["exp", "exp x", (x) => np.exp(x), Math.exp, around],
  ["exp2", "log 2 times 2^x", (x) => np.exp2(x), (x) => Math.LN2 * 2 ** x, around],
  ["log", "1 / x", (x) => np.log(x), (x) => 1 / x, positive],
  ["log1p", "1 / (1 + x)", (x) => np.log1p(x), (x) => 1 / (1 + x), [-0.5, 0, 1e-7, 3]],
  ["expm1", "expm1 x + 1", (x) => np.expm1(x), (x) => Math.expm1(x) + 1, around],
  [
    "tanh",
    "1 - tanh^2 x",
    (x) => np.tanh(x),
    (x) => (1 - Math.tanh(x)) * (1 + Math.tanh(x)),
    [-0.5, 0, 0.75],
  ],
  [
    "logistic",
    "y (1 - y)",
    (x) => nn.sigmoid(x),
    (x) => logistic(x) * logistic(-x),
    [-2.25, -0.5, 0, 0.75, 1],
  ],
  ["sin", "cos x", (x) => np.sin(x), Math.cos, around],
  ["cos", "-sin x", (x) => np.cos(x), (x) => -Math.sin(x), around],
  ["tan", "1 + tan^2 x", (x) => np.tan(x), (x) => 1 + Math.tan(x) ** 2, inside],
  ["asin", "1 / sqrt(1 - x^2)", (x) => np.arcsin(x), (x) => 1 / Math.sqrt((1 - x) * (1 + x)), inside],
  ["acos", "-1 / sqrt(1 - x^2)", (x) => np.arccos(x), (x) => -1 / Math.sqrt((1 - x) * (1 + x)), inside],
  ["atan", "1 / (1 + x^2)", (x) => np.arctan(x), (x) => 1 / (1 + x * x), around],
  ["sinh", "cosh x", (x) => np.sinh(x), Math.cosh, around],
  ["cosh", "sinh x", (x) => np.cosh(x), Math.sinh, around],
  ["asinh", "1 / sqrt(1 + x^2)", (x) => np.arcsinh(x), (x) => 1 / Math.sqrt(1 + x * x), around],
  ["acosh", "1 / sqrt(x^2 - 1)", (x) => np.arccosh(x), (x) => 1 / Math.sqrt((x - 1) * (x + 1)), [1.5, 2, 8]],
  ["atanh", "1 / (1 - x^2)", (x) => np.arctanh(x), (x) => 1 / ((1 - x) * (1 + x)), inside],
  ["erf", "2/sqrt(pi) exp(-x^2)", (x) => lax.erf(x), gaussian, around],
  ["erfc", "-2/sqrt(pi) exp(-x^2)", (x) => lax.erfc(x), (x) => -gaussian(x), around],
  ["square", "2 x", (x) => np.square(x), (x) => 2 * x, around],
  ["rsqrt", "-1/2 x^(-3/2)", (x) => lax.rsqrt(x), (x) => -0.5 * x ** -1.5, positive],
  ["cbrt", "1/3 x^(-2/3)", (x) => np.cbrt(x), (x) => 1 / (3 * Math.cbrt(x) ** 2), positive],
  ["sqrt", "1/2 x^(-1/2)", (x) => np.sqrt(x), (x) => 0.5 / Math.sqrt(x), positive],
];

describe("the derivative", () => {
  test.each(rows)("of %s is %s", (_name, _formula, f, derivative, points) =>
    expectSlopes(
      f,
      points.map((x) => [x, derivative(x)]),
    ),
  );

  test("of erf_inv is sqrt(pi)/2 exp(y^2), y = erf_inv x", () => {
    // erf(0.5) and erf(0.25) are the points; so y is known.
    expectSlopes((x) => lax.erfInv(x.add(0.5204998778130465)), [[0, 1 / gaussian(0.5)]]);
    expectSlopes((x) => lax.erfInv(x), [[0, Math.sqrt(Math.PI) / 2]]);
  });

  test("of atan2(y, x) is x / (x^2 + y^2) in y and -y / (x^2 + y^2) in x, in all quadrants", () => {
    for (const [y, x] of [
      [1, 2],
      [-1, 2],
      [1, -2],
      [-3, -4],
    ]) {
      const r2 = x * x + y * y;
      expectSlopes((v) => np.arctan2(v, scalar(x, v.dtype)), [[y, x / r2]]);
      expectSlopes((v) => np.arctan2(scalar(y, v.dtype), v), [[x, -y / r2]]);
    }
  });

  test("of exp at -inf is 0, and of log at 0 is inf", () => {
    expectSlopes((x) => np.exp(x), [[Number.NEGATIVE_INFINITY, 0]]);
    expectSlopes((x) => np.log(x), [[0, Infinity]]);
  });

  test("of log1p near 0 keeps the digits that log(1 + x) loses", () => {
    expect(np.log1p(f32(1e-10)).item()).toBe(Math.fround(1e-10));
    expect(np.expm1(f64(1e-20)).item()).toBe(1e-20);
  });

  test("of tanh and logistic vanishes, and is no NaN, far out", () => {
    expectSlopes(
      (x) => np.tanh(x),
      [
        [-100, 0],
        [100, 0],
      ],
    );
    expectSlopes(
      (x) => nn.sigmoid(x),
      [
        [1000, 0],
        [-1000, 0],
      ],
    );
  });
});

test("every elementary function has a second derivative that jit does not change", () => {
  for (const dtype of floats) {
    for (const [name, , f] of rows) {
      const twice = grad(grad((x: NDArray) => f(x)));
      const at = scalar(name === "acosh" ? 1.5 : 0.5, dtype);
      const eager = twice(at).item();
      expect(Number.isFinite(eager), name).toBe(true);
      expect(jit(twice)(at).item(), name).toBe(eager);
    }
  }
});
