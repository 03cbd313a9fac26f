/** Kernels are run: one chain, or many side by side, as one compiled scan. */
import type { NDArray } from "../autodiff/array.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { vmap } from "../autodiff/transforms/vmap.js";
import type { Input, Output } from "../autodiff/types.js";
import { checkInteger, type OptionKinds, readOptions } from "../ir/arguments.js";
import { describe, show } from "../ir/describe.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import { scan } from "../lax/index.js";
import { checkOneKey, type Key, split } from "../random/key.js";
import { leaves, map } from "../tree/map.js";
import { checkKernel, type Kernel, stepOf } from "./kernel.js";

/** Which of the steps are kept. All of them are taken. */
export interface ChainOptions {
  /** Steps at the start of which nothing is kept: 0 by default. */
  readonly burnIn?: number;
  /** After them every thin-th is: 1 by default, all. */
  readonly thin?: number;
}

/**
 * `steps` steps of one chain as one compiled scan, step t with the key split(key, steps)[t]: the last state, and what was
 * collected.
 *
 * Of all steps' values y[0], y[1], ... those are kept, and take up memory, that lie thin apart after the first burnIn:
 * y[burnIn + thin - 1], y[burnIn + 2 thin - 1], ..., in all floor((steps - burnIn) / thin). The last state does not depend on
 * these options, nor does the chain.
 *
 * @param collect what is kept of a step, stacked: `(_, info) => info`, `(state) => state.position` for the trajectory,
 *   or `() => null` for nothing
 * @throws ArgumentError when `steps` is no whole number, `burnIn` not one up to `steps`, or `thin` not one from 1 on
 * @example
 * const positions = (state) => state.position;
 * const [last, path] = runChain(key, kernel, kernel.init(x), 100, positions, { burnIn: 20, thin: 4 });
 */
export function runChain<X, State, Info, Y>(
  key: Key,
  kernel: Kernel<X, State, Info>,
  state: State,
  steps: number,
  collect: (state: State, info: Info) => Y,
  options: ChainOptions = {},
): [last: Output<State>, collected: Output<Y>] {
  checkChain("sampling.runChain", kernel, steps, collect, options);
  return walk("sampling.runChain", key, kernel, state, steps, collect, options);
}

/**
 * `runChain` of n chains side by side, chain i with the key split(key, n)[i]: bit for bit the same however many run beside
 * it. (Of one alone, products of matrices add up in another order: the last bits of a network's energy may differ.)
 *
 * @param states those of all chains, stacked along a leading axis: vmap(kernel.init)(positions)
 * @returns the last states [n, ...] and what was collected [n, kept, ...]
 * @throws ShapeError when the states have no leading axis; ArgumentError as `runChain`
 * @example const [last, paths] = runChains(key, kernel, vmap(kernel.init)(xs), 100, (state) => state.position);
 */
export function runChains<X, State, Info, Y>(
  key: Key,
  kernel: Kernel<X, State, Info>,
  states: State,
  steps: number,
  collect: (state: State, info: Info) => Y,
  options: ChainOptions = {},
): [last: Output<State>, collected: Output<Y>] {
  checkChain("sampling.runChains", kernel, steps, collect, options);
  checkOneKey("sampling.runChains", key);
  const chain = (chainKey: Key, state: State): [Output<State>, Output<Y>] =>
    walk("sampling.runChains", chainKey, kernel, state, steps, collect, options);
  const keys = split(key, chainsIn(states));
  // Sound: a state is a tree of arrays, with one type as input and as output; so are the keys and what was collected.
  return vmap(chain)(keys as Input<Key>, states as Input<State>) as [Output<State>, Output<Y>];
}

function walk<X, State, Info, Y>(
  operation: string,
  key: Key,
  kernel: Kernel<X, State, Info>,
  start: State,
  steps: number,
  collect: (state: State, info: Info) => Y,
  { burnIn = 0, thin = 1 }: ChainOptions,
): [last: Output<State>, collected: Output<Y>] {
  const through = <Z>(state: State, keys: NDArray, keep: (state: State, info: Info) => Z) => {
    const turn = (carry: State, stepKey: Key): [State, Z] => {
      const [next, info] = stepOf(operation, kernel, stepKey, carry);
      return [next, keep(next, info)];
    };
    // Sound: a state is a tree of arrays, which is one of the things that Input<State> admits; so are the keys.
    return scan(turn, state as Input<State>, keys as Input<Key>);
  };
  const keys: NDArray = split(key, steps);
  if (burnIn === 0 && thin === 1) return through(start, keys, collect);

  const kept = Math.floor((steps - burnIn) / thin);
  const end = burnIn + kept * thin;
  const past = (state: State, from: number, to: number): State =>
    // Sound: the state of a scan is a State again.
    from === to ? state : (through(state, keys.slice([from, to]), () => null)[0] as State);
  const blockOf = (state: State, block: NDArray): [State, Output<Y>] => {
    const [next, values] = through(state, block, collect);
    return [next as State, map((value) => value.slice(-1), values) as Output<Y>]; // sound, as above: the last of each
  };
  const blocks: NDArray = keys.slice([burnIn, end]).reshape([kept, thin, 2]);
  const [state, collected] = scan(blockOf, past(start, 0, burnIn) as Input<State>, blocks as Input<NDArray>);
  return [past(state as State, end, steps) as Output<State>, collected as Output<Y>];
}

const chainOptions: OptionKinds<ChainOptions> = { burnIn: "integer", thin: "integer" };

function checkChain<X, State, Info>(
  operation: string,
  kernel: Kernel<X, State, Info>,
  steps: number,
  collect: unknown,
  options: ChainOptions,
): void {
  if (!Number.isInteger(steps) || steps < 0) {
    throw new ArgumentError(`${operation}: steps is ${show(steps)}; give a whole number of steps`);
  }
  checkKernel(operation, kernel);
  checkFunction(`${operation}: collect`, collect);
  const { burnIn = 0, thin = 1 } = readOptions(operation, options, chainOptions);
  checkInteger(operation, "burnIn", burnIn, 0, steps);
  checkInteger(operation, "thin", thin, 1);
}

function chainsIn(states: unknown): number {
  const [first] = leaves(states);
  if (first !== undefined && first.ndim > 0) return first.shape[0];
  throw new ShapeError(
    "sampling.runChains: the states are those of n chains, stacked along a leading axis, as " +
      `vmap(kernel.init)(positions) makes them, got ${first === undefined ? describe(states) : "a scalar in them"}`,
  );
}
