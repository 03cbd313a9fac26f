/** Draws from a list, with or without replacement, alike or weighted. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { add, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { lt } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { full } from "../autodiff/primitives/creation.js";
import { cumsum } from "../autodiff/primitives/cumulative.js";
import { log } from "../autodiff/primitives/elementary.js";
import { expandDims, reduceSum, reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { sliceAlong } from "../autodiff/primitives/windowing.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { isFloat } from "../ir/dtype.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { canonicalAxis, range, sameShape, showShape, sizeOf } from "../ir/shape.js";
import { greatest } from "./categorical.js";
import { drawGumbel } from "./inverse-transform.js";
import { checkOneKey, type Key } from "./key.js";
import { permutation, takeAlong } from "./permutation.js";
import { randint } from "./randint.js";
import { checkShape, type FloatDType, toArray } from "./shape.js";
import { drawUniform } from "./uniform.js";

export interface ChoiceOptions {
  /** Whether one entry may be drawn twice; true by default. */
  readonly replace?: boolean;
  /** The probability of each entry, [n]; all alike by default. */
  readonly p?: ArrayLike;
  /** The axis of the array along which the entries lie; 0 by default. */
  readonly axis?: number;
}

const operation = "random.choice";

const optionKinds: OptionKinds<ChoiceOptions> = { replace: "boolean", p: "any", axis: "integer" };

/**
 * Entries of an array, or integers below n, drawn at random. u32[2], f32[n] -> f32[shape]
 *
 * Weighted draws with replacement compare each with all n cumulative weights.
 * Source: jax.random.choice.
 *
 * @param from a number n, for 0 ... n - 1, or an array; its axis is replaced by `shape`
 * @throws ArgumentError when n is no positive integer; ShapeError when more than n are drawn without replacement, p is not
 *   [n], or for a batch of keys
 * @example choice(key(0), 50, [6], { replace: false })
 */
export function choice(key: Key, from: ArrayLike, shape: Shape = [], options: ChoiceOptions = {}): NDArray {
  const { replace = true, p, axis = 0 } = readOptions(operation, options, optionKinds);
  checkOneKey(operation, key);
  checkShape(operation, shape);
  const array = typeof from === "number" ? null : toArray(from, operation);
  const along = array === null ? 0 : canonicalAxis(operation, axis, array.ndim);
  const n = array === null ? Number(from) : array.shape[along];
  const count = sizeOf(shape);
  checkCounts(n, count, replace);
  const picked = (indices: NDArray): NDArray => {
    const shaped = reshape(indices, shape);
    return array === null ? shaped : takeAlong(array, shaped, along);
  };
  if (count === 0) {
    return array === null
      ? full(shape, 0, "int32")
      : full([...array.shape.slice(0, along), ...shape, ...array.shape.slice(along + 1)], 0, array.dtype);
  }
  if (p !== undefined) return picked(weighted(key, weights(p, n), shape, replace));
  if (replace) return picked(randint(key, shape, 0, n));
  // The first `count` of all, shuffled as they are where they stand in one row.
  if (array?.ndim === 1) return reshape(sliceAlong(permutation(key, array), 0, 0, count), shape);
  return picked(sliceAlong(permutation(key, n), 0, 0, count));
}

function checkCounts(n: number, count: number, replace: boolean): void {
  if (!Number.isInteger(n) || n < 0 || (n === 0 && count > 0)) {
    throw new ArgumentError(
      `${operation}: there is nothing to draw from ${n} entries; give a positive integer`,
    );
  }
  if (!replace && count > n) {
    throw new ShapeError(
      `${operation}: ${count} draws without replacement from ${n} entries; draw fewer, or use replace: true`,
    );
  }
}

function weights(p: ArrayLike, n: number): NDArray {
  const given = toArray(p, operation);
  const x = isFloat(given.dtype) ? given : convertElementType(given, "float32");
  if (!sameShape(x.shape, [n])) {
    throw new ShapeError(
      `${operation}: p has shape ${showShape(x.shape)}; it must be [${n}], one for each entry`,
    );
  }
  return x;
}

function weighted(key: Key, p: NDArray, shape: Shape, replace: boolean): NDArray {
  const dtype: FloatDType = p.dtype === "float64" ? "float64" : "float32";
  const n = p.shape[0];
  if (!replace) return greatest(add(drawGumbel(operation, key, [n], { dtype }), log(p)), sizeOf(shape));
  const cumulative = cumsum(p, 0, false);
  const total = reshape(sliceAlong(cumulative, 0, n - 1, n), []);
  const r = mul(total, sub(1, drawUniform(operation, key, shape, { dtype })));
  // Where r goes among the cumulative weights, before its equals: the number of those that are less.
  const row = reshape(cumulative, [...shape.map(() => 1), n]);
  const less = lt(row, expandDims(r, [shape.length]));
  return reduceSum(convertElementType(less, "int32"), range(shape.length + 1).slice(-1));
}
