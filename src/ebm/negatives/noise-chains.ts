/** Chains that start from noise, at every training step. */
import type { NDArray } from "../../autodiff/array.js";
import { checkFunction } from "../../autodiff/transforms/flat-function.js";
import { checkInteger, readOptions } from "../../ir/arguments.js";
import { checkOneKey, type Key, split } from "../../random/key.js";
import { normal } from "../../random/normal.js";
import { checkPositive } from "./checks.js";
import { type Negatives, visited } from "./negatives.js";
import type { Transition } from "./transition.js";

export interface NoiseOptions {
  /** How many chains run; 256 by default. */
  readonly chains?: number;
  /** d, the number of coordinates of a position; 2 by default. */
  readonly dimension?: number;
  /** Starts are N(0, scale^2 I); 1.5 by default, a little wider than data of unit variance. */
  readonly scale?: number;
}

/**
 * Chains from noise: they walk from everywhere into the wells at every step. It takes many steps, and chains that have not arrived
 * teach the wrong thing; but they see all of the energy that a new chain will see.
 *
 * Source: Nijkamp et al., "Learning non-convergent non-persistent short-run MCMC toward energy-based model" (2019).
 *
 * @throws ArgumentError when a count is no positive integer or the scale is not positive
 * @example chainsFromNoise(annealedLangevin({ steps: 60, stepSize: geometric(0.1, 0.001, 60) }), { chains: 128 })
 */
export function chainsFromNoise<S extends { readonly position: NDArray }, I>(
  transition: Transition<S, I>,
  options: NoiseOptions = {},
): Negatives<null, I> {
  const operation = "ebm.chainsFromNoise";
  checkFunction(`${operation}: the transition`, transition);
  const {
    chains = 256,
    dimension = 2,
    scale = 1.5,
  } = readOptions(operation, options, { chains: "integer", dimension: "integer", scale: "number" });
  checkInteger(operation, "chains", chains, 1);
  checkInteger(operation, "dimension", dimension, 1);
  checkPositive(operation, "scale", scale);
  return {
    init: (key: Key) => {
      checkOneKey(operation, key);
      return null;
    },
    draw: (key, energy) => {
      checkOneKey(operation, key);
      const [startsKey, walkKey] = split(key);
      const starts = normal(startsKey, [chains, dimension]).mul(scale);
      const [samples, report] = visited(walkKey, energy, transition, starts);
      return [samples, null, report];
    },
  };
}
