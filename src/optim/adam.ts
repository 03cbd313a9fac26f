/** Adam and its relative with decoupled weight decay. */
import type { NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { add, div, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { zerosLike } from "../autodiff/primitives/creation.js";
import { pow, sqrt, square } from "../autodiff/primitives/power.js";
import type { CountKind, EmptyKind, Optimizer, StateKind } from "./optimizer.js";
import { increment, mapParams, noSteps } from "./optimizer.js";
import type { Schedule } from "./schedules.js";
import { addDecayedWeights, type ChainKind, chain, scaleByLearningRate } from "./transformations.js";

export interface AdamState<P> {
  /** i32[]: steps taken. */
  readonly count: NDArray;
  /** The mean of gradients, like the parameters. */
  readonly mu: P;
  /** The mean of their squares, like the parameters. */
  readonly nu: P;
}
export interface AdamKind extends StateKind {
  readonly state: AdamState<this["params"]>;
}

export interface AdamOptions {
  /** How much of the mean of gradients is kept; 0.9 by default. */
  readonly b1?: number;
  /** How much of the mean of squares is kept; 0.999 by default. */
  readonly b2?: number;
  /** Added outside the root; 1e-8 by default. */
  readonly eps?: number;
  /** Added under the root, which makes it differentiable at 0; 0 by default. */
  readonly epsRoot?: number;
}

/**
 * mu <- b1 mu + (1 - b1) g; nu <- b2 nu + (1 - b2) g^2; with the t-th step's corrections for the start from zero,
 * the update is (mu / (1 - b1^t)) / (sqrt(nu / (1 - b2^t) + epsRoot) + eps).
 *
 * Source: optax.scale_by_adam.
 */
export const scaleByAdam = ({
  b1 = 0.9,
  b2 = 0.999,
  eps = 1e-8,
  epsRoot = 0,
}: AdamOptions = {}): Optimizer<AdamKind> => ({
  init: (params) => {
    const zeros = mapParams((p) => zerosLike(p), params);
    return { count: noSteps(), mu: zeros, nu: zeros };
  },
  update: (grads, state) => {
    const count = increment(state.count);
    const mu = mapParams((g, m) => add(mul(1 - b1, g), mul(b1, m)), grads, state.mu);
    const nu = mapParams((g, v) => add(mul(1 - b2, square(g)), mul(b2, v)), grads, state.nu);
    const direction = (m: NDArray, v: NDArray): NDArray => {
      const meanSquare = add(corrected(v, b2, count), epsRoot);
      return div(corrected(m, b1, count), add(sqrt(meanSquare), eps));
    };
    return [mapParams(direction, mu, nu), { count, mu, nu }];
  },
});

/** A mean that started from zero, divided by the weight that real values have in it: 1 - decay^count. */
function corrected(mean: NDArray, decay: number, count: NDArray): NDArray {
  const { dtype } = mean;
  return div(mean, sub(1, pow(literal(decay, dtype, false), convertElementType(count, dtype))));
}

/**
 * Adam.
 * Source: optax.adam; Kingma and Ba, "Adam" (2014), with the paper's eps-hat outside the root.
 *
 * @param rate a number, or a schedule
 * @throws ArgumentError when the rate is not finite
 * @example const optimizer = adam(1e-3); let state = optimizer.init(params);
 */
export const adam = (
  rate: number | Schedule,
  options: AdamOptions = {},
): Optimizer<ChainKind<[AdamKind, CountKind]>> => chain(scaleByAdam(options), scaleByLearningRate(rate));

export interface AdamWOptions extends AdamOptions {
  /** The decay of parameters a unit of learning rate; 1e-4 by default. */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay: the update is -rate (Adam's direction + weightDecay params).
 * Source: optax.adamw; Loshchilov and Hutter, "Decoupled weight decay regularization" (2017).
 *
 * @throws ArgumentError when the rate is not finite
 */
export const adamw = (
  rate: number | Schedule,
  { weightDecay = 1e-4, ...options }: AdamWOptions = {},
): Optimizer<ChainKind<[AdamKind, EmptyKind, CountKind]>> =>
  chain(scaleByAdam(options), addDecayedWeights(weightDecay), scaleByLearningRate(rate));
