/** Norms. Known gaps: the matrix norms 2, -2 and "nuc", which need singular values. */
import type { ArrayLike, NDArray, ReduceOptions } from "../../autodiff/array.js";
import { literal } from "../../autodiff/array.js";
import { ne } from "../../autodiff/primitives/comparison.js";
import { convertElementType } from "../../autodiff/primitives/conversion.js";
import { pow, sqrt, square } from "../../autodiff/primitives/power.js";
import { reduceMax, reduceMin } from "../../autodiff/primitives/reduction.js";
import { abs } from "../../autodiff/primitives/rounding-and-sign.js";
import { max } from "../../autodiff/primitives/selection.js";
import { reduceSum } from "../../autodiff/primitives/sum-and-broadcast.js";
import { type OptionKinds, readOptions } from "../../ir/arguments.js";
import { describe } from "../../ir/describe.js";
import { ArgumentError, ShapeError } from "../../ir/errors.js";
import { canonicalAxes, canonicalAxis, range, showShape } from "../../ir/shape.js";
import { keepAxes } from "../axes.js";
import { promoteOperand } from "../promotion.js";

/** Of vectors any number; of matrices "fro", 1, -1 and the infinities. */
export type NormOrder = number | "fro" | "nuc";

export interface NormOptions extends ReduceOptions {
  readonly ord?: NormOrder | null;
  /** One axis: vectors; two: matrices; null: the whole array. */
  readonly axis?: number | readonly [number, number] | null;
}

/** Order and axes have messages of their own. */
const normKinds: OptionKinds<NormOptions> = { ord: "any", axis: "any", keepdims: "boolean" };

/**
 * The size of a vector or matrix. By default sqrt(sum(x^2)), over the whole array or the axes. Of vectors: ord p is
 * (sum |x|^p)^(1/p), the infinities the extremes of |x|, 0 the number of elements that are not 0. Of matrices: 1 and -1 the
 * extremes of the columns' sums of |x|, the infinities those of the rows'. Derivatives at 0 are JAX's: NaN of roots, and 1, or a
 * share of it, of sums and extremes of |x|.
 *
 * Source: numpy.linalg.norm.
 *
 * @throws ArgumentError for orders that do not exist or need singular values, ShapeError where an order needs a vector or a
 * matrix and the array is neither.
 * @example norm([3, 4]).item() // 5
 */
export function norm(x: ArrayLike, options: NormOptions = {}): NDArray {
  const { ord = null, axis = null, keepdims } = readOptions("norm", options, normKinds);
  if (ord !== null && typeof ord !== "number" && typeof ord !== "string") {
    throw new ArgumentError(`norm: ord must be a number, "fro" or "nuc", got ${describe(ord)}`);
  }
  const a = promoteOperand(x, "inexact", "norm");
  const axes = normAxes(a, ord, axis);
  const sorted = [...axes].sort((p, q) => p - q);
  const finish = (out: NDArray): NDArray => keepAxes(out, a.shape, sorted, keepdims);
  if (ord === null || (ord === "fro" && axes.length === 2)) return finish(sqrt(reduceSum(square(a), sorted)));
  if (axes.length === 1) return finish(vectorNorm(a, ord, axes[0]));
  return finish(matrixNorm(a, ord, axes[0], axes[1]));
}

function normAxes(x: NDArray, ord: NormOrder | null, axis: NormOptions["axis"]): number[] {
  if (typeof axis === "number") return [canonicalAxis("norm", axis, x.ndim)];
  if (axis) return canonicalAxes("norm", axis, x.ndim);
  if (ord !== null && x.ndim !== 1 && x.ndim !== 2) {
    throw new ShapeError(
      `norm: ord ${ord} is for vectors and matrices, not for shape ${showShape(x.shape)}; name one or two axes`,
    );
  }
  return range(x.ndim);
}

function vectorNorm(x: NDArray, ord: NormOrder, axis: number): NDArray {
  if (typeof ord === "string") {
    throw new ArgumentError(
      `norm: "${ord}" is for matrices; leave ord out for the Euclidean norm of a vector`,
    );
  }
  if (ord === Number.POSITIVE_INFINITY) return maxFromZero(abs(x), axis);
  if (ord === Number.NEGATIVE_INFINITY) return minOf(abs(x), axis);
  if (ord === 0) return reduceSum(convertElementType(ne(x, 0), x.dtype), [axis]);
  if (ord === 1) return reduceSum(abs(x), [axis]);
  if (ord === 2) return sqrt(reduceSum(square(x), [axis]));
  return pow(reduceSum(pow(abs(x), literal(ord, x.dtype)), [axis]), literal(1 / ord, x.dtype));
}

type Extreme = (x: NDArray, axis: number) => NDArray;

/** Of nothing 0. A largest of 0 ties with this 0, as in JAX: its derivative is half of the maximum's. */
const maxFromZero: Extreme = (x, axis) => max(reduceMax(x, [axis]), 0);

const minOf: Extreme = (x, axis) => {
  if (x.shape[axis] > 0) return reduceMin(x, [axis]);
  throw new ShapeError(
    `norm: the least of no elements does not exist (axis ${axis} of ${showShape(x.shape)}); check the size first`,
  );
};

function matrixNorm(x: NDArray, ord: NormOrder, row: number, column: number): NDArray {
  /** The extreme, along `over`, of the sums along `along`. */
  const ofSums = (along: number, over: number, extreme: Extreme): NDArray =>
    extreme(reduceSum(abs(x), [along]), over > along ? over - 1 : over);
  if (ord === 1) return ofSums(row, column, maxFromZero);
  if (ord === -1) return ofSums(row, column, minOf);
  if (ord === Number.POSITIVE_INFINITY) return ofSums(column, row, maxFromZero);
  if (ord === Number.NEGATIVE_INFINITY) return ofSums(column, row, minOf);
  if (ord === 2 || ord === -2 || ord === "nuc") {
    throw new ArgumentError(
      `norm: ord ${ord} of a matrix needs singular values, which are not there yet; use "fro", 1 or infinity`,
    );
  }
  throw new ArgumentError(`norm: a matrix has no norm of order ${ord}; use "fro", 1, -1 or the infinities`);
}
