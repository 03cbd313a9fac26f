/**
 * Energies. E(x) gives every x a number, low where x is likely: p(x) = exp(-E(x)) / Z. An energy is a pure function of the
 * parameters and of one example; batches are `vmap`.
 */
import type { NDArray } from "../autodiff/array.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { checkIntegers, readOptions } from "../ir/arguments.js";
import { show } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import { silu } from "../nn/activations.js";
import type { DenseParams } from "../nn/dense.js";
import { varianceScaling } from "../nn/initializers.js";
import { mlp } from "../nn/mlp.js";
import * as np from "../numpy/index.js";
import { type Key, split } from "../random/key.js";
import { uniform } from "../random/uniform.js";

/** E(params, x): f32[d] -> f32[], in nats. */
export type Energy<P> = (params: P, x: NDArray) => NDArray;

/** An energy with a way to begin. */
export interface EnergyModel<P> {
  readonly init: (key: Key) => P;
  readonly energy: Energy<P>;
}

/**
 * E(x) = |x|^2 / (2 scale^2), whose density is normal with standard deviation `scale`.
 *
 * @throws ArgumentError when the scale is not positive
 */
export function quadratic(scale = 1): (x: NDArray) => NDArray {
  if (typeof scale !== "number" || !(scale > 0)) {
    throw new ArgumentError(`ebm.quadratic: scale is ${show(scale)}; give a positive number`);
  }
  return (x) => np.sum(np.square(x)).mul(0.5 / scale ** 2);
}

/**
 * E(params, x) + |x|^2 / (2 scale^2). Far from all data a network may fall without end, and Z is then infinite; the added
 * bowl rises faster than it can fall.
 */
export const confined = <P>(energy: Energy<P>, scale: number): Energy<P> => {
  checkFunction("ebm.confined", energy);
  const bowl = quadratic(scale);
  return (params, x) => np.add(energy(params, x), bowl(x));
};

export interface MlpEnergyOptions {
  /** d, the number of coordinates of x; 2 by default. */
  readonly dimension?: number;
  /** Widths of the hidden layers; three of 64 by default. Depth is worth more than width. */
  readonly hidden?: readonly number[];
  /**
   * The first layer's weights are multiplied by it and its biases are uniform on [-gain, gain]; 2 by default. It lets a
   * smooth network bend at the scale of the wells from the start.
   */
  readonly gain?: number;
  /** The standard deviation of the confining term, in units of x; 2 by default, for data of unit variance. */
  readonly confinement?: number;
}

/**
 * E(params, x) = mlp(x) + |x|^2 / (2 confinement^2), the network with SiLU between its layers and weights N(0, 1 / inputs).
 *
 * @throws ArgumentError when a width is no positive integer or the confinement is not positive
 * @example const { init, energy } = mlpEnergy(); energy(init(key(0)), np.array([0, 1])).item()
 */
export function mlpEnergy(options: MlpEnergyOptions = {}): EnergyModel<DenseParams[]> {
  const {
    dimension = 2,
    hidden = [64, 64, 64],
    gain = 2,
    confinement = 2,
  } = readOptions("ebm.mlpEnergy", options, {
    dimension: "integer",
    hidden: "any",
    gain: "number",
    confinement: "number",
  });
  checkIntegers("ebm.mlpEnergy", "hidden", hidden);
  const net = mlp([dimension, ...hidden, 1], {
    activation: silu,
    initializer: varianceScaling(1, "fanIn", "normal"),
  });
  return {
    init: (key) => {
      const [weightKey, biasKey] = split(key);
      const [first, ...rest] = net.init(weightKey);
      const b = uniform(biasKey, first.b.shape, { minval: -gain, maxval: gain });
      return [{ w: first.w.mul(gain), b }, ...rest];
    },
    energy: confined((params, x) => net.apply(params, x).reshape([]), confinement),
  };
}
