/** Primitives that move elements, fill arrays or contract them, as functions. Axes are plain numbers; negative ones count back. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { concatenate as join } from "../autodiff/primitives/concatenation.js";
import * as contraction from "../autodiff/primitives/contraction.js";
import * as creation from "../autodiff/primitives/creation.js";
import * as core from "../autodiff/primitives/sum-and-broadcast.js";
import type { PaddingOfAxis } from "../autodiff/primitives/windowing.js";
import * as windowing from "../autodiff/primitives/windowing.js";
import { checkDType, checkInteger, checkIntegers, checkList, checkNumber } from "../ir/arguments.js";
import { describe } from "../ir/describe.js";
import type { DType } from "../ir/dtype.js";
import { ArgumentError } from "../ir/errors.js";
import { canonicalAxes, canonicalAxis, range } from "../ir/shape.js";
import { toShape } from "../numpy/creation.js";
import { toArray } from "../numpy/promotion.js";
import { transpose as permute, squeeze as squeezeAxes } from "../numpy/shape.js";
import { checkStaticIndex } from "../numpy/take.js";
import { operandsOf } from "./operands.js";

// filling ------------------------------------------------------------------------------------------------------------

/** 0, 1, ..., size - 1. @example iota("int32", 3).js() // [0, 1, 2]. Source: jax.lax.iota. */
export const iota = (dtype: DType, size: number): NDArray => creation.iota(dtype, toShape("iota", size));

/** Counts along one axis of a shape. Source: jax.lax.broadcasted_iota. */
export const broadcastedIota = (dtype: DType, shape: readonly number[], dimension: number): NDArray =>
  creation.iota(
    dtype,
    toShape("broadcastedIota", shape),
    canonicalAxis("broadcastedIota", dimension, shape.length),
  );

/** One value everywhere. Source: jax.lax.full. */
export const full = (shape: readonly number[], value: number, dtype: DType = "float32"): NDArray => {
  checkNumber("full", "the value", value);
  checkDType("full", dtype);
  return creation.full(toShape("full", shape), value, dtype);
};

/** One value in the shape and dtype of an array. Source: jax.lax.full_like. */
export const fullLike = (like: ArrayLike, value: number): NDArray => {
  const x = toArray(like, "fullLike");
  checkNumber("fullLike", "the value", value);
  return creation.full(x.shape, value, x.dtype, x.weakType);
};

// shape --------------------------------------------------------------------------------------------------------------

/** The elements in row-major order under another shape. Source: jax.lax.reshape. */
export const reshape = (x: ArrayLike, sizes: readonly number[]): NDArray =>
  core.reshape(toArray(x, "reshape"), toShape("reshape", sizes));

/** Axis k of the result is axis permutation[k]. Source: jax.lax.transpose. */
export const transpose = (x: ArrayLike, permutation: readonly number[]): NDArray => permute(x, permutation);

/** Repeated along new axes in front. Source: jax.lax.broadcast. */
export function broadcast(x: ArrayLike, sizes: readonly number[]): NDArray {
  const a = toArray(x, "broadcast");
  return core.broadcastTo(a, [...toShape("broadcast", sizes), ...a.shape]);
}

/**
 * Repeated to the shape: axis k of x becomes axis broadcastDimensions[k], the others are new; sizes of 1 stretch.
 * Source: jax.lax.broadcast_in_dim.
 *
 * @example broadcastInDim([1, 2], [2, 3], [0]).js() // [[1, 1, 1], [2, 2, 2]]
 */
export const broadcastInDim = (
  x: ArrayLike,
  shape: readonly number[],
  broadcastDimensions: readonly number[],
): NDArray => {
  checkIntegers("broadcastInDim", "broadcastDimensions", broadcastDimensions);
  return core.broadcastInDim(
    toArray(x, "broadcastInDim"),
    toShape("broadcastInDim", shape),
    broadcastDimensions,
  );
};

/** A new axis of size 1 at each position of the result. Source: jax.lax.expand_dims. */
export function expandDims(x: ArrayLike, dimensions: readonly number[]): NDArray {
  const a = toArray(x, "expandDims");
  checkIntegers("expandDims", "the dimensions", dimensions);
  return core.expandDims(a, canonicalAxes("expandDims", dimensions, a.ndim + dimensions.length));
}

/** Without axes of size 1. Source: jax.lax.squeeze. */
export const squeeze = (x: ArrayLike, dimensions: readonly number[]): NDArray => squeezeAxes(x, dimensions);

/** The arrays one after the other along an axis. Source: jax.lax.concatenate. */
export function concatenate(operands: readonly ArrayLike[], dimension: number): NDArray {
  checkList("concatenate", "the operands", operands, "arrays");
  if (operands.length === 0)
    throw new ArgumentError("concatenate: needs at least one array; give a list such as [x, y]");
  const arrays = operandsOf("concatenate", [...operands]);
  return join(arrays, canonicalAxis("concatenate", dimension, arrays[0].ndim));
}

/** The elements along the axes from last to first. Source: jax.lax.rev. */
export function rev(x: ArrayLike, dimensions: readonly number[]): NDArray {
  const a = toArray(x, "rev");
  return windowing.rev(a, canonicalAxes("rev", dimensions, a.ndim));
}

