/** Random<A> is a lawful monad, and it draws what the plain functions draw. */
import * as random from "cotangent/random";
import { pipe } from "fp-ts/lib/function.js";
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../src/autodiff/array.js";
import { add, mul } from "../../src/autodiff/primitives/arithmetic.js";

const { State } = random;
const noise: random.Random<NDArray> = State.sample((key) => random.normal(key, [3]));
const f = (x: NDArray): random.Random<NDArray> =>
  pipe(
    noise,
    State.map((y) => add(x, y)),
  );
const g = (x: NDArray): random.Random<NDArray> => State.sample((key) => mul(x, random.uniform(key, [3])));

/** Both the value and the key that is left. */
const seen = (program: random.Random<NDArray>): unknown =>
  [1, 2].map((seed) => program(random.key(seed)).map((x: NDArray) => x.js()));

describe("laws", () => {
  const x = random.normal(random.key(0), [3]);
  test("chain(f)(of(x)) equals f(x)", () => {
    expect(seen(pipe(State.of(x), State.chain(f)))).toEqual(seen(f(x)));
  });
  test("chain(of)(m) equals m", () => {
    expect(seen(pipe(noise, State.chain(State.of)))).toEqual(seen(noise));
  });
  test("chain is associative", () => {
    const left = pipe(noise, State.chain(f), State.chain(g));
    const right = pipe(
      noise,
      State.chain((y) => pipe(f(y), State.chain(g))),
    );
    expect(seen(left)).toEqual(seen(right));
  });
  test("map(f) equals chain of of and f", () => {
    const double = (y: NDArray): NDArray => mul(y, 2);
    const chained = pipe(
      noise,
      State.chain((y) => State.of(double(y))),
    );
    expect(seen(pipe(noise, State.map(double)))).toEqual(seen(chained));
  });
});

test("sample uses the second half of a split and leaves the first", () => {
  const key = random.key(4);
  const [drawn, left] = noise(key);
  expect(left.js()).toEqual(random.foldIn(key, 0).js());
  expect(drawn.js()).toEqual(random.normal(random.foldIn(key, 1), [3]).js());
});

test("Do notation names draws, each with a key of its own", () => {
  const program = pipe(
    State.Do,
    State.bind("x", () => noise),
    State.bind("y", ({ x }) => f(x)),
    State.map(({ x, y }) => ({ x, y })),
  );
  const { x, y } = State.run(random.key(6))(program);
  const [first, left] = noise(random.key(6));
  expect(x.js()).toEqual(first.js());
  expect(y.js()).toEqual(add(first, noise(left)[0]).js());
});
