/** Means, spreads and quantiles. Integers and bools become float32. */
import type { ArrayLike, AxisArgument, NDArray, ReduceOptions } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { add, div, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { le, ne } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { exp, log } from "../autodiff/primitives/elementary.js";
import { gather } from "../autodiff/primitives/gather.js";
import { sqrt, square } from "../autodiff/primitives/power.js";
import { reduceMax, reduceOr } from "../autodiff/primitives/reduction.js";
import { abs, ceil, floor, isfinite } from "../autodiff/primitives/rounding-and-sign.js";
import { clamp, select } from "../autodiff/primitives/selection.js";
import { sort } from "../autodiff/primitives/sort.js";
import { broadcastTo, reduceSum, reshape, transpose } from "../autodiff/primitives/sum-and-broadcast.js";
import { stopGradient } from "../autodiff/transforms/stop-gradient.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import { dropAxes, range, sameShape, showShape, sizeOf } from "../ir/shape.js";
import { keepAxes, keptShape, reducedAxes, reduceOptions } from "./axes.js";
import { promoteOperand, promoteTypes, toDType } from "./promotion.js";

const countAlong = (x: NDArray, axes: readonly number[]): number => sizeOf(axes.map((axis) => x.shape[axis]));
const strong = (x: NDArray): NDArray => convertElementType(x, x.dtype);

// means --------------------------------------------------------------------------------------------------------------

/**
 * The sum divided by the count; NaN over nothing.
 * Source: numpy.mean.
 *
 * @example mean([[1, 2], [3, 4]], 0).js() // [2, 3]
 */
export function mean(x: ArrayLike, axis: AxisArgument = null, options: ReduceOptions = {}): NDArray {
  const { keepdims } = readOptions("mean", options, reduceOptions);
  const a = strong(promoteOperand(x, "inexact", "mean"));
  const axes = reducedAxes("mean", axis, a.ndim);
  return keepAxes(div(reduceSum(a, axes), countAlong(a, axes)), a.shape, axes, keepdims);
}

export interface AverageOptions extends ReduceOptions {
  /** In the shape of the array, or, along the averaged axes, in theirs. */
  readonly weights?: ArrayLike;
}

/**
 * sum(weights x) / sum(weights); the mean without weights.
 *
 * Source: numpy.average.
 *
 * @throws ShapeError where the weights have neither the array's shape nor that of the averaged axes.
 * @example average([1, 3], null, { weights: [3, 1] }).item() // 1.5
 */
export function average(x: ArrayLike, axis: AxisArgument = null, options: AverageOptions = {}): NDArray {
  const { weights, ...reducing } = readOptions("average", options, { keepdims: "boolean", weights: "any" });
  if (weights === undefined) return mean(x, axis, reducing);
  const [a, given] = promoteTypes("average", [x, weights], "inexact");
  const axes = reducedAxes("average", axis, a.ndim);
  const along = axes.map((k) => a.shape[k]);
  if (!sameShape(given.shape, a.shape) && !sameShape(given.shape, along)) {
    throw new ShapeError(
      `average: weights of shape ${showShape(given.shape)} fit neither the array's ${showShape(a.shape)} nor its ` +
        `averaged axes' ${showShape(along)}; reshape them`,
    );
  }
  const w = broadcastTo(
    sameShape(given.shape, a.shape)
      ? given
      : reshape(
          given,
          a.shape.map((n, k) => (axes.includes(k) ? n : 1)),
        ),
    a.shape,
  );
  return keepAxes(div(reduceSum(mul(a, w), axes), reduceSum(w, axes)), a.shape, axes, reducing.keepdims);
}

// spread -------------------------------------------------------------------------------------------------------------

export interface SpreadOptions extends ReduceOptions {
  /** What is subtracted from the count in the divisor: 0, or 1 for the unbiased variance of a sample. */
  readonly ddof?: number;
}

const spreadOptions: OptionKinds<SpreadOptions> = { keepdims: "boolean", ddof: "number" };

/**
 * The variance: sum((x - mean)^2) / (n - ddof); NaN where n <= ddof.
 * Source: numpy.var.
 *
 * @example var_([1, 2, 3], null, { ddof: 1 }).item() // 1
 */
export function var_(x: ArrayLike, axis: AxisArgument = null, options: SpreadOptions = {}): NDArray {
  const { keepdims, ddof = 0 } = readOptions("var_", options, spreadOptions);
  const a = strong(promoteOperand(x, "inexact", "var_"));
  const axes = reducedAxes("var_", axis, a.ndim);
  const count = countAlong(a, axes) - ddof;
  const centred = sub(a, mean(a, axes, { keepdims: true }));
  const divisor = count > 0 ? count : Number.NaN; // the derivative is NaN there too
  return keepAxes(div(reduceSum(square(centred), axes), divisor), a.shape, axes, keepdims);
}

/** The standard deviation: the root of the variance, whose derivative is infinite at 0. Source: numpy.std. */
export const std = (x: ArrayLike, axis: AxisArgument = null, options: SpreadOptions = {}): NDArray =>
  sqrt(var_(x, axis, readOptions("std", options, spreadOptions)));

// log of a sum of exponentials ---------------------------------------------------------------------------------------

/**
 * log(sum(e^x)), with the largest element taken out so that nothing overflows; -inf over nothing.
 * Source: jax.scipy.special.logsumexp.
 *
 * @example logsumexp([1000, 1000]).item() // 1000.6931
 */
export function logsumexp(x: ArrayLike, axis: AxisArgument = null, options: ReduceOptions = {}): NDArray {
  const { keepdims } = readOptions("logsumexp", options, reduceOptions);
  const a = strong(promoteOperand(x, "inexact", "logsumexp"));
  const axes = reducedAxes("logsumexp", axis, a.ndim);
  const largest = stopGradient<NDArray>(reduceMax(a, axes));
  const offset = select(isfinite(largest), largest, 0);
  const sums = reduceSum(exp(sub(a, reshape(offset, keptShape(a.shape, axes)))), axes);
  return keepAxes(add(log(abs(sums)), offset), a.shape, axes, keepdims);
}

// quantiles ----------------------------------------------------------------------------------------------------------

/** What lies between two neighbours at the quantile's place. */
export type QuantileMethod = "linear" | "lower" | "higher" | "midpoint" | "nearest";

export interface QuantileOptions extends ReduceOptions {
  readonly method?: QuantileMethod;
}

const quantileOptions: OptionKinds<QuantileOptions> = {
  keepdims: "boolean",
  method: ["linear", "lower", "higher", "midpoint", "nearest"],
};

/**
 * The value below which a part `q` (0 to 1) of the elements lies: between the neighbours of place q (n - 1) in sorted order,
 * linearly by default. A list of q gives a new first axis. NaN where an element is NaN.
 * Source: numpy.quantile.
 *
 * @example quantile([1, 2, 3, 4], 0.5).item() // 2.5
 * @example quantile(x, [0.25, 0.75], 0)
 */
export function quantile(
  x: ArrayLike,
  q: ArrayLike,
  axis: AxisArgument = null,
  options: QuantileOptions = {},
): NDArray {
  const { method = "linear", keepdims } = readOptions("quantile", options, quantileOptions);
  const a = strong(promoteOperand(x, "inexact", "quantile"));
  const parts = toDType(q, a.dtype, "quantile");
  if (parts.ndim > 1) {
    throw new ArgumentError(
      `quantile: q is a number or a list of numbers, got shape ${showShape(parts.shape)}; ravel it`,
    );
  }
  const axes = reducedAxes("quantile", axis, a.ndim);
  const count = countAlong(a, axes);
  if (count === 0) {
    throw new ShapeError(
      `quantile: ${showShape(a.shape)} has no elements along axes ${showShape(axes)}; check the size first`,
    );
  }
  const kept = dropAxes(range(a.ndim), axes);
  const keptSizes = kept.map((k) => a.shape[k]);
  const rows = reshape(transpose(a, [...axes, ...kept]), [count, ...keptSizes]);
  const hasNan = reduceOr(ne(rows, rows), [0]);
  const [sorted] = sort([select(reshape(hasNan, [1, ...keptSizes]), Number.NaN, rows)], 0);
  const place = mul(parts, count - 1);
  const low = clamp(0, floor(place), count - 1);
  const high = clamp(0, ceil(place), count - 1);
  const weight = reshape(sub(place, floor(place)), [...parts.shape, ...kept.map(() => 1)]);
  const between = interpolate(method, rowsAt(sorted, low), rowsAt(sorted, high), weight);
  return keepdims ? reshape(between, [...parts.shape, ...keptShape(a.shape, axes)]) : between;
}

/** x[positions, ...]: the positions are whole floats in range. */
function rowsAt(x: NDArray, positions: NDArray): NDArray {
  const indices = convertElementType(positions, "int32");
  return gather(
    x,
    reshape(indices, [...indices.shape, 1]),
    {
      offsetDims: range(x.ndim - 1).map((k) => k + positions.ndim),
      collapsedSliceDims: [0],
      startIndexMap: [0],
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
    },
    [1, ...x.shape.slice(1)],
    "promiseInBounds",
  );
}

/** `weight` is how far the place lies above the lower neighbour: 0 to 1. */
function interpolate(method: QuantileMethod, low: NDArray, high: NDArray, weight: NDArray): NDArray {
  switch (method) {
    case "linear":
      return add(mul(low, sub(1, weight)), mul(high, weight));
    case "lower":
      return low;
    case "higher":
      return high;
    case "midpoint":
      return mul(add(low, high), literal(0.5, low.dtype));
    case "nearest":
      return select(le(weight, 0.5), low, high);
  }
}

/**
 * The middle of the sorted elements, the mean of two where their number is even.
 * Source: numpy.median.
 *
 * @example median([3, 1, 2]).item() // 2
 */
export const median = (x: ArrayLike, axis: AxisArgument = null, options: ReduceOptions = {}): NDArray =>
  quantile(x, 0.5, axis, { ...readOptions("median", options, reduceOptions), method: "midpoint" });
