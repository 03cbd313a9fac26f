/**
 * A run of training, as a value: a fold of the step over the numbers of its steps. Three forms of the same fold: `train` with a
 * callback, `trainSteps` as a lazy sequence for who wants to stop, wait or save in between, and `trainUntilDiverged` in Either.
 */
import * as E from "fp-ts/lib/Either.js";
import type { NDArray } from "../autodiff/array.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { checkInteger, readOptions } from "../ir/arguments.js";
import { describe, show } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import type { TrainMetrics, TrainStep } from "./train-step.js";

/** One step of a run. */
export interface TrainReport<S, I = unknown> {
  /** Steps of this run so far, this one included: from 1. */
  readonly iteration: number;
  /** After the step. */
  readonly state: S;
  readonly metrics: TrainMetrics<I>;
}

export interface TrainOptions<S, I = unknown> {
  readonly iterations: number;
  /** Called after each step. */
  readonly onStep?: (report: TrainReport<S, I>) => void;
}

/**
 * The state after so many steps: a fold of `step` over their numbers.
 *
 * @example pipe(initialState(key, parts), train(trainStep(parts), points, { iterations: 500 }))
 */
export const train =
  <S, I>(step: TrainStep<S, I>, points: NDArray, options: TrainOptions<S, I>) =>
  (initial: S): S => {
    checkFunction("ebm.train", step);
    const { iterations, onStep } = readOptions<TrainOptions<S, I>>("ebm.train", options, {
      iterations: "integer",
      onStep: "function",
    });
    checkInteger("ebm.train", "iterations", iterations, 0);
    let state = initial;
    for (const report of trainSteps(step, points, iterations)(initial)) {
      state = report.state;
      onStep?.(report);
    }
    return state;
  };

/**
 * The steps of a run, one at a time and only when asked for. To stop, ask no more: every state is a value that a later run goes
 * on from, bit for bit.
 *
 * @example for (const { state, metrics } of trainSteps(step, points, 500)(initial)) if (enough(metrics)) break;
 */
export const trainSteps =
  <S, I>(step: TrainStep<S, I>, points: NDArray, iterations: number) =>
  (initial: S): Iterable<TrainReport<S, I>> => {
    checkFunction("ebm.trainSteps", step);
    checkInteger("ebm.trainSteps", "iterations", iterations, 0);
    return {
      *[Symbol.iterator]() {
        let state = initial;
        for (let iteration = 1; iteration <= iterations; iteration++) {
          const [next, metrics] = step(state, points);
          state = next;
          yield { iteration, state, metrics };
        }
      },
    };
  };

/** Energies have left the numbers, or the bound: step sizes or the learning rate were too large. */
export interface Divergence<S> {
  readonly kind: "diverged";
  readonly iteration: number;
  /** mean E(data) and mean E(samples) at that iteration. */
  readonly dataEnergy: number;
  readonly sampleEnergy: number;
  /**
   * The last state whose energies were within the bound. A step reports the energies of the state that it is given, so this is
   * the state before the last good step: the one after it is what diverged.
   */
  readonly lastGood: S;
}

/** Energies of a model of data of unit variance stay below some tens of nats. */
export const energyBound = 1e4;

/** Whether both energies are finite numbers of a size below the bound. */
export function withinBound(metrics: TrainMetrics, bound: number = energyBound): boolean {
  const { dataEnergy, sampleEnergy } = energiesOf("ebm.withinBound", metrics);
  if (!(bound > 0))
    throw new ArgumentError(`ebm.withinBound: bound is ${show(bound)}; give a positive number`);
  return Math.abs(dataEnergy) < bound && Math.abs(sampleEnergy) < bound;
}

/**
 * `train`, in Either: on the left the divergence that ended it and the last good state, on the right the state after all steps.
 * No step has looked at the energies of that last one; its score will.
 *
 * @example pipe(initial, trainUntilDiverged(step, points, { iterations: 500 }), E.match(explainDivergence, describeModel))
 */
export const trainUntilDiverged =
  <S, I>(step: TrainStep<S, I>, points: NDArray, options: TrainOptions<S, I>) =>
  (initial: S): E.Either<Divergence<S>, S> => {
    const { iterations, onStep } = readOptions<TrainOptions<S, I>>("ebm.trainUntilDiverged", options, {
      iterations: "integer",
      onStep: "function",
    });
    let lastGood = initial;
    let current = initial;
    for (const report of trainSteps(step, points, iterations)(initial)) {
      const { iteration, state, metrics } = report;
      if (!withinBound(metrics)) {
        const energies = energiesOf("ebm.trainUntilDiverged", metrics);
        return E.left({ kind: "diverged", iteration, ...energies, lastGood });
      }
      onStep?.(report);
      lastGood = current;
      current = state;
    }
    return E.right(current);
  };

/** The divergence as one line, with what to change. */
export function explainDivergence(divergence: Divergence<unknown>): string {
  const { kind, iteration, dataEnergy, sampleEnergy } = Object(divergence) as Divergence<unknown>; // looked at here
  if (kind !== "diverged" || typeof dataEnergy !== "number" || typeof sampleEnergy !== "number") {
    throw new ArgumentError(
      `ebm.explainDivergence: takes a divergence, the left side of trainUntilDiverged, got ${describe(divergence)}`,
    );
  }
  const brief = (energy: number): string => String(Number(energy.toPrecision(4)));
  return (
    `training diverged at iteration ${show(iteration)}: the mean energy of data is ${brief(dataEnergy)}, of samples ` +
    `${brief(sampleEnergy)}; lower the learning rate, or the sampler's step sizes where nothing corrects them`
  );
}

function energiesOf(
  operation: string,
  metrics: TrainMetrics,
): { readonly dataEnergy: number; readonly sampleEnergy: number } {
  const { dataEnergy, sampleEnergy } = Object(metrics) as TrainMetrics; // looked at here
  const read = (energy: NDArray): number => {
    if (typeof Object(energy).item !== "function") {
      throw new ArgumentError(
        `${operation}: takes a step's metrics, { dataEnergy, sampleEnergy, ... }, got ${describe(metrics)}`,
      );
    }
    return Number(energy.item());
  };
  return { dataEnergy: read(dataEnergy), sampleEnergy: read(sampleEnergy) };
}
