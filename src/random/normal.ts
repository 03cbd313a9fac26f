/** Normal samples: the inverse of the distribution function at uniform ones. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { div, mul } from "../autodiff/primitives/arithmetic.js";
import { erf, erfInv } from "../autodiff/primitives/error-function.js";
import { nextafter } from "../autodiff/primitives/rounding-and-sign.js";
import { clamp } from "../autodiff/primitives/selection.js";
import { broadcastShapes, type Shape } from "../ir/shape.js";
import { compiled } from "./compiled.js";
import type { Key } from "./key.js";
import { checkShape, type FloatDType, type FloatOptions, fitTo, readFloat, toDType } from "./shape.js";
import { drawUniform } from "./uniform.js";

/**
 * Standard normal: sqrt(2) erfInv(u) with u uniform on (-1, 1). u32[2] -> f32[shape]
 * Source: jax.random.normal.
 *
 * @throws DTypeError when `dtype` is no float; ShapeError for a batch of keys
 * @example normal(key(0), [2]).js() // [1.6226422, 2.0252647]
 */
export function normal(key: Key, shape: Shape = [], options: FloatOptions = {}): NDArray {
  const dtype = readFloat("random.normal", options);
  checkShape("random.normal", shape);
  return compiled("random.normal", [shape, dtype], key, (one) =>
    drawNormal("random.normal", one, shape, { dtype }),
  );
}

/** `normal`, in the name of another sampler. */
export function drawNormal(
  operation: string,
  key: Key,
  shape: Shape,
  { dtype = "float32" }: FloatOptions = {},
): NDArray {
  const u = drawUniform(operation, key, shape, { minval: aboveMinusOne[dtype], dtype });
  return mul(erfInv(u), Math.SQRT2);
}

/** The neighbour of -1, towards 0. */
const aboveMinusOne: Readonly<Record<FloatDType, number>> = {
  float32: -1 + 2 ** -24,
  float64: -1 + 2 ** -53,
};

/**
 * Standard normal given that it lies in the open interval (lower, upper). u32[2] -> f32[shape]
 * Source: jax.random.truncated_normal.
 *
 * @param shape by default what the bounds broadcast to
 * @throws DTypeError when `dtype` is no float; ShapeError when a bound does not broadcast to `shape`, or for a batch of keys
 * @example truncatedNormal(key(0), -2, 2, [3])
 */
export function truncatedNormal(
  key: Key,
  lower: ArrayLike,
  upper: ArrayLike,
  shape?: Shape,
  options: FloatOptions = {},
): NDArray {
  const operation = "random.truncatedNormal";
  const dtype = readFloat(operation, options);
  const low = toDType(lower, dtype, operation);
  const high = toDType(upper, dtype, operation);
  const to = shape ?? broadcastShapes(operation, [low.shape, high.shape]);
  const u = drawUniform(operation, key, to, {
    minval: erf(div(low, Math.SQRT2)),
    maxval: erf(div(high, Math.SQRT2)),
    dtype,
  });
  return clamp(
    fitTo(operation, nextafter(low, Number.POSITIVE_INFINITY), to),
    mul(erfInv(u), Math.SQRT2),
    fitTo(operation, nextafter(high, Number.NEGATIVE_INFINITY), to),
  );
}
