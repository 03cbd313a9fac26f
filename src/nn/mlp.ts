/** The multilayer perceptron. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { checkList, type OptionKinds, readOptions } from "../ir/arguments.js";
import { describe } from "../ir/describe.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { showShape } from "../ir/shape.js";
import { toArray } from "../numpy/promotion.js";
import { foldIn, type Key } from "../random/key.js";
import { checkShape, type FloatDType } from "../random/shape.js";
import { type Activation, relu } from "./activations.js";
import { affine, type DenseParams, dense, denseRanks } from "./dense.js";
import { dropout as dropoutLayer } from "./dropout.js";
import { floatDTypes, type Initializer } from "./initializers.js";
import { type ApplyOptions, type Layer, optionsOfPart } from "./layer.js";
import { checkParams } from "./params.js";

export interface MlpOptions {
  /** Between layers, not after the last; relu by default. */
  readonly activation?: Activation;
  /** After the last layer; none by default. */
  readonly finalActivation?: Activation;
  /** The part of the hidden units that are dropped in training, after the activation; 0 by default. */
  readonly dropout?: number;
  /** Of the weights; lecunNormal by default. Biases start at 0. */
  readonly initializer?: Initializer;
  /** Of the parameters; float32 by default. */
  readonly dtype?: FloatDType;
}

const mlpOptions: OptionKinds<MlpOptions> = {
  activation: "function",
  finalActivation: "function",
  dropout: "number",
  initializer: "function",
  dtype: floatDTypes,
};

/** A layer whose sizes are all known, so that `init` needs no shape. One { w, b } a layer. */
export interface Mlp extends Layer<DenseParams[]> {
  init(key: Key, inputShape?: Shape): DenseParams[];
  apply(params: readonly DenseParams[], x: ArrayLike, options?: ApplyOptions): NDArray;
}

/**
 * Dense layers of these sizes, input first, with an activation between. f32[..., sizes[0]] -> f32[..., sizes[last]]
 * Source: haiku.nets.MLP, with the input's size given; it drops before the activation, which does not keep the mean.
 *
 * @throws ArgumentError when there are fewer than two sizes or one is no positive integer, or `dropout` is no
 *   probability; ShapeError when an input has not sizes[0] features
 * @example const net = mlp([2, 64, 64, 1], { activation: silu }); const energy = net.apply(net.init(key(0)), [0.5, -1]);
 */
export function mlp(sizes: readonly number[], given: MlpOptions = {}): Mlp {
  const {
    activation = relu,
    finalActivation,
    dropout = 0,
    initializer,
    dtype = "float32",
  } = readOptions("nn.mlp", given, mlpOptions);
  checkList("nn.mlp", "the sizes", sizes, "positive integers");
  if (sizes.length < 2 || Array.from(sizes).some((n) => !Number.isInteger(n) || n < 1)) {
    throw new ArgumentError(
      `nn.mlp: sizes are [inputs, ...hidden, outputs], at least two positive integers, got ${describe(sizes)}`,
    );
  }
  const [inputs, ...outputs] = sizes;
  const options = initializer === undefined ? { dtype } : { dtype, initializer };
  const layers = outputs.map((n) => dense(n, options));
  const thinned = dropoutLayer(dropout);
  return {
    init: (key, inputShape = [inputs]) => {
      checkShape("nn.mlp", inputShape);
      if (inputShape[inputShape.length - 1] !== inputs) {
        throw new ShapeError(
          `nn.mlp: the inputs have shape ${showShape(inputShape)}, and the first size is ${inputs}; make them agree`,
        );
      }
      return layers.map((layer, i) => layer.init(foldIn(key, i), [sizes[i]]));
    },
    apply: (params, x, options = {}) => {
      if (!Array.isArray(params)) {
        throw new ArgumentError(
          `nn.mlp: the parameters are a list of { w, b }, got ${describe(params)}; use init(key)`,
        );
      }
      if (params.length !== layers.length) {
        throw new ArgumentError(
          `nn.mlp: got the parameters of ${params.length} layers for a network of ${layers.length}; use init(key)`,
        );
      }
      const last = layers.length - 1;
      return params.reduce<NDArray>(
        (value, layerParams, i) => {
          checkParams("nn.mlp", layerParams, denseRanks);
          const y = affine(value, layerParams.w, layerParams.b);
          if (i < last) return thinned.apply(null, activation(y), optionsOfPart(options, i));
          return finalActivation === undefined ? y : finalActivation(y);
        },
        toArray(x, "nn.mlp"),
      );
    },
  };
}
