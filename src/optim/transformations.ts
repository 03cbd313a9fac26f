/** The parts that optimisers are chained from: scalings, decay, clipping. Source of all: Optax's functions of these names. */
import type { NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { add, div, mul } from "../autodiff/primitives/arithmetic.js";
import { lt } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { sqrt, square } from "../autodiff/primitives/power.js";
import { select } from "../autodiff/primitives/selection.js";
import { reduceSum } from "../autodiff/primitives/sum-and-broadcast.js";
import { promote } from "../ir/dtype.js";
import { ArgumentError } from "../ir/errors.js";
import { range } from "../ir/shape.js";
import { reduce } from "../tree/map.js";
import type { CountKind, EmptyKind, Optimizer, StateKind, StateOf } from "./optimizer.js";
import { increment, mapParams, noSteps } from "./optimizer.js";
import type { Schedule } from "./schedules.js";

/** The states of a chain's parts, in order. */
export interface ChainKind<Fs extends readonly StateKind[]> extends StateKind {
  readonly state: { readonly [K in keyof Fs]: StateOf<Fs[K], this["params"]> };
}

/**
 * Each optimiser's updates are the next one's gradients; the state is the tuple of their states.
 *
 * @example chain(clipByGlobalNorm(1), adam(1e-3))
 */
export function chain<const Fs extends readonly StateKind[]>(
  ...parts: { readonly [K in keyof Fs]: Optimizer<Fs[K]> }
): Optimizer<ChainKind<Fs>> {
  if (parts.length === 0)
    throw new ArgumentError("optim.chain: nothing to chain; give at least one optimiser");
  const optimizers: readonly Optimizer<StateKind>[] = parts;
  const erased: Optimizer<StateKind> = {
    init: (params) => optimizers.map((part) => part.init(params)),
    update: <P>(grads: P, state: unknown, params: P): [P, unknown[]] => {
      const states = statesOf(state, optimizers.length);
      let updates = grads;
      const next = optimizers.map((part, i) => {
        const [after, partState] = part.update(updates, states[i], params);
        updates = after;
        return partState;
      });
      return [updates, next];
    },
  };
  // Sound: the state is made by the parts, one entry each, which is what ChainKind says.
  return erased as Optimizer<ChainKind<Fs>>;
}

function statesOf(state: unknown, count: number): readonly unknown[] {
  if (Array.isArray(state) && state.length === count) return state;
  throw new ArgumentError(
    `optim.chain: the state is not that of ${count} optimisers; make it with init(params)`,
  );
}

/** Updates times a constant. */
export const scale = (factor: number): Optimizer<EmptyKind> => ({
  init: () => null,
  update: (grads) => [mapParams((g) => mul(g, factor), grads), null],
});

/**
 * Updates times schedule(count), where count is the number of steps before this one.
 *
 * Source: optax.scale_by_schedule.
 */
export const scaleBySchedule = (schedule: Schedule): Optimizer<CountKind> => ({
  init: () => ({ count: noSteps() }),
  update: (grads, { count }) => {
    const step = schedule(count);
    return [mapParams((g) => mul(g, convertElementType(step, g.dtype)), grads), { count: increment(count) }];
  },
});

/** Updates times -rate, which makes descent of gradients. A number counts steps too, so that all states are alike. */
export const scaleByLearningRate = (rate: number | Schedule): Optimizer<CountKind> => {
  if (typeof rate === "function") {
    return scaleBySchedule((count) => mul(rate(count), -1));
  }
  if (!Number.isFinite(rate)) {
    throw new ArgumentError(`optim: the learning rate is ${rate}; give a finite number or a schedule`);
  }
  return {
    init: () => ({ count: noSteps() }),
    update: (grads, { count }) => [mapParams((g) => mul(g, -rate), grads), { count: increment(count) }],
  };
};

/**
 * Updates plus weight times the parameters: weight decay that the moments do not see.
 *
 * Source: optax.add_decayed_weights.
 */
export const addDecayedWeights = (weight: number): Optimizer<EmptyKind> => ({
  init: () => null,
  update: (grads, _, params) => [mapParams((g, p) => add(g, mul(p, weight)), grads, params), null],
});

/** The Euclidean norm of all leaves together. tree -> f32[] */
export function globalNorm(tree: unknown): NDArray {
  const total = reduce<NDArray | null>(
    (sum, x) => {
      const squares = reduceSum(square(x), range(x.ndim));
      if (sum === null) return squares;
      const { dtype } = promote(sum, squares);
      return add(convertElementType(sum, dtype), convertElementType(squares, dtype));
    },
    tree,
    null,
  );
  return total === null ? literal(0, "float32", false) : sqrt(total);
}

/**
 * Updates scaled down together where their global norm is not below `maxNorm`: u maxNorm / norm.
 * Source: optax.clip_by_global_norm; Pascanu, Mikolov and Bengio, "On the difficulty of training RNNs" (2012).
 *
 * @throws ArgumentError when `maxNorm` is not positive
 */
export function clipByGlobalNorm(maxNorm: number): Optimizer<EmptyKind> {
  if (!(maxNorm > 0)) {
    throw new ArgumentError(`optim.clipByGlobalNorm: maxNorm is ${maxNorm}; give a positive number`);
  }
  return {
    init: () => null,
    update: (grads) => {
      const norm = globalNorm(grads);
      const small = lt(norm, maxNorm);
      const clip = (g: NDArray): NDArray =>
        select(small, g, mul(div(g, convertElementType(norm, g.dtype)), maxNorm));
      return [mapParams(clip, grads), null];
    },
  };
}
