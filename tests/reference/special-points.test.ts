/** Values and slopes of the elementary functions at 0, -0, 1, -1, infinities and NaN: JAX's, signs of zeros included. */
import { grad, jit, lax, type NDArray, numpy as np, vmap } from "cotangent";
import { describe, expect, test } from "vitest";
import { floats } from "./statement.js";

const inf = Infinity;
const nan = Number.NaN;
const points = [0, -0, 1, -1, inf, -inf, nan] as const;

type Row = readonly [
  name: string,
  f: (x: NDArray) => NDArray,
  values: readonly number[],
  slopes: readonly number[],
];

const rows: readonly Row[] = [
  ["abs", lax.abs, [0, 0, 1, 1, inf, inf, nan], [1, 1, 1, -1, 1, -1, -1]],
  ["sign", lax.sign, [0, -0, 1, -1, 1, -1, nan], [0, 0, 0, 0, 0, 0, 0]],
  ["floor", lax.floor, [0, -0, 1, -1, inf, -inf, nan], [0, 0, 0, 0, 0, 0, 0]],
  ["ceil", lax.ceil, [0, -0, 1, -1, inf, -inf, nan], [0, 0, 0, 0, 0, 0, 0]],
  ["sqrt", lax.sqrt, [0, -0, 1, nan, inf, nan, nan], [inf, -inf, 0.5, nan, 0, nan, nan]],
  ["rsqrt", lax.rsqrt, [inf, -inf, 1, nan, 0, nan, nan], [-inf, -inf, -0.5, nan, -0, nan, nan]],
  [
    "cbrt",
    lax.cbrt,
    [0, -0, 1, -1, inf, -inf, nan],
    [inf, inf, 0.3333333333333333, 0.3333333333333333, 0, 0, nan],
  ],
  ["square", lax.square, [0, 0, 1, 1, inf, inf, nan], [0, -0, 2, -2, inf, -inf, nan]],
  [
    "exp",
    lax.exp,
    [1, 1, 2.7182818284590455, 0.3678794411714423, inf, 0, nan],
    [1, 1, 2.7182818284590455, 0.3678794411714423, inf, 0, nan],
  ],
  [
    "exp2",
    lax.exp2,
    [1, 1, 2, 0.5, inf, 0, nan],
    [0.6931471805599453, 0.6931471805599453, 1.3862943611198906, 0.34657359027997264, inf, 0, nan],
  ],
  [
    "expm1",
    lax.expm1,
    [0, -0, 1.7182818284590455, -0.6321205588285577, inf, -1, nan],
    [1, 1, 2.7182818284590455, 0.36787944117144233, inf, 0, nan],
  ],
  ["log", lax.log, [-inf, -inf, 0, nan, inf, nan, nan], [inf, -inf, 1, -1, 0, -0, nan]],
  ["log1p", lax.log1p, [0, -0, 0.6931471805599453, -inf, inf, nan, nan], [1, 1, 0.5, inf, 0, -0, nan]],
  [
    "sin",
    lax.sin,
    [0, -0, 0.8414709848078965, -0.8414709848078965, nan, nan, nan],
    [1, 1, 0.5403023058681398, 0.5403023058681398, nan, nan, nan],
  ],
  [
    "cos",
    lax.cos,
    [1, 1, 0.5403023058681398, 0.5403023058681398, nan, nan, nan],
    [-0, 0, -0.8414709848078965, 0.8414709848078965, nan, nan, nan],
  ],
  [
    "tan",
    lax.tan,
    [0, -0, 1.5574077246549023, -1.5574077246549023, nan, nan, nan],
    [1, 1, 3.42551882081476, 3.42551882081476, nan, nan, nan],
  ],
  [
    "tanh",
    lax.tanh,
    [0, -0, 0.7615941559557649, -0.7615941559557649, 1, -1, nan],
    [1, 1, 0.41997434161402614, 0.419974341614026, 0, 0, nan],
  ],
  [
    "asin",
    lax.asin,
    [0, -0, 1.5707963267948966, -1.5707963267948966, nan, nan, nan],
    [1, 1, inf, inf, nan, nan, nan],
  ],
  [
    "acos",
    lax.acos,
    [1.5707963267948966, 1.5707963267948966, 0, 3.141592653589793, nan, nan, nan],
    [-1, -1, -inf, -inf, nan, nan, nan],
  ],
  [
    "atan",
    lax.atan,
    [0, -0, 0.7853981633974484, -0.7853981633974484, 1.5707963267948966, -1.5707963267948966, nan],
    [1, 1, 0.5, 0.5, 0, 0, nan],
  ],
  [
    "sinh",
    lax.sinh,
    [0, -0, 1.1752011936438016, -1.1752011936438016, inf, -inf, nan],
    [1, 1, 1.543080634815244, 1.543080634815244, inf, inf, nan],
  ],
  [
    "cosh",
    lax.cosh,
    [1, 1, 1.543080634815244, 1.543080634815244, inf, inf, nan],
    [0, -0, 1.1752011936438016, -1.1752011936438016, inf, -inf, nan],
  ],
  [
    "asinh",
    lax.asinh,
    [0, -0, 0.8813735870195429, -0.8813735870195429, inf, -inf, nan],
    [1, 1, 0.7071067811865475, 0.7071067811865475, 0, 0, nan],
  ],
  ["acosh", lax.acosh, [nan, nan, 0, nan, inf, nan, nan], [nan, nan, inf, inf, 0, 0, nan]],
  ["atanh", lax.atanh, [0, -0, inf, -inf, nan, nan, nan], [1, 1, inf, inf, -0, -0, nan]],
  [
    "erf",
    lax.erf,
    [0, -0, 0.8427007929497149, -0.8427007929497149, 1, -1, nan],
    [1.1283791670955126, 1.1283791670955126, 0.41510749742059466, 0.41510749742059466, 0, 0, nan],
  ],
  [
    "erfc",
    lax.erfc,
    [1, 1, 0.15729920705028513, 1.8427007929497148, 0, 2, nan],
    [-1.1283791670955126, -1.1283791670955126, -0.41510749742059466, -0.41510749742059466, -0, -0, nan],
  ],
  [
    "erf_inv",
    lax.erfInv,
    [0, -0, inf, -inf, nan, nan, nan],
    [0.8862269254527579, 0.8862269254527579, inf, inf, nan, nan, nan],
  ],
  [
    "logistic",
    lax.logistic,
    [0.5, 0.5, 0.7310585786300049, 0.2689414213699951, 1, 0, nan],
    [0.25, 0.25, 0.19661193324148185, 0.19661193324148185, 0, 0, nan],
  ],
];

