/** Annealed Langevin sampling of many chains at once. */
import { NDArray } from "../autodiff/array.js";
import { vmap } from "../autodiff/transforms/vmap.js";
import { readOptions } from "../ir/arguments.js";
import { describeAval } from "../ir/aval.js";
import { describe } from "../ir/describe.js";
import { ArgumentError, DTypeError, ShapeError } from "../ir/errors.js";
import type { Schedule } from "../optim/schedules.js";
import { checkOneKey, type Key, split } from "../random/key.js";
import { runChain } from "./kernel.js";
import { langevin } from "./langevin.js";
import { geometric } from "./schedules.js";

export interface LangevinOptions {
  /** Steps that each chain takes; 100 by default. */
  readonly steps?: number;
  /** h, or a schedule of it; by default geometric from 0.01 to 0.0005, for data of unit variance. */
  readonly stepSize?: number | Schedule;
}

/**
 * Where chains are after `steps` steps of annealed Langevin dynamics from `init`, one chain a row. f32[n, d] -> f32[n, d]
 *
 * One compiled scan over the steps, all chains side by side. Chain i draws with split(key, n)[i], so that it does not
 * depend on the chains beside it. The chains start where they are told and forget it slowly: between wells that are far
 * apart they do not move, and their numbers there are those of the start.
 *
 * @param energy of one position, f32[d] -> f32[]; parameters are closed over
 * @throws ShapeError when `init` has no axis of chains; DTypeError when it holds no floats; ArgumentError when `steps` is no
 *   whole number or a step size is not positive
 * @example langevinSampling(key(0), (x) => energy(params, x), normal(key(1), [256, 2]), { steps: 60 })
 */
export function langevinSampling(
  key: Key,
  energy: (x: NDArray) => NDArray,
  init: NDArray,
  options: LangevinOptions = {},
): NDArray {
  const { steps = 100, stepSize = geometric(0.01, 0.0005, Math.max(steps, 1)) } = readOptions(
    "sampling.langevinSampling",
    options,
    { steps: "integer", stepSize: "any" },
  );
  checkOneKey("sampling.langevinSampling", key);
  checkStarts(init);
  const kernel = langevin(energy, stepSize);
  const chain = (chainKey: Key, x: NDArray): NDArray =>
    runChain(chainKey, kernel, kernel.init(x), steps, () => null)[0].position;
  return vmap(chain)(split(key, init.shape[0]), init);
}

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
