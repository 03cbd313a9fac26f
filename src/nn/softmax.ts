/** Softmax and its logarithm, and the code of classes that goes with them. */
import type { ArrayLike, AxisArgument, NDArray } from "../autodiff/array.js";
import { div, sub } from "../autodiff/primitives/arithmetic.js";
import { eq } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { iota } from "../autodiff/primitives/creation.js";
import { exp, log } from "../autodiff/primitives/elementary.js";
import { reduceMax } from "../autodiff/primitives/reduction.js";
import { expandDims, reduceSum } from "../autodiff/primitives/sum-and-broadcast.js";
import { stopGradient } from "../autodiff/transforms/stop-gradient.js";
import { readOptions } from "../ir/arguments.js";
import { describeAval } from "../ir/aval.js";
import { show } from "../ir/describe.js";
import type { DType } from "../ir/dtype.js";
import { isInteger } from "../ir/dtype.js";
import { ArgumentError, DTypeError } from "../ir/errors.js";
import { canonicalAxis, insertAt } from "../ir/shape.js";
import { reducedAxes } from "../numpy/axes.js";
import { promoteOperand, toArray } from "../numpy/promotion.js";

export { logsumexp } from "../numpy/statistics.js";

/** x less its greatest along the axes, and the axes. The shift cancels out of the results, so it is a constant. */
function shifted(operation: string, x: ArrayLike, axis: AxisArgument): readonly [NDArray, number[]] {
  const a = promoteOperand(x, "inexact", operation);
  const axes = reducedAxes(operation, axis, a.ndim);
  return [sub(a, stopGradient<NDArray>(expandDims(reduceMax(a, axes), axes))), axes];
}

const sumKept = (x: NDArray, axes: readonly number[]): NDArray => expandDims(reduceSum(x, axes), axes);

/**
 * e^x / sum of e^x along an axis (several, or null for all); large x do not overflow. f32[..., n] -> f32[..., n]
 * Source: jax.nn.softmax.
 *
 * @throws ShapeError when an axis is out of range
 */
export function softmax(x: ArrayLike, axis: AxisArgument = -1): NDArray {
  const [a, axes] = shifted("nn.softmax", x, axis);
  const weights = exp(a);
  return div(weights, sumKept(weights, axes));
}

/**
 * log softmax(x) = x - logsumexp(x) along an axis (several, or null for all). f32[..., n] -> f32[..., n]
 * Source: jax.nn.log_softmax.
 *
 * @throws ShapeError when an axis is out of range
 */
export function logSoftmax(x: ArrayLike, axis: AxisArgument = -1): NDArray {
  const [a, axes] = shifted("nn.logSoftmax", x, axis);
  return sub(a, log(sumKept(exp(a), axes)));
}

export interface OneHotOptions {
  /** float32 by default. */
  readonly dtype?: DType;
  /** Where the new axis stands in the result; last by default. */
  readonly axis?: number;
}

/**
 * 1 at the position x of a new axis of size `classes`, 0 elsewhere; all 0 where x lies outside. i32[...] -> f32[..., classes]
 * Source: jax.nn.one_hot, which warns of floats.
 *
 * @throws DTypeError when x is no integer; ShapeError when `axis` is out of range
 * @example oneHot(new Int32Array([0, 2]), 3).js() // [[1, 0, 0], [0, 0, 1]]
 */
export function oneHot(x: ArrayLike, classes: number, options: OneHotOptions = {}): NDArray {
  const { dtype = "float32", axis = -1 } = readOptions("nn.oneHot", options, {
    dtype: "dtype",
    axis: "integer",
  });
  const given = toArray(x, "nn.oneHot");
  // Numbers and lists of numbers are float32 here, so those are read as positions.
  const a = typeof x === "number" || Array.isArray(x) ? convertElementType(given, "int32") : given;
  if (!isInteger(a.dtype)) {
    throw new DTypeError(
      `nn.oneHot: classes are integers, got ${describeAval(a.aval)}; use x.astype("int32")`,
    );
  }
  if (!Number.isInteger(classes) || classes < 0) {
    throw new ArgumentError(
      `nn.oneHot: the number of classes is ${show(classes)}; give a non-negative integer`,
    );
  }
  const position = canonicalAxis("nn.oneHot", axis, a.ndim + 1);
  const counting = insertAt(
    a.shape.map(() => 1),
    position,
    classes,
  );
  return convertElementType(eq(expandDims(a, [position]), iota(a.dtype, counting, position)), dtype);
}
