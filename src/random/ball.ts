/** Generalized normals, and the unit balls of the p-norms that they point to. */
import type { NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { add, div, neg } from "../autodiff/primitives/arithmetic.js";
import { lt } from "../autodiff/primitives/comparison.js";
import { pow } from "../autodiff/primitives/power.js";
import { abs } from "../autodiff/primitives/rounding-and-sign.js";
import { select } from "../autodiff/primitives/selection.js";
import { expandDims, reduceSum } from "../autodiff/primitives/sum-and-broadcast.js";
import { show } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { drawGamma } from "./gamma.js";
import { exponential } from "./inverse-transform.js";
import { checkOneKey, type Key, splitInTwo } from "./key.js";
import { checkShape, type FloatDType, type FloatOptions, readFloat } from "./shape.js";
import { drawUniform } from "./uniform.js";

/**
 * Generalized normal samples, density proportional to e^(-|x|^p): p = 2 is a normal of variance 1/2, p = 1 a Laplace.
 * u32[2] -> f32[shape]
 *
 * @throws ArgumentError when p is not positive; DTypeError when `dtype` is no float; ShapeError for a batch of keys
 * @example generalizedNormal(key(0), 1.5, [3])
 * Source: jax.random.generalized_normal.
 */
export const generalizedNormal = (
  key: Key,
  p: number,
  shape: Shape = [],
  options: FloatOptions = {},
): NDArray => {
  const operation = "random.generalizedNormal";
  return drawGeneralizedNormal(operation, key, p, shape, readFloat(operation, options));
};

function drawGeneralizedNormal(
  operation: string,
  key: Key,
  p: number,
  shape: Shape,
  dtype: FloatDType,
): NDArray {
  checkShape(operation, shape);
  checkExponent(operation, p);
  checkOneKey(operation, key);
  const [gammaKey, signKey] = splitInTwo(key);
  const g = drawGamma(operation, gammaKey, 1 / p, shape, { dtype }, false);
  const isPositive = lt(drawUniform(operation, signKey, shape, { dtype }), 0.5);
  const size = power(g, 1 / p);
  return select(isPositive, size, neg(size));
}

/**
 * Points uniform in the unit ball of the p-norm in d dimensions. u32[2] -> f32[shape, d]
 *
 * @throws ArgumentError when d is no non-negative integer or p not positive; DTypeError when `dtype` is no float; ShapeError for
 *   a batch of keys
 * @example ball(key(0), 3, 2, [100]) // 100 points in the ball
 * Source: jax.random.ball; Barthe, Guédon, Mendelson and Naor, "A probabilistic approach to the geometry of the l_p^n ball",
 * Annals of Probability 33 (2005).
 */
export function ball(key: Key, d: number, p = 2, shape: Shape = [], options: FloatOptions = {}): NDArray {
  const operation = "random.ball";
  const dtype = readFloat(operation, options);
  checkShape(operation, shape);
  checkExponent(operation, p);
  if (!Number.isInteger(d) || d < 0) {
    throw new ArgumentError(
      `${operation}: the dimension ${show(d)} is no non-negative integer; give one, such as 3`,
    );
  }
  checkOneKey(operation, key);
  const [directionKey, radiusKey] = splitInTwo(key);
  const g = drawGeneralizedNormal(operation, directionKey, p, [...shape, d], dtype);
  const beyond = exponential(radiusKey, shape, { dtype });
  const size = power(add(reduceSum(power(abs(g), p), [shape.length]), beyond), 1 / p);
  return div(g, expandDims(size, [shape.length]));
}

const power = (x: NDArray, y: number): NDArray => pow(x, literal(y, x.dtype));

function checkExponent(operation: string, p: number): void {
  if (typeof p !== "number" || !(p > 0)) {
    throw new ArgumentError(
      `${operation}: the exponent p is ${show(p)}; it must be a positive number, such as 2`,
    );
  }
}
