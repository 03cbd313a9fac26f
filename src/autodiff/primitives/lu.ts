/** The LU factors of matrices, with partial pivoting. */
import { aval } from "../../ir/aval.js";
import type { NDArray } from "../array.js";
import { literal } from "../array.js";
import type { Primitive } from "../primitive.js";
import { notLinear, Zero } from "../primitive.js";
import { bind } from "../trace.js";
import { add } from "./arithmetic.js";
import { eye } from "./creation.js";
import { addAny, noParams } from "./elementwise.js";
import { emitLu } from "./lu-loops.js";
import {
  checkMatrix,
  eachMatrix,
  lowerTriangle,
  multiplyMatrices,
  takeRows,
  unbatched,
  upperTriangle,
} from "./matrices.js";
import { moveAxis } from "./sum-and-broadcast.js";
import { triangularSolve } from "./triangular-solve.js";
import { type PaddingOfAxis, pad, sliceAlong } from "./windowing.js";

/** The factors in one matrix, the rows that were exchanged, and the permutation that this is. */
export type Lu = readonly [lu: NDArray, pivots: NDArray, permutation: NDArray];

/**
 * P A = L U for A f[..., m, n], L unit lower triangular and U upper triangular (m x k and k x n, k = min(m, n)):
 *
 * - lu f[..., m, n]: L below the diagonal, U on it and above;
 * - pivots i32[..., k]: in step i row i was exchanged with row pivots[i], where the column's largest element was (the first
 *   of equals, a NaN before all others);
 * - permutation i32[..., m]: (P A)[i] = A[permutation[i]].
 *
 * A column of zeros is left as it is: its pivot is 0, and nothing is divided. The derivative takes the pivots as constant.
 *
 * Source: jax.lax.linalg.lu_p.
 */
export const luPrimitive: Primitive = {
  name: "lu",
  abstractEval: ([a]) => {
    checkMatrix("lu", a);
    const batch = a.shape.slice(0, -2);
    const [m, n] = a.shape.slice(-2);
    return [a, aval([...batch, Math.min(m, n)], "int32"), aval([...batch, m], "int32")];
  },
  jvp: ([a], [da]) => {
    const outs = lu(a);
    const [factors, pivots, permutation] = outs;
    const dFactors = da instanceof Zero ? new Zero(factors.aval) : tangentOfFactors(factors, permutation, da);
    return [[...outs], [dFactors, new Zero(pivots.aval), new Zero(permutation.aval)]];
  },
  transpose: notLinear("lu is not linear"),
  batch: (_, [a], [axis]) => [
    [...lu(axis === null ? a : moveAxis(a, axis, 0))],
    [axis, axis, axis].map(toFront),
  ],
  lower: {
    kind: "nest",
    inPlace: 0,
    emit: (b, [a], outs) => {
      b.copy(a, outs[0]);
      const [m, n] = a.shape.slice(-2);
      eachMatrix(b, outs, [2, 1, 1], (inner, [factors, pivots, permutation]) =>
        emitLu(inner, m, n, factors, pivots, permutation),
      );
    },
  },
};

const toFront = (axis: number | null): number | null => (axis === null ? null : 0);

export function lu(a: NDArray): Lu {
  const [factors, pivots, permutation] = bind(luPrimitive, [a], noParams);
  return [factors, pivots, permutation];
}

/**
 * From P dA = dL U + L dU:  L^-1 P dA U^-1 = L^-1 dL + dU U^-1, a strictly lower and an upper triangular matrix. So with X the
 * left side  dL = L tril(X, -1),  dU = triu(X) U.  L and U are completed to m x m and n x n by the identity.
 *
 * De Hoog, Anderssen and Lukas, "Differentiation of matrix functionals using triangular factorization" (2011), as JAX.
 */
function tangentOfFactors(factors: NDArray, permutation: NDArray, da: NDArray): NDArray {
  const [m, n] = factors.shape.slice(-2);
  const k = Math.min(m, n);
  const [rowAxis, columnAxis] = [factors.ndim - 2, factors.ndim - 1];
  const lower = lowerTriangle(sliceAlong(factors, columnAxis, 0, k), true);
  const l = add(padded(lower, 0, m - k), unbatched(eye(m, da), factors.ndim));
  const upper = upperTriangle(sliceAlong(factors, rowAxis, 0, k));
  const rest = padded(padded(eye(n - k, da), k, 0), 0, 0, k);
  const u = add(padded(upper, 0, 0, 0, n - k), unbatched(rest, factors.ndim));
  const left = triangularSolve(l, takeRows(da, permutation), {
    leftSide: true,
    lower: true,
    unitDiagonal: true,
  });
  const x = triangularSolve(u, left, { leftSide: false, lower: false });
  return addAny(multiplyMatrices(l, lowerTriangle(x, true)), multiplyMatrices(upperTriangle(x), u));
}

/** The matrix with columns of zeros before and after it, and rows above and below. */
function padded(x: NDArray, before: number, after: number, above = 0, below = 0): NDArray {
  if (before + after + above + below === 0) return x;
  const none: PaddingOfAxis = [0, 0, 0];
  const config = [...x.shape.slice(0, -2).map(() => none), [above, below, 0], [before, after, 0]] as const;
  return pad(x, literal(0, x.dtype), config);
}

export const luPrimitives: readonly Primitive[] = [luPrimitive];
