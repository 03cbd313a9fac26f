/** Random-walk Metropolis keeps the density and finds the weights of wells. Tolerances: five standard errors. */
import { type NDArray, numpy as np, random, vmap } from "cotangent";
import { geometric, type Kernel, mala, randomWalk, repeated, runChains, sequence } from "cotangent/sampling";
import { describe, expect, test } from "vitest";
import {
  chiSquared,
  eightCentres,
  eightWells,
  fiveErrors,
  gaussian,
  left,
  mean,
  unequalWells,
  variance,
} from "./targets.js";

const chains = 4000;

const ends = <State extends { readonly position: NDArray }, Info>(
  seed: number,
  kernel: Kernel<NDArray, State, Info>,
  start: NDArray,
  steps: number,
): NDArray => {
  const states = vmap(kernel.init)(start) as State;
  const [last] = runChains(random.key(seed), kernel, states, steps, () => null);
  return (last as State).position;
};

describe("leaves a density as it is", () => {
  test.each([0.1, 1, 5])("a normal one, at hops of sd %f", (sd) => {
    const start = random.normal(random.key(1), [20_000, 1]).mul(0.5);
    const end = ends(2, randomWalk(gaussian(0.5), sd), start, 10);
    expect(Math.abs(mean(end))).toBeLessThan(fiveErrors(0.5, 20_000));
    expect(Math.abs(variance(end) / 0.25 - 1)).toBeLessThan(fiveErrors(Math.SQRT2, 20_000));
  });

  test("one of two wells, with its mean, its variance and its weights", () => {
    const end = ends(4, randomWalk(unequalWells.energy, 3), unequalWells.sample(random.key(3), chains), 20);
    const spread = Math.sqrt(0.09 + 16 * 0.16);
    expect(Math.abs(mean(end) + 1.2)).toBeLessThan(fiveErrors(spread, chains));
    expect(Math.abs(left(end) - 0.8)).toBeLessThan(fiveErrors(0.4, chains));
  });

  test("a uniform one on an interval: what lies outside has infinite energy", () => {
    const box = (x: NDArray): NDArray => np.where(np.abs(x).max().less(1), 0, Number.POSITIVE_INFINITY);
    const end = ends(5, randomWalk(box, 0.7), np.zeros([chains, 1]), 40);
    expect(Number(np.abs(end).max().item())).toBeLessThan(1);
    expect(Math.abs(mean(end))).toBeLessThan(fiveErrors(Math.sqrt(1 / 3), chains));
    expect(Math.abs(variance(end) - 1 / 3)).toBeLessThan(fiveErrors(Math.sqrt(4 / 45), chains));
  });
});

describe("the weights of wells that are far apart", () => {
  const wide = random.normal(random.key(6), [chains, 1]).mul(3);
  const ladder = geometric(0.05, 0.002, 100);

  test("are right with hops", () => {
    const kernel = sequence(
      repeated(randomWalk(unequalWells.energy, 3), 150),
      repeated(mala(unequalWells.energy, geometric(0.05, 0.002, 10)), 10),
    );
    const end = ends(7, kernel, wide, 1);
    expect(Math.abs(left(end) - 0.8)).toBeLessThan(fiveErrors(0.4, chains));
    const inside = np.abs(end).sub(2);
    expect(Math.abs(mean(inside))).toBeLessThan(fiveErrors(0.3, chains));
    expect(Math.abs(variance(inside) / 0.09 - 1)).toBeLessThan(fiveErrors(Math.SQRT2, chains));
  });

  test("are those of the start without them: one half each, whatever they should be", () => {
    expect(Math.abs(left(ends(8, mala(unequalWells.energy, ladder), wide, 100)) - 0.5)).toBeLessThan(0.05);
  });

  test("are equal among eight equal wells, by chi-squared, though all chains start in one of them", () => {
    const start = np.array(eightCentres[0]).add(np.zeros([chains, 2]));
    const inWells = repeated(mala(eightWells.energy, geometric(0.03, 0.002, 5)), 5);
    const kernel = sequence(repeated(randomWalk(eightWells.energy, 1), 20), inWells);
    expect(chiSquared(ends(9, inWells, start, 10), eightCentres)).toBeGreaterThan(1000);
    expect(chiSquared(ends(10, kernel, start, 10), eightCentres)).toBeLessThan(24.3); // 99.9 % of chi-squared(7)
    expect(chiSquared(eightWells.sample(random.key(11), chains), eightCentres)).toBeLessThan(24.3);
  });
});

describe("a step", () => {
  const kernel = randomWalk(unequalWells.energy, 0.5);
  const start = unequalWells.sample(random.key(12), 100);
  const states = vmap(kernel.init)(start);
  const [next, info] = vmap(kernel.step)(random.split(random.key(13), 100), states);
  const noise = vmap((key: random.Key) => random.normal(random.split(key).slice(0) as random.Key, [1]))(
    random.split(random.key(13), 100),
  );
  const proposed = start.add(noise.mul(0.5));

  test("goes to y + sd noise with probability min(1, exp(E(y) - E(y')))", () => {
    const fall = vmap(unequalWells.energy)(start).sub(vmap(unequalWells.energy)(proposed));
    const law = np.exp(np.minimum(fall, 0));
    expect(Number(np.abs(info.acceptance.sub(law)).max().item())).toBeLessThan(1e-6);
    const expected = np.where(info.accepted.reshape([100, 1]), proposed, start);
    expect(next.position.js()).toEqual(expected.js());
  });

  test("that is rejected keeps the state bit for bit; the energy carried is that of the position", () => {
    const kept = next.energy.equal(states.energy).dataSync();
    expect(Array.from(kept)).toEqual(Array.from(info.accepted.dataSync(), (accepted) => 1 - accepted));
    expect(next.energy.js()).toEqual(vmap(unequalWells.energy)(next.position).js());
  });

  test("to where the energy is NaN or infinite, on either side, is rejected", () => {
    for (const beyond of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const wall = randomWalk((x) => np.where(x.sum().greater(0), beyond, 0), 1);
      const end = ends(14, wall, np.full([100, 1], -1), 10);
      expect(Number(end.max().item())).toBeLessThanOrEqual(0);
    }
  });
});
