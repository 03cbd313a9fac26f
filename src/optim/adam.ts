/** Adam and its relative with decoupled weight decay. */
import type { NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { add, div, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { zerosLike } from "../autodiff/primitives/creation.js";
import { pow, sqrt, square } from "../autodiff/primitives/power.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import type { CountKind, Optimizer, StateKind } from "./optimizer.js";
import { checkFinite, checkState, increment, mapParams, noSteps } from "./optimizer.js";
import type { ScalarOrSchedule } from "./schedules.js";
import { type ChainKind, chain, scaleByLearningRate } from "./transformations.js";
import { addDecayedWeights, type DecayKind, type Mask } from "./weight-decay.js";

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
  /** Whether the mean looks a step ahead: Nesterov's; false by default. */
  readonly nesterov?: boolean;
}

const adamOptions: OptionKinds<AdamOptions> = {
  b1: "number",
  b2: "number",
  eps: "number",
  epsRoot: "number",
  nesterov: "boolean",
};

/**
 * mu <- b1 mu + (1 - b1) g; nu <- b2 nu + (1 - b2) g^2; with the t-th step's corrections for the start from zero,
 * the update is m / (sqrt(nu / (1 - b2^t) + epsRoot) + eps), where m = mu / (1 - b1^t) or, Nesterov's,
 * m = b1 mu / (1 - b1^(t+1)) + (1 - b1) g / (1 - b1^t).
 *
 * Source: optax.scale_by_adam; Dozat, "Incorporating Nesterov momentum into Adam" (2016).
 */
export function scaleByAdam(options: AdamOptions = {}): Optimizer<AdamKind> {
  const {
    b1 = 0.9,
    b2 = 0.999,
    eps = 1e-8,
    epsRoot = 0,
    nesterov = false,
  } = readOptions("optim.scaleByAdam", options, adamOptions);
  checkFinite("optim.scaleByAdam", { b1, b2, eps, epsRoot });
  return {
    init: (params) => {
      const zeros = mapParams((p) => zerosLike(p), params);
      return { count: noSteps(), mu: zeros, nu: zeros };
    },
    update: (grads, state) => {
      checkState("optim.scaleByAdam", state, "count", "mu", "nu");
      const count = increment(state.count);
      const mu = mapParams((g, m) => add(mul(1 - b1, g), mul(b1, m)), grads, state.mu);
      const nu = mapParams((g, v) => add(mul(1 - b2, square(g)), mul(b2, v)), grads, state.nu);
      const mean = nesterov
        ? mapParams(
            (m, g) => add(mul(b1, corrected(m, b1, increment(count))), mul(1 - b1, corrected(g, b1, count))),
            mu,
            grads,
          )
        : mapParams((m) => corrected(m, b1, count), mu);
      const direction = (m: NDArray, v: NDArray): NDArray =>
        div(m, add(sqrt(add(corrected(v, b2, count), epsRoot)), eps));
      return [mapParams(direction, mean, nu), { count, mu, nu }];
    },
  };
}

/** A mean that started from zero, divided by the weight that real values have in it: 1 - decay^count. */
export function corrected(mean: NDArray, decay: number, count: NDArray): NDArray {
  const { dtype } = mean;
  return div(mean, sub(1, pow(literal(decay, dtype, false), convertElementType(count, dtype))));
}

/**
 * Adam.
 * Source: optax.adam; Kingma and Ba, "Adam" (2014), with the paper's eps-hat outside the root.
 *
 * @param rate a number, a scalar array, or a schedule
 * @throws ArgumentError when the rate is not finite
 * @example const optimizer = adam(1e-3); let state = optimizer.init(params);
 */
export const adam = (
  rate: ScalarOrSchedule,
  options: AdamOptions = {},
): Optimizer<ChainKind<[AdamKind, CountKind]>> =>
  chain(scaleByAdam(readOptions("optim.adam", options, adamOptions)), scaleByLearningRate(rate));

export interface AdamWOptions<W extends ScalarOrSchedule = ScalarOrSchedule> extends AdamOptions {
  /** The decay of parameters a unit of learning rate; 1e-4 by default. */
  readonly weightDecay?: W;
  /** Which parameters decay; all by default. */
  readonly mask?: Mask;
}

/**
 * Adam with decoupled weight decay: the update is -rate (Adam's direction + weightDecay params).
 * Source: optax.adamw; Loshchilov and Hutter, "Decoupled weight decay regularization" (2017).
 *
 * @throws ArgumentError when the rate is not finite; TreeError when the mask is no prefix of the parameters
 * @example adamw(cosineDecay(1e-3, 1000), { weightDecay: 0.01, mask: { w: true, b: false } })
 */
export const adamw = <W extends ScalarOrSchedule = number>(
  rate: ScalarOrSchedule,
  given: AdamWOptions<W> = {},
): Optimizer<ChainKind<[AdamKind, DecayKind<W>, CountKind]>> => {
  const { weightDecay, mask, ...options } = readOptions<AdamWOptions>("optim.adamw", given, {
    ...adamOptions,
    weightDecay: "any",
    mask: "any",
  });
  const decay = addDecayedWeights<ScalarOrSchedule>(weightDecay ?? 1e-4, mask === undefined ? {} : { mask });
  // Sound: without a weight decay of its own W is number, and so is 1e-4.
  return chain(scaleByAdam(options), decay as unknown as Optimizer<DecayKind<W>>, scaleByLearningRate(rate));
};
