/**
 * The loops of LU with partial pivoting. Element (i, j) becomes
 *
 *     (A[i, j] - L[i, 0] U[0, j] - L[i, 1] U[1, j] - ...) / U[j, j]     (the quotient below the diagonal only)
 *
 * with A's rows in their final order: products are subtracted one by one, in ascending order. Four columns are factored at a
 * time, and their products are subtracted from the columns to the right together, along rows: what lies side by side in memory
 * differs from the textbook's loops, no bit of the result does.
 */
import type { BlockBuilder } from "../../ir/block-builder.js";
import * as e from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import { range } from "../../ir/shape.js";
import type { Span } from "./matrices.js";

/** Columns that are factored before the rest is touched. */
const panelWidth = 4;

/** A matrix that is being factored. */
interface Work {
  readonly rows: number;
  readonly columns: number;
  readonly matrix: Span;
  readonly pivots: Span;
  readonly permutation: Span;
}

/** Replaces an m x n matrix by its factors; writes the pivots and the permutation. */
export function emitLu(
  b: BlockBuilder,
  rows: number,
  columns: number,
  matrix: Span,
  pivots: Span,
  permutation: Span,
): void {
  const work: Work = { rows, columns, matrix, pivots, permutation };
  b.loop(rows, (inner, i) => inner.store(permutation.buffer, e.add(permutation.base, i), i));
  const steps = Math.min(rows, columns);
  const full = Math.floor(steps / panelWidth);
  const emitStep = (inner: BlockBuilder, first: Expr, width: number): void => {
    emitPanel(inner, work, first, width);
    emitRowsOfPanel(inner, work, first, width);
    emitRowsBelow(inner, work, first, width);
  };
  b.serial(full, (inner, panel) => emitStep(inner, e.mul(panel, e.i32(panelWidth)), panelWidth));
  if (steps > full * panelWidth) {
    b.block("", (inner) => emitStep(inner, e.i32(full * panelWidth), steps - full * panelWidth));
  }
}

/** The flat position at which a row begins. */
const rowStart = ({ matrix, columns }: Work, i: Expr): Expr => e.add(matrix.base, e.mul(i, e.i32(columns)));

// the panel ----------------------------------------------------------------------------------------------------------

/** Factors `width` columns from `first` on, with their rows from `first` on. Whole rows are exchanged. */
function emitPanel(b: BlockBuilder, work: Work, first: Expr, width: number): void {
  const { rows, matrix } = work;
  const { buffer } = matrix;
  b.serial(width, (inner, c) => {
    const k = inner.local(e.add(first, c));
    emitPivot(inner, work, k);
    const pivotRow = inner.local(rowStart(work, k));
    const pivot = inner.local(e.load(buffer, e.add(pivotRow, k)));
    const isZero = inner.local(e.eq(pivot, e.floatConstant(buffer.dtype, 0)));
    const next = inner.local(e.add(k, e.i32(1)));
    inner.loop(e.sub(e.i32(rows), next), (below, r) => {
      const row = below.local(rowStart(work, e.add(next, r)));
      const element = below.local(e.load(buffer, e.add(row, k)));
      const factor = below.local(e.select(isZero, element, e.div(element, pivot)));
      below.store(buffer, e.add(row, k), factor);
      below.loop(e.sub(e.i32(width - 1), c), (each, q) => {
        const j = each.local(e.add(next, q));
        const product = e.mul(factor, e.load(buffer, e.add(pivotRow, j)));
        each.store(buffer, e.add(row, j), e.sub(e.load(buffer, e.add(row, j)), product));
      });
    });
  });
}

/** Finds the largest element of column k from row k on, and exchanges its row with row k. */
function emitPivot(b: BlockBuilder, work: Work, k: Expr): void {
  const { rows, columns, matrix, pivots, permutation } = work;
  const sizeAt = (i: Expr): Expr => e.abs(e.load(matrix.buffer, e.add(rowStart(work, i), k)));
  const place = b.local(k);
  const largest = b.local(sizeAt(k));
  b.serial(e.sub(e.i32(rows - 1), k), (inner, r) => {
    const i = inner.local(e.add(e.add(k, e.i32(1)), r));
    const size = inner.local(sizeAt(i));
    const isFirstNaN = e.and(e.ne(size, size), e.eq(largest, largest));
    const isLarger = inner.local(e.or(e.gt(size, largest), isFirstNaN));
    inner.assign(place, e.select(isLarger, i, place));
    inner.assign(largest, e.select(isLarger, size, largest));
  });
  b.store(pivots.buffer, e.add(pivots.base, k), place);
  b.if(e.ne(place, k), (exchange) => {
    const upper = exchange.local(rowStart(work, k));
    const lower = exchange.local(rowStart(work, place));
    emitSwap(exchange, permutation, e.add(permutation.base, k), e.add(permutation.base, place));
    exchange.loop(columns, (each, j) => emitSwap(each, matrix, e.add(upper, j), e.add(lower, j)));
  });
}

function emitSwap(b: BlockBuilder, { buffer }: Span, x: Expr, y: Expr): void {
  const former = b.local(e.load(buffer, x));
  b.store(buffer, x, e.load(buffer, y));
  b.store(buffer, y, former);
}

// the columns to the right of it -------------------------------------------------------------------------------------

/** For every column to the right of the panel. */
function eachColumnAfter(
  b: BlockBuilder,
  { columns }: Work,
  first: Expr,
  width: number,
  body: (b: BlockBuilder, j: Expr) => void,
): void {
  const next = b.local(e.add(first, e.i32(width)));
  b.loop(e.sub(e.i32(columns), next), (inner, q) => body(inner, inner.local(e.add(next, q))), "vector");
}

/** Rows first ... first + width - 1 there become rows of U: from each the products of those above it are subtracted. */
function emitRowsOfPanel(b: BlockBuilder, work: Work, first: Expr, width: number): void {
  const starts = range(width).map((r) => b.local(rowStart(work, e.add(first, e.i32(r)))));
  for (let r = 1; r < width; r++) {
    const factors = range(r).map((q) =>
      b.local(e.load(work.matrix.buffer, e.sum([starts[r], first, e.i32(q)]))),
    );
    eachColumnAfter(b, work, first, width, (inner, j) =>
      emitDifference(inner, work.matrix, starts[r], j, factors, starts),
    );
  }
}

/** From the rows below the products of the panel's factors with its rows of U are subtracted. */
function emitRowsBelow(b: BlockBuilder, work: Work, first: Expr, width: number): void {
  const starts = range(width).map((r) => b.local(rowStart(work, e.add(first, e.i32(r)))));
  const next = b.local(e.add(first, e.i32(width)));
  b.loop(e.sub(e.i32(work.rows), next), (inner, r) => {
    const row = inner.local(rowStart(work, e.add(next, r)));
    const factors = starts.map((_, q) =>
      inner.local(e.load(work.matrix.buffer, e.sum([row, first, e.i32(q)]))),
    );
    eachColumnAfter(inner, work, first, width, (each, j) =>
      emitDifference(each, work.matrix, row, j, factors, starts),
    );
  });
}

/** Element j of a row, less the products of the factors with element j of other rows. */
function emitDifference(
  b: BlockBuilder,
  { buffer }: Span,
  row: Expr,
  j: Expr,
  factors: readonly Expr[],
  starts: readonly Expr[],
): void {
  const place = b.local(e.add(row, j));
  const rest = factors.reduce<Expr>(
    (left, factor, q) => e.sub(left, e.mul(factor, e.load(buffer, e.add(starts[q], j)))),
    e.load(buffer, place),
  );
  b.store(buffer, place, rest);
}
