/**
 * MALA, the Metropolis-adjusted Langevin algorithm: Langevin steps of which some are refused, so that what is left has the
 * density exp(-E(x)) / Z exactly, at any step size h.
 *
 *     y' = y - (h / 2) grad E(y) + sqrt(h) noise,   noise ~ N(0, I)
 *     back = (y - y' + (h / 2) grad E(y')) / sqrt(h)          the noise that would lead from y' to y
 *          = (sqrt(h) / 2) (grad E(y) + grad E(y')) - noise   the same, without the differences of near numbers
 *     r = E(y) - E(y') + |noise|^2 / 2 - |back|^2 / 2
 *
 * accepted with probability min(1, exp(r)). As h grows fewer steps are accepted, instead of the density being wrong: in one
 * dimension, inside a Gaussian well of variance s^2 and with k = h / s^2, on average
 *
 *     (2 / pi) (atan(sqrt(k) / 2) + atan((4 - k) / (2 sqrt(k))))
 *
 * Source: Besag's comment on Grenander and Miller, "Representations of knowledge in complex systems" (1994); Roberts and
 * Tweedie, "Exponential convergence of Langevin distributions and their discrete approximations" (1996).
 */
import type { NDArray } from "../autodiff/array.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { valueAndGrad } from "../autodiff/transforms/grad.js";
import * as np from "../numpy/index.js";
import type { Schedule } from "../optim/schedules.js";
import { splitInTwo } from "../random/key.js";
import { normal } from "../random/normal.js";
import type { Kernel } from "./kernel.js";
import { langevinMove } from "./langevin.js";
import { accept, choose, type MetropolisInfo } from "./metropolis.js";
import { floatPosition, noiseDType, readState } from "./operands.js";
import { scheduleOf } from "./schedules.js";

/** Carried from step to step: energy and gradient are those of the position, and are not computed again. */
export interface MalaState {
  /** f32[...shape] */
  readonly position: NDArray;
  /** E there. f32[] */
  readonly energy: NDArray;
  /** grad E there. f32[...shape] */
  readonly gradEnergy: NDArray;
  /** i32[]: steps taken, which the step size depends on. */
  readonly count: NDArray;
}

/** Reported. */
export interface MalaInfo extends MetropolisInfo {
  /** h of this step. f32[] */
  readonly stepSize: NDArray;
}

/**
 * The kernel of one chain: the step of `langevin(energy, stepSize)`, accepted with the probability that keeps exp(-E) / Z.
 *
 * One value and gradient a step. Of a step's key the first half draws the noise, the second whether to accept. A proposal
 * whose energy is infinite or NaN, or whose gradient is, is rejected. `init` sets the count of steps to 0: the ladder of step
 * sizes starts there.
 *
 * @param energy of one position, f32[...shape] -> f32[]
 * @param stepSize h, in units of x squared, or a schedule of it in the number of steps taken
 * @throws ArgumentError when a step size is not positive; `init` throws DTypeError when the position holds no floats
 * @example mala((x) => x.square().sum().div(2), geometric(0.1, 0.002, 50))
 */
export function mala(
  energy: (x: NDArray) => NDArray,
  stepSize: number | Schedule,
): Kernel<NDArray, MalaState, MalaInfo> {
  const operation = "sampling.mala";
  checkFunction(operation, energy);
  const schedule = scheduleOf(operation, stepSize);
  const valueAndSlope = valueAndGrad(energy);
  const at = (position: NDArray): Omit<MalaState, "count"> => {
    const [value, gradEnergy] = valueAndSlope(position);
    return { position, energy: value, gradEnergy };
  };
  return {
    init: (position) => ({
      ...at(floatPosition(operation, position)),
      count: np.array(0, { dtype: "int32" }),
    }),
    step: (key, state) => {
      const { count, ...current } = readState(operation, state, [
        "position",
        "energy",
        "gradEnergy",
        "count",
      ]);
      const [noiseKey, acceptKey] = splitInTwo(key);
      const h = schedule(count);
      const { position: x, gradEnergy } = current;
      const noise = normal(noiseKey, x.shape, { dtype: noiseDType(x) });
      const proposed = at(langevinMove(x, gradEnergy, h, noise));
      const halfRoot = np.sqrt(h.astype(x.dtype)).div(2);
      const back = gradEnergy.add(proposed.gradEnergy).mul(halfRoot).sub(noise);
      const reversed = noise.square().sum().sub(back.square().sum()).div(2);
      const info = accept(acceptKey, current.energy.sub(proposed.energy).add(reversed), proposed.energy);
      const next = choose(info.accepted, proposed, current);
      return [
        { ...next, count: count.add(1) },
        { ...info, stepSize: h },
      ];
    },
  };
}
