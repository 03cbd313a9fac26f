/** The multilayer perceptron. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { showShape } from "../ir/shape.js";
import { toArray } from "../numpy/promotion.js";
import { foldIn, type Key } from "../random/key.js";
import type { FloatDType } from "../random/shape.js";
import { type Activation, relu } from "./activations.js";
import { affine, type DenseParams, dense } from "./dense.js";
import type { Initializer } from "./initializers.js";
import type { Layer } from "./layer.js";

export interface MlpOptions {
  /** Between layers, not after the last; relu by default. */
  readonly activation?: Activation;
  /** After the last layer; none by default. */
  readonly finalActivation?: Activation;
  /** Of the weights; lecunNormal by default. Biases start at 0. */
  readonly initializer?: Initializer;
  /** Of the parameters; float32 by default. */
  readonly dtype?: FloatDType;
}

/** A layer whose sizes are all known, so that `init` needs no shape. One { w, b } a layer. */
export interface Mlp extends Layer<DenseParams[]> {
  init(key: Key, inputShape?: Shape): DenseParams[];
  apply(params: readonly DenseParams[], x: ArrayLike): NDArray;
}

/**
 * Dense layers of these sizes, input first, with an activation between. f32[..., sizes[0]] -> f32[..., sizes[last]]
 * Source: haiku.nets.MLP, with the input's size given.
 *
 * @throws ArgumentError when there are fewer than two sizes or one is no positive integer; ShapeError when an input has
 *   not sizes[0] features
 * @example const net = mlp([2, 64, 64, 1], { activation: silu }); const energy = net.apply(net.init(key(0)), [0.5, -1]);
 */
export function mlp(
  sizes: readonly number[],
  { activation = relu, finalActivation, initializer, dtype = "float32" }: MlpOptions = {},
): Mlp {
  if (sizes.length < 2 || sizes.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new ArgumentError(
      `nn.mlp: sizes are [inputs, ...hidden, outputs], at least two positive integers, got ${showShape(sizes)}`,
    );
  }
  const [inputs, ...outputs] = sizes;
  const options = initializer === undefined ? { dtype } : { dtype, initializer };
  const layers = outputs.map((n) => dense(n, options));
  return {
    init: (key, inputShape = [inputs]) => {
      if (inputShape[inputShape.length - 1] !== inputs) {
        throw new ShapeError(
          `nn.mlp: the inputs have shape ${showShape(inputShape)}, and the first size is ${inputs}; make them agree`,
        );
      }
      return layers.map((layer, i) => layer.init(foldIn(key, i), [sizes[i]]));
    },
    apply: (params, x) => {
      if (params.length !== layers.length) {
        throw new ArgumentError(
          `nn.mlp: got the parameters of ${params.length} layers for a network of ${layers.length}; use init(key)`,
        );
      }
      const last = layers.length - 1;
      return params.reduce<NDArray>((value, { w, b }, i) => {
        const y = affine(value, w, b);
        if (i < last) return activation(y);
        return finalActivation === undefined ? y : finalActivation(y);
      }, toArray(x));
    },
  };
}
