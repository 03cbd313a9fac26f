/** The exponential moving average of updates. */
import type { NDArray } from "../autodiff/array.js";
import { add, mul } from "../autodiff/primitives/arithmetic.js";
import { zerosLike } from "../autodiff/primitives/creation.js";
import { readOptions } from "../ir/arguments.js";
import { show } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import { corrected } from "./adam.js";
import type { Optimizer, StateKind } from "./optimizer.js";
import { checkState, increment, mapParams, noSteps } from "./optimizer.js";

export interface EmaState<P> {
  /** i32[]: steps taken. */
  readonly count: NDArray;
  /** The average before the correction, like the parameters. */
  readonly ema: P;
}
export interface EmaKind extends StateKind {
  readonly state: EmaState<this["params"]>;
}

export interface EmaOptions {
  /** Whether to divide by 1 - decay^t, for the start from zero; true by default. */
  readonly debias?: boolean;
}

/**
 * ema <- decay ema + (1 - decay) u; the t-th update is ema / (1 - decay^t), or ema itself without `debias`.
 *
 * Given parameters in the place of updates, it averages those.
 * Source: optax.ema.
 *
 * @throws ArgumentError when `decay` is not in [0, 1], or is 1 with `debias`
 * @example const averaged = ema(0.999); const [mean, next] = averaged.update(params, state);
 */
export function ema(decay: number, options: EmaOptions = {}): Optimizer<EmaKind> {
  const { debias = true } = readOptions("optim.ema", options, { debias: "boolean" });
  if (typeof decay !== "number" || !(decay >= 0 && (debias ? decay < 1 : decay <= 1))) {
    throw new ArgumentError(
      `optim.ema: decay is ${show(decay)}; give the part of the average that is kept, from 0 to less than 1`,
    );
  }
  return {
    init: (params) => ({ count: noSteps(), ema: mapParams((p) => zerosLike(p), params) }),
    update: (updates, state) => {
      checkState("optim.ema", state, "count", "ema");
      const count = increment(state.count);
      const average = mapParams((u, m) => add(mul(1 - decay, u), mul(decay, m)), updates, state.ema);
      const given = debias ? mapParams((m) => corrected(m, decay, count), average) : average;
      return [given, { count, ema: average }];
    },
  };
}
