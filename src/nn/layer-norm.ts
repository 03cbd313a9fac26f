/** Layer normalisation: each example's features get mean 0 and variance 1. */
import type { NDArray } from "../autodiff/array.js";
import { add, div, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { full } from "../autodiff/primitives/creation.js";
import { rsqrt, square } from "../autodiff/primitives/power.js";
import { expandDims, reduceSum, reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { describeAval } from "../ir/aval.js";
import { promote } from "../ir/dtype.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { promoteOperand } from "../numpy/promotion.js";
import { checkShape, type FloatDType } from "../random/shape.js";
import { floatDTypes } from "./initializers.js";
import type { Layer } from "./layer.js";
import { checkParams } from "./params.js";

/** Null stands for what was left out: an empty subtree. */
export interface LayerNormParams<Scale extends boolean = true, Bias extends boolean = true> {
  /** f32[features] */
  readonly scale: Scale extends true ? NDArray : null;
  /** f32[features] */
  readonly bias: Bias extends true ? NDArray : null;
}

export interface LayerNormOptions<Scale extends boolean = boolean, Bias extends boolean = boolean> {
  /** Added to the variance; 1e-6 by default. */
  readonly epsilon?: number;
  /** Whether to multiply by a parameter, which starts at 1; true by default. */
  readonly scale?: Scale;
  /** Whether to add a parameter, which starts at 0; true by default. */
  readonly bias?: Bias;
  /** Of the parameters; float32 by default. */
  readonly dtype?: FloatDType;
}

const layerNormOptions: OptionKinds<LayerNormOptions> = {
  epsilon: "number",
  scale: "boolean",
  bias: "boolean",
  dtype: floatDTypes,
};

/**
 * scale (x - mean) / sqrt(variance + epsilon) + bias, with mean and variance over the last axis. f32[..., n] -> f32[..., n]
 *
 * The variance is mean((x - mean)^2), which keeps its digits where the mean is large.
 * Source: flax.linen.LayerNorm with use_fast_variance=False; Ba, Kiros and Hinton, "Layer normalization" (2016).
 *
 * @throws ArgumentError when epsilon is not positive; ShapeError when an input has no axis of features, or not as many as the
 *   parameters
 * @example const layer = layerNorm(); layer.apply(layer.init(key(0), [3]), [1, 2, 3]).js() // about [-1.22, 0, 1.22]
 */
export function layerNorm<Scale extends boolean = true, Bias extends boolean = true>(
  options: LayerNormOptions<Scale, Bias> = {},
): Layer<LayerNormParams<Scale, Bias>> {
  const {
    epsilon = 1e-6,
    scale = true,
    bias = true,
    dtype = "float32",
  } = readOptions<LayerNormOptions>("nn.layerNorm", options, layerNormOptions);
  if (!(epsilon > 0)) {
    throw new ArgumentError(`nn.layerNorm: epsilon is ${epsilon}; give a positive number`);
  }
  const layer: Layer<ScaleAndBias> = {
    init: (_, inputShape) => {
      checkShape("nn.layerNorm", inputShape);
      const features = lastAxis(inputShape);
      return {
        scale: scale ? full([features], 1, dtype) : null,
        bias: bias ? full([features], 0, dtype) : null,
      };
    },
    apply: (params, x) => {
      checkParams("nn.layerNorm", params, { "scale?": 1, "bias?": 1 });
      return normalize(params, promoteOperand(x, "inexact", "nn.layerNorm"), epsilon);
    },
  };
  // Sound: a parameter is null exactly where its option is false, which is what LayerNormParams says.
  return layer as unknown as Layer<LayerNormParams<Scale, Bias>>;
}

interface ScaleAndBias {
  readonly scale: NDArray | null;
  readonly bias: NDArray | null;
}

function normalize({ scale, bias }: ScaleAndBias, x: NDArray, epsilon: number): NDArray {
  const n = lastAxis(x.shape);
  const last = x.ndim - 1;
  const mean = (values: NDArray): NDArray => expandDims(div(reduceSum(values, [last]), n), [last]);
  const centered = sub(x, mean(x));
  const factor = rsqrt(add(mean(square(centered)), epsilon));
  const scaled = scale === null ? factor : combine(mul, factor, alongLast(scale, x));
  const y = combine(mul, centered, scaled);
  return bias === null ? y : combine(add, y, alongLast(bias, x));
}

function lastAxis(shape: Shape): number {
  if (shape.length === 0) {
    throw new ShapeError("nn.layerNorm: inputs need an axis of features, got []; reshape them to [1]");
  }
  return shape[shape.length - 1];
}

/** A parameter in the shape [1, ..., n] of x's features. */
function alongLast(parameter: NDArray, x: NDArray): NDArray {
  const n = lastAxis(x.shape);
  if (parameter.ndim !== 1 || parameter.shape[0] !== n) {
    throw new ShapeError(
      `nn.layerNorm: the input is ${describeAval(x.aval)}, and a parameter ${describeAval(parameter.aval)}; ` +
        "init the layer for the input's shape",
    );
  }
  return reshape(parameter, [...x.shape.slice(0, -1).map(() => 1), n]);
}

/** f of both in the dtype that holds both. */
function combine(f: (x: NDArray, y: NDArray) => NDArray, x: NDArray, y: NDArray): NDArray {
  const { dtype } = promote(x, y);
  return f(convertElementType(x, dtype), convertElementType(y, dtype));
}
