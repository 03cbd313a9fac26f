/** Triangular factors of matrices, and systems with them. */
import type { ArrayLike, NDArray } from "../../autodiff/array.js";
import { add, div } from "../../autodiff/primitives/arithmetic.js";
import { cholesky as choleskyFactor } from "../../autodiff/primitives/cholesky.js";
import { type Lu, lu as luFactors } from "../../autodiff/primitives/lu.js";
import { checkMatrix, checkSquareMatrix, transposeMatrix } from "../../autodiff/primitives/matrices.js";
import { expandDims, reshape } from "../../autodiff/primitives/sum-and-broadcast.js";
import {
  type TriangularSolveParams,
  triangularSolve as triangularSolution,
} from "../../autodiff/primitives/triangular-solve.js";
import { type OptionKinds, readOptions } from "../../ir/arguments.js";
import { dropAxes } from "../../ir/shape.js";
import { promoteOperand, promoteTypes } from "../promotion.js";
import { alignMatrices } from "./batches.js";

// Cholesky -----------------------------------------------------------------------------------------------------------

export interface CholeskyOptions {
  /** U = L^T instead of L; false by default. */
  readonly upper?: boolean;
  /** (A + A^T) / 2 is factored, so that derivatives are symmetric; true by default. Otherwise A's lower triangle is read. */
  readonly symmetrizeInput?: boolean;
}

const choleskyKinds: OptionKinds<CholeskyOptions> = { upper: "boolean", symmetrizeInput: "boolean" };

/**
 * The lower triangular L with A = L L^T of a symmetric positive definite A; or with `upper` the U = L^T with A = U^T U.
 * f[..., n, n] -> f[..., n, n]; integers become float32. Where A is not positive definite, the triangle is NaN.
 *
 * @throws ShapeError when the last two sizes differ
 * @example cholesky([[4, 2], [2, 5]]).js() // [[2, 0], [1, 2]]
 * Source: jax.numpy.linalg.cholesky.
 */
export const cholesky = (a: ArrayLike, options: CholeskyOptions = {}): NDArray =>
  choleskyOf(promoteOperand(a, "inexact", "cholesky"), options);

/** As `cholesky`, without promotion. */
export function choleskyOf(a: NDArray, options: CholeskyOptions = {}): NDArray {
  const { upper = false, symmetrizeInput = true } = readOptions("cholesky", options, choleskyKinds);
  checkSquareMatrix("cholesky", a.aval);
  const l = choleskyFactor(symmetrizeInput ? div(add(a, transposeMatrix(a)), 2) : a);
  return upper ? transposeMatrix(l) : l;
}

// triangular systems -------------------------------------------------------------------------------------------------

export type TriangularSolveOptions = Partial<TriangularSolveParams>;

const triangularSolveKinds: OptionKinds<TriangularSolveOptions> = {
  leftSide: "boolean",
  lower: "boolean",
  transposeA: "boolean",
  unitDiagonal: "boolean",
};

/**
 * X of the equation op(A) X = B (`leftSide`) or X op(A) = B (the default), for a triangular A: `lower` says which triangle is
 * read (upper by default), op(A) is A^T with `transposeA`, and with `unitDiagonal` A's diagonal is taken as ones.
 * f[..., n, n] and f[..., n, m] (f[..., m, n] on the right) to the latter; a B of one axis less is a vector, or a batch of them.
 * Integers become float32; sizes of 1 before the matrices stretch.
 *
 * @throws ShapeError when A is not square or B does not fit
 * @example triangularSolve([[2, 0], [1, 3]], [4, 8], { leftSide: true, lower: true }).js() // [2, 2]
 * Source: jax.lax.linalg.triangular_solve, as jax-js. SciPy's solve_triangular is `leftSide: true`.
 */
export function triangularSolve(a: ArrayLike, b: ArrayLike, options: TriangularSolveOptions = {}): NDArray {
  const [triangle, sides] = promoteTypes("triangularSolve", [a, b], "inexact");
  return triangularSolveOf(triangle, sides, options, (x, y) => alignMatrices("triangularSolve", x, y));
}

/** As `triangularSolve`, without promotion; `align` may make the sizes before the matrices equal. */
export function triangularSolveOf(
  a: NDArray,
  b: NDArray,
  options: TriangularSolveOptions,
  align: (a: NDArray, b: NDArray) => readonly [NDArray, NDArray] = (x, y) => [x, y],
): NDArray {
  readOptions("triangularSolve", options, triangularSolveKinds);
  checkSquareMatrix("triangularSolve", a.aval);
  const isVector = b.ndim === a.ndim - 1;
  const sides = isVector ? expandDims(b, [options.leftSide ? b.ndim : b.ndim - 1]) : b;
  checkMatrix("triangularSolve", sides.aval);
  const x = triangularSolution(...align(a, sides), options);
  if (!isVector) return x;
  const added = x.ndim - (options.leftSide ? 1 : 2);
  return reshape(x, dropAxes(x.shape, [added]));
}

// LU -----------------------------------------------------------------------------------------------------------------

/**
 * P A = L U with partial pivoting: [lu, pivots, permutation], as jax.lax.linalg.lu and jax-js (not SciPy's P, L, U).
 * `lu` f[..., m, n] holds U, and below its diagonal L without its diagonal of ones; `pivots` i32[..., min(m, n)] says with
 * which row row i was exchanged in step i; `permutation` i32[..., m] the same as (P A)[i] = A[permutation[i]].
 * Integers become float32. The derivative takes the pivots as constant.
 *
 * @throws ShapeError when there are fewer than two axes
 * @example lu([[1, 2], [2, 2]]).map((x) => x.js()) // [[[2, 2], [0.5, 1]], [1, 1], [1, 0]]
 * Source: jax.lax.linalg.lu.
 */
export const lu = (a: ArrayLike): Lu => luFactors(promoteOperand(a, "inexact", "lu"));
