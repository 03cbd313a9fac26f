/** Linear systems and inverses, through LU factors that value and derivative share. */
import type { ArrayLike, NDArray } from "../../autodiff/array.js";
import { eye } from "../../autodiff/primitives/creation.js";
import { linearSolve } from "../../autodiff/primitives/linear-solve.js";
import { lu } from "../../autodiff/primitives/lu.js";
import { checkSquareMatrix } from "../../autodiff/primitives/matrices.js";
import { expandDims, moveAxis, reshape } from "../../autodiff/primitives/sum-and-broadcast.js";
import { stopGradient } from "../../autodiff/transforms/stop-gradient.js";
import { describeAval } from "../../ir/aval.js";
import { ShapeError } from "../../ir/errors.js";
import { broadcastShapes } from "../../ir/shape.js";
import { promoteOperand, promoteTypes } from "../promotion.js";
import { broadcastBatch } from "./batches.js";

/**
 * X of A X = B: f[..., n, n] and f[..., n, m] to f[..., n, m]; a B of one axis is one vector, f[n] to f[..., n]. Sizes before the
 * matrices broadcast; integers become float32. Where A is singular, X has infinities or NaN.
 *
 * @throws ShapeError when A is not square or B does not fit
 * @example solve([[2, 0], [0, 4]], [2, 2]).js() // [1, 0.5]
 * Source: jax.numpy.linalg.solve.
 */
export function solve(a: ArrayLike, b: ArrayLike): NDArray {
  const [matrix, sides] = promoteTypes("solve", [a, b], "inexact");
  checkSquareMatrix("solve", matrix.aval);
  checkSides(matrix, sides);
  if (sides.ndim > 1) return solveMatrices(matrix, sides);
  const x = solveMatrices(matrix, expandDims(sides, [1]));
  return reshape(x, x.shape.slice(0, -1));
}

/**
 * A^-1: f[..., n, n] -> f[..., n, n]; integers become float32. Where A is singular, it has infinities or NaN. To apply an
 * inverse, `solve` is faster and more accurate.
 *
 * @throws ShapeError when the last two sizes differ
 * @example inv([[2, 0], [0, 4]]).js() // [[0.5, 0], [0, 0.25]]
 * Source: jax.numpy.linalg.inv.
 */
export function inv(a: ArrayLike): NDArray {
  const matrix = promoteOperand(a, "inexact", "inv");
  checkSquareMatrix("inv", matrix.aval);
  return solveMatrices(matrix, eye(matrix.shape[matrix.ndim - 1], matrix));
}

function checkSides(a: NDArray, b: NDArray): void {
  const n = a.shape[a.ndim - 1];
  if (b.ndim > 0 && b.shape[Math.max(b.ndim - 2, 0)] === n) return;
  const vectors = b.ndim > 1 && b.shape[b.ndim - 1] === n;
  throw new ShapeError(
    `solve: ${describeAval(a.aval)} and ${describeAval(b.aval)} do not go together: they are [..., n, n] and ` +
      `[..., n, m], or [n] for one vector; ` +
      (vectors
        ? "for a batch of vectors use solve(a, expandDims(b, -1))"
        : "transpose or reshape one of them"),
  );
}

/** A X = B for matrices B. One A for a whole batch is factored once, and the Bs lie side by side. */
function solveMatrices(a: NDArray, b: NDArray): NDArray {
  if (a.ndim === 2 && b.ndim > 2) {
    const inFront = moveAxis(b, b.ndim - 2, 0);
    const x = factorAndSolve(a, reshape(inFront, [inFront.shape[0], b.size / Math.max(inFront.shape[0], 1)]));
    return moveAxis(reshape(x, inFront.shape), 0, b.ndim - 2);
  }
  return factorAndSolve(a, b);
}

function factorAndSolve(a: NDArray, b: NDArray): NDArray {
  const [factors, , permutation] = lu(stopGradient<NDArray>(a));
  const batch = broadcastShapes(
    "solve",
    [a, b].map((each) => each.shape.slice(0, -2)),
  );
  return linearSolve(
    broadcastBatch(a, batch, 2),
    broadcastBatch(factors, batch, 2),
    broadcastBatch(permutation, batch, 1),
    broadcastBatch(b, batch, 2),
  );
}
