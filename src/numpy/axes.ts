/** The axis arguments of functions: one axis, several, or null for all; negative ones count from the end. */
import type { AxisArgument, NDArray } from "../autodiff/array.js";
import { reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import type { Shape } from "../ir/shape.js";
import { canonicalAxes, canonicalAxis, range } from "../ir/shape.js";

/** Canonical and ascending. Throws ShapeError where one is out of range or repeated. */
export function reducedAxes(operation: string, axis: AxisArgument, rank: number): number[] {
  if (axis === null) return range(rank);
  if (typeof axis === "number") return [canonicalAxis(operation, axis, rank)];
  return canonicalAxes(operation, axis, rank).sort((a, b) => a - b);
}

/** The shape with the reduced axes kept as 1. */
export const keptShape = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((n, axis) => (axes.includes(axis) ? 1 : n));

/** `out`, reduced over `axes` of `shape`, with those axes put back as 1 where that is wanted. */
export const keepAxes = (
  out: NDArray,
  shape: Shape,
  axes: readonly number[],
  keepdims: boolean | undefined,
): NDArray => (keepdims ? reshape(out, keptShape(shape, axes)) : out);
