/** The law of a sampler: a kernel leaves the density that it samples invariant. */
import type { NDArray } from "../autodiff/array.js";
import { concatenate } from "../autodiff/primitives/concatenation.js";
import { square } from "../autodiff/primitives/power.js";
import { reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { vmap } from "../autodiff/transforms/vmap.js";
import { checkInteger, type OptionKinds, readOptions } from "../ir/arguments.js";
import { show } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import { type Key, split } from "../random/key.js";
import type { Positioned } from "../sampling/composition.js";
import { checkKernel, type Kernel } from "../sampling/kernel.js";
import { runChains } from "../sampling/run-chain.js";
import { elementsOf } from "./arrays.js";
import { LawViolation } from "./comparison.js";

export interface InvarianceOptions {
  /** How many chains, each from a draw of its own: default 4,000. The law is as sharp as their square root. */
  readonly chains?: number;
  /** Steps of each: default 5. */
  readonly steps?: number;
  /** What is averaged: default every coordinate and its square, which is how far chains spread. */
  readonly statistics?: (x: NDArray) => NDArray;
  /** How many standard errors a mean may move: default 5, which chance exceeds once in two million. */
  readonly threshold?: number;
}

const invarianceOptions: OptionKinds<InvarianceOptions> = {
  chains: "any",
  steps: "any",
  statistics: "function",
  threshold: "number",
};

/**
 * If x has the density p and the kernel leaves p invariant, x after any number of steps has the density p. So chains start at exact
 * draws of p, and each statistic T must keep its mean: |mean(T(after) - T(before))| <= threshold standard errors of that mean,
 * which the chains' own differences give. One run is exact to the central limit theorem: no burn-in, no autocorrelation.
 * Unadjusted Langevin steps break the law by their step size; mala and randomWalk keep it.
 *
 * Source: A. Gandy and J. Scott, "Unit testing for MCMC and other Monte Carlo methods" (2020).
 *
 * @param draw an exact sample of p, of one key
 * @throws LawViolation with the statistic, its means before and after, and the number of standard errors between them
 * @example leavesInvariant(mala((x) => np.square(x).sum().div(2), 0.5), (key) => random.normal(key, [2]), random.key(0))
 */
export function leavesInvariant<State extends Positioned<NDArray>, Info>(
  kernel: Kernel<NDArray, State, Info>,
  draw: (key: Key) => NDArray,
  key: Key,
  options: InvarianceOptions = {},
): void {
  const operation = "testing.leavesInvariant";
  checkKernel(operation, kernel);
  checkFunction(`${operation}: draw`, draw);
  const settings = readOptions(operation, options, invarianceOptions);
  const { chains = 4000, steps = 5, statistics = firstMoments, threshold = 5 } = settings;
  checkInteger(operation, "chains", chains, 2);
  checkInteger(operation, "steps", steps, 1);
  if (!(threshold > 0)) {
    throw new ArgumentError(
      `${operation}: threshold is a number of standard errors above 0, got ${show(threshold)}`,
    );
  }

  const [drawKey, chainKey] = split(key);
  const start: NDArray = vmap(draw)(split(drawKey, chains));
  const states = vmap(kernel.init)(start) as State; // sound: states are trees of arrays, stacked as one
  const position = (state: State): NDArray => state.position;
  const [, path] = runChains(chainKey, kernel, states, steps, position, { burnIn: steps - 1 });
  const end = reshape(path, start.shape);
  const before = elementsOf(vmap(statistics)(start));
  const after = elementsOf(vmap(statistics)(end));

  const count = before.length / chains;
  for (let k = 0; k < count; k++) {
    const column = (values: readonly number[]): number[] => values.filter((_, i) => i % count === k);
    const { from, to, errors } = movement(column(before), column(after));
    if (errors <= threshold) continue;
    throw new LawViolation(
      `the kernel leaves the density invariant: statistic ${k} has the mean ${short(from)} before and ${short(to)} after ${steps} steps of ` +
        `${chains} chains, ${short(errors)} standard errors apart, allowed ${threshold}; is the kernel adjusted, and draw exact?`,
    );
  }
}

const short = (x: number): number => Number(x.toPrecision(4));

/** Every coordinate, then the square of every coordinate. */
const firstMoments = (x: NDArray): NDArray => {
  const flat = reshape(x, [x.size]);
  return concatenate([flat, square(flat)], 0);
};

/** Both means, and the mean of the differences in standard errors of itself: NaN counts as infinitely many. */
function movement(
  before: readonly number[],
  after: readonly number[],
): { readonly from: number; readonly to: number; readonly errors: number } {
  const n = before.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / n;
  const differences = after.map((value, i) => value - before[i]);
  const moved = mean(differences);
  const variance = differences.reduce((sum, value) => sum + (value - moved) ** 2, 0) / (n - 1);
  const errors = moved === 0 ? 0 : Math.abs(moved) / Math.sqrt(variance / n);
  return {
    from: mean(before),
    to: mean(after),
    errors: Number.isNaN(errors) ? Number.POSITIVE_INFINITY : errors,
  };
}
