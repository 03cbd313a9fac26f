/** Shuffles: sorting by random bits, often enough that equal bits do not matter. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { iota } from "../autodiff/primitives/creation.js";
import { gather } from "../autodiff/primitives/gather.js";
import { sort } from "../autodiff/primitives/sort.js";
import { expandDims, moveAxis } from "../autodiff/primitives/sum-and-broadcast.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { ArgumentError } from "../ir/errors.js";
import { canonicalAxis, range } from "../ir/shape.js";
import { drawBits } from "./bits.js";
import { compiled } from "./compiled.js";
import { checkOneKey, type Key, splitInTwo } from "./key.js";
import { toArray } from "./shape.js";

export interface PermutationOptions {
  /** The axis to shuffle along; 0 by default. */
  readonly axis?: number;
  /** Every vector along the axis is shuffled on its own; by default all move together. */
  readonly independent?: boolean;
}

const operation = "random.permutation";

const optionKinds: OptionKinds<PermutationOptions> = { axis: "integer", independent: "boolean" };

/**
 * 0 ... n - 1 in random order, or an array shuffled along an axis. u32[2], f32[n, ...] -> f32[n, ...]
 * Source: jax.random.permutation.
 *
 * @param x a length, or an array with at least one axis
 * @throws ArgumentError when a length is no non-negative integer; ShapeError when `axis` is out of range, or for a batch of keys
 * @example permutation(key(0), 10)
 */
export function permutation(key: Key, x: ArrayLike, options: PermutationOptions = {}): NDArray {
  const { axis = 0, independent = false } = readOptions(operation, options, optionKinds);
  if (typeof x === "number") {
    return compiled(operation, [x], key, (one) => shuffle(one, iota("int32", [length(x)]), 0));
  }
  const whole = toArray(x, operation);
  const along = canonicalAxis(operation, axis, whole.ndim);
  if (independent || whole.ndim === 1) return shuffle(key, whole, along);
  const order = shuffle(key, iota("int32", [whole.shape[along]]), 0);
  return order.size === 0 ? whole : takeAlong(whole, order, along);
}

function length(n: number): number {
  if (Number.isInteger(n) && n >= 0) return n;
  throw new ArgumentError(`${operation}: the length ${n} is no non-negative integer; give one, or an array`);
}

/** How many sorts make two elements that never differed in their bits unlikely; JAX's numbers. */
const roundsFor = (size: number): number =>
  Math.ceil((3 * Math.log(Math.max(1, size))) / Math.log(2 ** 32 - 1));

function shuffle(key: Key, x: NDArray, axis: number): NDArray {
  let shuffled = x;
  let left = key;
  checkOneKey(operation, key);
  for (let round = 0; round < roundsFor(x.size); round++) {
    const [next, sub] = splitInTwo(left);
    left = next;
    [, shuffled] = sort([drawBits(operation, sub, x.shape), shuffled], axis);
  }
  return shuffled;
}

/** x at `indices` (which lie in range) along an axis: the axes of the indices take its place. */
export function takeAlong(x: NDArray, indices: NDArray, axis: number): NDArray {
  const front = moveAxis(x, axis, 0);
  const rest = range(front.ndim - 1);
  const taken = gather(
    front,
    expandDims(indices, [indices.ndim]),
    {
      offsetDims: rest.map((k) => k + indices.ndim),
      collapsedSliceDims: [0],
      startIndexMap: [0],
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
    },
    front.shape.map((n, k) => (k === 0 ? 1 : n)),
    "promiseInBounds",
  );
  // The axes of the indices, which are in front, move behind the axes that stood before, the last one first.
  return range(indices.ndim).reduceRight((y, i) => moveAxis(y, i, axis + i), taken);
}
