/** The type of keys, which files that make keys and files that use them share. */
import type { NDArray } from "../autodiff/array.js";

declare const keyBrand: unique symbol;

/**
 * One key, uint32[2], or a batch of keys, uint32[..., 2], that `vmap` maps over and iteration walks.
 *
 * The brand exists in types alone: an array that merely looks like a key needs `wrapKeyData`.
 */
export interface Key extends NDArray {
  readonly [keyBrand]: true;
  [Symbol.iterator](): IterableIterator<Key>;
}
