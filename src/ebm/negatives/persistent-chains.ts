/** Chains that go on from one training step to the next. */
import type { NDArray } from "../../autodiff/array.js";
import { checkFunction } from "../../autodiff/transforms/flat-function.js";
import { checkInteger, readOptions } from "../../ir/arguments.js";
import { show } from "../../ir/describe.js";
import { ArgumentError } from "../../ir/errors.js";
import * as np from "../../numpy/index.js";
import { checkOneKey, split } from "../../random/key.js";
import { normal } from "../../random/normal.js";
import { checkCoordinates, checkPositive } from "./checks.js";
import { type Negatives, visited } from "./negatives.js";
import {
  checkBuffer,
  drawnRows,
  noiseBuffer,
  type ReplayBuffer,
  refreshed,
  withRows,
} from "./replay-buffer.js";
import type { Transition } from "./transition.js";

export interface PersistentOptions {
  /** How many chains walk at a training step; 256 by default. */
  readonly chains?: number;
  /** Positions that the replay buffer holds, at least `chains`; as many by default, so that all chains walk at every step. */
  readonly capacity?: number;
  /** The probability that a chain starts anew instead of going on; 0.05 by default. */
  readonly reinit?: number;
  /** Where it then starts: at a row of the batch of data, the default, or at noise, whose tails take long to forget. */
  readonly reinitFrom?: "data" | "noise";
  /** d, the number of coordinates of a position; 2 by default. */
  readonly dimension?: number;
  /** Noise is N(0, scale^2 I), in the first buffer too; 1.5 by default. */
  readonly scale?: number;
}

/**
 * Persistent chains: positions live in a replay buffer, `chains` of them are drawn at each step, some begin anew, all walk, and go
 * back. The parameters change slowly, so chains stay near the model's density and each needs only a few steps a visit.
 *
 * Source: Tieleman, "Training restricted Boltzmann machines using approximations to the likelihood gradient" (2008); the buffer of
 * Du and Mordatch, "Implicit generation and generalization in energy-based models" (2019).
 *
 * @throws ArgumentError when a count is no positive integer, the capacity is below the number of chains, or `reinit` is no
 *   probability; ShapeError, when chains begin anew at data with another number of coordinates
 * @example persistentChains(hopsAndLangevin(), { chains: 256, reinit: 0.05 })
 */
export function persistentChains<S extends { readonly position: NDArray }, I>(
  transition: Transition<S, I>,
  options: PersistentOptions = {},
): Negatives<ReplayBuffer, I> {
  const { chains, capacity, reinit, reinitFrom, dimension, scale } = checkedOptions(transition, options);
  return {
    init: (key) => {
      checkOneKey(operation, key);
      return noiseBuffer(key, capacity, dimension, scale);
    },
    draw: (key, energy, data, buffer) => {
      checkOneKey(operation, key);
      checkBuffer(operation, buffer, capacity, dimension);
      if (reinitFrom === "data") checkCoordinates(operation, data, dimension);
      const [rowsKey, freshKey, noiseKey, walkKey] = split(key, 4);
      const rows = drawnRows(rowsKey, buffer, chains);
      const resting = chains === capacity ? buffer.positions : np.take(buffer.positions, rows, 0);
      const fresh = reinitFrom === "data" ? data : normal(noiseKey, [chains, dimension]).mul(scale);
      const starts = reinit === 0 ? resting : refreshed(freshKey, resting, fresh, reinit);
      const [samples, report] = visited(walkKey, energy, transition, starts);
      return [samples, withRows(buffer, rows, samples), report];
    },
  };
}

const operation = "ebm.persistentChains";

function checkedOptions(transition: unknown, options: PersistentOptions): Required<PersistentOptions> {
  checkFunction(`${operation}: the transition`, transition);
  const {
    chains = 256,
    capacity = chains,
    reinit = 0.05,
    reinitFrom = "data",
    dimension = 2,
    scale = 1.5,
  } = readOptions(operation, options, {
    chains: "integer",
    capacity: "integer",
    reinit: "number",
    reinitFrom: ["data", "noise"],
    dimension: "integer",
    scale: "number",
  });
  checkInteger(operation, "chains", chains, 1);
  checkInteger(operation, "capacity", capacity, chains);
  checkInteger(operation, "dimension", dimension, 1);
  checkPositive(operation, "scale", scale);
  if (!(reinit >= 0 && reinit <= 1)) {
    throw new ArgumentError(`${operation}: reinit is ${show(reinit)}; give a probability, from 0 to 1`);
  }
  return { chains, capacity, reinit, reinitFrom, dimension, scale };
}
