/** What a sampler is, and how one is run. */
import type { NDArray } from "../autodiff/array.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import type { Input, Output } from "../autodiff/types.js";
import { describe, show } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import { scan } from "../lax/index.js";
import { type Key, split } from "../random/key.js";

/**
 * A Markov chain on positions of type X: two pure functions of one chain. Many chains are `vmap`.
 *
 * State is what one step must hand to the next, Info what it reports and nobody carries. A state is a tree of arrays of
 * fixed types, so that a chain can be scanned, batched and saved.
 */
export interface Kernel<X, State, Info> {
  /** The state before the first step. */
  readonly init: (position: X) => State;
  /** One step. The key is used here and nowhere else. */
  readonly step: (key: Key, state: State) => readonly [state: State, info: Info];
}

/**
 * `steps` steps of one chain as one compiled scan, each with a key of its own: the last state, and what was collected.
 *
 * @param collect what is kept of each step, stacked: `(_, info) => info`, `(state) => state.position` for the trajectory,
 *   or `() => null` for nothing
 * @throws ArgumentError when `steps` is no whole number
 * @example const [last, path] = runChain(key, kernel, kernel.init(x), 100, (state) => state.position);
 */
export function runChain<X, State, Info, Y>(
  key: Key,
  kernel: Kernel<X, State, Info>,
  state: State,
  steps: number,
  collect: (state: State, info: Info) => Y,
): [last: Output<State>, collected: Output<Y>] {
  if (!Number.isInteger(steps) || steps < 0) {
    throw new ArgumentError(`sampling.runChain: steps is ${show(steps)}; give a whole number of steps`);
  }
  if (typeof kernel !== "object" || kernel === null || typeof kernel.step !== "function") {
    throw new ArgumentError(
      `sampling.runChain: the kernel is { init, step }, such as langevin(energy, stepSize), got ${describe(kernel)}`,
    );
  }
  checkFunction("sampling.runChain: collect", collect);
  const turn = (carry: State, stepKey: Key): [State, Y] => {
    const turned = kernel.step(stepKey, carry);
    if (!Array.isArray(turned)) {
      throw new ArgumentError(
        `sampling.runChain: the kernel's step must return [state, info], got ${describe(turned)}`,
      );
    }
    const [next, info] = turned;
    return [next, collect(next, info)];
  };
  const keys: NDArray = split(key, steps);
  // Sound: a state is a tree of arrays, which is one of the things that Input<State> admits; so are the keys.
  return scan(turn, state as Input<State>, keys as Input<Key>);
}
