/** Samplers that apply the inverse of a distribution function to uniform draws: one draw an element. */
import type { NDArray } from "../autodiff/array.js";
import { mul, neg, sub } from "../autodiff/primitives/arithmetic.js";
import { log, log1p } from "../autodiff/primitives/elementary.js";
import { abs, sign } from "../autodiff/primitives/rounding-and-sign.js";
import { tan } from "../autodiff/primitives/trigonometric.js";
import type { Shape } from "../ir/shape.js";
import type { Key } from "./key.js";
import { type FloatDType, type FloatOptions, readFloat } from "./shape.js";
import { drawUniform } from "./uniform.js";

/** Smallest normal number; the gap above 1; the gap below 1. */
const tiny: Readonly<Record<FloatDType, number>> = { float32: 2 ** -126, float64: 2 ** -1022 };
const epsilon: Readonly<Record<FloatDType, number>> = { float32: 2 ** -23, float64: 2 ** -52 };
const epsilonBelow: Readonly<Record<FloatDType, number>> = { float32: 2 ** -24, float64: 2 ** -53 };

/**
 * Exponential of rate 1: -log(1 - u). u32[2] -> f32[shape]
 * Source: jax.random.exponential.
 *
 * @throws DTypeError when `dtype` is no float; ShapeError for a batch of keys
 */
export const exponential = (key: Key, shape: Shape = [], options: FloatOptions = {}): NDArray =>
  neg(log1p(neg(drawWith("random.exponential", key, shape, options))));

/**
 * Standard Gumbel: -log(-log u) with u uniform on [tiny, 1). u32[2] -> f32[shape]
 * Source: jax.random.gumbel, in its mode "low".
 *
 * @throws DTypeError when `dtype` is no float; ShapeError for a batch of keys
 */
export const gumbel = (key: Key, shape: Shape = [], options: FloatOptions = {}): NDArray =>
  drawGumbel("random.gumbel", key, shape, options);

/** `gumbel`, in the name of another sampler. */
export const drawGumbel = (operation: string, key: Key, shape: Shape, options: FloatOptions = {}): NDArray =>
  neg(log(neg(log(drawWith(operation, key, shape, options, (dtype) => tiny[dtype])))));

/**
 * Standard Laplace: sign(u) log(1 - |u|) with u uniform on (-1, 1). u32[2] -> f32[shape]
 * Source: jax.random.laplace.
 *
 * @throws DTypeError when `dtype` is no float; ShapeError for a batch of keys
 */
export function laplace(key: Key, shape: Shape = [], options: FloatOptions = {}): NDArray {
  const u = drawWith("random.laplace", key, shape, options, (dtype) => -1 + epsilonBelow[dtype]);
  return mul(sign(u), log1p(neg(abs(u))));
}

/**
 * Standard logistic: log u - log(1 - u). u32[2] -> f32[shape]
 * Source: jax.random.logistic.
 *
 * @throws DTypeError when `dtype` is no float; ShapeError for a batch of keys
 */
export function logistic(key: Key, shape: Shape = [], options: FloatOptions = {}): NDArray {
  const u = drawWith("random.logistic", key, shape, options, (dtype) => tiny[dtype]);
  return sub(log(u), log1p(neg(u)));
}

/**
 * Standard Cauchy: tan(pi (u - 1/2)). u32[2] -> f32[shape]
 * Source: jax.random.cauchy.
 *
 * @throws DTypeError when `dtype` is no float; ShapeError for a batch of keys
 */
export function cauchy(key: Key, shape: Shape = [], options: FloatOptions = {}): NDArray {
  const u = drawWith("random.cauchy", key, shape, options, (dtype) => epsilon[dtype]);
  return tan(mul(Math.PI, sub(u, 0.5)));
}

/** Uniform on [least, 1), in the dtype that the options name. */
function drawWith(
  operation: string,
  key: Key,
  shape: Shape,
  options: FloatOptions,
  least: (dtype: FloatDType) => number = () => 0,
): NDArray {
  const dtype = readFloat(operation, options);
  return drawUniform(operation, key, shape, { dtype, minval: least(dtype) });
}
