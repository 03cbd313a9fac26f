/** What a sampler is. */
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { describe } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import type { Key } from "../random/key.js";

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

/** Throws, in the name of the operation that was given it, unless it is a kernel. */
export function checkKernel<X, State, Info>(operation: string, kernel: Kernel<X, State, Info>): void {
  if (typeof kernel !== "object" || kernel === null || typeof kernel.step !== "function") {
    throw new ArgumentError(
      `${operation}: the kernel is { init, step }, such as langevin(energy, stepSize), got ${describe(kernel)}`,
    );
  }
  checkFunction(`${operation}: the kernel's init`, kernel.init);
}

/** The kernel's step, whose result is looked at before it is taken apart. */
export function stepOf<X, State, Info>(
  operation: string,
  kernel: Kernel<X, State, Info>,
  key: Key,
  state: State,
): readonly [state: State, info: Info] {
  const turned = kernel.step(key, state);
  if (Array.isArray(turned)) return turned;
  throw new ArgumentError(
    `${operation}: the kernel's step must return [state, info], got ${describe(turned)}`,
  );
}
