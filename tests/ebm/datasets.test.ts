/** The data sets have the moments and the support of their densities. */
import { numpy as np, random } from "cotangent";
import { checkerboard, eightGaussians, eightGaussiansCentres, moons, occupancy } from "cotangent/ebm";
import { describe, expect, test } from "vitest";

const n = 20_000;
const number = (x: { item(): number | boolean }): number => Number(x.item());

describe("8 gaussians", () => {
  const points = eightGaussians(random.key(0), n);
  const radius = 4 / 1.414;
  const sd = 0.5 / 1.414;
  test("have the mean 0 and the second moment r^2 + 2 s^2", () => {
    const spread = Math.sqrt(radius ** 2 / 2 + sd ** 2);
    for (const mean of points.mean(0))
      expect(Math.abs(number(mean))).toBeLessThan((5 * spread) / Math.sqrt(n));
    const second = number(points.square().sum(1).mean());
    expect(Math.abs(second - (radius ** 2 + 2 * sd ** 2))).toBeLessThan((5 * 2 * radius * sd) / Math.sqrt(n));
  });
  test("fill their wells equally: chi-squared of 7 degrees below its 99.9% point", () => {
    const shares = Array.from(occupancy(points, eightGaussiansCentres()).dataSync());
    const chi2 = shares.reduce((sum, share) => sum + (share - 1 / 8) ** 2 * 8 * n, 0);
    expect(chi2).toBeLessThan(24.3);
  });
});

test("occupancy counts the nearest centre", () => {
  const centres = np.array([
    [0, 0],
    [10, 0],
  ]);
  expect(
    occupancy(
      np.array([
        [1, 1],
        [2, 0],
        [9, 1],
        [4, 9],
      ]),
      centres,
    ).js(),
  ).toEqual([0.75, 0.25]);
});

test("the checkerboard fills its dark squares and nothing else", () => {
  const [x, y] = checkerboard(random.key(1), n).T;
  const parity = np
    .floor(x.div(2))
    .add(np.floor(y.div(2)))
    .mod(2);
  expect(number(parity.abs().max())).toBe(0);
  expect(number(x.abs().max())).toBeLessThanOrEqual(4);
  expect(number(y.abs().max())).toBeLessThanOrEqual(4);
  expect(Math.abs(number(y.mean()))).toBeLessThan((5 * 2.4) / Math.sqrt(n));
});

test("the moons have the means of their half circles", () => {
  // x is cos t, or 1 - cos t, times 2 minus 1: mean 0. y is sin t, or 0.5 - sin t, times 2 minus 0.2: mean 0.3.
  const [x, y] = moons(random.key(2), n).mean(0);
  expect(Math.abs(number(x))).toBeLessThan((5 * 1.8) / Math.sqrt(n));
  expect(Math.abs(number(y) - 0.3)).toBeLessThan((5 * 1.1) / Math.sqrt(n));
});
