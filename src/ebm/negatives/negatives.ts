/** Where the model's samples come from while it is trained: the negatives of the loss. */
import { NDArray } from "../../autodiff/array.js";
import { checkFunction } from "../../autodiff/transforms/flat-function.js";
import { vmap } from "../../autodiff/transforms/vmap.js";
import { describe } from "../../ir/describe.js";
import { ArgumentError } from "../../ir/errors.js";
import { checkOneKey, type Key, split } from "../../random/key.js";
import { checkKernel, stepOf } from "../../sampling/kernel.js";
import { map } from "../../tree/map.js";
import type { Transition } from "./transition.js";

/**
 * Two pure functions. C is what one training step hands to the next: chains that go on, or null. I is what the sampler reports,
 * a tree of numbers: acceptance, step sizes.
 */
export interface Negatives<C, I = unknown> {
  readonly init: (key: Key) => C;
  /** (key, E of one position, the batch of data, what was carried) -> [samples f32[m, d], what is carried on, report] */
  readonly draw: (
    key: Key,
    energy: (x: NDArray) => NDArray,
    data: NDArray,
    carried: C,
  ) => readonly [samples: NDArray, carried: C, report: I];
}

/**
 * One visit to each chain: where `transition` takes it from its start, and what the chains report, averaged over them. Chain i
 * draws with split(key, n)[i].
 */
export function visited<S extends { readonly position: NDArray }, I>(
  key: Key,
  energy: (x: NDArray) => NDArray,
  transition: Transition<S, I>,
  starts: NDArray,
): [positions: NDArray, report: I] {
  const operation = "ebm: a visit to the chains";
  checkOneKey(operation, key);
  checkFunction(`${operation}: the energy`, energy);
  checkStarts(operation, starts);
  const kernel = transition(energy);
  checkKernel(operation, kernel);
  const visit = (chainKey: Key, x: NDArray): [NDArray, unknown] => {
    const [state, info] = stepOf(operation, kernel, chainKey, kernel.init(x));
    return [state.position, info];
  };
  const [positions, infos] = vmap(visit)(split(key, starts.shape[0]), starts);
  const report: unknown = map((leaf: NDArray) => leaf.astype("float32").mean(0), infos);
  return [positions, report as I]; // the mean over the first axis keeps the tree
}

function checkStarts(operation: string, starts: NDArray): void {
  if (starts instanceof NDArray && starts.ndim > 0) return;
  throw new ArgumentError(`${operation}: the starts are f32[n, d], one chain a row, got ${describe(starts)}`);
}
