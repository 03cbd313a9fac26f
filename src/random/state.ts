/**
 * Random computations as values, for those who prefer not to thread keys by hand: a `Random<A>` takes a key and gives an A
 * with the key that is left. It is fp-ts's State of Key, so `of`, `map` and `chain` obey the monad laws.
 *
 * @example
 * const noisy = pipe(State.sample((key) => normal(key, [3])), State.map((x) => x.add(1)));
 * const [first, second] = State.run(key(0))(pipe(noisy, State.chain((x) => pipe(noisy, State.map((y) => [x, y])))));
 */
import * as FpState from "fp-ts/lib/State.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { describe } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import { checkOneKey, type Key, splitInTwo } from "./key.js";

/** Key -> [A, Key] */
export type Random<A> = FpState.State<Key, A>;

/** A computation that draws nothing. */
export const of = <A>(value: A): Random<A> => FpState.of(value);

/** Applies a function to the result. */
export const map: <A, B>(f: (a: A) => B) => (program: Random<A>) => Random<B> = FpState.map;

/** Runs what a function makes of the result, with the key that is left. */
export const chain: <A, B>(f: (a: A) => Random<B>) => (program: Random<A>) => Random<B> = FpState.chain;

/** Applies a drawn function to a drawn value, the function's key first. */
export const ap: <A>(value: Random<A>) => <B>(program: Random<(a: A) => B>) => Random<B> = FpState.ap;

/** The start of Do notation: `pipe(Do, bind("x", () => sample(f)), bind("y", ({ x }) => ...))`. */
export const Do: Random<object> = (key) => [{}, key];

/** Names the result of a computation, beside those named before. */
export const bind: <N extends string, A extends object, B>(
  name: Exclude<N, keyof A>,
  f: (a: A) => Random<B>,
) => (program: Random<A>) => Random<{ readonly [K in keyof A | N]: K extends keyof A ? A[K] : B }> =
  FpState.bind;

/**
 * The computation that draws with a key of its own: [next, sub] = split(key), f(sub), and next is left.
 *
 * @throws ArgumentError when f is no function or returns nothing; ShapeError for a batch of keys
 * @example sample((key) => normal(key, [3]))
 */
export function sample<A>(f: (key: Key) => A): Random<A> {
  checkFunction("random.State.sample", f);
  return (key) => {
    checkOneKey("random.State.sample", key);
    const [next, sub] = splitInTwo(key);
    const drawn = f(sub);
    if (drawn === undefined) {
      throw new ArgumentError("random.State.sample: the function returned undefined; does it lack a return?");
    }
    return [drawn, next];
  };
}

/**
 * The result of a computation that begins with this key; the key that is left is dropped.
 *
 * @throws ArgumentError when given no computation; ShapeError for a batch of keys
 */
export function run(key: Key): <A>(program: Random<A>) => A {
  checkOneKey("random.State.run", key);
  return (program) => {
    checkFunction("random.State.run", program);
    const result = program(key);
    if (!Array.isArray(result) || result.length !== 2) {
      throw new ArgumentError(
        `random.State.run: a computation gives [value, key], got ${describe(result)}; make one with State.sample or State.of`,
      );
    }
    return result[0];
  };
}
