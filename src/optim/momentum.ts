/** Gradient descent, plain and with momentum. */
import { add, mul } from "../autodiff/primitives/arithmetic.js";
import { zerosLike } from "../autodiff/primitives/creation.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { ArgumentError } from "../ir/errors.js";
import type { CountKind, Optimizer, StateKind } from "./optimizer.js";
import { checkFinite, checkState, mapParams } from "./optimizer.js";
import type { ScalarOrSchedule } from "./schedules.js";
import { type ChainKind, chain, scaleByLearningRate } from "./transformations.js";

export interface TraceState<P> {
  /** m, like the parameters. */
  readonly trace: P;
}
export interface TraceKind extends StateKind {
  readonly state: TraceState<this["params"]>;
}

export interface MomentumOptions {
  /** How much of the trace is kept; 0.9 by default. */
  readonly decay?: number;
  /** The update is g + decay m with the new m: Nesterov's; false by default. */
  readonly nesterov?: boolean;
}

const momentumOptions: OptionKinds<MomentumOptions> = { decay: "number", nesterov: "boolean" };

/**
 * m <- g + decay m; the update is m.
 *
 * Source: optax.trace. The sum is not divided by 1 - decay, nor g by anything: Keras and PyTorch agree, Adam's m differs.
 */
export function trace(options: MomentumOptions = {}): Optimizer<TraceKind> {
  const { decay = 0.9, nesterov = false } = readOptions("optim.trace", options, momentumOptions);
  checkFinite("optim.trace", { decay });
  return {
    init: (params) => ({ trace: mapParams((p) => zerosLike(p), params) }),
    update: (grads, state) => {
      checkState("optim.trace", state, "trace");
      const accumulate = <P>(g: P, m: P): P => mapParams((x, y) => add(x, mul(y, decay)), g, m);
      const m = accumulate(grads, state.trace);
      return [nesterov ? accumulate(grads, m) : m, { trace: m }];
    },
  };
}

export interface SgdOptions {
  /** How much of the trace of gradients is kept; none by default. */
  readonly momentum?: number;
  /** Nesterov's form of the momentum; false by default. */
  readonly nesterov?: boolean;
}

/**
 * Gradient descent: the update is -rate g; with momentum as `momentum` does it.
 * Source: optax.sgd.
 *
 * @param rate a number, a scalar array, or a schedule
 * @throws ArgumentError when the rate is not finite, or `nesterov` comes without a momentum
 * @example const [updates, next] = sgd(0.1).update(grads, state, params);
 */
export function sgd(
  rate: ScalarOrSchedule,
  options?: { readonly momentum?: never; readonly nesterov?: false },
): Optimizer<CountKind>;
export function sgd(
  rate: ScalarOrSchedule,
  options: SgdOptions & { readonly momentum: number },
): Optimizer<ChainKind<[TraceKind, CountKind]>>;
export function sgd(rate: ScalarOrSchedule, options: SgdOptions = {}): unknown {
  const { momentum: decay, nesterov = false } = readOptions("optim.sgd", options, {
    momentum: "number",
    nesterov: "boolean",
  });
  if (decay !== undefined) return momentum(rate, { decay, nesterov });
  if (nesterov) throw new ArgumentError("optim.sgd: nesterov needs a momentum; give { momentum, nesterov }");
  return scaleByLearningRate(rate);
}

/**
 * Gradient descent with momentum: m <- g + decay m; the update is -rate m (Nesterov: -rate (g + decay m)).
 * Source: optax.sgd with `momentum`; Sutskever et al., "On the importance of initialization and momentum" (2013).
 *
 * @throws ArgumentError when the rate is not finite
 * @example momentum(0.1, { decay: 0.95, nesterov: true })
 */
export const momentum = (
  rate: ScalarOrSchedule,
  options: MomentumOptions = {},
): Optimizer<ChainKind<[TraceKind, CountKind]>> =>
  chain(trace(readOptions("optim.momentum", options, momentumOptions)), scaleByLearningRate(rate));
