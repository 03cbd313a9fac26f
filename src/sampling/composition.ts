/**
 * Kernels made of kernels. What leaves a density invariant still does so after, and as often as, another that does: so hops
 * between wells and careful steps inside them are put one after the other.
 */
import type { Input, Output } from "../autodiff/types.js";
import { checkInteger } from "../ir/arguments.js";
import { describe } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import { scan } from "../lax/index.js";
import { type Key, split, splitInTwo } from "../random/key.js";
import { map } from "../tree/map.js";
import { checkKernel, type Kernel, stepOf } from "./kernel.js";

/** A state from which a position can be read. */
export interface Positioned<X> {
  readonly position: X;
}

/**
 * One step of `first`, then one of `second`: only the position goes from one to the other and is carried. Both are initialised
 * at the position they find, so counts start at 0 in each step, and ladders of step sizes with them.
 *
 * Of a step's key the first half is `first`'s, the second `second`'s. The info is the pair of theirs.
 *
 * @throws ArgumentError when one is no kernel, or has states without a position
 * @example sequence(repeated(randomWalk(energy, 1), 5), repeated(mala(energy, geometric(0.1, 0.002, 10)), 10))
 */
export function sequence<X, First extends Positioned<X>, Info1, Second extends Positioned<X>, Info2>(
  first: Kernel<X, First, Info1>,
  second: Kernel<X, Second, Info2>,
): Kernel<X, Positioned<X>, readonly [Info1, Info2]> {
  const operation = "sampling.sequence";
  checkKernel(operation, first);
  checkKernel(operation, second);
  const through = <S extends Positioned<X>, I>(kernel: Kernel<X, S, I>, key: Key, position: X) => {
    const [state, info] = stepOf(operation, kernel, key, kernel.init(position));
    return [positionOf(state), info] as const;
  };
  return {
    // Sound: a position is a tree of arrays, looked at here; numbers in it become arrays.
    init: (position) => ({ position: map((leaf) => leaf, position) as X }),
    step: (key, state) => {
      const [firstKey, secondKey] = splitInTwo(key);
      const [between, info1] = through(first, firstKey, positionOf(state));
      const [position, info2] = through(second, secondKey, between);
      return [{ position }, [info1, info2]];
    },
  };
}

/**
 * `times` steps of the kernel as one, a compiled scan: step t with the key split(key, times)[t]. The state is the kernel's
 * own and is carried all through, its count of steps too. The infos are stacked along a leading axis [times].
 *
 * @throws ArgumentError when it is no kernel, or `times` no whole number
 * @example repeated(langevin(energy, geometric(0.1, 0.002, 10)), 10)
 */
export function repeated<X, State, Info>(
  kernel: Kernel<X, State, Info>,
  times: number,
): Kernel<X, State, Output<Info>> {
  const operation = "sampling.repeated";
  checkKernel(operation, kernel);
  checkInteger(operation, "times", times, 0);
  const turn = (state: State, key: Key): readonly [State, Info] => stepOf(operation, kernel, key, state);
  return {
    init: kernel.init,
    step: (key, state) => {
      // Sound: a state is a tree of arrays, with one type as input and as output of a scan; so are the keys.
      const [last, infos] = scan(turn, state as Input<State>, split(key, times) as Input<Key>);
      return [last as State, infos];
    },
  };
}

function positionOf<X>(state: Positioned<X>): X {
  const position: X | undefined = Object(state).position;
  if (position !== undefined) return position;
  throw new ArgumentError(
    `sampling.sequence: a state must have a position, which one kernel hands to the other, got ${describe(state)}`,
  );
}
