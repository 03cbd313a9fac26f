/** The Cholesky factor of symmetric positive definite matrices. */
import type { BlockBuilder } from "../../ir/block-builder.js";
import * as e from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import { range } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type { Primitive } from "../primitive.js";
import { notLinear, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { add, div } from "./arithmetic.js";
import { eye } from "./creation.js";
import { noParams } from "./elementwise.js";
import type { Span } from "./matrices.js";
import {
  at,
  checkSquareMatrix,
  eachMatrix,
  lowerTriangle,
  mirrorLower,
  multiplyMatrices,
  unbatched,
} from "./matrices.js";
import { batchUnary } from "./rules.js";
import { moveAxis } from "./sum-and-broadcast.js";
import { triangularSolve } from "./triangular-solve.js";

/**
 * A = L L^T with L lower triangular and its diagonal positive: f[..., n, n] -> f[..., n, n]. Of A the lower triangle is read;
 * above the diagonal L is 0. Where a pivot is not positive, A is not positive definite and all of L's triangle is NaN.
 *
 * Source: jax.lax.linalg.cholesky_p.
 */
export const choleskyPrimitive: Primitive = {
  name: "cholesky",
  abstractEval: ([a]) => {
    checkSquareMatrix("cholesky", a);
    return [a];
  },
  // From dA = dL L^T + L dL^T:  L^-1 dA L^-T = L^-1 dL + (L^-1 dL)^T, a lower triangular matrix and its transpose. So
  //   dL = L phi(L^-1 dA L^-T),  phi: the lower triangle with its diagonal halved.
  // Murray, "Differentiation of the Cholesky decomposition" (2016), equation 8. dA is what the triangle that is read says.
  jvp: ([a], [da]) => {
    const l = cholesky(a);
    if (da instanceof Zero) return [[l], [new Zero(l.aval)]];
    const right = triangularSolve(l, mirrorLower(da), { leftSide: false, lower: true, transposeA: true });
    const both = triangularSolve(l, right, { leftSide: true, lower: true });
    return [[l], [multiplyMatrices(l, halvedLower(both))]];
  },
  transpose: notLinear("cholesky is not linear"),
  batch: batchUnary((_, a, axis) => [cholesky(moveAxis(a, axis, 0)), 0]),
  lower: {
    kind: "nest",
    inPlace: 0,
    emit: (b, [a], [out]) => {
      const n = a.shape[a.shape.length - 1];
      eachMatrix(b, [a, out], [2, 2], (inner, [from, to]) => emitCholesky(inner, n, from, to));
    },
  },
};

export const cholesky = (a: NDArray): NDArray => bind1(choleskyPrimitive, [a], noParams);

/** The lower triangle with half its diagonal. */
function halvedLower(x: NDArray): NDArray {
  const n = x.shape[x.ndim - 1];
  const divisors = unbatched(add(eye(n, x), 1), x.ndim);
  return div(lowerTriangle(x), divisors);
}

// loops --------------------------------------------------------------------------------------------------------------

/** Rows that pass along the factor's earlier rows together. */
const blockHeight = 4;

/**
 * L[i, j] = (A[i, j] - L[i, 0] L[j, 0] - ... - L[i, j - 1] L[j, j - 1]) / L[j, j], and the square root of that numerator where
 * i = j: the products are subtracted one by one from A's element, in ascending order. Both factors of a product run along
 * rows. L may lie where A does: each element of A is read when it is replaced.
 */
function emitCholesky(b: BlockBuilder, n: number, a: Span, l: Span): void {
  if (n === 0) return;
  const isDefinite = b.local(e.bool(true));
  const full = Math.floor(n / blockHeight);
  const emitBlock = (inner: BlockBuilder, first: Expr, height: number): void => {
    emitColumnsBefore(inner, n, a, l, first, height);
    emitDiagonalBlock(inner, n, a, l, first, height, (pivots, pivot) => {
      pivots.assign(isDefinite, e.and(isDefinite, e.not(e.le(pivot, zeroOf(l)))));
    });
  };
  b.serial(full, (inner, block) => emitBlock(inner, e.mul(block, e.i32(blockHeight)), blockHeight));
  if (n > full * blockHeight) {
    b.block("", (inner) => emitBlock(inner, e.i32(full * blockHeight), n - full * blockHeight));
  }
  b.loop(n, (inner, i) => {
    const row = inner.local(e.sum([l.base, e.mul(i, e.i32(n)), i, e.i32(1)]));
    inner.loop(e.sub(e.i32(n - 1), i), (inRow, j) => inRow.store(l.buffer, e.add(row, j), zeroOf(l)));
  });
  b.if(e.not(isDefinite), (failed) => {
    failed.loop(n, (inner, i) => {
      const row = inner.local(e.add(l.base, e.mul(i, e.i32(n))));
      const nan = e.floatConstant(l.buffer.dtype, Number.NaN);
      inner.loop(e.add(i, e.i32(1)), (inRow, j) => inRow.store(l.buffer, e.add(row, j), nan));
    });
  });
}

const zeroOf = (l: Span): Expr => e.floatConstant(l.buffer.dtype, 0);

/** Columns 0 ... first - 1 of the rows first ... first + height - 1. */
function emitColumnsBefore(b: BlockBuilder, n: number, a: Span, l: Span, first: Expr, height: number): void {
  const rows = range(height).map((r) => b.local(e.mul(e.add(first, e.i32(r)), e.i32(n))));
  b.serial(first, (inner, j) => {
    const pivotRow = inner.local(e.mul(j, e.i32(n)));
    const rests = rows.map((row) => inner.local(at(a, row, j)));
    inner.serial(j, (turn, k) => {
      const y = turn.local(at(l, pivotRow, k));
      rests.forEach((rest, r) => {
        turn.assign(rest, e.sub(rest, e.mul(at(l, rows[r], k), y)));
      });
    });
    const pivot = inner.local(at(l, pivotRow, j));
    rests.forEach((rest, r) => {
      inner.store(l.buffer, e.sum([l.base, rows[r], j]), e.div(rest, pivot));
    });
  });
}

/** The columns from `first` to the diagonal of the same rows, row after row. */
function emitDiagonalBlock(
  b: BlockBuilder,
  n: number,
  a: Span,
  l: Span,
  first: Expr,
  height: number,
  onPivot: (b: BlockBuilder, pivot: Expr) => void,
): void {
  b.serial(height, (inner, r) => {
    const row = inner.local(e.mul(e.add(first, r), e.i32(n)));
    /** A[i, j] without the products of the columns before j. */
    const restAt = (inColumn: BlockBuilder, j: Expr, pivotRow: Expr): Expr => {
      const rest = inColumn.local(at(a, row, j));
      inColumn.serial(j, (turn, k) => {
        turn.assign(rest, e.sub(rest, e.mul(at(l, row, k), at(l, pivotRow, k))));
      });
      return rest;
    };
    inner.serial(r, (inColumn, c) => {
      const j = inColumn.local(e.add(first, c));
      const pivotRow = inColumn.local(e.mul(j, e.i32(n)));
      const rest = restAt(inColumn, j, pivotRow);
      inColumn.store(l.buffer, e.sum([l.base, row, j]), e.div(rest, at(l, pivotRow, j)));
    });
    const i = inner.local(e.add(first, r));
    const pivot = restAt(inner, i, row);
    onPivot(inner, pivot);
    inner.store(l.buffer, e.sum([l.base, row, i]), e.sqrt(pivot));
  });
}

export const choleskyPrimitives: readonly Primitive[] = [choleskyPrimitive];
