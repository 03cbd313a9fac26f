/** Order: sorting, searching in what is sorted, and what outside jit depends on values for its size. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { ConcreteArray } from "../autodiff/array.js";
import { add } from "../autodiff/primitives/arithmetic.js";
import { and, eq, le, lt, ne, or, shiftRightLogical } from "../autodiff/primitives/comparison.js";
import { full, iota } from "../autodiff/primitives/creation.js";
import { select } from "../autodiff/primitives/selection.js";
import { sort as sortTogether } from "../autodiff/primitives/sort.js";
import { reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { aval } from "../ir/aval.js";
import { ShapeError } from "../ir/errors.js";
import { canonicalAxis, showShape } from "../ir/shape.js";
import { nonzeroPositions } from "./nonzero-positions.js";
import { promoteTypes, toArray } from "./promotion.js";
import { flip } from "./shape.js";
import { take } from "./take.js";

export interface SortOptions {
  /** From large to small. */
  readonly descending?: boolean;
}

const sortOptions: OptionKinds<SortOptions> = { descending: "boolean" };

/** Without an axis all elements, in row-major order. */
function alongOne(operation: string, x: ArrayLike, axis: number | null): readonly [NDArray, number] {
  const a = toArray(x, operation);
  return axis === null ? [reshape(a, [a.size]), 0] : [a, canonicalAxis(operation, axis, a.ndim)];
}

/**
 * The elements along an axis (the last one) in ascending order, NaN at the end. The derivative follows the elements.
 * Source: numpy.sort.
 *
 * @example sort([3, 1, 2]).js() // [1, 2, 3]
 */
export function sort(x: ArrayLike, axis: number | null = -1, options: SortOptions = {}): NDArray {
  const { descending = false } = readOptions("sort", options, sortOptions);
  const [a, along] = alongOne("sort", x, axis);
  const [sorted] = sortTogether([a], along);
  return descending ? flip(sorted, along) : sorted;
}

/**
 * The positions that sort an axis: takeAlongAxis(x, argsort(x, k), k) is sort(x, k). Elements that tie keep their order, in
 * descending order too. int32.
 * Source: numpy.argsort.
 *
 * @example argsort([3, 1, 2]).js() // [1, 2, 0]
 */
export function argsort(x: ArrayLike, axis: number | null = -1, options: SortOptions = {}): NDArray {
  const { descending = false } = readOptions("argsort", options, sortOptions);
  const [a, along] = alongOne("argsort", x, axis);
  const positions = iota("int32", a.shape, along);
  if (!descending) return sortTogether([a, positions], along)[1];
  // Turned around before and after, so that ties come out in their first order.
  const [, order] = sortTogether([flip(a, along), flip(positions, along)], along);
  return flip(order, along);
}

export interface SearchOptions {
  /** Whether a value goes before ("left", the default) or after the elements equal to it. */
  readonly side?: "left" | "right";
}

/**
 * The position at which each value goes into a sorted vector to keep it sorted: int32 from 0 to n, by binary search.
 *
 * Source: numpy.searchsorted.
 *
 * @throws ShapeError where `sorted` is no vector.
 * @example searchsorted([1, 3, 5], [0, 3, 9]).js() // [0, 1, 3]
 */
export function searchsorted(sorted: ArrayLike, values: ArrayLike, options: SearchOptions = {}): NDArray {
  const { side = "left" } = readOptions("searchsorted", options, { side: ["left", "right"] });
  const [a, v] = promoteTypes("searchsorted", [sorted, values]);
  if (a.ndim !== 1) {
    throw new ShapeError(`searchsorted: takes a sorted vector, got shape ${showShape(a.shape)}; ravel it`);
  }
  let low = full(v.shape, 0, "int32");
  let high = full(v.shape, a.size, "int32");
  for (let left = a.size; left > 0; left = Math.floor(left / 2)) {
    const middle = shiftRightLogical(add(low, high), 1);
    const there = take(a, middle, 0, { mode: "clip" });
    const isOpen = lt(low, high);
    const goesRight = side === "left" ? before(there, v) : notAfter(there, v);
    const [nextLow, nextHigh] = [select(goesRight, add(middle, 1), low), select(goesRight, high, middle)];
    low = select(isOpen, nextLow, low);
    high = select(isOpen, nextHigh, high);
  }
  return low;
}

/** x < y, NaN being the last of all. */
const before = (x: NDArray, y: NDArray): NDArray => or(lt(x, y), and(ne(y, y), eq(x, x)));
/** x <= y, NaN being the last of all. */
const notAfter = (x: NDArray, y: NDArray): NDArray => or(le(x, y), ne(y, y));

// sizes that depend on values ----------------------------------------------------------------------------------------

/**
 * For each axis the positions, as int32, of the elements that are not 0, in row-major order.
 *
 * Source: numpy.nonzero.
 *
 * @throws ConcretizationError under jit and vmap: use where, or a mask.
 * @example nonzero([0, 7, 8])[0].js() // [1, 2]
 */
export const nonzero = (x: ArrayLike): NDArray[] => nonzeroPositions("nonzero", toArray(x, "nonzero"));

/**
 * The distinct elements in ascending order; NaN once.
 *
 * Source: numpy.unique.
 *
 * @throws ConcretizationError under jit and vmap, since the size depends on values.
 * @example unique([2, 1, 2]).js() // [1, 2]
 */
export function unique(x: ArrayLike): NDArray {
  const { values, aval: type } = toArray(x, "unique").concrete("unique");
  const sorted = values.slice().sort();
  const distinct = sorted.filter(
    (v, i) => i === 0 || !(v === sorted[i - 1] || (v !== v && sorted[i - 1] !== sorted[i - 1])),
  );
  return new ConcreteArray(aval([distinct.length], type.dtype), distinct);
}
