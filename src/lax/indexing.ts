/** Windows at computed places, gathers and scatters, as functions. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { NDArray as Arr, literal } from "../autodiff/array.js";
import { add } from "../autodiff/primitives/arithmetic.js";
import { lt } from "../autodiff/primitives/comparison.js";
import * as windows from "../autodiff/primitives/dynamic-slice.js";
import * as core from "../autodiff/primitives/gather.js";
import type {
  GatherDimensionNumbers,
  IndexMode,
  ScatterDimensionNumbers,
} from "../autodiff/primitives/index-geometry.js";
import * as scatters from "../autodiff/primitives/scatter.js";
import type { ScatterFunction, ScatterOptions } from "../autodiff/primitives/scatter-rules.js";
import { select } from "../autodiff/primitives/selection.js";
import { expandDims, reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { sliceAlong } from "../autodiff/primitives/windowing.js";
import { checkInteger, checkIntegers, checkList, type OptionKinds, readOptions } from "../ir/arguments.js";
import { describeAval } from "../ir/aval.js";
import { describe } from "../ir/describe.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import { canonicalAxis, range } from "../ir/shape.js";
import { toArray } from "../numpy/promotion.js";
import { toIndices } from "../numpy/take.js";
import { operandsOf } from "./operands.js";

// dynamic slices -----------------------------------------------------------------------------------------------------

/** Where a window begins: an integer for each axis, or a vector of them. */
export type Starts = NDArray | readonly ArrayLike[];

/** As int32 scalars; negative ones count from the end. Clamping is the primitive's. */
function startsOf(operation: string, x: NDArray, starts: Starts): NDArray[] {
  if (!(starts instanceof Arr)) checkList(operation, "the starts", starts, "integers, one an axis");
  const each = starts instanceof Arr ? components(operation, starts) : [...starts];
  if (each.length !== x.ndim) {
    throw new ShapeError(
      `${operation}: ${each.length} starts for ${describeAval(x.aval)}; give one for each of its ${x.ndim} axes`,
    );
  }
  return each.map((start, axis) => {
    const n = x.shape[axis];
    if (typeof start === "number") checkInteger(operation, "a start", start);
    if (typeof start === "number") return literal(start < 0 ? start + n : start, "int32", false);
    const index = toIndices(operation, start);
    return select(lt(index, 0), add(index, n), index);
  });
}

function components(operation: string, starts: NDArray): NDArray[] {
  if (starts.ndim !== 1) {
    throw new ShapeError(
      `${operation}: starts are a vector or a list of scalars, got ${describeAval(starts.aval)}`,
    );
  }
  return range(starts.size).map((i) => reshape(sliceAlong(starts, 0, i, i + 1), []));
}

/**
 * The window of the given sizes that begins at the starts, moved inside where it would leave the array.
 * Source: jax.lax.dynamic_slice.
 *
 * @example dynamicSlice(x, [i, 0], [1, 3])
 */
export function dynamicSlice(x: ArrayLike, starts: Starts, sizes: readonly number[]): NDArray {
  const a = toArray(x, "dynamicSlice");
  checkIntegers("dynamicSlice", "the sizes", sizes);
  return windows.dynamicSlice(a, startsOf("dynamicSlice", a, starts), sizes);
}

/**
 * x with the window that begins at the starts replaced by `update`; moved inside where it would leave the array. In a loop
 * whose carry it updates it costs only the window.
 *
 * Source: jax.lax.dynamic_update_slice.
 */
export function dynamicUpdateSlice(x: ArrayLike, update: ArrayLike, starts: Starts): NDArray {
  const [a, window] = operandsOf("dynamicUpdateSlice", [x, update]);
  return windows.dynamicUpdateSlice(a, window, startsOf("dynamicUpdateSlice", a, starts));
}

/** `value` at one axis, 0 at the others. */
const alongOne = (x: NDArray, axis: number, value: ArrayLike): ArrayLike[] =>
  range(x.ndim).map((k) => (k === axis ? value : 0));

/** `size` places from `start` along one axis. Source: jax.lax.dynamic_slice_in_dim. */
export function dynamicSliceInDim(x: ArrayLike, start: ArrayLike, size: number, axis = 0): NDArray {
  const a = toArray(x, "dynamicSliceInDim");
  checkInteger("dynamicSliceInDim", "the size", size, 0);
  const along = canonicalAxis("dynamicSliceInDim", axis, a.ndim);
  return dynamicSlice(
    a,
    alongOne(a, along, start),
    a.shape.map((n, k) => (k === along ? size : n)),
  );
}

/** The slice at one place of an axis, which stays unless `keepdims` is false. Source: jax.lax.dynamic_index_in_dim. */
export function dynamicIndexInDim(x: ArrayLike, index: ArrayLike, axis = 0, keepdims = true): NDArray {
  const a = toArray(x, "dynamicIndexInDim");
  const along = canonicalAxis("dynamicIndexInDim", axis, a.ndim);
  const part = dynamicSliceInDim(a, index, 1, along);
  return keepdims
    ? part
    : reshape(
        part,
        part.shape.filter((_, k) => k !== along),
      );
}

