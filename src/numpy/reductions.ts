/**
 * Reductions: over all axes, one or several, which are dropped, or kept as 1 with `keepdims`. The result is strongly typed.
 * The order of summation is fixed by the shape alone.
 */
import type { ArrayLike, AxisArgument, NDArray, ReduceOptions } from "../autodiff/array.js";
import { sub } from "../autodiff/primitives/arithmetic.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import * as cumulative from "../autodiff/primitives/cumulative.js";
import * as core from "../autodiff/primitives/reduction.js";
import { reduceSum, reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { readOptions } from "../ir/arguments.js";
import { ShapeError } from "../ir/errors.js";
import { canonicalAxis, showShape } from "../ir/shape.js";
import { keepAxes, reducedAxes, reduceOptions } from "./axes.js";
import { toBool } from "./logic.js";
import { promoteOperand, toArray } from "./promotion.js";

export type Reduction = (x: ArrayLike, axis?: AxisArgument, options?: ReduceOptions) => NDArray;

type Reducer = (x: NDArray, axes: readonly number[]) => NDArray;

/** `axis` null: over all. */
const reduction =
  (operation: string, prepare: (x: ArrayLike, operation: string) => NDArray, reduce: Reducer): Reduction =>
  (x, axis = null, options = {}) => {
    const a = prepare(x, operation);
    const { keepdims } = readOptions(operation, options, reduceOptions);
    const axes = reducedAxes(operation, axis, a.ndim);
    const out = keepAxes(reduce(a, axes), a.shape, axes, keepdims);
    return convertElementType(out, out.dtype);
  };

const numeric = (x: ArrayLike, operation: string): NDArray => promoteOperand(x, "numeric", operation);

// sums and products --------------------------------------------------------------------------------------------------

/**
 * The sum over `axis` (all axes by default); 0 over nothing. Bools are counted, as int32.
 *
 * Source: numpy.sum.
 *
 * @throws ShapeError where an axis is out of range or repeated.
 * @example sum([[1, 2], [3, 4]], 0).js() // [4, 6]
 * @example sum(x, -1, { keepdims: true })
 */
export const sum: Reduction = reduction("sum", numeric, reduceSum);

/** The product over `axis`; 1 over nothing. Its derivative is right where factors are 0. Source: numpy.prod. */
export const prod: Reduction = reduction("prod", numeric, core.reduceProd);

// extremes -----------------------------------------------------------------------------------------------------------

const ofSome =
  (operation: string, reduce: Reducer): Reducer =>
  (x, axes) => {
    if (axes.some((axis) => x.shape[axis] === 0)) {
      throw new ShapeError(
        `${operation}: ${showShape(x.shape)} has no elements along axes ${showShape(axes)}, and nothing has no ` +
          `${operation}; check the size first`,
      );
    }
    return reduce(x, axes);
  };

/**
 * The largest element; NaN where one is NaN. The derivative is shared among all that attain it.
 *
 * Source: numpy.max.
 *
 * @throws ShapeError over no elements.
 * @example max([[1, 5], [7, 2]], 1).js() // [5, 7]
 */
export const max: Reduction = reduction("max", toArray, ofSome("max", core.reduceMax));

/** The smallest element; NaN where one is NaN. Source: numpy.min. */
export const min: Reduction = reduction("min", toArray, ofSome("min", core.reduceMin));

/** max - min. Source: numpy.ptp. */
export const ptp: Reduction = (x, axis, options) =>
  sub(largest(x, axis, options), smallest(x, axis, options));

const largest = reduction("ptp", toArray, ofSome("ptp", core.reduceMax));
const smallest = reduction("ptp", toArray, ofSome("ptp", core.reduceMin));

export type ArgReduction = (x: ArrayLike, axis?: number | null, options?: ReduceOptions) => NDArray;

const argReduction =
  (reduce: (x: NDArray, axis: number) => NDArray): ((operation: string) => ArgReduction) =>
  (operation) =>
  (x, axis = null, options = {}) => {
    const a = toArray(x, operation);
    const { keepdims } = readOptions(operation, options, reduceOptions);
    if (axis !== null) {
      const along = canonicalAxis(operation, axis, a.ndim);
      return keepAxes(reduce(a, along), a.shape, [along], keepdims);
    }
    const position = reduce(reshape(a, [a.size]), 0);
    return keepdims
      ? reshape(
          position,
          a.shape.map(() => 1),
        )
      : position;
  };

/**
 * The position of the largest element along one axis, or in row-major order: the first of those that tie, the first NaN
 * where there is one. int32.
 *
 * Source: numpy.argmax.
 *
 * @throws ShapeError over no elements.
 * @example argmax([1, 5, 2]).item() // 1
 */
export const argmax: ArgReduction = argReduction((x, axis) => core.argmax(x, axis))("argmax");

/** The position of the smallest element, as `argmax`. Source: numpy.argmin. */
export const argmin: ArgReduction = argReduction((x, axis) => core.argmin(x, axis))("argmin");

// logic --------------------------------------------------------------------------------------------------------------

/** Whether all elements are true (not 0); true over nothing. Source: numpy.all. */
export const all: Reduction = reduction("all", toBool, core.reduceAnd);

/** Whether any element is true (not 0); false over nothing. Source: numpy.any. */
export const any: Reduction = reduction("any", toBool, core.reduceOr);

const countTrue = reduction("countNonzero", numeric, reduceSum);

/** How many elements are not 0, as int32. Source: numpy.count_nonzero. */
export const countNonzero: Reduction = (x, axis, options) =>
  countTrue(toBool(x, "countNonzero"), axis, options);

// running ------------------------------------------------------------------------------------------------------------

export type Running = (x: ArrayLike, axis?: number | null) => NDArray;

/** Along one axis, or of all elements in row-major order. */
const running =
  (operation: string, along: (x: NDArray, axis: number) => NDArray): Running =>
  (x, axis = null) => {
    const a = numeric(x, operation);
    if (axis === null) return along(reshape(a, [a.size]), 0);
    return along(a, canonicalAxis(operation, axis, a.ndim));
  };

/**
 * out[i] = x[0] + ... + x[i] along an axis; without one, of all elements in row-major order.
 * Source: numpy.cumsum.
 *
 * @example cumsum([1, 2, 3]).js() // [1, 3, 6]
 */
export const cumsum: Running = running("cumsum", (x, axis) => cumulative.cumsum(x, axis));

/** out[i] = x[0] ... x[i] along an axis; without one, of all elements. Source: numpy.cumprod. */
export const cumprod: Running = running("cumprod", (x, axis) => cumulative.cumprod(x, axis));
