/** The axis arguments of functions: one axis, several, or null for all; negative ones count from the end. */
import type { AxisArgument, NDArray, ReduceOptions } from "../autodiff/array.js";
import { reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import type { OptionKinds } from "../ir/arguments.js";
import { describe } from "../ir/describe.js";
import { ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { canonicalAxes, canonicalAxis, range } from "../ir/shape.js";

/** Of functions that reduce. */
export const reduceOptions: OptionKinds<ReduceOptions> = { keepdims: "boolean" };

/** Canonical and ascending. Throws ShapeError where one is out of range or repeated. */
export function reducedAxes(operation: string, axis: AxisArgument, rank: number): number[] {
  if (axis === null) return range(rank);
  if (typeof axis === "number") return [canonicalAxis(operation, axis, rank)];
  if (!Array.isArray(axis)) {
    throw new ShapeError(
      `${operation}: the axis is an integer, a list of them, or null for all, got ${describe(axis)}; the order is (array, axis, options)`,
    );
  }
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
