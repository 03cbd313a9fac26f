/** Normal vectors with a mean and a covariance. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { add } from "../autodiff/primitives/arithmetic.js";
import { broadcastTo } from "../autodiff/primitives/sum-and-broadcast.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { show } from "../ir/describe.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import { broadcastShapes, type Shape, sameShape, showShape } from "../ir/shape.js";
import { einsum } from "../numpy/einsum.js";
import { cholesky } from "../numpy/linalg/index.js";
import type { Key } from "./key.js";
import { drawNormal } from "./normal.js";
import { checkFloat, checkShape, type FloatDType, type FloatOptions, toArray, toDType } from "./shape.js";

export interface MultivariateNormalOptions extends FloatOptions {
  /** How cov is factored: "cholesky", which needs it to be positive definite. */
  readonly method?: "cholesky";
}

const operation = "random.multivariateNormal";

/** The method has a message of its own. */
const optionKinds: OptionKinds<MultivariateNormalOptions> = { method: "any", dtype: "dtype" };

/**
 * Normal vectors: mean + L z with cov = L Lᵀ and z standard normal. u32[2], f32[..., n], f32[..., n, n] -> f32[shape, n]
 *
 * Differentiable in mean and cov. Where cov is not positive definite the draws are NaN.
 *
 * @param shape by default what the leading axes of mean and cov broadcast to
 * @param options dtype: by default float64 where mean or cov is a float64 array, else float32
 * @throws ShapeError when mean is no vector, cov not n by n, their leading axes do not broadcast to `shape`, or for a batch of
 *   keys; DTypeError when `dtype` is no float; ArgumentError for another method
 * @example multivariateNormal(key(0), [1, -1], [[2, 0.5], [0.5, 1]], [3])
 * Source: jax.random.multivariate_normal.
 */
export function multivariateNormal(
  key: Key,
  mean: ArrayLike,
  cov: ArrayLike,
  shape?: Shape,
  options: MultivariateNormalOptions = {},
): NDArray {
  const { dtype, method = "cholesky" } = readOptions(operation, options, optionKinds);
  if (method !== "cholesky") {
    throw new ArgumentError(
      `${operation}: the method is ${show(method)}; only "cholesky" is there, which takes positive definite cov: ` +
        "for a singular one add a little to its diagonal",
    );
  }
  const chosen = dtype ?? widest(mean, cov);
  checkFloat(operation, chosen);
  const center = toDType(mean, chosen, operation);
  const covariance = toDType(cov, chosen, operation);
  const to = shape ?? broadcastShapes(operation, batchShapes(center, covariance));
  checkShape(operation, to);
  const batches = batchShapes(center, covariance);
  if (!batches.every((batch) => broadcastsTo(batch, to))) {
    throw new ShapeError(
      `${operation}: the leading axes of mean and cov, ${batches.map(showShape).join(" and ")}, do not fit draws of shape ` +
        `${showShape(to)}; give a shape that they broadcast to, without the axis of the vectors`,
    );
  }
  const full = [...to, ...center.shape.slice(-1)];
  const z = drawNormal(operation, key, full, { dtype: chosen });
  const moved = einsum("...ij,...j->...i", cholesky(covariance), z);
  return add(broadcastTo(center, full), moved);
}

const broadcastsTo = (shape: Shape, to: Shape): boolean =>
  shape.length <= to.length && shape.every((n, i) => n === 1 || n === to[to.length - shape.length + i]);

/** float64 where an operand is a float64 array already. */
const widest = (...operands: readonly ArrayLike[]): FloatDType =>
  operands.some((x) => toArray(x, operation).dtype === "float64") ? "float64" : "float32";

/** The axes of mean and cov before those of one vector and one matrix. */
function batchShapes(mean: NDArray, cov: NDArray): readonly Shape[] {
  const n = mean.shape[mean.ndim - 1];
  if (mean.ndim === 0 || cov.ndim < 2 || !sameShape(cov.shape.slice(-2), [n, n])) {
    throw new ShapeError(
      `${operation}: mean is ${showShape(mean.shape)} and cov ${showShape(cov.shape)}; they must be [..., n] and [..., n, n]`,
    );
  }
  return [mean.shape.slice(0, -1), cov.shape.slice(0, -2)];
}
