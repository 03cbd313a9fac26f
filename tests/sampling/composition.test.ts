/** Kernels made of kernels: what their keys, their states and their densities are. */
import { debugKeyReuse, type NDArray, numpy as np, random, vmap } from "cotangent";
import {
  geometric,
  type Kernel,
  langevin,
  type MalaInfo,
  type MalaState,
  mala,
  type RandomWalkInfo,
  randomWalk,
  repeated,
  runChains,
  sequence,
} from "cotangent/sampling";
import { describe, expect, expectTypeOf, test } from "vitest";
import { fiveErrors, gaussian, mean, variance } from "./targets.js";

const bowl = gaussian(1);
const start = random.normal(random.key(0), [2]);
const key = random.key(1);

describe("repeated", () => {
  const ladder = geometric(0.2, 0.02, 5);
  const kernel = mala(bowl, ladder);

  test("is n steps with the keys split(key, n), their infos stacked", () => {
    const [last, infos] = repeated(kernel, 5).step(key, kernel.init(start));
    let state = kernel.init(start);
    [...random.split(key, 5)].forEach((stepKey, t) => {
      const [next, info] = kernel.step(stepKey as random.Key, state);
      state = next;
      expect(infos.acceptance.slice(t).item()).toBe(info.acceptance.item());
      expect(infos.accepted.slice(t).item()).toBe(info.accepted.item());
      expect(infos.stepSize.slice(t).item()).toBe(ladder(t).item());
    });
    expect(last.position.js()).toEqual(state.position.js());
    expect(last.gradEnergy.js()).toEqual(state.gradEnergy.js());
    expect(last.count.item()).toBe(5);
  });

  test("carries the state on: a second one goes on along the ladder", () => {
    const twice = repeated(repeated(kernel, 2), 2);
    const [last, infos] = twice.step(key, twice.init(start));
    expect(infos.stepSize.js()).toEqual([
      [ladder(0).item(), ladder(1).item()],
      [ladder(2).item(), ladder(3).item()],
    ]);
    expect(last.count.item()).toBe(4);
  });

  test("no time is where one was, and reports nothing", () => {
    const [last, infos] = repeated(kernel, 0).step(key, kernel.init(start));
    expect(last.position.js()).toEqual(start.js());
    expect(infos.accepted.shape).toEqual([0]);
  });
});

describe("sequence", () => {
  const hops = randomWalk(bowl, 0.7);
  const steps = repeated(mala(bowl, geometric(0.2, 0.02, 3)), 3);
  const both = sequence(hops, steps);

  test("is a step of the first, then of the second from where it ended, with the halves of the key", () => {
    const [firstKey, secondKey] = random.split(key);
    const [between, info1] = hops.step(firstKey as random.Key, hops.init(start));
    const [end, info2] = steps.step(secondKey as random.Key, steps.init(between.position));
    const [state, infos] = both.step(key, both.init(start));
    expect(state.position.js()).toEqual(end.position.js());
    expect(infos[0].acceptance.item()).toBe(info1.acceptance.item());
    expect(infos[1].acceptance.js()).toEqual(info2.acceptance.js());
    expect(Object.keys(state)).toEqual(["position"]);
  });

  test("starts ladders again in every step", () => {
    const [, infos] = repeated(both, 2).step(key, both.init(start));
    const [once, again] = infos[1].stepSize;
    expect(again.js()).toEqual(once.js());
    expect(once.slice(0).item()).not.toBe(once.slice(2).item());
  });

  test("of three is one after the other, either way they are bracketed, but for the keys", () => {
    const flow = (factor: number): Kernel<NDArray, { position: NDArray }, null> => ({
      init: (position) => ({ position }),
      step: (_, { position }) => [{ position: position.mul(factor).add(1) }, null],
    });
    const [a, b, c] = [flow(2), flow(3), flow(5)];
    const [left, right] = [sequence(sequence(a, b), c), sequence(a, sequence(b, c))];
    const end = start.mul(2).add(1).mul(3).add(1).mul(5).add(1).js();
    expect(left.step(key, left.init(start))[0].position.js()).toEqual(end);
    expect(right.step(key, right.init(start))[0].position.js()).toEqual(end);
  });

  test("leaves invariant what both leave invariant", () => {
    const n = 20_000;
    const energy = gaussian(0.6);
    const kernel = sequence(repeated(randomWalk(energy, 2), 2), repeated(mala(energy, 0.9), 2));
    const starts = random.normal(random.key(2), [n, 1]).mul(0.6);
    const states = vmap(kernel.init)(starts) as { readonly position: NDArray };
    const end = runChains(random.key(3), kernel, states, 4, () => null)[0].position;
    expect(Math.abs(mean(end))).toBeLessThan(fiveErrors(0.6, n));
    expect(Math.abs(variance(end) / 0.36 - 1)).toBeLessThan(fiveErrors(Math.SQRT2, n));
  });

  test("with steps that are not exact has their bias", () => {
    const n = 20_000;
    const kernel = sequence(mala(bowl, 0.1), langevin(bowl, 2));
    const states = { position: random.normal(random.key(4), [n, 1]) };
    const end = runChains(random.key(5), kernel, states, 10, () => null)[0].position;
    expect(variance(end)).toBeGreaterThan(1.5);
  });

  test("types its info as the pair of theirs", () => {
    expectTypeOf(sequence(randomWalk(bowl, 1), mala(bowl, 1))).toEqualTypeOf<
      Kernel<NDArray, { readonly position: NDArray }, readonly [RandomWalkInfo, MalaInfo]>
    >();
    expectTypeOf(repeated(mala(bowl, 1), 2)).toEqualTypeOf<Kernel<NDArray, MalaState, MalaInfo>>();
  });
});

test("positions of any shape are positions", () => {
  for (const shape of [[], [3], [2, 3]]) {
    const kernel = sequence(randomWalk(bowl, 1), repeated(mala(bowl, 0.1), 2));
    const [state] = kernel.step(key, kernel.init(np.ones(shape)));
    expect(state.position.shape).toEqual(shape);
  }
});

test("no key is used twice: each draw of a transition has one of its own", () => {
  const transition = sequence(repeated(randomWalk(bowl, 1), 2), repeated(mala(bowl, 0.1), 2));
  debugKeyReuse(true);
  try {
    const own = random.key(6);
    transition.step(own, transition.init(start));
    expect(() => transition.step(own, transition.init(start))).toThrow(/was used by random.split before/);
    const spends: Kernel<NDArray, { position: NDArray }, NDArray> = {
      init: (position) => ({ position }),
      step: (stepKey, state) => [state, random.normal(stepKey).add(random.uniform(stepKey))],
    };
    expect(() => sequence(spends, spends).step(random.key(7), { position: start })).toThrow(
      /this key was used/,
    );
  } finally {
    debugKeyReuse(false);
  }
});
