/** How a chain of the model is moved in one training step: from an energy to the kernel whose one step is one visit. */
import type { NDArray } from "../../autodiff/array.js";
import { checkInteger, type OptionKinds, readOptions } from "../../ir/arguments.js";
import type { Schedule } from "../../optim/schedules.js";
import { type Positioned, repeated, sequence } from "../../sampling/composition.js";
import type { Kernel } from "../../sampling/kernel.js";
import { type LangevinInfo, type LangevinState, langevin } from "../../sampling/langevin.js";
import { type MalaInfo, mala } from "../../sampling/mala.js";
import { type RandomWalkInfo, randomWalk } from "../../sampling/random-walk.js";
import { geometric } from "../../sampling/schedules.js";
import { checkPositive } from "./checks.js";

/** From E of one position to the kernel that moves a chain. Its state has the position, and begins anew at each visit. */
export type Transition<S extends { readonly position: NDArray }, I> = (
  energy: (x: NDArray) => NDArray,
) => Kernel<NDArray, S, I>;

export interface AnnealedLangevinOptions {
  /** Langevin steps a visit; 20 by default. */
  readonly steps?: number;
  /** h, or a schedule of it; by default geometric from 0.005 to 0.0005, for data of unit variance. */
  readonly stepSize?: number | Schedule;
}

/**
 * The article's way: plain Langevin steps x <- x - (h / 2) grad E(x) + sqrt(h) noise with a step size that shrinks. Nothing
 * corrects for the size of the steps: they must be small, or the model learns an energy that is too sharp.
 *
 * @throws ArgumentError when `steps` is no whole number or a step size is not positive
 */
export function annealedLangevin(
  options: AnnealedLangevinOptions = {},
): Transition<LangevinState, LangevinInfo> {
  const { steps = 20, stepSize = geometric(0.005, 0.0005, Math.max(steps, 1)) } = readOptions(
    "ebm.annealedLangevin",
    options,
    { steps: "integer", stepSize: "any" },
  );
  checkInteger("ebm.annealedLangevin", "steps", steps, 1);
  return (energy) => repeated(langevin(energy, stepSize), steps);
}

export interface HopsAndLangevinOptions {
  /** Metropolis hops a visit; 5 by default, and 0 for none. */
  readonly hops?: number;
  /** The standard deviation of a hop; 1 by default, for data of unit variance. */
  readonly hopSd?: number;
  /** Langevin steps a visit; 10 by default. */
  readonly steps?: number;
  /** h, or a schedule of it; by default geometric from 0.1 to 0.002, for data of unit variance. */
  readonly stepSize?: number | Schedule;
}

export const hopsAndLangevinKinds: OptionKinds<HopsAndLangevinOptions> = {
  hops: "integer",
  hopSd: "number",
  steps: "integer",
  stepSize: "any",
};

/** Each with a leading axis: one entry a hop, one entry a Langevin step. */
export interface HopsAndLangevinInfo {
  readonly hops: RandomWalkInfo;
  readonly langevin: MalaInfo;
}

/**
 * Hops between wells, then Langevin steps within them, all corrected by Metropolis: both leave exp(-E) / Z as it is, for steps of
 * any size. The hops carry chains between wells that are far apart, without which nothing holds the weights of the wells.
 *
 * @throws ArgumentError when a count is no positive integer or a size is not positive
 */
export function hopsAndLangevin(
  options: HopsAndLangevinOptions = {},
): Transition<Positioned<NDArray>, HopsAndLangevinInfo> {
  const operation = "ebm.hopsAndLangevin";
  const {
    hops = 5,
    hopSd = 1,
    steps = 10,
    stepSize = geometric(0.1, 0.002, Math.max(steps, 1)),
  } = readOptions(operation, options, hopsAndLangevinKinds);
  checkInteger(operation, "hops", hops, 0);
  checkInteger(operation, "steps", steps, 1);
  checkPositive(operation, "hopSd", hopSd);
  return (energy) => {
    const both = sequence(repeated(randomWalk(energy, hopSd), hops), repeated(mala(energy, stepSize), steps));
    return {
      init: both.init,
      step: (key, state) => {
        const [next, [hopsInfo, langevinInfo]] = both.step(key, state);
        return [next, { hops: hopsInfo, langevin: langevinInfo }];
      },
    };
  };
}
