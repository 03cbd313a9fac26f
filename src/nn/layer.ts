/** A layer is two pure functions; its parameters are a tree that the caller keeps. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import type { DType } from "../ir/dtype.js";
import type { Shape } from "../ir/shape.js";
import { foldIn, type Key } from "../random/key.js";

/** What layers that behave differently in training need to know. */
export interface ApplyOptions {
  /** For layers that draw random numbers: each layer is given a key of its own, made from this one. */
  readonly key?: Key;
  /** Whether to draw nothing: true when a trained model is used; false by default. */
  readonly deterministic?: boolean;
}

/**
 * Written as methods, which TypeScript compares bivariantly: a Layer<P> is then a Layer<unknown>, which is sound as long as
 * a layer is given the parameters that it made.
 */
export interface Layer<P> {
  /** Parameters for inputs of this shape: what `apply` is given, one example or a batch. */
  init(key: Key, inputShape: Shape): P;
  /** The layer's value. Pure: differentiate (params) => apply(params, x). */
  apply(params: P, x: ArrayLike, options?: ApplyOptions): NDArray;
  /** The dtype of the inputs where it is not that of the layer before: int32 for positions. */
  readonly inputDType?: DType;
}

const applyOptions: OptionKinds<ApplyOptions> = { key: "any", deterministic: "boolean" };

/** The options of `apply`, once they are known to be such. */
export const readApplyOptions = (operation: string, options: ApplyOptions = {}): ApplyOptions =>
  readOptions(operation, options, applyOptions);

/** The options for part i of a layer made of parts: the key is foldIn(key, i), so that no two parts share one. */
export const optionsOfPart = (options: ApplyOptions, i: number): ApplyOptions =>
  options.key === undefined ? options : { ...options, key: foldIn(options.key, i) };
