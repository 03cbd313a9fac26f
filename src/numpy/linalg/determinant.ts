/**
 * Determinants. Known gap: the derivative at a singular matrix of four or more rows is right where LU meets a single pivot of
 * 0. With several it is taken as 0, which it is for rank n - 2 and less, and is not for a few of rank n - 1 (JAX likewise).
 */
import type { ArrayLike, NDArray } from "../../autodiff/array.js";
import { add, div, mul, sub } from "../../autodiff/primitives/arithmetic.js";
import { and, eq, lt, ne, not } from "../../autodiff/primitives/comparison.js";
import { convertElementType } from "../../autodiff/primitives/conversion.js";
import { full, iota, onesLike, zerosLike } from "../../autodiff/primitives/creation.js";
import { log } from "../../autodiff/primitives/elementary.js";
import { linearSolve } from "../../autodiff/primitives/linear-solve.js";
import { lu } from "../../autodiff/primitives/lu.js";
import {
  checkSquareMatrix,
  multiplyMatrices,
  takeRows,
  transposeMatrix,
  unbatched,
} from "../../autodiff/primitives/matrices.js";
import { argmin, reduceOr, reduceProd } from "../../autodiff/primitives/reduction.js";
import { abs, isfinite, sign } from "../../autodiff/primitives/rounding-and-sign.js";
import { select } from "../../autodiff/primitives/selection.js";
import { expandDims, reduceSum, reshape } from "../../autodiff/primitives/sum-and-broadcast.js";
import { triangularSolve } from "../../autodiff/primitives/triangular-solve.js";
import { slice } from "../../autodiff/primitives/windowing.js";
import { customJvp } from "../../autodiff/transforms/custom-jvp.js";
import type { Shape } from "../../ir/shape.js";
import { diagonal, trace } from "../matrices.js";
import { promoteOperand } from "../promotion.js";

// det ----------------------------------------------------------------------------------------------------------------

/**
 * The determinant, f[..., n, n] -> f[...]; 1 of no rows. Integers become float32. Up to three rows its polynomial, from four on
 * the product of LU's pivots (JAX: of their logarithms, which cost digits). The derivative is right at singular matrices too:
 * it is the matrix of cofactors.
 *
 * @throws ShapeError when the last two sizes differ
 * @example det([[1, 2], [3, 4]]).item() // -2
 * Source: jax.numpy.linalg.det.
 */
export function det(a: ArrayLike): NDArray {
  const matrix = promoteOperand(a, "inexact", "det");
  checkSquareMatrix("det", matrix.aval);
  switch (matrix.shape[matrix.ndim - 1]) {
    case 0:
      return full(matrix.shape.slice(0, -2), 1, matrix.dtype);
    case 1:
      return elementAt(matrix, 0, 0);
    case 2:
      return minor(matrix, [0, 1], [0, 1]);
    case 3:
      return det3(matrix);
    default:
      return detByFactors(matrix);
  }
}

/** Element (i, j) of each matrix. */
function elementAt(a: NDArray, i: number, j: number): NDArray {
  const batch = a.shape.slice(0, -2);
  const zeros = batch.map(() => 0);
  return reshape(slice(a, [...zeros, i, j], [...batch, i + 1, j + 1], null), batch);
}

/** The determinant of two rows and two columns. */
const minor = (a: NDArray, [i, k]: readonly number[], [j, l]: readonly number[]): NDArray =>
  sub(mul(elementAt(a, i, j), elementAt(a, k, l)), mul(elementAt(a, i, l), elementAt(a, k, j)));

/** By Sarrus: the three descending diagonals less the three ascending ones, in JAX's order. */
function det3(a: NDArray): NDArray {
  const product = (columns: readonly number[]): NDArray =>
    columns.map((j, i) => elementAt(a, i, j)).reduce((x, y) => mul(x, y));
  const ascending = [
    [2, 1, 0],
    [0, 2, 1],
    [1, 0, 2],
  ];
  const descending = add(add(product([0, 1, 2]), product([1, 2, 0])), product([2, 0, 1]));
  return ascending.map(product).reduce((rest, term) => sub(rest, term), descending);
}

/** d det A = tr(adj(A) dA): Jacobi's formula. */
const detByFactors = customJvp(function det(a: NDArray): NDArray {
  const [factors, pivots] = lu(a);
  return mul(parity(pivots, a), productOfPivots(factors));
}).defjvp(([a], [da]) => {
  const [value, product] = detAndAdjugateTimes(a, da);
  return [value, trace(product, 0, -2, -1)];
});

const productOfPivots = (factors: NDArray): NDArray => {
  const pivots = diagonal(factors, 0, -2, -1);
  return reduceProd(pivots, [pivots.ndim - 1]);
};

/** -1 where the rows' exchanges are odd in number, else 1, in the dtype of `like`. */
function parity(pivots: NDArray, like: NDArray): NDArray {
  const axis = pivots.ndim - 1;
  const exchanged = ne(pivots, iota("int32", pivots.shape, axis));
  const count = reduceSum(convertElementType(exchanged, "int32"), [axis]);
  const isOdd = eq(and(count, onesLike(count)), 1);
  return select(isOdd, full(count.shape, -1, like.dtype), 1);
}