/**
 * x with `value` put before, after (negative: taken away) and between its elements: [low, high, interior] for each axis.
 *
 * Source: jax.lax.pad.
 */
export function pad(x: ArrayLike, value: ArrayLike, config: readonly PaddingOfAxis[]): NDArray {
  const [a, padding] = operandsOf("pad", [x, value]);
  checkList("pad", "the padding", config, "[low, high, interior], one an axis");
  for (const each of config) {
    checkIntegers("pad", "the padding of an axis", each);
    if (each.length !== 3) {
      throw new ArgumentError(`pad: the padding of an axis is [low, high, interior], got ${describe(each)}`);
    }
  }
  return windowing.pad(a, padding, config);
}

// windows at fixed places --------------------------------------------------------------------------------------------

/** The elements from start to below limit, in steps, along every axis. Source: jax.lax.slice. */
export const slice = (
  x: ArrayLike,
  startIndices: readonly number[],
  limitIndices: readonly number[],
  strides: readonly number[] | null = null,
): NDArray => {
  checkIntegers("slice", "startIndices", startIndices);
  checkIntegers("slice", "limitIndices", limitIndices);
  if (strides !== null) checkIntegers("slice", "strides", strides);
  return windowing.slice(toArray(x, "slice"), startIndices, limitIndices, strides);
};

/** The elements from start to below limit along one axis; null is the end. Source: jax.lax.slice_in_dim. */
export function sliceInDim(
  x: ArrayLike,
  start: number | null,
  limit: number | null,
  stride = 1,
  axis = 0,
): NDArray {
  const a = toArray(x, "sliceInDim");
  const along = canonicalAxis("sliceInDim", axis, a.ndim);
  const n = a.shape[along];
  checkInteger("sliceInDim", "start", start ?? 0);
  checkInteger("sliceInDim", "limit", limit ?? n);
  checkInteger("sliceInDim", "stride", stride, 1);
  const place = (end: number): number => Math.min(Math.max(end < 0 ? end + n : end, 0), n);
  const first = place(start ?? 0);
  const at = (value: number, others: (k: number) => number): number[] =>
    range(a.ndim).map((k) => (k === along ? value : others(k)));
  return windowing.slice(
    a,
    at(first, () => 0),
    at(Math.max(first, place(limit ?? n)), (k) => a.shape[k]),
    at(stride, () => 1),
  );
}

/** The slice at one place of an axis, which stays with size 1 unless `keepdims` is false. Source: jax.lax.index_in_dim. */
export function indexInDim(x: ArrayLike, index: number, axis = 0, keepdims = true): NDArray {
  const a = toArray(x, "indexInDim");
  const along = canonicalAxis("indexInDim", axis, a.ndim);
  checkInteger("indexInDim", "the index", index);
  checkStaticIndex("indexInDim", index, a.shape[along]);
  const at = index < 0 ? index + a.shape[along] : index;
  const part = windowing.sliceAlong(a, along, at, at + 1);
  return keepdims ? part : squeezeAxes(part, along);
}

// contraction --------------------------------------------------------------------------------------------------------

/** [[contracted axes of x, of y], [batch axes of x, of y]]. */
export type DimensionNumbers = readonly [
  contracting: readonly [readonly number[], readonly number[]],
  batch: readonly [readonly number[], readonly number[]],
];

/**
 * The sum of products over pairs of contracted axes, alongside pairs of batch axes: [batch..., free of x..., free of y...].
 *
 * Source: jax.lax.dot_general.
 *
 * @throws ShapeError where paired sizes differ.
 * @example dotGeneral(a, b, [[[1], [0]], [[], []]]) // the matrix product
 */
export function dotGeneral(x: ArrayLike, y: ArrayLike, dimensionNumbers: DimensionNumbers): NDArray {
  const [lhs, rhs] = operandsOf("dotGeneral", [x, y]);
  checkPairs(dimensionNumbers);
  const [[lhsContracting, rhsContracting], [lhsBatch, rhsBatch]] = dimensionNumbers;
  return contraction.dotGeneral(lhs, rhs, { lhsContracting, rhsContracting, lhsBatch, rhsBatch });
}

function checkPairs(numbers: DimensionNumbers): void {
  const isPair = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length === 2;
  if (!isPair(numbers) || !numbers.every((pair) => isPair(pair) && pair.every(Array.isArray))) {
    throw new ArgumentError(
      "dotGeneral: dimension numbers are [[contracted axes of x, of y], [batch axes of x, of y]], such as " +
        `[[[1], [0]], [[], []]], got ${describe(numbers)}`,
    );
  }
  for (const pair of numbers) for (const axes of pair) checkIntegers("dotGeneral", "an entry", axes);
}

/** The product of vectors and matrices: the last axis of x with the first of y. Source: jax.lax.dot. */
export function dot(x: ArrayLike, y: ArrayLike): NDArray {
  const [lhs, rhs] = operandsOf("dot", [x, y]);
  return contraction.dot(lhs, rhs);
}
