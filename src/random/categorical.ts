/** Categorical samples by the Gumbel trick: argmax(logits + Gumbel noise) has the probabilities softmax(logits). */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { add, neg } from "../autodiff/primitives/arithmetic.js";
import { iota } from "../autodiff/primitives/creation.js";
import { argmax } from "../autodiff/primitives/reduction.js";
import { sort } from "../autodiff/primitives/sort.js";
import { broadcastTo, moveAxis, reshape, transpose } from "../autodiff/primitives/sum-and-broadcast.js";
import { sliceAlong } from "../autodiff/primitives/windowing.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { canonicalAxis, dropAxes, insertAt, range, showShape, sizeOf } from "../ir/shape.js";
import { drawGumbel } from "./inverse-transform.js";
import type { Key } from "./key.js";
import { checkFloat, checkShape, toArray } from "./shape.js";

export interface CategoricalOptions {
  /** The axis of `logits` along which the categories lie; the last by default. */
  readonly axis?: number;
  /** By default the shape of `logits` without `axis`; that shape must be its end, or broadcast to it. */
  readonly shape?: Shape;
  /** False draws different categories for the leading axes of `shape`. True by default. */
  readonly replace?: boolean;
}

const operation = "random.categorical";

const optionKinds: OptionKinds<CategoricalOptions> = { axis: "integer", shape: "any", replace: "boolean" };

/**
 * The index of a category, with probabilities softmax(logits). u32[2], f32[..., n] -> i32[...]
 * Source: jax.random.categorical; without replacement Kool, van Hoof and Welling, "Stochastic beams and where to find
 * them" (ICML 2019).
 *
 * @throws DTypeError when logits are no floats; ShapeError when `shape` does not fit, more than n samples are asked for
 *   without replacement, or for a batch of keys
 * @example categorical(key(0), [0, 1, 2], { shape: [10] })
 */
export function categorical(key: Key, logits: ArrayLike, options: CategoricalOptions = {}): NDArray {
  const { axis: along = -1, shape: asked, replace = true } = readOptions(operation, options, optionKinds);
  const x = toArray(logits, operation);
  checkFloat(operation, x.dtype);
  const axis = canonicalAxis(operation, along, x.ndim);
  const batch = dropAxes(x.shape, [axis]);
  const shape = asked ?? batch;
  checkShape(operation, shape);
  const prefixRank = shape.length - batch.length;
  if (prefixRank < 0 || batch.some((n, i) => n !== 1 && n !== shape[prefixRank + i])) {
    throw new ShapeError(
      `${operation}: shape ${showShape(shape)} does not end in the batch shape ${showShape(batch)} of the logits ` +
        `${showShape(x.shape)} without axis ${axis}; use ${showShape([...shape, ...batch])} for draws of each`,
    );
  }
  return replace
    ? withReplacement(key, x, axis, shape, prefixRank)
    : withoutReplacement(key, x, axis, shape.slice(0, prefixRank));
}

function withReplacement(key: Key, x: NDArray, axis: number, shape: Shape, prefixRank: number): NDArray {
  const full = insertAt(shape, prefixRank + axis, x.shape[axis]);
  const noise = drawGumbel(operation, key, full, { dtype: x.dtype === "float64" ? "float64" : "float32" });
  return argmax(add(noise, broadcastTo(x, full)), prefixRank + axis);
}

/** The greatest k noisy logits. */
function withoutReplacement(key: Key, x: NDArray, axis: number, prefix: Shape): NDArray {
  const count = sizeOf(prefix);
  if (count > x.shape[axis]) {
    throw new ShapeError(
      `${operation}: ${count} samples without replacement from ${x.shape[axis]} categories; ` +
        "ask for fewer, or use replace: true",
    );
  }
  const noise = drawGumbel(operation, key, x.shape, { dtype: x.dtype === "float64" ? "float64" : "float32" });
  const indices = greatest(moveAxis(add(x, noise), axis, x.ndim - 1), count);
  const batchRank = indices.ndim - 1;
  const countFirst = transpose(indices, [batchRank, ...range(batchRank)]);
  return reshape(countFirst, [...prefix, ...indices.shape.slice(0, -1)]);
}

/** The positions of the `count` greatest along the last axis, the greatest first; the first of equals first. */
export function greatest(x: NDArray, count: number): NDArray {
  const axis = x.ndim - 1;
  const [, order] = sort([neg(x), iota("int32", x.shape, axis)], axis);
  return sliceAlong(order, axis, 0, count);
}
