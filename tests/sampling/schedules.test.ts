/** Schedules begin at `first`, end at `last`, and stay there. */
import { type NDArray, numpy as np, vmap } from "cotangent";
import { constant, cosine, geometric, linear, type Schedule } from "cotangent/sampling";
import { expect, test } from "vitest";

const values = (schedule: Schedule, counts: readonly number[]): number[] =>
  counts.map((t) => Number(schedule(t).item()));

test.each([
  ["constant", constant(0.1), [0.1, 0.1, 0.1, 0.1]],
  ["linear", linear(0.3, 0.1, 3), [0.3, 0.2, 0.1, 0.1]],
  ["geometric", geometric(0.1, 0.001, 3), [0.1, 0.01, 0.001, 0.001]],
  ["cosine", cosine(0.3, 0.1, 3), [0.3, 0.2, 0.1, 0.1]],
] as const)("%s", (_, schedule, expected) => {
  values(schedule, [0, 1, 2, 9]).forEach((value, t) => {
    expect(Math.abs(value / expected[t] - 1)).toBeLessThan(1e-6);
  });
});

test("a ladder of one step is its first", () => {
  expect(geometric(0.5, 0.1, 1)(0).item()).toBeCloseTo(0.5, 6);
});

test("a traced count gives what a number gives", () => {
  const schedule = geometric(0.1, 0.001, 7);
  const counts = [0, 1, 2, 3, 4, 5, 6, 7];
  const traced = vmap((t: NDArray) => schedule(t))(np.arange(8));
  expect(traced.js()).toEqual(values(schedule, counts));
});
