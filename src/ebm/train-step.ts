/**
 * Training: a state that is a tree of arrays, and a step that is one pure compiled function of it. The same state and data give
 * the same bytes; nothing else is read.
 */
import type { NDArray } from "../autodiff/array.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { valueAndGrad } from "../autodiff/transforms/grad.js";
import { type JitOptions, jit } from "../autodiff/transforms/jit-function.js";
import { describeAval } from "../ir/aval.js";
import { show } from "../ir/describe.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import { sameShape } from "../ir/shape.js";
import * as np from "../numpy/index.js";
import { applyUpdates, type Optimizer, type StateKind, type StateOf } from "../optim/optimizer.js";
import { type Key, split } from "../random/key.js";
import { normal } from "../random/normal.js";
import { randint } from "../random/randint.js";
import type { Energy, EnergyModel } from "./energy.js";
import { type Loss, type LossMetrics, type LossOptions, loss } from "./loss.js";
import type { Negatives } from "./negatives/negatives.js";

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
export interface Training<P, F extends StateKind, C, I = unknown> extends LossOptions {
  readonly energy: Energy<P>;
  readonly optimizer: Optimizer<F>;
  readonly negatives: Negatives<C, I>;
  /** Rows of data a step, drawn with replacement. */
  readonly batchSize: number;
  /**
   * The standard deviation of noise that is added to the batch, in units of the points; 0 by default. It widens the data, which
   * keeps a model of few rows from learning them by heart.
   */
  readonly jitter?: number;
}

/** What a step reports: the loss's metrics, and what the sampler says of itself. */
export interface TrainMetrics<I = unknown> extends LossMetrics {
  readonly sampler: I;
}

/** (state, f32[n, d]) -> [next state, metrics] */
export type TrainStep<S, I = unknown> = (state: S, points: NDArray) => [state: S, metrics: TrainMetrics<I>];

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
 * @param options for what the step is compiled, as jit has them; on "gpu" its results are awaited
 * @throws ArgumentError when the batch size is no positive integer or the jitter is negative; the step throws ShapeError when
 *   negatives and data have different numbers of coordinates
 */
export function trainStep<P, F extends StateKind, C, I>(
  parts: Training<P, F, C, I>,
  options: Pick<JitOptions, "target" | "fastMath"> = {},
): TrainStep<TrainState<P, StateOf<F, P>, C>, I> {
  const { energy, optimizer, negatives, alpha = 0 } = Object(parts) as typeof parts; // read below
  const { batchSize, jitter } = checkedSizes(Object(parts));
  checkFunction("ebm.trainStep: optimizer.update", Object(optimizer).update);
  checkFunction("ebm.trainStep: negatives.draw", Object(negatives).draw);
  const lossAndGradient = gradientOf(loss(energy, { alpha }));
  type State = TrainState<P, StateOf<F, P>, C>;
  const step = (state: State, points: NDArray): [State, TrainMetrics<I>] => {
    const { params, optState, chains, key, step } = state;
    const [nextKey, rowsKey, chainsKey, jitterKey] = split(key, 4);
    const rows = np.take(points, randint(rowsKey, [batchSize], 0, points.shape[0]), 0);
    const data = jitter === 0 ? rows : rows.add(normal(jitterKey, rows.shape).mul(jitter));
    const drawn = negatives.draw(chainsKey, (x) => energy(params, x), data, chains);
    const [samples, nextChains, sampler] = drawn;
    checkAlike(samples, data);
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
      { ...metrics, sampler },
    ];
  };
  // Sound: states are trees of arrays, for which jit keeps every type; it cannot know that of P, F, C and I.
  return jit(step, options) as unknown as TrainStep<State, I>;
}

function checkedSizes({ batchSize, jitter = 0 }: { batchSize: number; jitter?: number }): {
  batchSize: number;
  jitter: number;
} {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ArgumentError(`ebm.trainStep: batchSize is ${show(batchSize)}; give a positive integer`);
  }
  if (!(Number.isFinite(jitter) && jitter >= 0)) {
    throw new ArgumentError(`ebm.trainStep: jitter is ${show(jitter)}; give a number from 0 on`);
  }
  return { batchSize, jitter };
}

/** An energy that takes points of any number of coordinates would compare what cannot be compared. */
function checkAlike(samples: NDArray, data: NDArray): void {
  if (sameShape(samples.shape.slice(1), data.shape.slice(1))) return;
  throw new ShapeError(
    `ebm.trainStep: the negatives are ${describeAval(samples.aval)} and the data ${describeAval(data.aval)}; ` +
      `give chains the data's number of coordinates: dimension: ${data.shape[1]}`,
  );
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
