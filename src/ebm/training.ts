/**
 * Training: a state that is a tree of arrays, a step that is one pure compiled function of it, and a fold over steps.
 * The same state and data give the same bytes; nothing else is read.
 */
import type { NDArray } from "../autodiff/array.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { valueAndGrad } from "../autodiff/transforms/grad.js";
import { jit } from "../autodiff/transforms/jit-function.js";
import { checkInteger, readOptions } from "../ir/arguments.js";
import { show } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import * as np from "../numpy/index.js";
import { applyUpdates, type Optimizer, type StateKind, type StateOf } from "../optim/optimizer.js";
import { type Key, split } from "../random/key.js";
import { randint } from "../random/randint.js";
import type { Energy, EnergyModel } from "./energy.js";
import { type Loss, type LossMetrics, type LossOptions, loss } from "./loss.js";
import type { Negatives } from "./negatives.js";

/** All that changes: saving it and reading it back continues the run bit for bit. */
export interface TrainState<P, O, C> {
  readonly params: P;
  readonly optState: O;
  /** What the negatives carry. */
  readonly chains: C;
  /** The next step's key. */
  readonly key: Key;
  /** i32[]: steps taken. */
  readonly step: NDArray;
}

/** All that does not. */
export interface Training<P, F extends StateKind, C> extends LossOptions {
  readonly energy: Energy<P>;
  readonly optimizer: Optimizer<F>;
  readonly negatives: Negatives<C>;
  /** Rows of data a step. */
  readonly batchSize: number;
}

/** (state, f32[n, d]) -> [next state, metrics] */
export type TrainStep<S> = (state: S, points: NDArray) => [state: S, metrics: LossMetrics];

/** The state before the first step: parameters, chains and steps each get a key of their own. */
export function initialState<P, F extends StateKind, C>(
  key: Key,
  parts: Pick<Training<P, F, C>, "optimizer" | "negatives"> & EnergyModel<P>,
): TrainState<P, StateOf<F, P>, C> {
  const { init, optimizer, negatives } = Object(parts) as typeof parts; // each is looked at here
  checkFunction("ebm.initialState: init", init);
  checkFunction("ebm.initialState: optimizer.init", Object(optimizer).init);
  checkFunction("ebm.initialState: negatives.init", Object(negatives).init);
  const [paramsKey, chainsKey, stepsKey] = split(key, 3);
  const params = init(paramsKey);
  return {
    params,
    optState: optimizer.init(params),
    chains: negatives.init(chainsKey),
    key: stepsKey,
    step: np.array(0, { dtype: "int32" }),
  };
}

/**
 * One step of training, compiled whole: rows of data are drawn, chains walk, the loss and its gradient are taken, the
 * optimiser moves the parameters.
 *
 * @throws ArgumentError when the batch size is no positive integer
 */
export function trainStep<P, F extends StateKind, C>(
  parts: Training<P, F, C>,
): TrainStep<TrainState<P, StateOf<F, P>, C>> {
  const { energy, optimizer, negatives, batchSize, alpha = 0 } = Object(parts) as Training<P, F, C>; // read below
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ArgumentError(`ebm.trainStep: batchSize is ${show(batchSize)}; give a positive integer`);
  }
  checkFunction("ebm.trainStep: optimizer.update", Object(optimizer).update);
  checkFunction("ebm.trainStep: negatives.draw", Object(negatives).draw);
  const lossAndGradient = gradientOf(loss(energy, { alpha }));
  type State = TrainState<P, StateOf<F, P>, C>;
  const step = ({ params, optState, chains, key, step }: State, points: NDArray): [State, LossMetrics] => {
    const [nextKey, rowsKey, chainsKey] = split(key, 3);
    const rows = randint(rowsKey, [batchSize], 0, points.shape[0]);
    const data = np.take(points, rows, 0);
    const [samples, nextChains] = negatives.draw(chainsKey, (x) => energy(params, x), data, chains);
    const [metrics, gradient] = lossAndGradient(params, data, samples);
    const [updates, nextOptState] = optimizer.update(gradient, optState, params);
    return [
      {
        params: applyUpdates(params, updates),
        optState: nextOptState,
        chains: nextChains,
        key: nextKey,
        step: step.add(1),
      },
      metrics,
    ];
  };
  // Sound: states are trees of arrays, for which jit keeps every type; it cannot know that of P, F and C.
  return jit(step) as unknown as TrainStep<State>;
}

/** (params, data, samples) -> [metrics, the loss's gradient in params] */
function gradientOf<P>(objective: Loss<P>): (params: P, data: NDArray, samples: NDArray) => [LossMetrics, P] {
  const erased: Loss<unknown> = objective as Loss<unknown>; // called with a P below, and with nothing else
  const both = valueAndGrad(erased, { hasAux: true });
  return (params, data, samples) => {
    const [[, metrics], gradient] = both(params, data, samples);
    return [metrics, gradient as P]; // a gradient is a tree like the parameters
  };
}

export interface TrainOptions<S> {
  readonly iterations: number;
  /** Called after each step, which has the number `iteration` (from 1). */
  readonly onStep?: (report: { iteration: number; state: S; metrics: LossMetrics }) => void;
}

/**
 * The state after so many steps: a fold of `step` over their numbers.
 *
 * @example pipe(initialState(key, parts), train(trainStep(parts), points, { iterations: 500 }))
 */
export const train =
  <S>(step: TrainStep<S>, points: NDArray, options: TrainOptions<S>) =>
  (initial: S): S => {
    checkFunction("ebm.train", step);
    const { iterations, onStep } = readOptions<TrainOptions<S>>("ebm.train", options, {
      iterations: "integer",
      onStep: "function",
    });
    checkInteger("ebm.train", "iterations", iterations, 0);
    let state = initial;
    for (let iteration = 1; iteration <= iterations; iteration++) {
      const [next, metrics] = step(state, points);
      state = next;
      onStep?.({ iteration, state, metrics });
    }
    return state;
  };
