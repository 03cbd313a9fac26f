/**
 * Reading and writing parts of arrays: `x.slice(...)` and `x.at(...)`. Reading by numbers and ranges alone is a slice; all
 * else is a gather, and writing is a scatter. Index arrays out of range are clipped when read and dropped when written.
 */
import type { ArrayLike, IndexArgument, IndexUpdater, NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { add, mul } from "../autodiff/primitives/arithmetic.js";
import { concatenate } from "../autodiff/primitives/concatenation.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { iota } from "../autodiff/primitives/creation.js";
import { gather, scatterAdd } from "../autodiff/primitives/gather.js";
import type { GatherDimensionNumbers } from "../autodiff/primitives/index-geometry.js";
import { scatterOfGather } from "../autodiff/primitives/index-geometry.js";
import { scatter, scatterMax, scatterMin, scatterMul } from "../autodiff/primitives/scatter.js";
import type { ScatterFunction } from "../autodiff/primitives/scatter-rules.js";
import {
  broadcastInDim,
  broadcastTo,
  inversePermutation,
  reshape,
  transpose,
} from "../autodiff/primitives/sum-and-broadcast.js";
import { rev, slice } from "../autodiff/primitives/windowing.js";
import { describeAval } from "../ir/aval.js";
import { promote } from "../ir/dtype.js";
import { DTypeError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { broadcastShapes, range, sameShape, showShape, sizeOf } from "../ir/shape.js";
import type { IndexPlan, RangeItem } from "./index-plan.js";
import { planIndex } from "./index-plan.js";
import { promoteTypes, toArray } from "./promotion.js";

/**
 * A part of the array: numbers (which drop the axis), ranges `[start, stop]` and `[start, stop, step]`, whole axes `[]`, new
 * axes `null`, the axes between `"..."`, integer arrays and, outside jit, masks.
 *
 * Source: NumPy's x[...].
 *
 * @throws ShapeError where a number is out of range, ArgumentError on what is no index.
 * @example indexed(x, [0], [[1, 3]]) // x.slice([1, 3])
 */
export function indexed(x: ArrayLike, index: readonly IndexArgument[]): NDArray {
  const a = toArray(x, "slice");
  const plan = planIndex("slice", a.shape, index);
  if (plan.items.some((item) => item.kind === "array")) {
    const { indices, dims, sliceSizes, order } = toGather(a.shape, plan);
    const windows = gather(a, indices, dims, sliceSizes, "promiseInBounds");
    return reshape(transpose(windows, order), plan.resultShape);
  }
  return staticPart(a, plan);
}

/** Numbers and ranges: a strided slice, turned around where a step is negative, without the axes of the numbers. */
function staticPart(x: NDArray, { items, resultShape }: IndexPlan): NDArray {
  const parts = items.flatMap((item) =>
    item.kind === "place"
      ? [{ first: item.index, last: item.index, stride: 1, turned: false }]
      : item.kind === "range"
        ? [ends(item)]
        : [],
  );
  const part = slice(
    x,
    parts.map(({ first }) => first),
    parts.map(({ last }) => last + 1),
    parts.map(({ stride }) => stride),
  );
  const turned = range(parts.length).filter((axis) => parts[axis].turned);
  return reshape(rev(part, turned), resultShape);
}

/** The lowest and the highest place of a range; none: last is first - 1. */
function ends({ start, step, size }: RangeItem): {
  first: number;
  last: number;
  stride: number;
  turned: boolean;
} {
  if (size === 0) return { first: 0, last: -1, stride: 1, turned: false };
  const end = start + (size - 1) * step;
  return {
    first: Math.min(start, end),
    last: Math.max(start, end),
    stride: Math.abs(step),
    turned: step < 0,
  };
}

interface GatherPlan {
  /** int32[arrays..., strided ranges..., components]. */
  readonly indices: NDArray;
  readonly dims: GatherDimensionNumbers;
  readonly sliceSizes: readonly number[];
  /** Which axis of the gathered windows each axis of the result (new axes aside) is. */
  readonly order: readonly number[];
}

/**
 * The gather that reads what the plan says. Windows run along the ranges of step 1. All other axes are looked up: in the
 * index arrays, or, for ranges of another step, along an axis of indices of their own.
 */
function toGather(shape: Shape, { items, arrayShape, arrayPosition }: IndexPlan): GatherPlan {
  const reading = items.filter((item) => item.kind !== "newAxis");
  const isWindow = reading.map((item) => item.kind === "range" && item.step === 1);
  const strided = reading.flatMap((item) => (item.kind === "range" && item.step !== 1 ? [item] : []));
  const batchShape = [...arrayShape, ...strided.map(({ size }) => size)];
  const batchRank = batchShape.length;
  const ofArrays = range(arrayShape.length);

  const startIndexMap: number[] = [];
  const components: NDArray[] = [];
  const look = (axis: number, indices: NDArray, at: readonly number[]): void => {
    startIndexMap.push(axis);
    components.push(reshape(broadcastInDim(indices, batchShape, at), [...batchShape, 1]));
  };
  let nextStrided = arrayShape.length;
  const rangeAxes: number[] = []; // for each range: the axis of the gathered windows it ends up on
  let nextWindow = batchRank;
  reading.forEach((item, axis) => {
    switch (item.kind) {
      case "array":
        look(axis, broadcastTo(item.indices, arrayShape), ofArrays);
        return;
      case "place":
        look(axis, literal(item.index, "int32", false), []);
        return;
      case "range":
        if (item.step === 1) {
          if (item.size !== shape[axis]) look(axis, literal(item.start, "int32", false), []);
          rangeAxes.push(nextWindow++);
          return;
        }
        look(axis, counted(item), [nextStrided]);
        rangeAxes.push(nextStrided++);
    }
  });
  // Among the result's axes, new ones aside, those of the index arrays begin after the ranges before them.
  let place = 0;
  let seen = 0;
  for (const item of items) {
    if (seen === arrayPosition) break;
    if (item.kind === "range" || item.kind === "newAxis") seen++;
    if (item.kind === "range") place++;
  }
  const order = [...rangeAxes];
  order.splice(place, 0, ...ofArrays);
  return {
    indices: components.length === 0 ? iota("int32", [...batchShape, 0]) : concatenate(components, batchRank),
    dims: {
      offsetDims: range(nextWindow - batchRank).map((k) => k + batchRank),
      collapsedSliceDims: range(shape.length).filter((axis) => !isWindow[axis]),
      startIndexMap,
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
    },
    sliceSizes: reading.map((item, axis) =>
      item.kind === "range" && item.step === 1 ? item.size : Math.min(1, shape[axis]),
    ),
    order,
  };
}

/** start + i step */
const counted = ({ start, step, size }: RangeItem): NDArray => add(mul(iota("int32", [size]), step), start);

// updates ------------------------------------------------------------------------------------------------------------

/**
 * The part of x that the index names, for reading (`get`) and for writing: each gives a new array. Positions that occur more
 * than once are written one after the other, so all are added and the last one set stays.
 *
 * Source: jax.numpy's x.at[...].
 *
 * @throws ShapeError where a value does not broadcast to the part, DTypeError where it would not fit the array's dtype.
 * @example updater(x, [0]).set(5) // x.at(0).set(5)
 */
export function updater(x: ArrayLike, index: readonly IndexArgument[]): IndexUpdater {
  const a = toArray(x, "at");
  const update =
    (name: string, write: ScatterFunction) =>
    (value: ArrayLike): NDArray => {
      const operation = `at(...).${name}`;
      const plan = planIndex(operation, a.shape, index);
      const { indices, dims, order } = toGather(a.shape, plan);
      const part = broadcastValue(operation, valueFor(operation, a, value), plan.resultShape);
      const withoutNew = reshape(part, resultWithoutNewAxes(plan));
      const updates = transpose(withoutNew, inversePermutation(order));
      // Numbers and ranges name every place once.
      const uniqueIndices = sizeOf(plan.arrayShape) <= 1;
      return write(a, indices, updates, scatterOfGather(dims), { uniqueIndices });
    };
  return {
    get: () => indexed(a, index),
    set: update("set", scatter),
    add: update("add", scatterAdd),
    multiply: update("multiply", scatterMul),
    min: update("min", scatterMin),
    max: update("max", scatterMax),
  };
}

function resultWithoutNewAxes({ items, arrayShape, arrayPosition, resultShape }: IndexPlan): number[] {
  const isNew: boolean[] = items.flatMap((item) =>
    item.kind === "range" ? [false] : item.kind === "newAxis" ? [true] : [],
  );
  isNew.splice(arrayPosition, 0, ...arrayShape.map(() => false));
  return resultShape.filter((_, axis) => !isNew[axis]);
}

/** In the dtype of the array, which an update never changes. */
function valueFor(operation: string, x: NDArray, value: ArrayLike): NDArray {
  if (typeof value === "number") {
    if (x.dtype !== "bool" && (Number.isInteger(value) || (x.dtype !== "int32" && x.dtype !== "uint32"))) {
      return literal(value, x.dtype);
    }
    throw new DTypeError(
      `${operation}: ${value} does not fit into ${describeAval(x.aval)}; use x.astype("float32") first`,
    );
  }
  const given = Array.isArray(value) ? promoteTypes(operation, [value, 0])[0] : toArray(value, operation);
  if (!Array.isArray(value) && promote(x, given).dtype !== x.dtype) {
    throw new DTypeError(
      `${operation}: a value of ${describeAval(given.aval)} does not fit into ${describeAval(x.aval)}; ` +
        "use astype on one of them",
    );
  }
  return convertElementType(given, x.dtype, x.weakType);
}

function broadcastValue(operation: string, value: NDArray, shape: Shape): NDArray {
  const fits =
    value.ndim <= shape.length && sameShape(broadcastShapes(operation, [value.shape, shape]), shape);
  if (!fits) {
    throw new ShapeError(
      `${operation}: a value of shape ${showShape(value.shape)} does not broadcast to the part of shape ` +
        `${showShape(shape)}; give a scalar, or that shape`,
    );
  }
  return broadcastTo(value, shape);
}
