/** A layer is two pure functions; its parameters are a tree that the caller keeps. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import type { Shape } from "../ir/shape.js";
import type { Key } from "../random/key.js";

/**
 * Written as methods, which TypeScript compares bivariantly: a Layer<P> is then a Layer<unknown>, which is sound as long as
 * a layer is given the parameters that it made.
 */
export interface Layer<P> {
  /** Parameters for inputs of this shape: what `apply` is given, one example or a batch. */
  init(key: Key, inputShape: Shape): P;
  /** The layer's value. Pure: differentiate (params) => apply(params, x). */
  apply(params: P, x: ArrayLike): NDArray;
}
