/** Gamma samples, by rejection; differentiable in their shape. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { iota } from "../autodiff/primitives/creation.js";
import { randomGamma } from "../autodiff/primitives/random-gamma.js";
import { reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import type { Shape } from "../ir/shape.js";
import { sizeOf } from "../ir/shape.js";
import { type Key, keyWords } from "./key.js";
import { checkShape, type FloatOptions, fitTo, readFloat, toDType } from "./shape.js";

/**
 * Gamma samples of shape parameter a and scale 1: density x^(a-1) e^-x / Γ(a). u32[2], f32[...] -> f32[shape]
 *
 * Differentiable in `a`: the sample moves so that its place in the distribution stays (implicit reparameterization).
 *
 * @param shape by default that of `a`
 * @throws DTypeError when `dtype` is no float; ShapeError when `a` does not broadcast to `shape`, or for a batch of keys
 * @example gamma(key(0), 2.5, [5])
 * Source: jax.random.gamma; Marsaglia and Tsang, "A simple method for generating gamma variables" (2000).
 */
export const gamma = (key: Key, a: ArrayLike, shape?: Shape, options: FloatOptions = {}): NDArray =>
  drawGamma("random.gamma", key, a, shape, options, false);

/**
 * The logarithm of `gamma`'s samples, for small `a`, where the sample itself underflows. u32[2], f32[...] -> f32[shape]
 *
 * @param shape by default that of `a`
 * @throws as `gamma`
 * @example loggamma(key(0), 1e-3, [5])
 * Source: jax.random.loggamma.
 */
export const loggamma = (key: Key, a: ArrayLike, shape?: Shape, options: FloatOptions = {}): NDArray =>
  drawGamma("random.loggamma", key, a, shape, options, true);

/** Both, in the name of another sampler. */
export function drawGamma(
  operation: string,
  key: Key,
  a: ArrayLike,
  shape: Shape | undefined,
  options: FloatOptions,
  logSpace: boolean,
): NDArray {
  const dtype = readFloat(operation, options);
  const concentration = toDType(a, dtype, operation);
  const to = shape ?? concentration.shape;
  checkShape(operation, to);
  const fitted = fitTo(operation, concentration, to);
  const words = keyWords(operation, key);
  return randomGamma(words, reshape(iota("uint32", [sizeOf(to)]), to), fitted, { logSpace });
}
