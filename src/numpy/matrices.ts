/** Matrices by pattern: identities, triangles, diagonals, traces. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { add } from "../autodiff/primitives/arithmetic.js";
import { eq, le } from "../autodiff/primitives/comparison.js";
import { concatenate } from "../autodiff/primitives/concatenation.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { iota } from "../autodiff/primitives/creation.js";
import { gather } from "../autodiff/primitives/gather.js";
import { select } from "../autodiff/primitives/selection.js";
import { reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { pad } from "../autodiff/primitives/windowing.js";
import { checkInteger, readOptions } from "../ir/arguments.js";
import { ShapeError } from "../ir/errors.js";
import { canonicalAxes, range, showShape } from "../ir/shape.js";
import type { DTypeOption } from "./creation.js";
import { dtypeOption, toShape } from "./creation.js";
import { toArray } from "./promotion.js";
import { sum } from "./reductions.js";

function checkOffset(operation: string, k: number): void {
  checkInteger(operation, "the diagonal (0 the main one, 1 above it)", k);
}

/** bool[n, m]: where column - row satisfies a test against k. */
function pattern(
  n: number,
  m: number,
  k: number,
  test: (shiftedRow: NDArray, column: NDArray) => NDArray,
): NDArray {
  const row = iota("int32", [n, m], 0);
  return test(k === 0 ? row : add(row, k), iota("int32", [n, m], 1));
}

export interface EyeOptions extends DTypeOption {
  /** Which diagonal: 0 the main one, 1 the one above it. */
  readonly k?: number;
}

/**
 * f32[n, m] with ones on a diagonal, zeros elsewhere; m is n by default.
 * Source: numpy.eye.
 *
 * @example eye(2).js() // [[1, 0], [0, 1]]
 */
export function eye(n: number, m: number | null = null, options: EyeOptions = {}): NDArray {
  const { k = 0, dtype = "float32" } = readOptions("eye", options, { k: "integer", dtype: "dtype" });
  const [rows, columns] = toShape("eye", [n, m ?? n]);
  checkOffset("eye", k);
  return convertElementType(pattern(rows, columns, k, eq), dtype);
}

/** The identity matrix. Source: numpy.identity. */
export const identity = (n: number, options: DTypeOption = {}): NDArray =>
  eye(n, n, readOptions("identity", options, dtypeOption));

/**
 * Ones on and below the k-th diagonal, zeros above. Source: numpy.tri.
 *
 * @example tri(2).js() // [[1, 0], [1, 1]]
 */
export function tri(n: number, m: number | null = null, k = 0, options: DTypeOption = {}): NDArray {
  const { dtype = "float32" } = readOptions("tri", options, dtypeOption);
  const [rows, columns] = toShape("tri", [n, m ?? n]);
  checkOffset("tri", k);
  return convertElementType(
    pattern(rows, columns, k, (row, column) => le(column, row)),
    dtype,
  );
}

function triangle(operation: string, x: ArrayLike, k: number, keepLower: boolean): NDArray {
  const a = toArray(x, operation);
  checkOffset(operation, k);
  if (a.ndim < 2)
    throw new ShapeError(`${operation}: takes matrices, got shape ${showShape(a.shape)}; reshape it`);
  const [n, m] = a.shape.slice(-2);
  const mask = tri(n, m, keepLower ? k : k - 1, { dtype: "bool" });
  const aligned = reshape(mask, [...a.shape.slice(0, -2).map(() => 1), n, m]);
  const zero = literal(0, a.dtype);
  return keepLower ? select(aligned, a, zero) : select(aligned, zero, a);
}

/** The matrix with zeros above the k-th diagonal; of batches, each. Source: numpy.tril. */
export const tril = (x: ArrayLike, k = 0): NDArray => triangle("tril", x, k, true);

/** The matrix with zeros below the k-th diagonal; of batches, each. Source: numpy.triu. */
export const triu = (x: ArrayLike, k = 0): NDArray => triangle("triu", x, k, false);

/**
 * The k-th diagonal of the two axes, as a new last axis.
 * Source: numpy.diagonal.
 *
 * @example diagonal([[1, 2], [3, 4]]).js() // [1, 4]
 */
export function diagonal(x: ArrayLike, k = 0, axis1 = 0, axis2 = 1): NDArray {
  checkOffset("diagonal", k);
  const a = toArray(x, "diagonal");
  const [first, second] = matrixAxes("diagonal", a, axis1, axis2);
  const others = range(a.ndim).filter((axis) => axis !== first && axis !== second);
  const length = Math.max(0, Math.min(a.shape[first] + Math.min(k, 0), a.shape[second] - Math.max(k, 0)));
  const step = reshape(iota("int32", [length]), [length, 1]);
  const column = (start: number): NDArray => (start === 0 ? step : add(step, start));
  return gather(
    a,
    concatenate([column(Math.max(0, -k)), column(Math.max(0, k))], 1),
    {
      offsetDims: range(others.length),
      collapsedSliceDims: [first, second].sort((x1, x2) => x1 - x2),
      startIndexMap: [first, second],
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
    },
    a.shape.map((n, axis) => (others.includes(axis) ? n : Math.min(1, n))),
    "promiseInBounds",
  );
}

function matrixAxes(operation: string, x: NDArray, axis1: number, axis2: number): number[] {
  if (x.ndim < 2)
    throw new ShapeError(`${operation}: takes matrices, got shape ${showShape(x.shape)}; reshape it`);
  return canonicalAxes(operation, [axis1, axis2], x.ndim);
}

/**
 * Of a vector the matrix with it on the k-th diagonal; of a matrix that diagonal.
 *
 * Source: numpy.diag.
 *
 * @throws ShapeError on other ranks.
 * @example diag([1, 2]).js() // [[1, 0], [0, 2]]
 */
export function diag(x: ArrayLike, k = 0): NDArray {
  checkOffset("diag", k);
  const a = toArray(x, "diag");
  if (a.ndim === 2) return diagonal(a, k);
  if (a.ndim !== 1)
    throw new ShapeError(
      `diag: takes a vector or a matrix, got shape ${showShape(a.shape)}; use diagonal for batches`,
    );
  const zero = literal(0, a.dtype, a.weakType);
  const shifted = pad(a, zero, [[Math.max(0, k), Math.max(0, -k), 0]]);
  const n = shifted.size;
  return select(pattern(n, n, k, eq), reshape(shifted, [1, n]), zero);
}

/** The sum of a diagonal. @example trace([[1, 2], [3, 4]]).item() // 5. Source: numpy.trace. */
export function trace(x: ArrayLike, k = 0, axis1 = 0, axis2 = 1): NDArray {
  return sum(diagonal(x, k, axis1, axis2), -1);
}
