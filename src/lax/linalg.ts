/** `lax.linalg`: the factorizations of numpy.linalg, without promotion of dtypes or broadcasting. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { type Lu, lu as luFactors } from "../autodiff/primitives/lu.js";
import {
  type CholeskyOptions,
  choleskyOf,
  type TriangularSolveOptions,
  triangularSolveOf,
} from "../numpy/linalg/factorizations.js";
import { toArray } from "../numpy/promotion.js";
import { operandsOf } from "./operands.js";

/**
 * L with A = L L^T, NaN where A is not positive definite; U = L^T with `upper`. f[..., n, n] -> f[..., n, n]
 *
 * @throws ShapeError when the last two sizes differ, DTypeError when it is no float
 * Source: jax.lax.linalg.cholesky (`upper`: jax-js).
 */
export const cholesky = (a: ArrayLike, options: CholeskyOptions = {}): NDArray =>
  choleskyOf(toArray(a, "cholesky"), options);

/**
 * X of op(A) X = B (`leftSide`) or X op(A) = B, A triangular: see numpy.linalg.triangularSolve.
 *
 * @throws ShapeError when sizes do not fit, DTypeError when dtypes differ or are no floats
 * Source: jax.lax.linalg.triangular_solve.
 */
export function triangularSolve(a: ArrayLike, b: ArrayLike, options: TriangularSolveOptions = {}): NDArray {
  const [triangle, sides] = operandsOf("triangularSolve", [a, b]);
  return triangularSolveOf(triangle, sides, options);
}

/**
 * P A = L U with partial pivoting, [lu, pivots, permutation]: see numpy.linalg.lu. f[..., m, n]
 *
 * @throws ShapeError when there are fewer than two axes, DTypeError when it is no float
 * Source: jax.lax.linalg.lu.
 */
export const lu = (a: ArrayLike): Lu => luFactors(toArray(a, "lu"));
export type { Lu } from "../autodiff/primitives/lu.js";
