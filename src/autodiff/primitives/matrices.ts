/** What the primitives of linear algebra share: matrices are the last two axes, the axes before them count matrices. */
import type { Aval } from "../../ir/aval.js";
import { describeAval } from "../../ir/aval.js";
import type { BlockBuilder, View } from "../../ir/block-builder.js";
import { isFloat } from "../../ir/dtype.js";
import { DTypeError, ShapeError } from "../../ir/errors.js";
import { add, i32, load, mul, sum } from "../../ir/expr.js";
import type { Buffer, Expr } from "../../ir/loop-ir.js";
import { range, sizeOf } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type { BatchAxis } from "../primitive.js";
import { ge, gt } from "./comparison.js";
import { dotGeneral } from "./contraction.js";
import { iota } from "./creation.js";
import { gather } from "./gather.js";
import { select } from "./selection.js";
import { expandDims, moveAxis, reshape, transpose } from "./sum-and-broadcast.js";

// checks -------------------------------------------------------------------------------------------------------------

/** Throws DTypeError unless it is a float, ShapeError unless it has two axes or more. */
export function checkMatrix(operation: string, a: Aval): void {
  if (!isFloat(a.dtype)) {
    throw new DTypeError(
      `${operation}: takes float32 or float64, got ${describeAval(a)}; use x.astype("float32"), or the function of ` +
        "numpy.linalg, which promotes",
    );
  }
  if (a.shape.length < 2) {
    throw new ShapeError(
      `${operation}: takes a matrix or a batch of them, [..., m, n], got ${describeAval(a)}; reshape it`,
    );
  }
}

/** As checkMatrix; throws ShapeError unless the last two sizes are equal. */
export function checkSquareMatrix(operation: string, a: Aval): void {
  checkMatrix(operation, a);
  const [m, n] = a.shape.slice(-2);
  if (m !== n) {
    throw new ShapeError(
      `${operation}: takes square matrices, [..., n, n], got ${describeAval(a)}: its last two sizes, ${m} and ${n}, differ`,
    );
  }
}

// operations ---------------------------------------------------------------------------------------------------------

/** out[..., i, j] = x[..., j, i] */
export const transposeMatrix = (x: NDArray): NDArray =>
  transpose(x, [...range(x.ndim - 2), x.ndim - 1, x.ndim - 2]);

/** Whether row >= column (`strict`: >), as bool[1, ..., m, n]. */
function onAndBelow(x: NDArray, strict: boolean): NDArray {
  const shape = x.shape.slice(-2);
  const mask = (strict ? gt : ge)(iota("int32", shape, 0), iota("int32", shape, 1));
  return unbatched(mask, x.ndim);
}

/** The matrix with zeros above its diagonal; `strict`: on it, too. */
export const lowerTriangle = (x: NDArray, strict = false): NDArray => select(onAndBelow(x, strict), x, 0);

/** The matrix with zeros below its diagonal; `strict`: on it, too. */
export const upperTriangle = (x: NDArray, strict = false): NDArray => select(onAndBelow(x, !strict), 0, x);

/** The symmetric matrix with the lower triangle of x. */
export const mirrorLower = (x: NDArray): NDArray => select(onAndBelow(x, false), x, transposeMatrix(x));

/** The matrix products of two batches of equal sizes: [..., m, k] and [..., k, n] to [..., m, n]. */
export function multiplyMatrices(x: NDArray, y: NDArray): NDArray {
  const batch = range(x.ndim - 2);
  return dotGeneral(x, y, {
    lhsContracting: [x.ndim - 1],
    rhsContracting: [x.ndim - 2],
    lhsBatch: batch,
    rhsBatch: batch,
  });
}

/** The matrix with axes of size 1 in front, `rank` axes in all: the same for every matrix of a batch. */
export const unbatched = (x: NDArray, rank: number): NDArray =>
  reshape(x, [...new Array<number>(rank - 2).fill(1), ...x.shape]);

/** out[..., i, :] = x[..., rows[..., i], :] */
export function takeRows(x: NDArray, rows: NDArray): NDArray {
  if (x.size === 0) return x;
  const batch = range(x.ndim - 2);
  const axis = x.ndim - 2;
  const dimensionNumbers = {
    offsetDims: [axis + 1],
    collapsedSliceDims: [axis],
    startIndexMap: [axis],
    operandBatchingDims: batch,
    startIndicesBatchingDims: batch,
  };
  const sizes = x.shape.map((n, k) => (k === axis + 1 ? n : 1));
  return gather(x, expandDims(rows, [x.ndim - 1]), dimensionNumbers, sizes, "promiseInBounds");
}

// batching -----------------------------------------------------------------------------------------------------------

/**
 * The batching of a system with one matrix for all examples: their right-hand sides are solved together, as columns side by side
 * (or rows one below the other).
 */
export function solveTogether(
  b: NDArray,
  batchAxis: number,
  asColumns: boolean,
  solve: (sides: NDArray) => NDArray,
): readonly [NDArray[], BatchAxis[]] {
  // [..., n, m, batch], or [..., batch, m, n].
  const outAxis = asColumns ? b.ndim - 1 : b.ndim - 3;
  const apart = moveAxis(b, batchAxis, outAxis);
  const first = asColumns ? b.ndim - 2 : b.ndim - 3;
  const { shape } = apart;
  const sizes = [...shape.slice(0, first), shape[first] * shape[first + 1], ...shape.slice(first + 2)];
  return [[reshape(solve(reshape(apart, sizes)), shape)], [outAxis]];
}

// loops --------------------------------------------------------------------------------------------------------------

/** Part of a buffer from `base` on. */
export interface Span {
  readonly buffer: Buffer;
  readonly base: Expr;
}

/** For every matrix of a batch: where it begins in each of the views, whose last `ranks[i]` axes it takes. */
export function eachMatrix(
  b: BlockBuilder,
  views: readonly View[],
  ranks: readonly number[],
  body: (b: BlockBuilder, spans: readonly Span[]) => void,
): void {
  const [{ shape }] = views;
  b.loop(sizeOf(shape.slice(0, shape.length - ranks[0])), (inner, i) => {
    const spans = views.map((view, k) => {
      const size = sizeOf(view.shape.slice(view.shape.length - ranks[k]));
      return { buffer: view.buffer, base: add(view.offset, mul(i, i32(size))) };
    });
    body(inner, spans);
  });
}

/** The element `distances` from the beginning. */
export const at = (span: Span, ...distances: readonly Expr[]): Expr =>
  load(span.buffer, sum([span.base, ...distances]));
