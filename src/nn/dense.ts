/** The affine layer. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { add } from "../autodiff/primitives/arithmetic.js";
import { dot } from "../autodiff/primitives/contraction.js";
import { full } from "../autodiff/primitives/creation.js";
import { reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { describeAval } from "../ir/aval.js";
import { show } from "../ir/describe.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { showShape } from "../ir/shape.js";
import { promoteTypes, toArray } from "../numpy/promotion.js";
import type { Key } from "../random/key.js";
import { checkShape, type FloatDType } from "../random/shape.js";
import { floatDTypes, type Initializer, lecunNormal } from "./initializers.js";
import type { Layer } from "./layer.js";
import { checkParams } from "./params.js";

export interface DenseParams {
  /** f32[inputs, outputs] */
  readonly w: NDArray;
  /** f32[outputs] */
  readonly b: NDArray;
}

/** Without a bias: null is an empty subtree. */
export interface LinearParams {
  /** f32[inputs, outputs] */
  readonly w: NDArray;
  readonly b: null;
}

export interface DenseOptions<B extends boolean = boolean> {
  /** Of the weights; lecunNormal by default. Biases start at 0. */
  readonly initializer?: Initializer;
  /** Whether to add a bias; true by default. */
  readonly bias?: B;
  /** Of the parameters; float32 by default. */
  readonly dtype?: FloatDType;
}

const denseOptions: OptionKinds<DenseOptions> = {
  initializer: "function",
  bias: "boolean",
  dtype: floatDTypes,
};

/**
 * x w + b. f32[..., inputs] -> f32[..., outputs]
 * Source: flax.linen.Dense.
 *
 * @throws ArgumentError when `outputs` is no positive integer; ShapeError when an input has no features, or not as many as
 *   the weights take
 * @example const layer = dense(64); const params = layer.init(key(0), [2]); layer.apply(params, [0.5, -1]).shape // [64]
 */
export function dense(outputs: number, options?: DenseOptions<true>): Layer<DenseParams>;
export function dense(outputs: number, options: DenseOptions<false>): Layer<LinearParams>;
export function dense(outputs: number, options: DenseOptions = {}): Layer<DenseParams> | Layer<LinearParams> {
  const {
    initializer = lecunNormal,
    bias = true,
    dtype = "float32",
  } = readOptions("nn.dense", options, denseOptions);
  if (!Number.isInteger(outputs) || outputs < 1) {
    throw new ArgumentError(`nn.dense: the number of outputs is ${show(outputs)}; give a positive integer`);
  }
  const weights = (key: Key, inputShape: Shape): NDArray => {
    checkShape("nn.dense", inputShape);
    if (inputShape.length === 0) {
      throw new ShapeError("nn.dense: inputs need an axis of features, got []; reshape them to [1]");
    }
    return initializer(key, [inputShape[inputShape.length - 1], outputs], { dtype });
  };
  const withBias: Layer<DenseParams> = {
    init: (key, inputShape) => ({ w: weights(key, inputShape), b: full([outputs], 0, dtype) }),
    apply: (params, x) => {
      checkParams("nn.dense", params, denseRanks);
      return affine(x, params.w, params.b);
    },
  };
  const withoutBias: Layer<LinearParams> = {
    init: (key, inputShape) => ({ w: weights(key, inputShape), b: null }),
    apply: (params, x) => {
      checkParams("nn.dense", params, denseRanks);
      return affine(x, params.w, null);
    },
  };
  return bias ? withBias : withoutBias;
}

/** The axes of a dense layer's parameters. */
export const denseRanks = { w: 2, "b?": 1 };

/** x w + b along the last axis of x; b may be null. */
export function affine(input: ArrayLike, w: NDArray, b: NDArray | null): NDArray {
  const x = toArray(input, "nn.dense");
  if (x.ndim === 0 || x.shape[x.ndim - 1] !== w.shape[0]) {
    throw new ShapeError(
      `nn.dense: the input is ${describeAval(x.aval)}, and the weights ${describeAval(w.aval)} take ` +
        `${showShape([w.shape[0]])} features in its last axis; reshape the input, or init the layer for its shape`,
    );
  }
  const [left, right] = promoteTypes("nn.dense", [x, w], "inexact");
  const product = dot(left, right);
  if (b === null) return product;
  const [y, shift] = promoteTypes("nn.dense", [product, b], "inexact");
  return add(y, reshape(shift, [...y.shape.slice(0, -1).map(() => 1), w.shape[1]]));
}
