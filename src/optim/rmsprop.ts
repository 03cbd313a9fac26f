/** RMSProp: gradients divided by the root of their mean square. */
import { add, div, mul } from "../autodiff/primitives/arithmetic.js";
import { full } from "../autodiff/primitives/creation.js";
import { rsqrt, sqrt, square } from "../autodiff/primitives/power.js";
import { type TraceKind, trace } from "./momentum.js";
import type { CountKind, EmptyKind, Optimizer, StateKind } from "./optimizer.js";
import { mapParams } from "./optimizer.js";
import type { Schedule } from "./schedules.js";
import { type ChainKind, chain, scale, scaleByLearningRate } from "./transformations.js";

export interface RmsState<P> {
  /** The mean of squared gradients, like the parameters. */
  readonly nu: P;
}
export interface RmsKind extends StateKind {
  readonly state: RmsState<this["params"]>;
}

export interface RmsOptions {
  /** How much of the mean is kept; 0.9 by default. */
  readonly decay?: number;
  /** Added to the mean, under the root; 1e-8 by default. */
  readonly eps?: number;
  /** What the mean starts from; 0 by default. */
  readonly initialScale?: number;
  /** Whether eps stands under the root, as in Hinton's lectures, or is added to it, as in PyTorch; true by default. */
  readonly epsInSqrt?: boolean;
}

/**
 * nu <- decay nu + (1 - decay) g^2; the update is g / sqrt(nu + eps).
 *
 * Source: optax.scale_by_rms.
 */
export const scaleByRms = ({
  decay = 0.9,
  eps = 1e-8,
  initialScale = 0,
  epsInSqrt = true,
}: RmsOptions = {}): Optimizer<RmsKind> => ({
  init: (params) => ({ nu: mapParams((p) => full(p.shape, initialScale, p.dtype, p.weakType), params) }),
  update: (grads, state) => {
    const nu = mapParams((g, v) => add(mul(1 - decay, square(g)), mul(decay, v)), grads, state.nu);
    const updates = mapParams(
      (g, v) => mul(epsInSqrt ? rsqrt(add(v, eps)) : div(1, add(sqrt(v), eps)), g),
      grads,
      nu,
    );
    return [updates, { nu }];
  },
});

export interface RmspropOptions extends RmsOptions {
  /** How much of the trace of updates is kept; none by default. */
  readonly momentum?: number;
  /** Nesterov's form of the momentum; false by default. */
  readonly nesterov?: boolean;
}

/**
 * RMSProp: the update is -rate g / sqrt(nu + eps), traced with `momentum` where that is given.
 *
 * Without momentum the last part of the state is an empty one.
 * Source: optax.rmsprop; Tieleman and Hinton, "Lecture 6.5: rmsprop" (2012).
 *
 * @throws ArgumentError when the rate is not finite
 */
export function rmsprop(
  rate: number | Schedule,
  options?: Omit<RmspropOptions, "momentum">,
): Optimizer<ChainKind<[RmsKind, CountKind, EmptyKind]>>;
export function rmsprop(
  rate: number | Schedule,
  options: RmspropOptions & { readonly momentum: number },
): Optimizer<ChainKind<[RmsKind, CountKind, TraceKind]>>;
export function rmsprop(
  rate: number | Schedule,
  { momentum, nesterov, ...options }: RmspropOptions = {},
): unknown {
  const parts = [scaleByRms(options), scaleByLearningRate(rate)] as const;
  return momentum === undefined
    ? chain(...parts, scale(1))
    : chain(...parts, trace({ decay: momentum, nesterov: nesterov ?? false }));
}
