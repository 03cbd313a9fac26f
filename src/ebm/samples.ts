/** Samples of a trained model. */
import type { NDArray } from "../autodiff/array.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { jit } from "../autodiff/transforms/jit-function.js";
import { checkInteger, readOptions } from "../ir/arguments.js";
import { checkOneKey, type Key, split } from "../random/key.js";
import { normal } from "../random/normal.js";
import { geometric } from "../sampling/schedules.js";
import { checkPositive } from "./negatives/checks.js";
import { visited } from "./negatives/negatives.js";
import {
  type HopsAndLangevinOptions,
  hopsAndLangevin,
  hopsAndLangevinKinds,
} from "./negatives/transition.js";

export interface SamplesOptions extends HopsAndLangevinOptions {
  /** Metropolis hops of each chain; 100 by default. */
  readonly hops?: number;
  /** Langevin steps after them; 50 by default. */
  readonly steps?: number;
  /** d, the number of coordinates; 2 by default. */
  readonly dimension?: number;
  /** Chains start at N(0, scale^2 I); 1.5 by default, a little wider than data of unit variance. */
  readonly scale?: number;
}

/**
 * `count` samples of exp(-E(x)) / Z, each the end of a chain of its own from noise: 100 hops of sd 1, then 50 Langevin steps of
 * sizes from 0.1 to 0.002, all corrected, unless the options say otherwise. f32[count, d]
 *
 * @param energy of one position, f32[d] -> f32[]
 * @throws ArgumentError when a count is no positive integer or a size is not positive
 * @example drawSamples(key(0), (x) => energy(params, x), 2000)
 */
export function drawSamples(
  key: Key,
  energy: (x: NDArray) => NDArray,
  count: number,
  options: SamplesOptions = {},
): NDArray {
  const operation = "ebm.drawSamples";
  checkOneKey(operation, key);
  checkFunction(operation, energy);
  checkInteger(operation, "count", count, 1);
  const {
    dimension = 2,
    scale = 1.5,
    hops = 100,
    hopSd = 1,
    steps = 50,
    stepSize = geometric(0.1, 0.002, Math.max(steps, 1)),
  } = readOptions<SamplesOptions>(operation, options, {
    ...hopsAndLangevinKinds,
    dimension: "integer",
    scale: "number",
  });
  checkInteger(operation, "dimension", dimension, 1);
  checkPositive(operation, "scale", scale);
  const transition = hopsAndLangevin({ hops, hopSd, steps, stepSize });
  const draw = jit((drawKey: Key): NDArray => {
    const [startsKey, walkKey] = split(drawKey);
    const starts = normal(startsKey, [count, dimension]).mul(scale);
    return visited(walkKey, energy, transition, starts)[0];
  });
  return draw(key);
}
