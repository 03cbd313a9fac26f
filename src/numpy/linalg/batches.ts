/** The sizes before the matrices, which broadcast. */
import type { NDArray } from "../../autodiff/array.js";
import { broadcastTo } from "../../autodiff/primitives/sum-and-broadcast.js";
import type { Shape } from "../../ir/shape.js";
import { broadcastShapes } from "../../ir/shape.js";

/** The array repeated to other sizes before its last `rank` axes. */
export const broadcastBatch = (x: NDArray, batch: Shape, rank: number): NDArray =>
  broadcastTo(x, [...batch, ...x.shape.slice(x.ndim - rank)]);

/** Matrices repeated to the common sizes before them. Throws ShapeError where these do not broadcast. */
export function alignMatrices(operation: string, x: NDArray, y: NDArray): readonly [NDArray, NDArray] {
  const batch = broadcastShapes(
    operation,
    [x, y].map((each) => each.shape.slice(0, -2)),
  );
  return [broadcastBatch(x, batch, 2), broadcastBatch(y, batch, 2)];
}