/** x with the places from `start` along one axis replaced. Source: jax.lax.dynamic_update_slice_in_dim. */
export function dynamicUpdateSliceInDim(
  x: ArrayLike,
  update: ArrayLike,
  start: ArrayLike,
  axis: number,
): NDArray {
  const a = toArray(x, "dynamicUpdateSliceInDim");
  const along = canonicalAxis("dynamicUpdateSliceInDim", axis, a.ndim);
  return dynamicUpdateSlice(a, update, alongOne(a, along, start));
}

/** x with the slice at one place of an axis replaced. Source: jax.lax.dynamic_update_index_in_dim. */
export function dynamicUpdateIndexInDim(
  x: ArrayLike,
  update: ArrayLike,
  index: ArrayLike,
  axis: number,
): NDArray {
  const [a, part] = operandsOf("dynamicUpdateIndexInDim", [x, update]);
  const along = canonicalAxis("dynamicUpdateIndexInDim", axis, a.ndim);
  const whole = part.ndim === a.ndim ? part : expandDims(part, [along]);
  return dynamicUpdateSliceInDim(a, whole, index, along);
}

// gather and scatter -------------------------------------------------------------------------------------------------

/** Batching axes may be left out. */
export type GatherNumbers = Pick<
  GatherDimensionNumbers,
  "offsetDims" | "collapsedSliceDims" | "startIndexMap"
> &
  Partial<GatherDimensionNumbers>;

/** Batching axes may be left out. */
export type ScatterNumbers = Pick<
  ScatterDimensionNumbers,
  "updateWindowDims" | "insertedWindowDims" | "scatterDimsToOperandDims"
> &
  Partial<ScatterDimensionNumbers>;

export interface GatherOptions {
  /** Windows that do not fit: moved inside ("promiseInBounds", the default, and "clip") or filled. */
  readonly mode?: IndexMode;
  /** What "fill" reads: by default NaN, the least int32, the largest uint32, true. */
  readonly fillValue?: number;
}

/**
 * Windows of x at computed places: the last axis of `indices` holds a window's start, its other axes count the windows.
 *
 * Source: jax.lax.gather.
 *
 * @throws ShapeError where dimension numbers, sizes and operands do not fit.
 */
export const gather = (
  x: ArrayLike,
  indices: ArrayLike,
  dimensionNumbers: GatherNumbers,
  sliceSizes: readonly number[],
  options: GatherOptions = {},
): NDArray => {
  const { mode = "promiseInBounds", fillValue } = readOptions("gather", options, gatherOptions);
  checkNumbers("gather", dimensionNumbers, ["offsetDims", "collapsedSliceDims", "startIndexMap"]);
  checkIntegers("gather", "the slice sizes", sliceSizes);
  return core.gather(
    toArray(x, "gather"),
    toArray(indices, "gather"),
    { operandBatchingDims: [], startIndicesBatchingDims: [], ...dimensionNumbers },
    sliceSizes,
    mode,
    fillValue ?? null,
  );
};

const indexModes = ["promiseInBounds", "clip", "fill"] as const;
const gatherOptions: OptionKinds<GatherOptions> = { mode: indexModes, fillValue: "number" };
const scatterOptions: OptionKinds<ScatterOptions> = { mode: indexModes, uniqueIndices: "boolean" };

/** Dimension numbers are lists of axes; which they may be is the primitive's to say. */
function checkNumbers(operation: string, numbers: object, needed: readonly string[]): void {
  if (typeof numbers !== "object" || numbers === null) {
    throw new ArgumentError(
      `${operation}: the dimension numbers are an object of lists, got ${describe(numbers)}`,
    );
  }
  const given: ReadonlyMap<string, unknown> = new Map(Object.entries(numbers));
  for (const key of [...needed, ...given.keys()]) checkIntegers(operation, key, given.get(key));
}

/** (x, indices, updates, dimension numbers, { mode, uniqueIndices }) -> x with the updates. */
export type Scatter = (
  x: ArrayLike,
  indices: ArrayLike,
  updates: ArrayLike,
  dimensionNumbers: ScatterNumbers,
  options?: ScatterOptions,
) => NDArray;

const scatterOf =
  (operation: string, f: ScatterFunction): Scatter =>
  (x, indices, updates, dimensionNumbers, options = {}) => {
    readOptions(operation, options, scatterOptions);
    checkNumbers(operation, dimensionNumbers, [
      "updateWindowDims",
      "insertedWindowDims",
      "scatterDimsToOperandDims",
    ]);
    const [a, values] = operandsOf(operation, [x, updates]);
    const dims = { operandBatchingDims: [], scatterIndicesBatchingDims: [], ...dimensionNumbers };
    return f(a, toArray(indices, operation), values, dims, options);
  };

/** x with windows replaced; of updates to one place the last stays. Source: jax.lax.scatter. */
export const scatter: Scatter = scatterOf("scatter", scatters.scatter);
/** x with updates added, duplicates in order; those out of range are dropped. Source: jax.lax.scatter_add. */
export const scatterAdd: Scatter = scatterOf("scatterAdd", core.scatterAdd);
/** x multiplied by updates. Source: jax.lax.scatter_mul. */
export const scatterMul: Scatter = scatterOf("scatterMul", scatters.scatterMul);
/** The least of x and the updates. Source: jax.lax.scatter_min. */
export const scatterMin: Scatter = scatterOf("scatterMin", scatters.scatterMin);
/** The largest of x and the updates. Source: jax.lax.scatter_max. */
export const scatterMax: Scatter = scatterOf("scatterMax", scatters.scatterMax);
