/** Initial weights whose variance keeps signals alike from layer to layer. Source: jax.nn.initializers. */
import type { NDArray } from "../autodiff/array.js";
import { mul } from "../autodiff/primitives/arithmetic.js";
import { checkChoice, checkNumber, readOptions } from "../ir/arguments.js";
import { ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { canonicalAxis, showShape, sizeOf } from "../ir/shape.js";
import { checkOneKey, type Key } from "../random/key.js";
import { normal, truncatedNormal } from "../random/normal.js";
import { checkShape, type FloatDType, type FloatOptions, readFloat } from "../random/shape.js";
import { uniform } from "../random/uniform.js";

/** Weights of a shape, inputs before outputs in its last two axes. */
export type Initializer = (key: Key, shape: Shape, options?: FloatOptions) => NDArray;

/** The number that the variance is divided by: inputs, outputs, or their mean. */
export type FanMode = "fanIn" | "fanOut" | "fanAverage";

/** The normal one is cut at two standard deviations when "truncatedNormal". */
export type WeightDistribution = "uniform" | "normal" | "truncatedNormal";

/** What parameters may be: the options named dtype take one of these. */
export const floatDTypes: readonly FloatDType[] = ["float32", "float64"];

export interface FanAxes {
  /** The axis of the inputs; -2 by default. */
  readonly inAxis?: number;
  /** The axis of the outputs; -1 by default. */
  readonly outAxis?: number;
}

/**
 * Weights of mean 0 and variance scale / fan. Axes besides those of inputs and outputs are a window: they count in both
 * fans.
 * Source: jax.nn.initializers.variance_scaling.
 *
 * @throws ShapeError, from the initialiser, when the shape has fewer than two axes or not the axes named
 * @example varianceScaling(2, "fanOut", "normal")(key(0), [2, 64])
 */
export function varianceScaling(
  scale: number,
  mode: FanMode,
  distribution: WeightDistribution,
  axes: FanAxes = {},
): Initializer {
  return initializerOf("nn.varianceScaling", scale, mode, distribution, axes);
}

function initializerOf(
  operation: string,
  scale: number,
  mode: FanMode,
  distribution: WeightDistribution,
  axes: FanAxes = {},
): Initializer {
  checkNumber(operation, "the scale", scale);
  checkChoice(operation, "the mode", mode, ["fanIn", "fanOut", "fanAverage"]);
  checkChoice(operation, "the distribution", distribution, ["uniform", "normal", "truncatedNormal"]);
  readOptions(operation, axes, { inAxis: "integer", outAxis: "integer" });
  return (key, shape, options = {}) => {
    const dtype = readFloat(operation, options);
    checkShape(operation, shape);
    checkOneKey(operation, key);
    const round = dtype === "float32" ? Math.fround : (x: number): number => x;
    const variance = round(scale / fan(operation, shape, mode, axes));
    const deviation = round(Math.sqrt(variance));
    switch (distribution) {
      case "uniform":
        return mul(uniform(key, shape, { minval: -1, dtype }), round(Math.sqrt(round(3 * variance))));
      case "normal":
        return mul(normal(key, shape, { dtype }), deviation);
      case "truncatedNormal":
        return mul(
          truncatedNormal(key, -2, 2, shape, { dtype }),
          round(deviation / round(deviationWithinTwo)),
        );
    }
  };
}

/** The standard deviation of a standard normal that is cut at -2 and 2. */
const deviationWithinTwo = 0.87962566103423978;

function fan(operation: string, shape: Shape, mode: FanMode, { inAxis = -2, outAxis = -1 }: FanAxes): number {
  if (shape.length < 2) {
    throw new ShapeError(
      `${operation}: an initialiser needs the sizes of inputs and outputs, at least two axes, got ${showShape(shape)}; ` +
        "use zeros for biases",
    );
  }
  const inputs = shape[canonicalAxis(`${operation}: the axis of inputs`, inAxis, shape.length)];
  const outputs = shape[canonicalAxis(`${operation}: the axis of outputs`, outAxis, shape.length)];
  // Where both are one axis, as for embeddings, the fans are those of the other axes.
  const window = sizeOf(shape) / inputs / outputs;
  const fanIn = window * inputs;
  const fanOut = window * outputs;
  switch (mode) {
    case "fanIn":
      return fanIn;
    case "fanOut":
      return fanOut;
    case "fanAverage":
      return (fanIn + fanOut) / 2;
  }
}

/**
 * Uniform of variance 2 / (inputs + outputs).
 * Source: jax.nn.initializers.glorot_uniform(); Glorot and Bengio, "Understanding the difficulty of training deep
 * feedforward neural networks" (2010).
 *
 * @throws ShapeError when the shape has fewer than two axes
 * @example glorotUniform(key(0), [2, 64])
 */
export const glorotUniform: Initializer = initializerOf("nn.glorotUniform", 1, "fanAverage", "uniform");

/** Truncated normal of variance 2 / (inputs + outputs). Source: jax.nn.initializers.glorot_normal(). */
export const glorotNormal: Initializer = initializerOf("nn.glorotNormal", 1, "fanAverage", "truncatedNormal");

/**
 * Truncated normal of variance 2 / inputs: for relu.
 *
 * Source: jax.nn.initializers.he_normal(); He et al., "Delving deep into rectifiers" (2015).
 */
export const heNormal: Initializer = initializerOf("nn.heNormal", 2, "fanIn", "truncatedNormal");

/** Truncated normal of variance 1 / inputs. Source: jax.nn.initializers.lecun_normal(). */
export const lecunNormal: Initializer = initializerOf("nn.lecunNormal", 1, "fanIn", "truncatedNormal");
