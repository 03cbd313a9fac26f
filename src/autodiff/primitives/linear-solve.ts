/** Linear systems, through LU factors that the value, its derivative and its transpose share. */
import { describeAval } from "../../ir/aval.js";
import type { BlockBuilder } from "../../ir/block-builder.js";
import { viewOf } from "../../ir/block-builder.js";
import { ShapeError } from "../../ir/errors.js";
import * as e from "../../ir/expr.js";
import { sameShape } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type { Primitive, Tangent } from "../primitive.js";
import { Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { neg } from "./arithmetic.js";
import { addAny, known } from "./elementwise.js";
import type { Span } from "./matrices.js";
import {
  at,
  checkMatrix,
  checkSquareMatrix,
  eachMatrix,
  multiplyMatrices,
  solveTogether,
  transposeMatrix,
} from "./matrices.js";
import { materializeBatch } from "./sum-and-broadcast.js";
import { emitTriangularSolve } from "./triangular-solve-loops.js";

interface LinearSolveParams {
  /** A^T X = B, otherwise A X = B. */
  readonly transposed: boolean;
}

/**
 * X of A X = B, or of A^T X = B, from (A, lu, permutation, B) with P A = L U as the primitive `lu` gives it:
 *
 *     X = U^-1 L^-1 P B,     X = P^T L^-T U^-T B.
 *
 * f[..., n, n], f[..., n, n], i32[..., n] and f[..., n, m] to f[..., n, m]. Linear in B. To the derivative the factors are
 * constants and A is what varies, so no factorization is differentiated: dX = A^-1 (dB - dA X), of whatever order.
 *
 * What jax.lax.custom_linear_solve is in jax.numpy.linalg.solve.
 */
export const linearSolvePrimitive: Primitive<LinearSolveParams> = {
  name: "linear_solve",
  abstractEval: ([a, factors, permutation, b]) => {
    checkSquareMatrix("linearSolve", a);
    checkMatrix("linearSolve", b);
    const batch = a.shape.slice(0, -2);
    const n = a.shape[a.shape.length - 1];
    const fits =
      sameShape(factors.shape, a.shape) &&
      sameShape(permutation.shape, [...batch, n]) &&
      sameShape(b.shape.slice(0, -1), [...batch, n]) &&
      [factors, b].every((x) => x.dtype === a.dtype);
    if (!fits) {
      const shown = [a, factors, permutation, b].map(describeAval).join(", ");
      throw new ShapeError(
        `linearSolve: ${shown} do not go together: they are [..., n, n], [..., n, n], [..., n] and [..., n, m]`,
      );
    }
    return [{ ...b, weakType: a.weakType && b.weakType }];
  },
  jvp: ([a, factors, permutation, b], [da, , , db], params) => {
    const solve = (y: NDArray): NDArray => linearSolve(a, factors, permutation, y, params);
    const x = solve(b);
    let rest: Tangent = db;
    if (!(da instanceof Zero)) {
      const term = neg(multiplyMatrices(params.transposed ? transposeMatrix(da) : da, x));
      rest = rest instanceof Zero ? term : addAny(rest, term);
    }
    return [[x], [rest instanceof Zero ? new Zero(x.aval) : solve(rest)]];
  },
  transpose: ([ct], [a, factors, permutation], { transposed }) => {
    if (ct instanceof Zero) return [null, null, null, null];
    const params = { transposed: !transposed };
    return [null, null, null, linearSolve(known(a), known(factors), known(permutation), ct, params)];
  },
  batch: (axisSize, [a, factors, permutation, b], axes, params) => {
    const [, , , bAxis] = axes;
    const isShared = axes.slice(0, 3).every((axis) => axis === null);
    if (isShared && bAxis !== null) {
      return solveTogether(b, bAxis, true, (y) => linearSolve(a, factors, permutation, y, params));
    }
    const [x, y, z, w] = [a, factors, permutation, b].map((each, i) =>
      materializeBatch(each, axes[i], axisSize),
    );
    return [[linearSolve(x, y, z, w, params)], [0]];
  },
  lower: {
    kind: "nest",
    emit: (block, [, factors, permutation, b], [out], { params }) => {
      const [n, m] = out.shape.slice(-2);
      eachMatrix(block, [factors, permutation, b, out], [2, 1, 2, 2], (inner, spans) =>
        emitLinearSolve(inner, n, m, spans, params),
      );
    },
  },
};

export const linearSolve = (
  a: NDArray,
  factors: NDArray,
  permutation: NDArray,
  b: NDArray,
  { transposed }: LinearSolveParams = { transposed: false },
): NDArray => bind1(linearSolvePrimitive, [a, factors, permutation, b], { transposed });

/** The rows of B in the order of P, then two triangular solves in place; transposed all of it the other way round. */
function emitLinearSolve(
  b: BlockBuilder,
  n: number,
  m: number,
  [factors, permutation, sides, out]: readonly Span[],
  { transposed }: LinearSolveParams,
): void {
  const solveIn = (target: Span, lower: boolean): void =>
    emitTriangularSolve(b, factors, target, n, m, {
      leftSide: true,
      lower,
      transposeA: transposed,
      unitDiagonal: lower,
    });
  /** to[i, :] = from[place, :] or to[place, :] = from[i, :] with place = permutation[i] */
  const moveRows = (from: Span, to: Span): void =>
    b.loop(n, (inner, i) => {
      const place = inner.local(at(permutation, i));
      const read = inner.local(e.mul(transposed ? i : place, e.i32(m)));
      const write = inner.local(e.mul(transposed ? place : i, e.i32(m)));
      inner.loop(m, (each, c) => each.store(to.buffer, e.sum([to.base, write, c]), at(from, read, c)));
    });
  if (!transposed) {
    moveRows(sides, out);
    solveIn(out, true);
    solveIn(out, false);
    return;
  }
  const work: Span = { buffer: b.temp(out.buffer.dtype, n * m), base: e.i32(0) };
  b.copy(viewOf(sides.buffer, [n, m], sides.base), viewOf(work.buffer, [n, m], work.base));
  solveIn(work, false);
  solveIn(work, true);
  moveRows(work, out);
}

export const linearSolvePrimitives: readonly Primitive[] = [linearSolvePrimitive];
