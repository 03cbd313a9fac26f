/**
 * Langevin dynamics: noisy descent of an energy, whose long run has the density exp(-E(x)) / Z.
 *
 *     x <- x - (h / 2) grad E(x) + sqrt(h) noise,   noise ~ N(0, I)
 *
 * The step size h has the units of x squared. It is finite and nothing corrects for that: inside a Gaussian well of
 * variance s^2 a constant h settles at the variance s^2 / (1 - h / (4 s^2)), and at h >= 4 s^2 it is thrown out of the well.
 * So h is annealed: large steps travel, the small ones at the end are nearly exact.
 *
 * Source: Roberts and Tweedie, "Exponential convergence of Langevin distributions and their discrete approximations"
 * (1996), the unadjusted Langevin algorithm; annealing as in Welling and Teh, "Bayesian learning via stochastic gradient
 * Langevin dynamics" (2011).
 */
import type { NDArray } from "../autodiff/array.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { valueAndGrad } from "../autodiff/transforms/grad.js";
import * as np from "../numpy/index.js";
import type { Schedule } from "../optim/schedules.js";
import { normal } from "../random/normal.js";
import type { Kernel } from "./kernel.js";
import { floatPosition, noiseDType, readState } from "./operands.js";
import { scheduleOf } from "./schedules.js";

/** Carried from step to step. */
export interface LangevinState {
  /** f32[...shape] */
  readonly position: NDArray;
  /** i32[]: steps taken, which the step size depends on. */
  readonly count: NDArray;
}

/** Reported. */
export interface LangevinInfo {
  /** E at the position before the step. f32[] */
  readonly energy: NDArray;
  /** |grad E| there. f32[] */
  readonly gradNorm: NDArray;
  /** h of this step. f32[] */
  readonly stepSize: NDArray;
}

/**
 * The kernel of one chain: x <- x - (h / 2) grad E(x) + sqrt(h) noise.
 *
 * @param energy of one position, f32[...shape] -> f32[]
 * @param stepSize h, in units of x squared, or a schedule of it in the number of steps taken
 * @throws ArgumentError when a step size is not positive; `init` throws DTypeError when the position holds no floats
 * @example langevin((x) => x.square().sum().div(2), 0.1)
 */
export function langevin(
  energy: (x: NDArray) => NDArray,
  stepSize: number | Schedule,
): Kernel<NDArray, LangevinState, LangevinInfo> {
  const operation = "sampling.langevin";
  checkFunction(operation, energy);
  const schedule = scheduleOf(operation, stepSize);
  const valueAndSlope = valueAndGrad(energy);
  return {
    init: (position) => ({
      position: floatPosition(operation, position),
      count: np.array(0, { dtype: "int32" }),
    }),
    step: (key, state) => {
      const { position: x, count } = readState(operation, state, ["position", "count"]);
      const h = schedule(count);
      const [value, gradient] = valueAndSlope(x);
      const noise = normal(key, x.shape, { dtype: noiseDType(x) });
      return [
        { position: langevinMove(x, gradient, h, noise), count: count.add(1) },
        { energy: value, gradNorm: np.sqrt(gradient.square().sum()), stepSize: h },
      ];
    },
  };
}

/** x - (h / 2) grad E(x) + sqrt(h) noise, in the dtype of x. */
export function langevinMove(x: NDArray, gradient: NDArray, h: NDArray, noise: NDArray): NDArray {
  const size = h.astype(x.dtype); // before the root, so that its square is h to the precision of x
  return x.sub(gradient.mul(size.div(2))).add(noise.mul(np.sqrt(size)));
}
