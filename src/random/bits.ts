/** Random bits: element i of a draw is a hash of the key and the counter (hi32(i), lo32(i)), whatever the shape. */
import type { NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { iota } from "../autodiff/primitives/creation.js";
import { threefry2x32, threefryBits } from "../autodiff/primitives/random-bits.js";
import { reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import type { Shape } from "../ir/shape.js";
import { sizeOf } from "../ir/shape.js";
import { compiled } from "./compiled.js";
import { type Key, keyWords } from "./key.js";
import { checkShape } from "./shape.js";

/**
 * Uniform 32-bit words. u32[2] -> u32[shape]
 *
 * A longer draw begins with the shorter one: the shape only reshapes one stream.
 * Source: jax.random.bits.
 *
 * @throws ArgumentError when `shape` is none; ShapeError when given a batch of keys
 * @example bits(key(0), [2]).js() // [4070199207, 4202968722]
 */
export function bits(key: Key, shape: Shape = []): NDArray {
  checkShape("random.bits", shape);
  return compiled("random.bits", [shape], key, (one) => drawBits("random.bits", one, shape));
}

/** `bits`, in the name of a sampler. */
export function drawBits(operation: string, key: Key, shape: Shape): NDArray {
  checkShape(operation, shape);
  return reshape(threefryBits(keyWords(operation, key), counters(shape)), shape);
}

/** 64 bits an element as two words, the higher first: what float64 draws are made of. */
export function drawWordPairs(operation: string, key: Key, shape: Shape): readonly [NDArray, NDArray] {
  checkShape(operation, shape);
  const [high, low] = threefry2x32(keyWords(operation, key), counters(shape));
  return [reshape(high, shape), reshape(low, shape)];
}

/** (0, i) for i < size: no array that JavaScript can hold needs the counter's higher word. */
const counters = (shape: Shape): readonly [NDArray, NDArray] => [
  literal(0, "uint32", false),
  iota("uint32", [sizeOf(shape)]),
];
