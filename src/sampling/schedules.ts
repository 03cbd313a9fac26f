/**
 * Step sizes that change as a chain runs: annealing. A schedule gives the step size of step t = 0 ... steps - 1 and then
 * stays: the first step is taken at `first`, the last at `last`. Optimiser schedules (`optim.Schedule`) have the same type.
 */
import type { NDArray } from "../autodiff/array.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { show } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import * as np from "../numpy/index.js";
import type { Schedule } from "../optim/schedules.js";

/** The same step size at every step. */
export function constant(stepSize: number): Schedule {
  checkSize("constant", "stepSize", stepSize);
  return () => np.array(stepSize);
}

/** first + (last - first) u, where u = t / (steps - 1) goes from 0 to 1. */
export const linear = (first: number, last: number, steps: number): Schedule =>
  ladder("linear", first, last, steps, (u) => u.mul(last - first).add(first));

/**
 * first (last / first)^u: equal ratios between neighbours.
 *
 * @example geometric(0.1, 0.001, 3) // 0.1, 0.01, 0.001
 */
export const geometric = (first: number, last: number, steps: number): Schedule =>
  ladder("geometric", first, last, steps, (u) =>
    u
      .mul(Math.log(last / first))
      .exp()
      .mul(first),
  );

/** last + (first - last) (1 + cos(pi u)) / 2: slow at both ends. */
export const cosine = (first: number, last: number, steps: number): Schedule =>
  ladder("cosine", first, last, steps, (u) =>
    np
      .cos(u.mul(Math.PI))
      .add(1)
      .mul((first - last) / 2)
      .add(last),
  );

/** A step size, or a schedule of it, as a schedule: what kernels take. */
export function scheduleOf(operation: string, stepSize: number | Schedule): Schedule {
  if (typeof stepSize === "number") return constant(stepSize);
  checkFunction(`${operation}: stepSize`, stepSize);
  return (count) => np.asarray(stepSize(count));
}

/** A schedule as a function of u = min(t / (steps - 1), 1). One step alone is taken at `first`. */
function ladder(
  name: string,
  first: number,
  last: number,
  steps: number,
  at: (progress: NDArray) => NDArray,
): Schedule {
  checkSize(name, "first", first);
  checkSize(name, "last", last);
  if (!Number.isInteger(steps) || steps < 1) {
    throw new ArgumentError(`sampling.${name}: steps is ${show(steps)}; give a positive whole number`);
  }
  const final = Math.max(steps - 1, 1);
  return (count) => {
    const t = np.astype(count, "float32");
    return at(np.minimum(t.div(final), 1));
  };
}

function checkSize(name: string, option: string, size: number): void {
  if (Number.isFinite(size) && size > 0) return;
  throw new ArgumentError(`sampling.${name}: ${option} is ${show(size)}; give a positive step size`);
}
