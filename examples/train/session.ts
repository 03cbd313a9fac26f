/**
 * Steps of training, each of which is written down, with checkpoints in between. What is learned is decided by the state and the
 * parts alone; what is told here is when it is saved, scored and shown.
 */
import { setImmediate } from "node:timers/promises";
import { blockUntilReady, jit, type NDArray, type nn, type optim, vmap } from "cotangent";
import {
  energyBound,
  explainDivergence,
  type TrainState,
  trainStep,
  trainSteps,
  withinBound,
} from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import type { Judge } from "./judge.js";
import { type Row, rowOf } from "./metrics.js";
import type { AdamKind, Parts } from "./model.js";
import type { Target } from "./options.js";
import type { Complaint } from "./reason.js";

export type State<C> = TrainState<nn.DenseParams[], optim.StateOf<AdamKind, nn.DenseParams[]>, C>;

export interface Session<C> {
  readonly parts: Parts<C>;
  /** What the steps are compiled for. Scores are computed on the host. */
  readonly target: Target;
  /** Of the whole run, counted from its beginning. */
  readonly iterations: number;
  readonly checkpointEvery: number;
  readonly points: NDArray;
  readonly judge: Judge | null;
  /** Writes down the rows since the last call, and the state after them. */
  readonly save: (rows: readonly Row[], state: State<C>) => Promise<E.Either<Complaint, void>>;
  readonly onRow: (row: Row) => void;
  /** Asked after each step: whoever runs this wants to stop. */
  readonly isStopping: () => boolean;
}

/** Scores that are taken over a run. */
const scoresTaken = 4;

/** Milliseconds after which signals and timers get their turn. */
const turn = 40;

/**
 * From a state to the one after the last iteration, or after the step in which it was to stop. On the left: it diverged, or the
 * folder could not be written to; the last checkpoint is then that of a good state.
 */
export async function runSession<C>(
  session: Session<C>,
  initial: State<C>,
): Promise<E.Either<Complaint, State<C>>> {
  const { parts, target, iterations, checkpointEvery, points, judge, save, onRow, isStopping } = session;
  const scoreEvery = Math.max(1, Math.floor(iterations / scoresTaken));
  const begun = Number(initial.step.item());
  let state = initial;
  let unsaved: Row[] = [];
  let lastTurn = performance.now();
  const reached = meanEnergy(parts, points);
  const take = trainStep(parts, { target });
  for (const report of trainSteps(take, points, Math.max(0, iterations - begun))(initial)) {
    const metrics = await blockUntilReady(report.metrics);
    const step = begun + report.iteration;
    if (!withinBound(metrics)) {
      return E.left(divergence(step, rowOf(step, metrics, null), step - 1 - unsaved.length));
    }
    state = report.state;
    const { params } = state;
    const isScored = step % scoreEvery === 0 || step === iterations;
    if (isScored) await blockUntilReady(state);
    const judged = isScored && judge !== null ? judge.of((y) => parts.energy(params, y)) : null;
    const row = rowOf(step, metrics, judged !== null && E.isRight(judged) ? judged.right.score : null);
    unsaved.push(row);
    onRow(row);
    if (performance.now() - lastTurn > turn) {
      await setImmediate();
      lastTurn = performance.now();
    }
    const isLast = step === iterations || isStopping();
    if (isLast || step % checkpointEvery === 0) {
      await blockUntilReady(state);
      const energy = reached(params);
      if (!(Math.abs(energy) < energyBound)) {
        return E.left(divergence(step, { ...row, dataEnergy: energy }, step - unsaved.length));
      }
      const saved = await save(unsaved, state);
      if (E.isLeft(saved)) return saved;
      unsaved = [];
    }
    if (isLast) break;
  }
  return E.right(state);
}

/** mean E of some rows of data under given parameters: a step reports the energies of the state before it. */
const meanEnergy = <C>({ energy }: Parts<C>, points: NDArray): ((params: nn.DenseParams[]) => number) => {
  const rows = points.slice([0, Math.min(256, points.shape[0])]);
  const mean = jit((params: nn.DenseParams[]) => vmap((y: NDArray) => energy(params, y))(rows).mean());
  return (params) => Number(mean(params).item());
};

function divergence(
  step: number,
  energies: Pick<Row, "dataEnergy" | "sampleEnergy">,
  saved: number,
): Complaint {
  const { dataEnergy, sampleEnergy } = energies;
  const sentence = explainDivergence({
    kind: "diverged",
    iteration: step,
    dataEnergy,
    sampleEnergy,
    lastGood: null,
  });
  return `${sentence}; the checkpoint of step ${saved} is kept`;
}
