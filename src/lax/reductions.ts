/** Reductions, running reductions and sorting, as functions. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import * as cumulative from "../autodiff/primitives/cumulative.js";
import * as core from "../autodiff/primitives/reduction.js";
import { sort as sortTogether } from "../autodiff/primitives/sort.js";
import { reduceSum as sumOver } from "../autodiff/primitives/sum-and-broadcast.js";
import { sliceAlong } from "../autodiff/primitives/windowing.js";
import { checkChoice, checkList, readOptions } from "../ir/arguments.js";
import { show } from "../ir/describe.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import { canonicalAxes, canonicalAxis, showShape } from "../ir/shape.js";
import { toArray } from "../numpy/promotion.js";
import { argsort } from "../numpy/sorting.js";
import { takeAlongAxis } from "../numpy/take.js";
import { operandsOf } from "./operands.js";

export type Reduce = (x: ArrayLike, axes: readonly number[]) => NDArray;

const reduction =
  (operation: string, reduce: (x: NDArray, axes: readonly number[]) => NDArray): Reduce =>
  (x, axes) => {
    const a = toArray(x, operation);
    return reduce(
      a,
      canonicalAxes(operation, axes, a.ndim).sort((p, q) => p - q),
    );
  };

/** The sum over the axes, which are dropped. @example reduceSum(x, [0]). Source: jax.lax.reduce_sum. */
export const reduceSum: Reduce = reduction("reduceSum", sumOver);
/** The product over the axes. Source: jax.lax.reduce_prod. */
export const reduceProd: Reduce = reduction("reduceProd", core.reduceProd);
/** The largest over the axes; the least value of the dtype over nothing. Source: jax.lax.reduce_max. */
export const reduceMax: Reduce = reduction("reduceMax", core.reduceMax);
/** The smallest over the axes. Source: jax.lax.reduce_min. */
export const reduceMin: Reduce = reduction("reduceMin", core.reduceMin);
/** And over the axes, bit by bit on integers. Source: jax.lax.reduce_and. */
export const reduceAnd: Reduce = reduction("reduceAnd", core.reduceAnd);
/** Or over the axes, bit by bit on integers. Source: jax.lax.reduce_or. */
export const reduceOr: Reduce = reduction("reduceOr", core.reduceOr);

/** The first position of the largest along an axis. Source: jax.lax.argmax. */
export const argmax = (x: ArrayLike, axis: number, indexDtype: "int32" | "uint32" = "int32"): NDArray => {
  const a = toArray(x, "argmax");
  checkChoice("argmax", "indexDtype", indexDtype, ["int32", "uint32"]);
  return core.argmax(a, canonicalAxis("argmax", axis, a.ndim), indexDtype);
};

/** The first position of the smallest along an axis. Source: jax.lax.argmin. */
export const argmin = (x: ArrayLike, axis: number, indexDtype: "int32" | "uint32" = "int32"): NDArray => {
  const a = toArray(x, "argmin");
  checkChoice("argmin", "indexDtype", indexDtype, ["int32", "uint32"]);
  return core.argmin(a, canonicalAxis("argmin", axis, a.ndim), indexDtype);
};

// running ------------------------------------------------------------------------------------------------------------

export type Cumulate = (x: ArrayLike, axis?: number, options?: { readonly reverse?: boolean }) => NDArray;

const running =
  (operation: string, f: (x: NDArray, axis: number, reverse?: boolean) => NDArray): Cumulate =>
  (x, axis = 0, options = {}) => {
    const { reverse = false } = readOptions(operation, options, { reverse: "boolean" });
    const a = toArray(x, operation);
    return f(a, canonicalAxis(operation, axis, a.ndim), reverse);
  };

/** out[i] = x[0] + ... + x[i]; from the end with `reverse`. Source: jax.lax.cumsum. */
export const cumsum: Cumulate = running("cumsum", cumulative.cumsum);
/** Running products. Source: jax.lax.cumprod. */
export const cumprod: Cumulate = running("cumprod", cumulative.cumprod);
/** Running maxima. Source: jax.lax.cummax. */
export const cummax: Cumulate = running("cummax", cumulative.cummax);
/** Running minima. Source: jax.lax.cummin. */
export const cummin: Cumulate = running("cummin", cumulative.cummin);
/** Running log-sum-exp. Source: jax.lax.cumlogsumexp. */
export const cumlogsumexp: Cumulate = running("cumlogsumexp", cumulative.cumlogsumexp);

// sorting ------------------------------------------------------------------------------------------------------------

export interface SortOptions {
  readonly dimension?: number;
  /** How many of the operands, the first ones, are compared, one after the other. */
  readonly numKeys?: number;
}

/**
 * Operands of one shape sorted together along an axis (the last one), by the first `numKeys` of them; stable, NaN at the end.
 * Source: jax.lax.sort, of a tuple.
 *
 * @example const [keys, values] = sortMany([k, v]);
 */
export function sortMany(operands: readonly ArrayLike[], options: SortOptions = {}): NDArray[] {
  const { dimension = -1, numKeys = 1 } = readOptions("sort", options, {
    dimension: "integer",
    numKeys: "integer",
  });
  checkList("sort", "the operands", operands, "arrays");
  if (operands.length === 0)
    throw new ArgumentError("sort: needs at least one array; give a list such as [keys, values]");
  const arrays = [...operands].map((x) => toArray(x, "sort"));
  return sortTogether(arrays, canonicalAxis("sort", dimension, arrays[0].ndim), numKeys);
}

/** Sorted along an axis (the last one); NaN at the end. Source: jax.lax.sort. */
export const sort = (x: ArrayLike, dimension = -1): NDArray => sortMany([x], { dimension })[0];

/** [keys, values], both in the order that sorts the keys. Source: jax.lax.sort_key_val. */
export function sortKeyVal(keys: ArrayLike, values: ArrayLike, dimension = -1): readonly [NDArray, NDArray] {
  const [k, v] = sortMany([keys, values], { dimension });
  return [k, v];
}

/**
 * The k largest along the last axis, in descending order, and their positions (int32): of those that tie the first come first.
 * The values are differentiable.
 * Source: jax.lax.top_k.
 *
 * @example topK([1, 3, 2], 2)[0].js() // [3, 2]
 */
export function topK(x: ArrayLike, k: number): readonly [NDArray, NDArray] {
  const [a] = operandsOf("topK", [x]);
  const n = a.shape[a.ndim - 1];
  if (a.ndim === 0 || !Number.isInteger(k) || k < 0 || k > n) {
    throw new ShapeError(
      `topK: ${show(k)} largest of ${showShape(a.shape)}: k must be an integer from 0 to ${n ?? "the last size"}`,
    );
  }
  const positions = sliceAlong(argsort(a, -1, { descending: true }), a.ndim - 1, 0, k);
  return [takeAlongAxis(a, positions, -1), positions];
}
