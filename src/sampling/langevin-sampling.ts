/** Annealed Langevin sampling of many chains at once. */
import { NDArray } from "../autodiff/array.js";
import { vmap } from "../autodiff/transforms/vmap.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { describeAval } from "../ir/aval.js";
import { describe } from "../ir/describe.js";
import { ArgumentError, DTypeError, ShapeError } from "../ir/errors.js";
import type { Schedule } from "../optim/schedules.js";
import { checkOneKey, type Key, split } from "../random/key.js";
import type { Kernel } from "./kernel.js";
import { langevin } from "./langevin.js";
import { mala } from "./mala.js";
import { type ChainOptions, runChain } from "./run-chain.js";
import { geometric } from "./schedules.js";

export interface LangevinOptions {
  /** Steps that each chain takes; 100 by default. */
  readonly steps?: number;
  /**
   * h, or a schedule of it, for data of unit variance by default: geometric from 0.01 to 0.0005, with the Metropolis
   * correction from 0.1 to 0.002.
   */
  readonly stepSize?: number | Schedule;
  /** Steps may be refused, so that the density is right at any step size: MALA. False by default. */
  readonly metropolis?: boolean;
}

/** The positions on the way are wanted. */
export interface TrajectoryOptions extends LangevinOptions, ChainOptions {
  readonly trajectory: true;
}

/**
 * Where chains are after `steps` steps of annealed Langevin dynamics from `init`, one chain a row. f32[n, d] -> f32[n, d]
 *
 *     x <- x - (h / 2) grad E(x) + sqrt(h) noise
 *
 * One compiled scan over the steps, all chains side by side. Chain i draws with split(key, n)[i], so that it does not
 * depend on the chains beside it. The chains start where they are told and forget it slowly: between wells that are far
 * apart they do not move, and their numbers there are those of the start. With `metropolis` the same holds.
 *
 * With `trajectory` the result is where they were on the way, f32[n, k, d], the last in the last place where thin divides
 * steps - burnIn; see `runChain` for which of the steps `burnIn` and `thin` keep.
 *
 * @param energy of one position, f32[d] -> f32[]; parameters are closed over
 * @throws ShapeError when `init` has no axis of chains; DTypeError when it holds no floats; ArgumentError when `steps` is no
 *   whole number, a step size is not positive, or `burnIn` or `thin` is given without a trajectory
 * @example langevinSampling(key(0), (x) => energy(params, x), normal(key(1), [256, 2]), { steps: 60 })
 */
export function langevinSampling(
  key: Key,
  energy: (x: NDArray) => NDArray,
  init: NDArray,
  options?: LangevinOptions & { readonly trajectory?: false },
): NDArray;
export function langevinSampling(
  key: Key,
  energy: (x: NDArray) => NDArray,
  init: NDArray,
  options: TrajectoryOptions,
): NDArray;
export function langevinSampling(
  key: Key,
  energy: (x: NDArray) => NDArray,
  init: NDArray,
  options: AllOptions = {},
): NDArray {
  const operation = "sampling.langevinSampling";
  const {
    steps = 100,
    metropolis = false,
    trajectory = false,
    ...rest
  } = readOptions(operation, options, kinds);
  const { stepSize = defaultLadder(metropolis, steps), ...kept } = rest;
  if (!trajectory && (kept.burnIn !== undefined || kept.thin !== undefined)) {
    throw new ArgumentError(
      `${operation}: burnIn and thin say which positions of a trajectory are kept; ask for one: trajectory: true`,
    );
  }
  checkOneKey(operation, key);
  checkStarts(init);
  const sampled = <State extends { readonly position: NDArray }, Info>(
    kernel: Kernel<NDArray, State, Info>,
  ): NDArray => {
    // The state is made inside, where the count of steps is one for all chains, and with it the step size.
    const chain = (chainKey: Key, x: NDArray): NDArray => {
      const start = kernel.init(x);
      if (trajectory) return runChain(chainKey, kernel, start, steps, (state) => state.position, kept)[1];
      const [last] = runChain(chainKey, kernel, start, steps, () => null);
      return (last as State).position; // sound: what a chain ends with is a state
    };
    return vmap(chain)(split(key, init.shape[0]), init);
  };
  return metropolis ? sampled(mala(energy, stepSize)) : sampled(langevin(energy, stepSize));
}

interface AllOptions extends LangevinOptions, ChainOptions {
  readonly trajectory?: boolean;
}

const kinds: OptionKinds<AllOptions> = {
  steps: "integer",
  stepSize: "any",
  metropolis: "boolean",
  trajectory: "boolean",
  burnIn: "integer",
  thin: "integer",
};

const defaultLadder = (metropolis: boolean, steps: number): Schedule =>
  metropolis ? geometric(0.1, 0.002, Math.max(steps, 1)) : geometric(0.01, 0.0005, Math.max(steps, 1));

function checkStarts(init: NDArray): void {
  if (!(init instanceof NDArray)) {
    throw new ArgumentError(`sampling.langevinSampling: init is an array, f32[n, d], got ${describe(init)}`);
  }
  if (init.ndim === 0) {
    throw new ShapeError(
      "sampling.langevinSampling: init is a scalar, and its first axis is that of the chains; give [n, d], one start a row",
    );
  }
  if (init.dtype !== "float32" && init.dtype !== "float64") {
    throw new DTypeError(
      `sampling.langevinSampling: init is ${describeAval(init.aval)}; use floats: init.astype("float32")`,
    );
  }
}
