/** Gradient descent, plain and with momentum. */
import { add, mul } from "../autodiff/primitives/arithmetic.js";
import { zerosLike } from "../autodiff/primitives/creation.js";
import type { CountKind, Optimizer, StateKind } from "./optimizer.js";
import { mapParams } from "./optimizer.js";
import type { Schedule } from "./schedules.js";
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

/**
 * m <- g + decay m; the update is m.
 *
 * Source: optax.trace. The sum is not divided by 1 - decay, nor g by anything: Keras and PyTorch agree, Adam's m differs.
 */
export const trace = ({ decay = 0.9, nesterov = false }: MomentumOptions = {}): Optimizer<TraceKind> => ({
  init: (params) => ({ trace: mapParams((p) => zerosLike(p), params) }),
  update: (grads, state) => {
    const accumulate = <P>(g: P, m: P): P => mapParams((x, y) => add(x, mul(y, decay)), g, m);
    const m = accumulate(grads, state.trace);
    return [nesterov ? accumulate(grads, m) : m, { trace: m }];
  },
});

/**
 * Gradient descent: the update is -rate g.
 * Source: optax.sgd.
 *
 * @param rate a number, or a schedule
 * @throws ArgumentError when the rate is not finite
 * @example const [updates, next] = sgd(0.1).update(grads, state, params);
 */
export const sgd = (rate: number | Schedule): Optimizer<CountKind> => scaleByLearningRate(rate);

/**
 * Gradient descent with momentum: m <- g + decay m; the update is -rate m (Nesterov: -rate (g + decay m)).
 * Source: optax.sgd with `momentum`; Sutskever et al., "On the importance of initialization and momentum" (2013).
 *
 * @throws ArgumentError when the rate is not finite
 */
export const momentum = (
  rate: number | Schedule,
  options: MomentumOptions = {},
): Optimizer<ChainKind<[TraceKind, CountKind]>> => chain(trace(options), scaleByLearningRate(rate));