/** Zeros, infinities, NaN and integers exactly; the rest to 4 ulp. */
function expectSame(found: NDArray, expected: readonly number[], what: string): void {
  const eps = found.dtype === "float32" ? 2 ** -23 : 2 ** -52;
  const values = found.dataSync();
  expected.forEach((value, k) => {
    const exact = Number.isInteger(value) || !Number.isFinite(value);
    const near = Math.abs(values[k] - value) <= 4 * eps * Math.abs(value);
    expect(
      exact ? Object.is(values[k], value) : near,
      `${what} at ${points[k]}: ${values[k]} for ${value}`,
    ).toBe(true);
  });
}

describe("at 0, -0, 1, -1, inf, -inf and NaN", () => {
  test.each(rows)("%s has JAX's values and slopes", (name, f, values, slopes) => {
    for (const dtype of floats) {
      const x = np.array([...points], { dtype });
      const slope = (v: NDArray): NDArray => grad((u: NDArray) => f(u).sum())(v);
      expectSame(f(x), values, `${name} in ${dtype}`);
      expectSame(jit(f)(x), values, `jit of ${name} in ${dtype}`);
      expectSame(slope(x), slopes, `the slope of ${name} in ${dtype}`);
      expectSame(jit(slope)(x), slopes, `jit of the slope of ${name} in ${dtype}`);
      expectSame(vmap(grad(f))(x), slopes, `vmap of the slope of ${name} in ${dtype}`);
    }
  });

  test("max over an axis with a NaN has NaN slopes, and equal infinities share", () => {
    const slope = grad((x: NDArray) => x.max());
    expect(slope(np.array([nan, 1])).js()).toEqual([nan, nan]);
    expect(slope(np.array([inf, inf])).js()).toEqual([0.5, 0.5]);
    expect(slope(np.array([-inf, -inf])).js()).toEqual([0.5, 0.5]);
  });
});
