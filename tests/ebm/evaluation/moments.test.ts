/** Moments are their definitions, and their differences in standard errors are standard normal where nothing differs. */
import { numpy as np, random } from "cotangent";
import { compareMoments, moments } from "cotangent/ebm";
import { describe, expect, test } from "vitest";

/** Forty points in fixed places, the same in Python. */
const i = np.arange(40).astype("float64");
const sines = np.stack([np.sin(i), np.cos(i.mul(1.7)).add(np.sin(i).mul(0.3))], 1);

test("means, standard deviations and correlations are NumPy's", () => {
  const { mean, sd, correlation } = moments(sines);
  for (const [k, value] of [0.02882746, 0.00578633].entries()) expect(mean[k]).toBeCloseTo(value, 8);
  for (const [k, value] of [0.70442715, 0.73029102].entries()) expect(sd[k]).toBeCloseTo(value, 8);
  expect(correlation[0][1]).toBeCloseTo(0.21794853979916065, 12);
  expect(correlation[1][0]).toBe(correlation[0][1]);
  expect(correlation[0][0]).toBeCloseTo(1, 12);
});

describe("differences in standard errors", () => {
  /** Skewed and dependent columns: x, and y = x^2 / 2 + noise. */
  const draw = (seed: number, n: number) => {
    const [kx, ky] = random.split(random.key(seed));
    const x = random.exponential(kx, [n]);
    return np.stack(
      [
        x,
        x
          .square()
          .div(2)
          .add(random.normal(ky, [n])),
      ],
      1,
    );
  };

  test("have the sd 1 over many draws of the same density, skewed ones too", () => {
    const all = Array.from({ length: 60 }, (_, k) =>
      compareMoments(draw(2 * k, 1000), draw(2 * k + 1, 1000)),
    );
    const each = [
      all.map(({ mean }) => mean[0]),
      all.map(({ sd }) => sd[0]),
      all.map(({ correlation }) => correlation[0][1]),
    ];
    for (const values of each) {
      const size = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
      expect(Math.abs(size - 1)).toBeLessThan(0.4); // four standard errors of an sd over 60 draws
    }
    expect(all.every(({ correlation }) => Math.abs(correlation[0][0]) < 1e-6)).toBe(true);
  });
  test("are those of the textbook for a mean: d / sqrt(s^2 / n + s^2 / m)", () => {
    const [a, b] = [draw(1, 500), draw(2, 700).add(0.3)];
    const [ma, mb] = [moments(a), moments(b)];
    const textbook = (ma.mean[0] - mb.mean[0]) / Math.sqrt(ma.sd[0] ** 2 / 500 + mb.sd[0] ** 2 / 700);
    expect(compareMoments(a, b).mean[0]).toBeCloseTo(textbook, 8);
  });
  test("are those of the textbook for an sd and a correlation of Gaussians: s / sqrt(2 n) and (1 - r^2) / sqrt(n)", () => {
    const n = 20_000;
    const mix = np.array([
      [1, 0.6],
      [0, 0.8],
    ]);
    const [a, b] = [3, 4].map((seed) => random.normal(random.key(seed), [n, 2]).matmul(mix));
    const [ma, mb, found] = [moments(a), moments(b), compareMoments(a, b)];
    expect(found.sd[0] / ((ma.sd[0] - mb.sd[0]) / Math.sqrt(1 / n))).toBeCloseTo(1, 1);
    const r = ma.correlation[0][1] - mb.correlation[0][1];
    expect(found.correlation[0][1] / (r / (0.64 * Math.sqrt(2 / n)))).toBeCloseTo(1, 1);
  });
  test("name the worst, which is large under a change of the mean, the spread or the dependence alone", () => {
    const a = random.normal(random.key(5), [2000, 3]);
    const b = random.normal(random.key(6), [2000, 3]);
    const shear = np.array([
      [1, 0.3, 0],
      [0, Math.sqrt(0.91), 0],
      [0, 0, 1],
    ]);
    expect(compareMoments(a, b).worst).toBeLessThan(4);
    for (const other of [b.add(np.array([0, 0.3, 0])), b.mul(np.array([1, 1, 1.2])), b.matmul(shear)]) {
      expect(compareMoments(a, other).worst).toBeGreaterThan(5);
    }
  });
  test("are finite for columns of two values, whose spread has no error of the first order", () => {
    const coins = (seed: number) => random.rademacher(random.key(seed), [500, 1]).astype("float32");
    expect(compareMoments(coins(1), coins(2)).worst).toBeLessThan(5);
  });
});
