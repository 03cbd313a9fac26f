/** Initial weights whose variance keeps signals alike from layer to layer. Source: jax.nn.initializers. */
import type { NDArray } from "../autodiff/array.js";
import { mul } from "../autodiff/primitives/arithmetic.js";
import { ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { showShape, sizeOf } from "../ir/shape.js";
import type { Key } from "../random/key.js";
import { normal, truncatedNormal } from "../random/normal.js";
import type { FloatOptions } from "../random/shape.js";
import { uniform } from "../random/uniform.js";

/** Weights of a shape, inputs before outputs in its last two axes. */
export type Initializer = (key: Key, shape: Shape, options?: FloatOptions) => NDArray;

/** The number that the variance is divided by: inputs, outputs, or their mean. */
export type FanMode = "fanIn" | "fanOut" | "fanAverage";

/** The normal one is cut at two standard deviations when "truncatedNormal". */
export type WeightDistribution = "uniform" | "normal" | "truncatedNormal";

/**
 * Weights of mean 0 and variance scale / fan. Axes before the last two are a window: they count in both fans.
 * Source: jax.nn.initializers.variance_scaling.
 *
 * @throws ShapeError, from the initialiser, when the shape has fewer than two axes
 */
export const varianceScaling =
  (scale: number, mode: FanMode, distribution: WeightDistribution): Initializer =>
  (key, shape, { dtype = "float32" } = {}) => {
    const round = dtype === "float32" ? Math.fround : (x: number): number => x;
    const variance = round(scale / fan(shape, mode));
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

/** The standard deviation of a standard normal that is cut at -2 and 2. */
const deviationWithinTwo = 0.87962566103423978;

function fan(shape: Shape, mode: FanMode): number {
  if (shape.length < 2) {
    throw new ShapeError(
      `nn: an initialiser needs the sizes of inputs and outputs, at least two axes, got ${showShape(shape)}; ` +
        "use zeros for biases",
    );
  }
  const window = sizeOf(shape.slice(0, -2));
  const fanIn = window * shape[shape.length - 2];
  const fanOut = window * shape[shape.length - 1];
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
export const glorotUniform: Initializer = varianceScaling(1, "fanAverage", "uniform");

/** Truncated normal of variance 2 / (inputs + outputs). Source: jax.nn.initializers.glorot_normal(). */
export const glorotNormal: Initializer = varianceScaling(1, "fanAverage", "truncatedNormal");

/**
 * Truncated normal of variance 2 / inputs: for relu.
 *
 * Source: jax.nn.initializers.he_normal(); He et al., "Delving deep into rectifiers" (2015).
 */
export const heNormal: Initializer = varianceScaling(2, "fanIn", "truncatedNormal");

/** Truncated normal of variance 1 / inputs. Source: jax.nn.initializers.lecun_normal(). */
export const lecunNormal: Initializer = varianceScaling(1, "fanIn", "truncatedNormal");
