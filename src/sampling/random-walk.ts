/**
 * Random-walk Metropolis: hops in the dark.
 *
 *     y' = y + sd noise,   noise ~ N(0, I),   accepted with probability min(1, exp(E(y) - E(y')))
 *
 * The proposal is symmetric, q(y' | y) = q(y | y'), so only the energies count. No gradient is needed, and hops as long as the
 * wells are apart carry chains from one to the other, which Langevin steps do not: so the wells get the weights they have.
 *
 * Source: Metropolis et al., "Equation of state calculations by fast computing machines" (1953).
 */
import type { NDArray } from "../autodiff/array.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { show } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import { splitInTwo } from "../random/key.js";
import { normal } from "../random/normal.js";
import type { Kernel } from "./kernel.js";
import { accept, choose, type MetropolisInfo } from "./metropolis.js";
import { energyAt, floatPosition, noiseDType, readState } from "./operands.js";

/** Carried from step to step. */
export interface RandomWalkState {
  /** f32[...shape] */
  readonly position: NDArray;
  /** E there. f32[] */
  readonly energy: NDArray;
}

/** Reported. */
export type RandomWalkInfo = MetropolisInfo;

/**
 * The kernel of one chain: y' = y + sd noise, accepted with probability min(1, exp(E(y) - E(y'))).
 *
 * One evaluation of E a step: that of the current position is carried. Of a step's key the first half draws the noise, the
 * second whether to accept. A proposal whose energy is infinite or NaN is rejected.
 *
 * @param energy of one position, f32[...shape] -> f32[]
 * @param sd the standard deviation of a hop in every coordinate, in units of x
 * @throws ArgumentError when `sd` is not positive; `init` throws DTypeError when the position holds no floats, and the
 *   errors of an energy that returns no float scalar
 * @example randomWalk((x) => x.square().sum().div(2), 1)
 */
export function randomWalk(
  energy: (x: NDArray) => NDArray,
  sd: number,
): Kernel<NDArray, RandomWalkState, RandomWalkInfo> {
  const operation = "sampling.randomWalk";
  checkFunction(operation, energy);
  if (!(Number.isFinite(sd) && sd > 0)) {
    throw new ArgumentError(`${operation}: sd is ${show(sd)}; give a positive standard deviation`);
  }
  const at = (position: NDArray): RandomWalkState => ({
    position,
    energy: energyAt(operation, energy, position),
  });
  return {
    init: (position) => at(floatPosition(operation, position)),
    step: (key, state) => {
      const current = readState(operation, state, ["position", "energy"]);
      const [noiseKey, acceptKey] = splitInTwo(key);
      const x = current.position;
      const noise = normal(noiseKey, x.shape, { dtype: noiseDType(x) });
      const proposed = at(x.add(noise.mul(sd)));
      const info = accept(acceptKey, current.energy.sub(proposed.energy), proposed.energy);
      return [choose(info.accepted, proposed, current), info];
    },
  };
}
