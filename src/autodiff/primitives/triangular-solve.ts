/** Linear systems with triangular matrices. */
import { describeAval } from "../../ir/aval.js";
import { DTypeError, ShapeError } from "../../ir/errors.js";
import { sameShape } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type { Primitive, Tangent } from "../primitive.js";
import { Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { neg } from "./arithmetic.js";
import { addAny, known } from "./elementwise.js";
import {
  checkMatrix,
  checkSquareMatrix,
  eachMatrix,
  lowerTriangle,
  multiplyMatrices,
  solveTogether,
  transposeMatrix,
  upperTriangle,
} from "./matrices.js";
import { materializeBatch } from "./sum-and-broadcast.js";
import { emitTriangularSolve, type TriangularSolveParams } from "./triangular-solve-loops.js";

export type { TriangularSolveParams } from "./triangular-solve-loops.js";

/**
 * X of op(A) X = B, or of X op(A) = B: A f[..., n, n] triangular, B and X f[..., n, m] or f[..., m, n]. Linear in B.
 * A zero on the diagonal gives infinities and NaN.
 *
 * Source: jax.lax.linalg.triangular_solve_p.
 */
export const triangularSolvePrimitive: Primitive<TriangularSolveParams> = {
  name: "triangular_solve",
  abstractEval: ([a, b], { leftSide }) => {
    checkSquareMatrix("triangularSolve", a);
    checkMatrix("triangularSolve", b);
    const shown = `${describeAval(a)} and ${describeAval(b)}`;
    if (a.dtype !== b.dtype) {
      throw new DTypeError(
        `triangularSolve: ${shown} must have one dtype; the functions of numpy promote, those of lax do not: use ` +
          "x.astype(dtype)",
      );
    }
    const n = a.shape[a.shape.length - 1];
    const axis = b.shape.length - (leftSide ? 2 : 1);
    if (b.shape[axis] !== n || !sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2))) {
      throw new ShapeError(
        `triangularSolve: ${shown} do not go together: with leftSide ${leftSide} they are [..., n, n] and ` +
          `${leftSide ? "[..., n, m]" : "[..., m, n]"} with equal sizes before; transpose or reshape one of them`,
      );
    }
    return [{ ...b, weakType: a.weakType && b.weakType }];
  },
  // With A X = B:  dX = A^-1 (dB - dA X), and so on the right. dA counts in the triangle that is read.
  jvp: ([a, b], [da, db], params) => {
    const x = triangularSolve(a, b, params);
    let dx: Tangent = new Zero(x.aval);
    if (!(da instanceof Zero)) dx = tangentOfMatrix(a, da, x, params);
    if (!(db instanceof Zero)) {
      const term = triangularSolve(a, db, params);
      dx = dx instanceof Zero ? term : addAny(dx, term);
    }
    return [[x], [dx]];
  },
  transpose: ([ct], [a], params) => {
    if (ct instanceof Zero) return [null, null];
    return [null, triangularSolve(known(a), ct, { ...params, transposeA: !params.transposeA })];
  },
  batch: (axisSize, [a, b], [aAxis, bAxis], params) => {
    if (aAxis === null && bAxis !== null) {
      return solveTogether(b, bAxis, params.leftSide, (sides) =>
        bind1(triangularSolvePrimitive, [a, sides], params),
      );
    }
    const operands = [materializeBatch(a, aAxis, axisSize), materializeBatch(b, bAxis, axisSize)];
    return [[bind1(triangularSolvePrimitive, operands, params)], [0]];
  },
  lower: {
    kind: "nest",
    inPlace: 1,
    emit: (block, [a, b], [out], { params }) => {
      block.copy(b, out);
      const [rows, columns] = out.shape.slice(-2);
      eachMatrix(block, [a, out], [2, 2], (inner, [triangle, unknowns]) =>
        emitTriangularSolve(inner, triangle, unknowns, rows, columns, params),
      );
    },
  },
  showParams: (params) => ({ ...params, conjugateA: false }),
};

/** Params that are left out are false. */
export const triangularSolve = (
  a: NDArray,
  b: NDArray,
  {
    leftSide = false,
    lower = false,
    transposeA = false,
    unitDiagonal = false,
  }: Partial<TriangularSolveParams>,
): NDArray => bind1(triangularSolvePrimitive, [a, b], { leftSide, lower, transposeA, unitDiagonal });

/** -op(A)^-1 op(dA) X, or -X op(dA) op(A)^-1: the product first whose matrix has fewer columns (or rows). */
function tangentOfMatrix(a: NDArray, da: NDArray, x: NDArray, params: TriangularSolveParams): NDArray {
  const { leftSide, lower, transposeA, unitDiagonal } = params;
  const triangle = neg(lower ? lowerTriangle(da, unitDiagonal) : upperTriangle(da, unitDiagonal));
  const dOp = transposeA ? transposeMatrix(triangle) : triangle;
  const solve = (y: NDArray): NDArray => triangularSolve(a, y, params);
  const [rows, columns] = x.shape.slice(-2);
  if (leftSide) {
    return rows > columns ? solve(multiplyMatrices(dOp, x)) : multiplyMatrices(solve(dOp), x);
  }
  return columns > rows ? solve(multiplyMatrices(x, dOp)) : multiplyMatrices(x, solve(dOp));
}

export const triangularSolvePrimitives: readonly Primitive[] = [triangularSolvePrimitive];
