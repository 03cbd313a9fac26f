/** The batching of what acts elementwise on several operands. */
import { range } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type { BatchAxis, BatchRule, Primitive } from "../primitive.js";
import { bind } from "../trace.js";
import { expandDims, moveAxis } from "./sum-and-broadcast.js";

/** Operands of equal rank (or rank 0) with their batch axes in front, where axes of size 1 still stretch. */
export function alignBatch(operands: readonly NDArray[], axes: readonly BatchAxis[]): NDArray[] {
  const rank = Math.max(...operands.map((x, i) => (axes[i] === null ? x.ndim : x.ndim - 1)));
  return operands.map((x, i) => {
    const axis = axes[i];
    if (axis === null) return x.ndim === 0 ? x : expandDims(x, [0]);
    const front = moveAxis(x, axis, 0);
    const missing = range(rank - (front.ndim - 1)).map((k) => k + 1);
    return missing.length === 0 ? front : expandDims(front, missing);
  });
}

/** Every output has its batch axis in front. */
export const batchAligned =
  <P extends object>(primitive: () => Primitive<P>): BatchRule<P> =>
  (_, operands, axes, params) => {
    const outs = bind(primitive(), alignBatch(operands, axes), params);
    return [outs, outs.map(() => 0)];
  };
