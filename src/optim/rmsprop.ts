/** RMSProp: gradients divided by the root of their mean square, or by their standard deviation. */
import type { NDArray } from "../autodiff/array.js";
import { add, div, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { full, zerosLike } from "../autodiff/primitives/creation.js";
import { rsqrt, sqrt, square } from "../autodiff/primitives/power.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { corrected } from "./adam.js";
import { type TraceKind, trace } from "./momentum.js";
import type { CountKind, EmptyKind, Optimizer, StateKind } from "./optimizer.js";
import { checkFinite, checkState, increment, mapParams, noSteps } from "./optimizer.js";
import type { ScalarOrSchedule } from "./schedules.js";
import { type ChainKind, chain, identity, scaleByLearningRate } from "./transformations.js";

export interface RmsState<P> {
  /** i32[]: steps taken. */
  readonly count: NDArray;
  /** The mean of squared gradients, like the parameters. */
  readonly nu: P;
}
export interface RmsKind extends StateKind {
  readonly state: RmsState<this["params"]>;
}

export interface StddevState<P> extends RmsState<P> {
  /** The mean of gradients, like the parameters. */
  readonly mu: P;
}
export interface StddevKind extends StateKind {
  readonly state: StddevState<this["params"]>;
}

export interface RmsOptions {
  /** How much of the means is kept; 0.9 by default. */
  readonly decay?: number;
  /** Added to the mean, under the root; 1e-8 by default. */
  readonly eps?: number;
  /** What the mean of squares starts from; 0 by default. */
  readonly initialScale?: number;
  /** Whether eps stands under the root, as in Hinton's lectures, or is added to it, as in PyTorch; true by default. */
  readonly epsInSqrt?: boolean;
  /** Whether means are divided by 1 - decay^t, for the start from zero; false by default. */
  readonly biasCorrection?: boolean;
}

const rmsOptions: OptionKinds<RmsOptions> = {
  decay: "number",
  eps: "number",
  initialScale: "number",
  epsInSqrt: "boolean",
  biasCorrection: "boolean",
};

/**
 * nu <- decay nu + (1 - decay) g^2; the update is g / sqrt(nu + eps).
 * Source: optax.scale_by_rms, which counts steps only with bias_correction.
 */
export const scaleByRms = (options: RmsOptions = {}): Optimizer<RmsKind> => {
  const { decay, correct, factor, start } = settings(readOptions("optim.scaleByRms", options, rmsOptions));
  return {
    init: (params) => ({ count: noSteps(), nu: mapParams(start, params) }),
    update: (grads, state) => {
      checkState("optim.scaleByRms", state, "count", "nu");
      const count = increment(state.count);
      const nu = mapParams((g, v) => moved(v, square(g), decay), grads, state.nu);
      return [mapParams((g, v) => mul(factor(correct(v, count)), g), grads, nu), { count, nu }];
    },
  };
};

/**
 * nu as in `scaleByRms`, mu <- decay mu + (1 - decay) g; the update is g / sqrt(nu - mu^2 + eps).
 * Source: optax.scale_by_stddev, which counts steps only with bias_correction.
 */
export const scaleByStddev = (options: RmsOptions = {}): Optimizer<StddevKind> => {
  const { decay, correct, factor, start } = settings(readOptions("optim.scaleByStddev", options, rmsOptions));
  return {
    init: (params) => ({
      count: noSteps(),
      mu: mapParams((p) => zerosLike(p), params),
      nu: mapParams(start, params),
    }),
    update: (grads, state) => {
      checkState("optim.scaleByStddev", state, "count", "mu", "nu");
      const count = increment(state.count);
      const mu = mapParams((g, m) => moved(m, g, decay), grads, state.mu);
      const nu = mapParams((g, v) => moved(v, square(g), decay), grads, state.nu);
      const scaled = (g: NDArray, m: NDArray, v: NDArray): NDArray =>
        mul(factor(sub(correct(v, count), square(correct(m, count)))), g);
      return [mapParams(scaled, grads, mu, nu), { count, mu, nu }];
    },
  };
};

/** decay mean + (1 - decay) x */
const moved = (mean: NDArray, x: NDArray, decay: number): NDArray => add(mul(1 - decay, x), mul(decay, mean));

/** What the options mean: a mean's correction, the factor 1 / sqrt(v + eps), and where a mean of squares starts. */
function settings(options: RmsOptions) {
  const { decay = 0.9, eps = 1e-8, initialScale = 0, epsInSqrt = true, biasCorrection = false } = options;
  checkFinite("optim.rmsprop", { decay, eps, initialScale });
  return {
    decay,
    correct: (mean: NDArray, count: NDArray): NDArray =>
      biasCorrection ? corrected(mean, decay, count) : mean,
    factor: (v: NDArray): NDArray => (epsInSqrt ? rsqrt(add(v, eps)) : div(1, add(sqrt(v), eps))),
    start: (p: NDArray): NDArray => full(p.shape, initialScale, p.dtype, p.weakType),
  };
}

export interface RmspropOptions<Centered extends boolean = boolean> extends RmsOptions {
  /** Whether to divide by the standard deviation instead of the root of the mean square; false by default. */
  readonly centered?: Centered;
  /** How much of the trace of updates is kept; none by default. */
  readonly momentum?: number;
  /** Nesterov's form of the momentum; false by default. */
  readonly nesterov?: boolean;
}

/** The first part of rmsprop's chain. */
export type ScalingKind<Centered extends boolean> = Centered extends true ? StddevKind : RmsKind;

/**
 * RMSProp: the update is -rate g / sqrt(nu + eps), traced with `momentum` where that is given. Without momentum the last
 * part of the state is an empty one.
 * Source: optax.rmsprop; Tieleman and Hinton, "Lecture 6.5: rmsprop" (2012); centered: Graves, "Generating sequences with
 * recurrent neural networks" (2013).
 *
 * @throws ArgumentError when the rate is not finite
 * @example rmsprop(1e-3, { centered: true, momentum: 0.9 })
 */
export function rmsprop<Centered extends boolean = false>(
  rate: ScalarOrSchedule,
  options?: Omit<RmspropOptions<Centered>, "momentum">,
): Optimizer<ChainKind<[ScalingKind<Centered>, CountKind, EmptyKind]>>;
export function rmsprop<Centered extends boolean = false>(
  rate: ScalarOrSchedule,
  options: RmspropOptions<Centered> & { readonly momentum: number },
): Optimizer<ChainKind<[ScalingKind<Centered>, CountKind, TraceKind]>>;
export function rmsprop(rate: ScalarOrSchedule, given: RmspropOptions = {}): unknown {
  const {
    centered = false,
    momentum,
    nesterov = false,
    ...options
  } = readOptions("optim.rmsprop", given, {
    ...rmsOptions,
    centered: "boolean",
    momentum: "number",
    nesterov: "boolean",
  });
  const endingIn = <F extends StateKind>(last: Optimizer<F>): unknown =>
    centered
      ? chain(scaleByStddev(options), scaleByLearningRate(rate), last)
      : chain(scaleByRms(options), scaleByLearningRate(rate), last);
  return momentum === undefined ? endingIn(identity()) : endingIn(trace({ decay: momentum, nesterov }));
}
