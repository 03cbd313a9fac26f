/** Langevin dynamics obeys the laws that its update implies. Tolerances are five standard errors of independent values. */
import { type NDArray, numpy as np, random } from "cotangent";
import {
  constant,
  cosine,
  geometric,
  langevin,
  langevinSampling,
  linear,
  runChain,
  type Schedule,
} from "cotangent/sampling";
import { describe, expect, test } from "vitest";

/** E = |x|^2 / (2 s^2): every coordinate of every chain is independent of all others. */
const gaussian =
  (s: number) =>
  (x: NDArray): NDArray =>
    x
      .square()
      .sum()
      .div(2 * s * s);

const chains = 2000;
const coordinates = 10;
const independent = chains * coordinates;
const still = np.zeros([chains, coordinates]);

const variance = (x: NDArray): number => Number(x.astype("float64").var_().item());
const sizesOf = (schedule: Schedule, steps: number): number[] =>
  Array.from({ length: steps }, (_, t) => Number(schedule(t).item()));

/** v <- (1 - h / (2 s^2))^2 v + h, exactly, under any ladder. */
const recursion = (v: number, sizes: readonly number[], s: number): number =>
  sizes.reduce((u, h) => (1 - h / (2 * s * s)) ** 2 * u + h, v);

const close = (found: number, expected: number): void =>
  expect(Math.abs(found - expected)).toBeLessThan(5 * expected * Math.sqrt(2 / independent));

describe("inside a Gaussian well", () => {
  const ladders: readonly (readonly [string, Schedule, number, number, number])[] = [
    ["constant, one step from a point", constant(0.2), 1, 1, 0],
    ["constant, five steps from a point", constant(0.2), 5, 1, 0],
    ["constant, twenty steps from a point", constant(0.2), 20, 1, 0],
    ["geometric", geometric(0.1, 0.001, 20), 20, 1, 1],
    ["geometric in a narrow well", geometric(0.1, 0.001, 60), 60, 0.174, 1],
    ["linear", linear(0.5, 0.01, 15), 15, 1, 1],
    ["cosine", cosine(0.5, 0.01, 15), 15, 0.5, 1],
  ];
  test.each(ladders)("the variance follows the exact recursion: %s", (_, stepSize, steps, s, v) => {
    const start = random.normal(random.key(1), [chains, coordinates]).mul(Math.sqrt(v));
    const end = langevinSampling(random.key(2), gaussian(s), start, { steps, stepSize });
    close(variance(end), recursion(v, sizesOf(stepSize, steps), s));
  });

  test.each([0.05, 0.8, 2, 3.6])("a constant step h = %f settles at s^2 / (1 - h / (4 s^2))", (h) => {
    const settled = 1 / (1 - h / 4);
    const start = random.normal(random.key(4), [chains, coordinates]).mul(Math.sqrt(settled));
    const end = langevinSampling(random.key(5), gaussian(1), start, { steps: 40, stepSize: h });
    close(variance(end), settled);
  });

  test("a step of 4 s^2 or more is thrown out of the well", () => {
    const end = langevinSampling(random.key(6), gaussian(1), still, { steps: 50, stepSize: 4.2 });
    expect(variance(end)).toBeGreaterThan(1e4);
  });

  test("successive positions correlate by 1 - h / (2 s^2)", () => {
    const h = 0.8;
    const kernel = langevin(gaussian(1), h);
    const start = random.normal(random.key(7), [independent]).mul(Math.sqrt(1 / (1 - h / 4)));
    const [, path] = runChain(random.key(8), kernel, kernel.init(start), 2, (state) => state.position);
    const [x0, x1] = path;
    const correlation = Number(x0.mul(x1).mean().item()) / Number(x0.square().mean().item());
    expect(Math.abs(correlation - (1 - h / 2))).toBeLessThan(5 / Math.sqrt(independent));
  });
});

test("annealing from wide noise gives basins, not the weights of unequal wells", () => {
  const wells = (x: NDArray): NDArray => {
    const well = (centre: number, weight: number): NDArray =>
      x
        .sub(centre)
        .square()
        .sum()
        .div(-2 * 0.3 ** 2)
        .add(Math.log(weight));
    return np.logaddexp(well(-2, 0.8), well(2, 0.2)).neg();
  };
  const start = random.normal(random.key(9), [chains, 1]).mul(3);
  const end = langevinSampling(random.key(10), wells, start, {
    steps: 200,
    stepSize: geometric(0.05, 0.002, 200),
  });
  const left = Number(end.less(0).astype("float32").mean().item());
  expect(Math.abs(left - 0.5)).toBeLessThan(0.05);
});

describe("chains", () => {
  const start = random.normal(random.key(11), [20, 2]);
  const options = { steps: 7, stepSize: geometric(0.1, 0.01, 7) };

  test("do not depend on how many run beside them", () => {
    const all = langevinSampling(random.key(12), gaussian(1), start, options);
    const few = langevinSampling(random.key(12), gaussian(1), start.slice([0, 6]), options);
    expect(few.js()).toEqual(all.slice([0, 6]).js());
  });
  test("are the same from the same key, and others from another", () => {
    const draw = (seed: number): NDArray => langevinSampling(random.key(seed), gaussian(1), start, options);
    expect(draw(13).js()).toEqual(draw(13).js());
    expect(draw(13).js()).not.toEqual(draw(14).js());
  });
  test("draw different noise at every step and in every chain", () => {
    const flat = (x: NDArray): NDArray => x.mul(0).sum();
    const kernel = langevin(flat, 1);
    const noise = [0, 1].flatMap((chain) => {
      const [, path] = runChain(
        random.foldIn(random.key(15), chain),
        kernel,
        kernel.init(np.zeros([3])),
        4,
        (s) => s.position,
      );
      const positions = [np.zeros([3]), ...path];
      return positions
        .slice(1)
        .flatMap((x, t) => Array.from(x.sub(positions[t]).dataSync(), (v) => v.toFixed(5)));
    });
    expect(new Set(noise).size).toBe(24);
  });
  test("keep float64", () => {
    expect(langevinSampling(random.key(16), gaussian(1), start.astype("float64"), options).dtype).toBe(
      "float64",
    );
  });
  test("report the energy and the slope before the step, and its size", () => {
    const kernel = langevin(gaussian(1), linear(0.2, 0.1, 2));
    const [state, info] = kernel.step(random.key(17), kernel.init(np.array([3, 4])));
    expect(info.energy.item()).toBeCloseTo(12.5, 5);
    expect(info.gradNorm.item()).toBeCloseTo(5, 5);
    expect(info.stepSize.item()).toBeCloseTo(0.2, 6);
    expect(kernel.step(random.key(18), state)[1].stepSize.item()).toBeCloseTo(0.1, 6);
  });
});

describe("misuse names the way out", () => {
  test.each([
    [
      "a scalar start",
      () => langevinSampling(random.key(0), gaussian(1), np.array(0)),
      /first axis is that of the chains/,
    ],
    ["integers", () => langevinSampling(random.key(0), gaussian(1), np.arange(3)), /use floats/],
    [
      "half a step",
      () => langevinSampling(random.key(0), gaussian(1), still, { steps: 1.5 }),
      /steps must be an integer, got 1.5/,
    ],
    ["a step size of 0", () => langevin(gaussian(1), 0), /positive step size/],
    ["a ladder to 0", () => geometric(0.1, 0, 5), /last is 0/],
    ["no steps on a ladder", () => linear(0.1, 0.01, 0), /steps is 0/],
  ])("%s", (_, misuse, message) => {
    expect(misuse).toThrow(message);
  });
});
