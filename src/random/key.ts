/**
 * Keys: the state of the random number generator as a value, uint32[..., 2]. A key is used once: split it first, and give
 * each use a part. Splitting is counter-based (Threefry-2x32, "partitionable" in JAX's words), so that
 * split(key, n)[i] does not depend on n and equals foldIn(key, i).
 */
import { ConcreteArray, literal, NDArray } from "../autodiff/array.js";
import { concatenate } from "../autodiff/primitives/concatenation.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { iota } from "../autodiff/primitives/creation.js";
import { threefry2x32 } from "../autodiff/primitives/random-bits.js";
import { expandDims, reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { sliceAlong } from "../autodiff/primitives/windowing.js";
import { aval, describeAval } from "../ir/aval.js";
import { describe } from "../ir/describe.js";
import { isInteger } from "../ir/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { range, sizeOf } from "../ir/shape.js";
import { compiled } from "./compiled.js";
import { noteUse } from "./key-reuse.js";
import type { Key } from "./key-type.js";
import { checkShape } from "./shape.js";

export type { Key };

/** The one place where an array becomes a key: callers have made uint32[..., 2] of generator output or checked it. */
const asKey = (data: NDArray): Key => data as Key;

/** The two words of a key, scalars. */
export type KeyWords = readonly [NDArray, NDArray];

/**
 * The key [0, seed mod 2^32]. int -> u32[2]
 * Source: jax.random.PRNGKey without 64-bit types: seeds that agree modulo 2^32 give one key.
 *
 * @param seed a safe integer, negative or not, or an integer scalar (which may be traced)
 * @throws ArgumentError when a number is no safe integer; DTypeError or ShapeError when an array is no integer scalar
 * @example key(0).js() // [0, 0]
 */
export function key(seed: number | NDArray): Key {
  if (typeof seed === "number") {
    if (!Number.isSafeInteger(seed)) {
      throw new ArgumentError(
        `random.key: the seed ${seed} is no integer between -2^53 and 2^53; use Math.floor, or give another`,
      );
    }
    return asKey(new ConcreteArray(aval([2], "uint32"), Uint32Array.of(0, modulo32(seed))));
  }
  if (!(seed instanceof NDArray)) {
    throw new ArgumentError(`random.key: the seed is an integer, got ${describe(seed)}`);
  }
  if (!isInteger(seed.dtype)) {
    throw new DTypeError(`random.key: the seed is ${describeAval(seed.aval)}; use an int32 or uint32 scalar`);
  }
  if (seed.ndim !== 0) {
    throw new ShapeError(
      `random.key: the seed is ${describeAval(seed.aval)}, not a scalar; for many keys use split(key(seed), n)`,
    );
  }
  const low = reshape(convertElementType(seed, "uint32"), [1]);
  return asKey(concatenate([reshape(literal(0, "uint32", false), [1]), low], 0));
}

/** Bitwise operators read a number modulo 2^32 in two's complement. */
const modulo32 = (seed: number): number => seed >>> 0;

/**
 * `num` new keys, or an array of keys of the shape given. u32[2] -> u32[num, 2]
 * Source: jax.random.split.
 *
 * @throws ShapeError when given a batch of keys
 * @example const [next, sub] = split(key);
 */
export function split(key: Key, num: number | Shape = 2): Key {
  const shape = typeof num === "number" ? [num] : num;
  checkShape("random.split", shape);
  return asKey(compiled("random.split", [shape], key, (one) => splitWords(one, shape)));
}

function splitWords(key: Key, shape: Shape): NDArray {
  const words = keyWords("random.split", key);
  const counter = iota("uint32", [sizeOf(shape)]);
  const pair = threefry2x32(words, [literal(0, "uint32", false), counter]);
  const rows = concatenate(
    pair.map((word) => expandDims(word, [1])),
    1,
  );
  return reshape(rows, [...shape, 2]);
}

/**
 * A new key from a key and an integer: a step count, an index. u32[2], int -> u32[2]
 * Source: jax.random.fold_in.
 *
 * @throws ArgumentError when a number is no safe integer; DTypeError or ShapeError when an array is no integer scalar
 * @example foldIn(key, step)
 */
export function foldIn(key: Key, data: number | NDArray): Key {
  const words = keyWords("random.foldIn", key);
  const [x0, x1] = threefry2x32(words, [literal(0, "uint32", false), foldedWord(data)]);
  return asKey(
    concatenate(
      [x0, x1].map((word) => reshape(word, [1])),
      0,
    ),
  );
}

function foldedWord(data: number | NDArray): NDArray {
  if (typeof data === "number") {
    if (!Number.isSafeInteger(data))
      throw new ArgumentError(`random.foldIn: ${data} is no safe integer; use Math.floor, or give another`);
    return literal(modulo32(data), "uint32", false);
  }
  if (!(data instanceof NDArray)) {
    throw new ArgumentError(`random.foldIn: the data is an integer, got ${describe(data)}`);
  }
  if (data.ndim !== 0 || !isInteger(data.dtype)) {
    throw new (data.ndim === 0 ? DTypeError : ShapeError)(
      `random.foldIn: the data is ${describeAval(data.aval)}; use an int32 or uint32 scalar, or vmap over many`,
    );
  }
  return convertElementType(data, "uint32");
}

/**
 * The words of a key as the array they are. u32[..., 2] -> u32[..., 2]
 *
 * @throws ArgumentError, DTypeError or ShapeError when it is no key
 */
export function keyData(key: Key): NDArray {
  checkWords("random.keyData", key);
  return key;
}

/**
 * An array of words as keys: undoes `keyData`.
 * Source: jax.random.wrap_key_data.
 *
 * @throws DTypeError or ShapeError when it is not uint32[..., 2]
 */
export function wrapKeyData(data: NDArray): Key {
  checkWords("random.wrapKeyData", data);
  return asKey(data);
}

function checkWords(operation: string, data: NDArray): void {
  if (!(data instanceof NDArray)) {
    throw new ArgumentError(
      `${operation}: expected a key, made with random.key(seed), got ${describe(data)}; the key comes first`,
    );
  }
  if (data.dtype !== "uint32") {
    throw new DTypeError(
      `${operation}: a key is uint32[2], got ${describeAval(data.aval)}; make one with random.key(seed)`,
    );
  }
  if (data.ndim === 0 || data.shape[data.ndim - 1] !== 2) {
    throw new ShapeError(
      `${operation}: a key is uint32[2], two words in the last axis, got ${describeAval(data.aval)}`,
    );
  }
}

/** Throws, in the name of the sampler, unless it got one key. */
export function checkOneKey(operation: string, key: Key): void {
  checkWords(operation, key);
  if (key.ndim > 1) {
    throw new ShapeError(
      `${operation}: takes one key, got a batch of them, ${describeAval(key.aval)}; ` +
        `map over it: vmap((key) => ${operation}(key, ...))(keys)`,
    );
  }
}

/** The words of the one key that a sampler takes: all samplers read their key here. */
export function keyWords(operation: string, key: Key): KeyWords {
  checkOneKey(operation, key);
  if (operation !== "random.foldIn") noteUse(operation, key);
  const word = (i: number): NDArray => reshape(sliceAlong(key, 0, i, i + 1), []);
  return [word(0), word(1)];
}

/** Keys from one, each as its own value. */
export function splitKey(key: Key, num: number): readonly Key[] {
  const all = split(key, num);
  return range(num).map((i) => asKey(reshape(sliceAlong(all, 0, i, i + 1), [2])));
}

/** Two keys from one. */
export function splitInTwo(key: Key): readonly [Key, Key] {
  const [first, second] = splitKey(key, 2);
  return [first, second];
}
