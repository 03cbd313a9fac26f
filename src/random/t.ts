/** Student's t. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { div, mul } from "../autodiff/primitives/arithmetic.js";
import { sqrt } from "../autodiff/primitives/power.js";
import type { Shape } from "../ir/shape.js";
import { drawGamma } from "./gamma.js";
import { checkOneKey, type Key, splitInTwo } from "./key.js";
import { drawNormal } from "./normal.js";
import { checkShape, type FloatOptions, fitTo, readFloat, toDType } from "./shape.js";

/**
 * Student's t samples with df degrees of freedom: a normal over the root of a chi-square over df. u32[2], f32[...] ->
 * f32[shape]
 *
 * Differentiable in df.
 *
 * @param shape by default that of `df`
 * @throws DTypeError when `dtype` is no float; ShapeError when `df` does not broadcast to `shape`, or for a batch of keys
 * @example t(key(0), 4, [4])
 * Source: jax.random.t.
 */
export function t(key: Key, df: ArrayLike, shape?: Shape, options: FloatOptions = {}): NDArray {
  const operation = "random.t";
  const dtype = readFloat(operation, options);
  const freedom = toDType(df, dtype, operation);
  const to = shape ?? freedom.shape;
  checkShape(operation, to);
  checkOneKey(operation, key);
  const [normalKey, gammaKey] = splitInTwo(key);
  const half = div(fitTo(operation, freedom, to), 2);
  const n = drawNormal(operation, normalKey, to, { dtype });
  return mul(n, sqrt(div(half, drawGamma(operation, gammaKey, half, to, { dtype }, false))));
}
