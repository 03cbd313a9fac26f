/** The parts that optimisers are chained from: scalings, decay, clipping. Source of all: Optax's functions of these names. */
import { literal, NDArray } from "../autodiff/array.js";
import { add, div, mul, neg } from "../autodiff/primitives/arithmetic.js";
import { lt } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { zerosLike } from "../autodiff/primitives/creation.js";
import { sqrt, square } from "../autodiff/primitives/power.js";
import { clamp, select } from "../autodiff/primitives/selection.js";
import { reduceSum } from "../autodiff/primitives/sum-and-broadcast.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { describeAval } from "../ir/aval.js";
import { describe, show } from "../ir/describe.js";
import { promote } from "../ir/dtype.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import { range } from "../ir/shape.js";
import { reduce } from "../tree/map.js";
import type { CountKind, EmptyKind, Optimizer, StateKind, StateOf } from "./optimizer.js";
import { checkFinite, checkOptimizer, checkState, increment, mapParams, noSteps } from "./optimizer.js";
import type { ScalarOrSchedule } from "./schedules.js";

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
  for (const part of parts) checkOptimizer("optim.chain", part);
  const optimizers: readonly Optimizer<StateKind>[] = parts;
  const erased: Optimizer<StateKind> = {
    init: (params) => optimizers.map((part) => part.init(params)),
    update: <P>(grads: P, state: unknown, params?: P): [P, unknown[]] => {
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

/** Updates as they are, numbers as arrays. Source: optax.identity. */
export const identity = (): Optimizer<EmptyKind> => ({
  init: () => null,
  update: (grads) => [mapParams((g) => g, grads), null],
});

/** No change: zeros like the updates. Source: optax.set_to_zero. */
export const setToZero = (): Optimizer<EmptyKind> => ({
  init: () => null,
  update: (grads) => [mapParams((g) => zerosLike(g), grads), null],
});

/**
 * Updates times a constant, a number or a scalar array.
 * Source: optax.scale.
 *
 * @throws ShapeError when the factor is an array with axes
 */
export function scale(factor: number | NDArray): Optimizer<EmptyKind> {
  if (typeof factor === "number") checkFinite("optim.scale", { factor });
  else checkScalar("optim.scale", factor);
  return {
    init: () => null,
    update: (grads) => [scaled(grads, factor), null],
  };
}

/** Updates times a scalar, in the updates' dtypes. */
function scaled<P>(grads: P, factor: number | NDArray): P {
  if (typeof factor === "number") {
    checkFinite("optim.scale", { factor });
    return mapParams((g) => mul(g, factor), grads);
  }
  checkScalar("optim.scale", factor);
  return mapParams((g) => mul(g, convertElementType(factor, g.dtype)), grads);
}

/** Throws ArgumentError unless it is an array, and ShapeError unless that is a scalar. */
export function checkScalar(operation: string, x: NDArray): void {
  if (!(x instanceof NDArray)) {
    throw new ArgumentError(`${operation}: a factor is a number or a scalar array, got ${describe(x)}`);
  }
  if (x.ndim === 0) return;
  throw new ShapeError(`${operation}: a factor is a scalar, got ${describeAval(x.aval)}; use x.item()`);
}

/**
 * Updates times schedule(count), where count is the number of steps before this one.
 * Source: optax.scale_by_schedule.
 *
 * @throws ShapeError when the schedule's value is no scalar
 */
export function scaleBySchedule(schedule: (count: NDArray) => NDArray | number): Optimizer<CountKind> {
  checkFunction("optim.scaleBySchedule", schedule);
  return {
    init: () => ({ count: noSteps() }),
    update: (grads, state) => {
      checkState("optim.scaleBySchedule", state, "count");
      return [scaled(grads, schedule(state.count)), { count: increment(state.count) }];
    },
  };
}

/**
 * Updates times -rate, which makes descent of gradients. A number counts steps too, so that all states are alike.
 * Source: optax.scale_by_learning_rate.
 *
 * @throws ArgumentError when a number is not finite; ShapeError when an array has axes
 */
export function scaleByLearningRate(rate: ScalarOrSchedule): Optimizer<CountKind> {
  if (typeof rate === "number" && !Number.isFinite(rate)) {
    throw new ArgumentError(`optim: the learning rate is ${rate}; give a finite number or a schedule`);
  }
  if (typeof rate !== "number" && typeof rate !== "function" && !(rate instanceof NDArray)) {
    throw new ArgumentError(
      `optim: a learning rate is a number, a scalar array or a schedule, got ${describe(rate)}`,
    );
  }
  return scaleBySchedule((count) => negated(typeof rate === "function" ? rate(count) : rate));
}

const negated = (x: NDArray | number): NDArray | number => (typeof x === "number" ? -x : neg(x));

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
 * Each element of the updates brought into [-maxDelta, maxDelta].
 * Source: optax.clip.
 *
 * @throws ArgumentError when `maxDelta` is not positive
 */
export function clip(maxDelta: number): Optimizer<EmptyKind> {
  if (typeof maxDelta !== "number" || !(maxDelta > 0)) {
    throw new ArgumentError(`optim.clip: maxDelta is ${show(maxDelta)}; give a positive number`);
  }
  return {
    init: () => null,
    update: (grads) => [mapParams((g) => clamp(-maxDelta, g, maxDelta), grads), null],
  };
}

/**
 * Updates scaled down together where their global norm is not below `maxNorm`: u maxNorm / norm.
 * Source: optax.clip_by_global_norm; Pascanu, Mikolov and Bengio, "On the difficulty of training RNNs" (2012).
 *
 * @throws ArgumentError when `maxNorm` is not positive
 */
export function clipByGlobalNorm(maxNorm: number): Optimizer<EmptyKind> {
  if (typeof maxNorm !== "number" || !(maxNorm > 0)) {
    throw new ArgumentError(`optim.clipByGlobalNorm: maxNorm is ${show(maxNorm)}; give a positive number`);
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
