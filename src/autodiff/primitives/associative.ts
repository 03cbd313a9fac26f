/**
 * Derivatives of reductions and prefix sums of an associative operation, on pairs of a value and its tangent.
 *
 * They are trees of elementwise operations, O(n) in all, so that they can be differentiated again, and they never divide:
 * a product's derivative is right at zeros. The shape of the trees decides how ties share a tangent; it is JAX's.
 */
import { range } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import { addAny, mul } from "./arithmetic.js";
import { concatenate } from "./concatenation.js";
import { zerosLike } from "./creation.js";
import { reshape } from "./sum-and-broadcast.js";
import { rev, slice, sliceAlong } from "./windowing.js";

export interface Dual {
  readonly x: NDArray;
  readonly dx: NDArray;
}

/** The operation on two values and its derivative there. */
export type DualOperation = (left: Dual, right: Dual) => Dual;

/** d(x y) = dx y + x dy */
export const productDual: DualOperation = (left, right) => ({
  x: mul(left.x, right.x),
  dx: addAny(mul(left.dx, right.x), mul(left.x, right.dx)),
});

const onBoth = (f: (x: NDArray) => NDArray, { x, dx }: Dual): Dual => ({ x: f(x), dx: f(dx) });

/** x[start:limit:2] along an axis. */
const everySecond = (x: NDArray, axis: number, start: number, limit: number): NDArray =>
  slice(
    x,
    range(x.ndim).map((k) => (k === axis ? start : 0)),
    range(x.ndim).map((k) => (k === axis ? limit : x.shape[k])),
    range(x.ndim).map((k) => (k === axis ? 2 : 1)),
  );

/** even[0], odd[0], even[1], odd[1], ...; there may be one more of the even ones. */
function interleave(even: NDArray, odd: NDArray, axis: number): NDArray {
  const pairs = odd.shape[axis];
  const shape = even.shape.map((n, k) => (k === axis ? 2 * pairs : n));
  const unit = odd.shape.flatMap((n, k) => (k === axis ? [n, 1] : [n]));
  const both = concatenate([reshape(sliceAlong(even, axis, 0, pairs), unit), reshape(odd, unit)], axis + 1);
  const joined = reshape(both, shape);
  const rest = sliceAlong(even, axis, pairs, even.shape[axis]);
  return rest.shape[axis] === 0 ? joined : concatenate([joined, rest], axis);
}

/** The operation on lists of arrays, whole slices at once. */
export type Combine = (left: readonly NDArray[], right: readonly NDArray[]) => readonly NDArray[];

/**
 * out[i] = x[0] o ... o x[i] along an axis, for lists of arrays: pairs, then the same on half as many, then the gaps,
 * out[2k] = (prefix of the pairs before) o x[2k].
 */
export function prefixScan(combine: Combine, xs: readonly NDArray[], axis: number): readonly NDArray[] {
  const n = xs[0].shape[axis];
  if (n < 2) return xs;
  const every = (start: number, limit: number): NDArray[] =>
    xs.map((x) => everySecond(x, axis, start, limit));
  const odd = prefixScan(combine, combine(every(0, n - 1), every(1, n)), axis);
  const before = n % 2 === 0 ? odd.map((x) => sliceAlong(x, axis, 0, x.shape[axis] - 1)) : odd;
  const rest = n === 2 ? null : combine(before, every(2, n));
  return xs.map((x, i) => {
    const first = sliceAlong(x, axis, 0, 1);
    return interleave(rest === null ? first : concatenate([first, rest[i]], axis), odd[i], axis);
  });
}

/** out[i] = x[0] o ... o x[i] along an axis, with its derivative. */
export function prefixes(operation: DualOperation, whole: Dual, axis: number): Dual {
  const combine: Combine = ([x, dx], [y, dy]) => {
    const joined = operation({ x, dx }, { x: y, dx: dy });
    return [joined.x, joined.dx];
  };
  const [x, dx] = prefixScan(combine, [whole.x, whole.dx], axis);
  return { x, dx };
}

/** out[i] = x[i] o ... o x[n - 1]. */
export const suffixes = (operation: DualOperation, whole: Dual, axis: number): Dual =>
  onBoth(
    (x) => rev(x, [axis]),
    prefixes(
      operation,
      onBoth((x) => rev(x, [axis]), whole),
      axis,
    ),
  );

const join = (left: Dual, right: Dual, axis: number): Dual => ({
  x: concatenate([left.x, right.x], axis),
  dx: concatenate([left.dx, right.dx], axis),
});

/**
 * The reduction over the first axis, which is dropped: the first half combines with the second, an odd one is carried.
 * Over no elements it is `identity`, whose tangent is zero.
 */
export function reduced(operation: DualOperation, whole: Dual, identity: (like: NDArray) => NDArray): Dual {
  let left = whole;
  for (let n = whole.x.shape[0]; n > 1; n = Math.ceil(n / 2)) {
    const half = Math.floor(n / 2);
    const part = (start: number, limit: number): Dual => onBoth((x) => sliceAlong(x, 0, start, limit), left);
    const rest = part(n - half, n);
    const combined = operation(part(0, half), rest);
    left = n % 2 === 0 ? combined : join(combined, part(half, n - half), 0);
  }
  const shape = whole.x.shape.slice(1);
  if (whole.x.shape[0] > 0) return onBoth((x) => reshape(x, shape), left);
  const x = identity(zerosLike(whole.x, shape));
  return { x, dx: zerosLike(whole.dx, shape) };
}
