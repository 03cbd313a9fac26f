/** Proportions: gamma samples over their sum, divided in log space so that small parameters do not underflow. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { add, div, sub } from "../autodiff/primitives/arithmetic.js";
import { exp } from "../autodiff/primitives/elementary.js";
import { reduceMax } from "../autodiff/primitives/reduction.js";
import { max } from "../autodiff/primitives/selection.js";
import { expandDims, reduceSum } from "../autodiff/primitives/sum-and-broadcast.js";
import { stopGradient } from "../autodiff/transforms/stop-gradient.js";
import { ShapeError } from "../ir/errors.js";
import { broadcastShapes, type Shape, sameShape, showShape } from "../ir/shape.js";
import { drawGamma } from "./gamma.js";
import { checkOneKey, type Key, splitInTwo } from "./key.js";
import { checkShape, type FloatOptions, fitTo, readFloat, toDType } from "./shape.js";

/**
 * Beta samples, density proportional to x^(a-1) (1-x)^(b-1). u32[2], f32[...], f32[...] -> f32[shape]
 *
 * Differentiable in a and b.
 *
 * @param shape by default what a and b broadcast to
 * @throws DTypeError when `dtype` is no float; ShapeError when a or b does not broadcast to `shape`, or for a batch of keys
 * @example beta(key(0), 2, 3, [4])
 * Source: jax.random.beta.
 */
export function beta(
  key: Key,
  a: ArrayLike,
  b: ArrayLike,
  shape?: Shape,
  options: FloatOptions = {},
): NDArray {
  const operation = "random.beta";
  const dtype = readFloat(operation, options);
  const first = toDType(a, dtype, operation);
  const second = toDType(b, dtype, operation);
  const to = shape ?? broadcastShapes(operation, [first.shape, second.shape]);
  checkShape(operation, to);
  checkOneKey(operation, key);
  const [keyA, keyB] = splitInTwo(key);
  const logA = drawGamma(operation, keyA, fitTo(operation, first, to), to, { dtype }, true);
  const logB = drawGamma(operation, keyB, fitTo(operation, second, to), to, { dtype }, true);
  const largest = max(logA, logB);
  const partA = exp(sub(logA, largest));
  return div(partA, add(partA, exp(sub(logB, largest))));
}

/**
 * Dirichlet samples: n proportions with sum 1, density proportional to the product of xᵢ^(αᵢ-1). u32[2], f32[..., n] ->
 * f32[shape, n]
 *
 * Differentiable in alpha.
 *
 * @param shape by default that of `alpha` without its last axis
 * @throws DTypeError when `dtype` is no float; ShapeError when alpha is a scalar, its leading axes do not broadcast to `shape`,
 *   or for a batch of keys
 * @example dirichlet(key(0), [1, 2, 3], [2])
 * Source: jax.random.dirichlet.
 */
export function dirichlet(key: Key, alpha: ArrayLike, shape?: Shape, options: FloatOptions = {}): NDArray {
  const operation = "random.dirichlet";
  const dtype = readFloat(operation, options);
  const concentration = toDType(alpha, dtype, operation);
  if (concentration.ndim === 0) {
    throw new ShapeError(
      `${operation}: alpha is a scalar; it must have an axis of proportions, such as [1, 2, 3]`,
    );
  }
  const batch = concentration.shape.slice(0, -1);
  const to = shape ?? batch;
  checkShape(operation, to);
  if (!sameShape(broadcastShapes(operation, [to, batch]), to)) {
    throw new ShapeError(
      `${operation}: the leading axes ${showShape(batch)} of alpha do not fit draws of shape ${showShape(to)}; ` +
        "give a shape that they broadcast to, without the axis of proportions",
    );
  }
  const full = [...to, ...concentration.shape.slice(-1)];
  return softmax(drawGamma(operation, key, concentration, full, { dtype }, true));
}

/** e^(x - max) over its sum, along the last axis. */
function softmax(x: NDArray): NDArray {
  const axis = x.ndim - 1;
  const largest = x.shape[axis] === 0 ? x : expandDims(stopGradient(reduceMax(x, [axis])), [axis]);
  const parts = exp(sub(x, largest));
  return div(parts, expandDims(reduceSum(parts, [axis]), [axis]));
}
