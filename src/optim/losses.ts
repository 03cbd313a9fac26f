/** Losses of examples: take their mean, and its gradient. Source of all: Optax's functions of these names. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { add, mul, neg, sub } from "../autodiff/primitives/arithmetic.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { square } from "../autodiff/primitives/power.js";
import { abs } from "../autodiff/primitives/rounding-and-sign.js";
import { min } from "../autodiff/primitives/selection.js";
import { reduceSum } from "../autodiff/primitives/sum-and-broadcast.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { describeAval } from "../ir/aval.js";
import { ShapeError } from "../ir/errors.js";
import { canonicalAxis, sameShape, showShape } from "../ir/shape.js";
import { logaddexp } from "../numpy/exponential.js";
import { promoteOperand, promoteTypes, toArray } from "../numpy/promotion.js";
import { expandDims, squeeze } from "../numpy/shape.js";
import { logsumexp } from "../numpy/statistics.js";
import { takeAlongAxis, toIndices } from "../numpy/take.js";

/**
 * (predictions - targets)^2, elementwise. f32[...] -> f32[...]
 * Source: optax.squared_error.
 *
 * @param targets zeros by default
 * @throws ShapeError when the shapes differ: nothing broadcasts
 * @example squaredError([1, 2], [1, 4]).js() // [0, 4]
 */
export const squaredError = (predictions: ArrayLike, targets: ArrayLike | null = null): NDArray =>
  square(errorsOf("optim.squaredError", predictions, targets));

/**
 * (predictions - targets)^2 / 2, elementwise, whose derivative is the error. f32[...] -> f32[...]
 * Source: optax.l2_loss.
 *
 * @param targets zeros by default
 * @throws ShapeError when the shapes differ: nothing broadcasts
 * @example l2Loss([1, 2], [1, 4]).js() // [0, 2]
 */
export const l2Loss = (predictions: ArrayLike, targets: ArrayLike | null = null): NDArray =>
  mul(0.5, square(errorsOf("optim.l2Loss", predictions, targets)));

/**
 * e^2 / 2 where |e| <= delta, delta (|e| - delta / 2) beyond, of the errors e. f32[...] -> f32[...]
 * Source: optax.huber_loss; Huber, "Robust estimation of a location parameter" (1964).
 *
 * @param targets zeros by default
 * @throws ShapeError when the shapes differ: nothing broadcasts
 * @example huberLoss([0.5, 3], [0, 0]).js() // [0.125, 2.5]
 */
export function huberLoss(
  predictions: ArrayLike,
  targets: ArrayLike | null = null,
  options: { readonly delta?: number } = {},
): NDArray {
  const { delta = 1 } = readOptions("optim.huberLoss", options, { delta: "number" });
  const size = abs(errorsOf("optim.huberLoss", predictions, targets));
  const quadratic = min(size, delta);
  return add(mul(0.5, square(quadratic)), mul(delta, sub(size, quadratic)));
}

export interface CrossEntropyOptions {
  /** The axis of the classes; last by default. */
  readonly axis?: number;
}

const crossEntropyOptions: OptionKinds<CrossEntropyOptions> = { axis: "integer" };

/**
 * -sum(labels log softmax(logits)) along the axis of the classes. f32[..., classes], f32[..., classes] -> f32[...]
 * Source: optax.softmax_cross_entropy.
 *
 * @throws ShapeError when the shapes differ or the axis is out of range
 * @example softmaxCrossEntropy([[2, 1]], [[1, 0]]).js() // [0.31326166]
 */
export function softmaxCrossEntropy(
  logits: ArrayLike,
  labels: ArrayLike,
  options: CrossEntropyOptions = {},
): NDArray {
  const operation = "optim.softmaxCrossEntropy";
  const { axis = -1 } = readOptions(operation, options, crossEntropyOptions);
  const x = promoteOperand(logits, "inexact", operation);
  const y = toArray(labels, operation);
  checkSame(operation, x, y);
  const along = canonicalAxis(operation, axis, x.ndim);
  const logProbabilities = sub(x, logsumexp(x, along, { keepdims: true }));
  const [weights, terms] = promoteTypes(operation, [y, logProbabilities], "inexact");
  return neg(reduceSum(mul(weights, terms), [along]));
}

/**
 * -log softmax(logits) at the position of the label. f32[..., classes], i32[...] -> f32[...]
 * Source: optax.softmax_cross_entropy_with_integer_labels.
 *
 * @throws DTypeError when labels are no integers; ShapeError when shapes do not fit or the axis is out of range
 * @example softmaxCrossEntropyWithIntegerLabels([[2, 1]], [0]).js() // [0.31326166]
 */
export function softmaxCrossEntropyWithIntegerLabels(
  logits: ArrayLike,
  labels: ArrayLike,
  options: CrossEntropyOptions = {},
): NDArray {
  const operation = "optim.softmaxCrossEntropyWithIntegerLabels";
  const { axis = -1 } = readOptions(operation, options, crossEntropyOptions);
  const x = promoteOperand(logits, "inexact", operation);
  const along = canonicalAxis(operation, axis, x.ndim);
  const positions = toIndices(operation, labels);
  const others = x.shape.filter((_, k) => k !== along);
  if (!sameShape(positions.shape, others)) {
    throw new ShapeError(
      `${operation}: logits ${describeAval(x.aval)} need a label for each of ${showShape(others)}, got ` +
        `${describeAval(positions.aval)}`,
    );
  }
  const chosen = takeAlongAxis(x, expandDims(positions, along), along);
  return sub(logsumexp(x, along), squeeze(chosen, along));
}

/**
 * -labels log sigmoid(logits) - (1 - labels) log(1 - sigmoid(logits)), elementwise. f32[...] -> f32[...]
 * Source: optax.sigmoid_binary_cross_entropy.
 *
 * @throws ShapeError when the shapes differ: nothing broadcasts
 * @example sigmoidBinaryCrossEntropy([0], [1]).js() // [0.6931472]
 */
export function sigmoidBinaryCrossEntropy(logits: ArrayLike, labels: ArrayLike): NDArray {
  const operation = "optim.sigmoidBinaryCrossEntropy";
  const x = promoteOperand(logits, "inexact", operation);
  const y = convertElementType(toArray(labels, operation), x.dtype);
  checkSame(operation, x, y);
  const [minusLog, minusLogNot] = [logaddexp(neg(x), 0), logaddexp(x, 0)];
  return add(mul(y, minusLog), mul(sub(1, y), minusLogNot));
}

/** Predictions and targets, of one shape and float dtype; null targets are zeros. */
function errorsOf(operation: string, predictions: ArrayLike, targets: ArrayLike | null): NDArray {
  const p = promoteOperand(predictions, "inexact", operation);
  if (targets === null) return p;
  const t = toArray(targets, operation);
  checkSame(operation, p, t);
  const [left, right] = promoteTypes(operation, [p, t], "inexact");
  return sub(left, right);
}

/** Broadcasting here is mostly a mistake: [n] less [n, 1] would be all pairs. */
function checkSame(operation: string, x: NDArray, y: NDArray): void {
  if (sameShape(x.shape, y.shape)) return;
  throw new ShapeError(
    `${operation}: ${describeAval(x.aval)} and ${describeAval(y.aval)} must have one shape; reshape one of them`,
  );
}
