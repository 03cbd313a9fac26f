/**
 * The Metropolis rule: a move that is proposed is made or not, so that the density exp(-E) / Z stays what it is, exactly.
 *
 *     a = min(1, exp(r)),   r = log (p(y') q(y | y')) - log (p(y) q(y' | y))
 *
 * where q(y' | y) is the density of proposing y' at y. With probability a the chain goes to y', else it stays at y. Z is
 * not needed: log p(y') - log p(y) = E(y) - E(y').
 *
 * Source: Metropolis et al., "Equation of state calculations by fast computing machines" (1953); Hastings, "Monte Carlo
 * sampling methods using Markov chains and their applications" (1970).
 */
import type { NDArray } from "../autodiff/array.js";
import type { Input, Output } from "../autodiff/types.js";
import * as np from "../numpy/index.js";
import type { Key } from "../random/key.js";
import { uniform } from "../random/uniform.js";
import { map } from "../tree/map.js";
import { noiseDType } from "./operands.js";

/** What every kernel that may reject reports. */
export interface MetropolisInfo {
  /** The probability a with which the step was to be accepted. f32[] */
  readonly acceptance: NDArray;
  /** Whether it was. bool[] */
  readonly accepted: NDArray;
}

/**
 * u < a with u uniform on [0, 1). What is not finite is not accepted: a is 0 where E(y') is infinite or NaN, and where r is
 * NaN. So a chain that starts at a NaN stays there, and reports 0.
 *
 * @param logRatio r, a scalar
 * @param proposed E(y'), a scalar
 */
export function accept(key: Key, logRatio: NDArray, proposed: NDArray): MetropolisInfo {
  const isPossible = np.logicalAnd(np.isfinite(proposed), np.logicalNot(np.isnan(logRatio)));
  const acceptance = np.where(isPossible, np.exp(np.minimum(logRatio, 0)), 0);
  const u = uniform(key, [], { dtype: noiseDType(acceptance) });
  return { acceptance, accepted: np.less(u, acceptance) };
}

/** The proposed tree where it was accepted, else the current one, bit for bit. */
export const choose = <T>(accepted: NDArray, proposed: T, current: T): Output<T> => {
  const pick = (there: NDArray, here: NDArray): NDArray => np.where(accepted, there, here);
  return map(pick, proposed, current as Input<T>); // sound: a tree of arrays is one of the things that Input admits
};
