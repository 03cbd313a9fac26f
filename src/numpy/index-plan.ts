/**
 * What an index such as `(0, [1, 3], "...", null, indices)` means for an array of a given shape.
 *
 * Every item is made to say which axis of the array it reads: a number one place, a range `[start, stop, step]` some, an index
 * array computed ones. As in NumPy, index arrays broadcast together, and their common axes stand in the result where the first
 * of them (or of the numbers beside them) stood; in front where other items come between them.
 */
import { type IndexArgument, NDArray } from "../autodiff/array.js";
import { describeAval } from "../ir/aval.js";
import { describe } from "../ir/describe.js";
import { isFloat } from "../ir/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { broadcastShapes, showShape } from "../ir/shape.js";
import { nonzeroPositions } from "./nonzero-positions.js";
import { checkStaticIndex, countFromEnd, toIndices } from "./take.js";

/** start, start + step, ...: `size` places. */
export interface RangeItem {
  readonly kind: "range";
  readonly start: number;
  readonly step: number;
  readonly size: number;
}

/** One item of an index, for one axis of the array; a new axis is for none. */
export type IndexItem =
  | RangeItem
  | { readonly kind: "place"; readonly index: number }
  | { readonly kind: "array"; readonly indices: NDArray }
  | { readonly kind: "newAxis" };

export interface IndexPlan {
  readonly items: readonly IndexItem[];
  /** The common shape of the index arrays; empty where there are none. */
  readonly arrayShape: Shape;
  /** Where the axes of the index arrays begin in the result. */
  readonly arrayPosition: number;
  readonly resultShape: Shape;
}

/** The index, read for an array of this shape. Throws ShapeError and ArgumentError where it does not fit. */
export function planIndex(operation: string, shape: Shape, index: readonly IndexArgument[]): IndexPlan {
  const items = toItems(operation, shape, index);
  const arrays = items.flatMap((item) => (item.kind === "array" ? [item.indices.shape] : []));
  const arrayShape = broadcastShapes(operation, arrays);
  const arrayPosition = arrays.length === 0 ? 0 : positionOfArrays(items);
  const resultShape = items.flatMap((item) =>
    item.kind === "range" ? [item.size] : item.kind === "newAxis" ? [1] : [],
  );
  resultShape.splice(arrayPosition, 0, ...arrayShape);
  return { items, arrayShape, arrayPosition, resultShape };
}

const isAdvanced = (item: IndexItem): boolean => item.kind === "array" || item.kind === "place";

function positionOfArrays(items: readonly IndexItem[]): number {
  const first = items.findIndex(isAdvanced);
  const last = items.length - 1 - [...items].reverse().findIndex(isAdvanced);
  // All items before the first are ranges and new axes: one axis of the result each.
  return items.slice(first, last + 1).every(isAdvanced) ? first : 0;
}

/** The rest of the axes, and `"..."`, written out as whole ranges. */
function toItems(operation: string, shape: Shape, index: readonly IndexArgument[]): IndexItem[] {
  const used = index.reduce<number>((count, part) => count + axesReadBy(part), 0);
  const ellipses = index.filter((part) => part === "...").length;
  if (used > shape.length || ellipses > 1) {
    throw new ShapeError(
      `${operation}: an index with ${used} positions${ellipses > 1 ? ` and ${ellipses} "..."` : ""} for an array of shape ` +
        `${showShape(shape)}; give at most ${shape.length} and one "..."`,
    );
  }
  const items: IndexItem[] = [];
  let axis = 0;
  const takeWhole = (count: number): void => {
    for (let k = 0; k < count; k++) items.push({ kind: "range", start: 0, step: 1, size: shape[axis++] });
  };
  for (const part of index) {
    if (part === "...") takeWhole(shape.length - used);
    else if (part === null) items.push({ kind: "newAxis" });
    else if (part instanceof NDArray && part.dtype === "bool") {
      items.push(...maskItems(operation, part, shape.slice(axis, axis + part.ndim)));
      axis += part.ndim;
    } else items.push(toItem(operation, part, shape[axis++]));
  }
  takeWhole(shape.length - axis);
  return items;
}

function axesReadBy(part: IndexArgument): number {
  if (part === null || part === "...") return 0;
  return part instanceof NDArray && part.dtype === "bool" ? part.ndim : 1;
}

function toItem(operation: string, part: number | readonly number[] | NDArray, size: number): IndexItem {
  if (typeof part === "number") {
    checkStaticIndex(operation, part, size);
    return { kind: "place", index: part < 0 ? part + size : part };
  }
  if (part instanceof NDArray) {
    if (isFloat(part.dtype) && !part.weakType) {
      throw new DTypeError(
        `${operation}: an index array must be of integers, got ${describeAval(part.aval)}; use x.astype("int32")`,
      );
    }
    return { kind: "array", indices: countFromEnd(toIndices(operation, part), size) };
  }
  if (Array.isArray(part)) return toRange(operation, part, size);
  throw new ArgumentError(
    `${operation}: ${describe(part)} is no index; use a number, [start, stop, step], [], null, "..." or an integer array`,
  );
}

/** Python's rules: ends count from the end when negative, and are brought into the axis. */
function toRange(operation: string, part: readonly number[], n: number): RangeItem {
  if (part.length > 3 || !Array.from(part).every(Number.isInteger) || part[2] === 0) {
    throw new ArgumentError(
      `${operation}: ${describe(part)} is no range; use [start, stop] or [start, stop, step] of integers with a step other ` +
        "than 0, or np.array(positions, { dtype: 'int32' }) to pick positions",
    );
  }
  const step = part[2] ?? 1;
  const lowest = step > 0 ? 0 : -1;
  const inside = (end: number): number => Math.min(Math.max(end < 0 ? end + n : end, lowest), n + lowest);
  const start = inside(part[0] ?? 0);
  const stop = inside(part[1] ?? n);
  return { kind: "range", start, step, size: Math.max(0, Math.ceil((stop - start) / step)) };
}

/** A mask reads as many axes as it has: the positions where it is true, which only a concrete one tells. */
function maskItems(operation: string, mask: NDArray, shape: Shape): IndexItem[] {
  if (showShape(mask.shape) !== showShape(shape)) {
    throw new ShapeError(
      `${operation}: a mask of shape ${showShape(mask.shape)} does not fit axes of shape ${showShape(shape)}; make it so`,
    );
  }
  return nonzeroPositions(`${operation} by a mask`, mask).map((indices) => ({ kind: "array", indices }));
}