/**
 * det A and adj(A) B, where adj(A) = det(A) A^-1 for regular A, in a way that is right for singular A too.
 *
 * With P A = L U, adj(A) = (-1)^p adj(U) L^-1 P. Let U' be U with its least pivot, the i-th, replaced by 1 if it is 0 (or so small
 * that its reciprocal is infinite). Then U = U' + (u - 1) e e^T with e the i-th unit vector, and since e^T U'^-1 e = 1
 *
 *     adj(U) = det(U') (u U'^-1 + (1 - u) (U'^-1 e) (e^T U'^-1))
 *
 * which is the adjugate's rank-one update. A pivot that is 0 beside that one: the result is 0.
 */
function detAndAdjugateTimes(a: NDArray, b: NDArray): readonly [NDArray, NDArray] {
  const [factors, pivots, permutation] = lu(a);
  const last = a.ndim - 2; // the axis of what is of each row
  const diagonals = diagonal(factors, 0, -2, -1);
  const least = expandDims(argmin(abs(diagonals), last), [last]);
  const isReplaced = and(
    eq(iota("int32", diagonals.shape, last), least),
    not(isfinite(div(onesLike(diagonals), diagonals))),
  );
  const isZero = and(eq(diagonals, 0), not(isReplaced));
  const regular = select(isZero, 1, select(isReplaced, 1, diagonals));
  const n = a.shape[a.ndim - 1];
  const onDiagonal = unbatched(eq(iota("int32", [n, n], 0), iota("int32", [n, n], 1)), a.ndim);
  const upper = select(onDiagonal, expandDims(regular, [last]), factors);

  const left = triangularSolve(factors, takeRows(b, permutation), {
    leftSide: true,
    lower: true,
    unitDiagonal: true,
  });
  const y = triangularSolve(upper, left, { leftSide: true });
  const e = expandDims(convertElementType(isReplaced, a.dtype), [a.ndim - 1]);
  const column = triangularSolve(upper, e, { leftSide: true });
  const rankOne = multiplyMatrices(column, multiplyMatrices(transposeMatrix(e), y));

  const odd = parity(pivots, a);
  const u = reduceSum(select(isReplaced, diagonals, 0), [last]);
  const anyReplaced = reduceOr(isReplaced, [last]);
  const matrixwise = (x: NDArray): NDArray => expandDims(x, [x.ndim, x.ndim + 1]);
  const sum = add(
    mul(matrixwise(select(anyReplaced, u, 1)), y),
    mul(matrixwise(select(anyReplaced, sub(1, u), 0)), rankOne),
  );
  const product = mul(matrixwise(mul(odd, reduceProd(regular, [last]))), sum);
  const isDeficient = matrixwise(reduceOr(isZero, [last]));
  return [mul(odd, productOfPivots(factors)), select(isDeficient, 0, product)];
}

// slogdet ------------------------------------------------------------------------------------------------------------

/**
 * [sign, log |det|], f[..., n, n] -> [f[...], f[...]]: where the determinant itself would overflow. A singular matrix has
 * [0, -infinity]. Integers become float32. The derivative of the logarithm is tr(A^-1 dA), that of the sign 0.
 *
 * @throws ShapeError when the last two sizes differ
 * @example slogdet([[1, 2], [3, 4]]).map((x) => x.item()) // [-1, 0.6931472]
 * Source: jax.numpy.linalg.slogdet.
 */
export function slogdet(a: ArrayLike): [sign: NDArray, logabsdet: NDArray] {
  const matrix = promoteOperand(a, "inexact", "slogdet");
  checkSquareMatrix("slogdet", matrix.aval);
  const n = matrix.shape[matrix.ndim - 1];
  if (n !== 1 && n !== 2) return slogdetByFactors(matrix);
  const value = n === 1 ? elementAt(matrix, 0, 0) : minor(matrix, [0, 1], [0, 1]);
  return [sign(value), log(abs(value))];
}

const slogdetByFactors = customJvp(function slogdet(a: NDArray): [NDArray, NDArray] {
  const [factors, pivots] = lu(a);
  return signAndLog(a.shape.slice(0, -2), factors, pivots);
}).defjvp(([a], [da]) => {
  const [factors, pivots, permutation] = lu(a);
  const [sign, logarithm] = signAndLog(a.shape.slice(0, -2), factors, pivots);
  const quotient = linearSolve(a, factors, permutation, da);
  return [
    [sign, logarithm],
    [zerosLike(sign), trace(quotient, 0, -2, -1)],
  ];
});

function signAndLog(batch: Shape, factors: NDArray, pivots: NDArray): [NDArray, NDArray] {
  const axis = batch.length;
  const diagonals = diagonal(factors, 0, -2, -1);
  const negatives = reduceSum(convertElementType(lt(diagonals, 0), "int32"), [axis]);
  const isOdd = eq(and(negatives, onesLike(negatives)), 1);
  const odd = parity(pivots, factors);
  const isSingular = reduceOr(eq(diagonals, 0), [axis]);
  return [
    select(isSingular, 0, select(isOdd, sub(0, odd), odd)),
    select(isSingular, Number.NEGATIVE_INFINITY, reduceSum(log(abs(diagonals)), [axis])),
  ];
}
