/** The energy distance is its definition, and its p-value is right whatever the densities. */
import { type NDArray, numpy as np, random } from "cotangent";
import { energyDistance, energyDistanceBaseline, energyDistanceTest } from "cotangent/ebm";
import { describe, expect, test } from "vitest";

const rowsOf = (points: NDArray): number[][] => points.js() as number[][]; // of two axes
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** 2 mean |a - b| - mean |a - a'| - mean |b - b'|, pairs of a row with itself left out, by loops. */
function directly(a: readonly number[][], b: readonly number[][]): number {
  const distance = (x: readonly number[], y: readonly number[]): number =>
    Math.hypot(...x.map((v, j) => v - y[j]));
  const pairs = (x: readonly number[][]): number[] =>
    x.flatMap((row, i) => x.filter((_, j) => i !== j).map((other) => distance(row, other)));
  const across = a.flatMap((row) => b.map((other) => distance(row, other)));
  return 2 * mean(across) - mean(pairs(a)) - mean(pairs(b));
}

/** Forty and thirty points in fixed places, the same in Python. */
const sines = np.stack(
  [
    np.sin(np.arange(40).astype("float64")),
    np.cos(np.arange(40).astype("float64").mul(1.7)).add(np.sin(np.arange(40).astype("float64")).mul(0.3)),
  ],
  1,
);
const others = np.stack(
  [
    np.sin(np.arange(30).astype("float64").mul(2).add(1)).mul(1.2),
    np.cos(np.square(np.arange(30).astype("float64"))),
  ],
  1,
);

describe("the energy distance", () => {
  test.each([
    [7, 5, 1],
    [12, 30, 3],
    [600, 500, 2], // more than one tile, the last one not full
  ])("of %i and %i rows of %i columns is that of a loop over all pairs", (n, m, d) => {
    const a = random.normal(random.key(1), [n, d]);
    const b = random.normal(random.key(2), [m, d]).mul(1.5).add(0.2);
    expect(energyDistance(a, b)).toBeCloseTo(directly(rowsOf(a), rowsOf(b)), 5);
  });
  test("is symmetric, and does not change when points move or turn together", () => {
    const [a, b] = [random.normal(random.key(3), [50, 2]), random.normal(random.key(4), [60, 2]).add(0.5)];
    const turn = np.array([
      [0.6, -0.8],
      [0.8, 0.6],
    ]);
    const found = energyDistance(a, b);
    expect(energyDistance(b, a)).toBeCloseTo(found, 6);
    expect(energyDistance(a.matmul(turn).add(100), b.matmul(turn).add(100))).toBeCloseTo(found, 4);
  });
  test("is SciPy's, squared, of the first columns, less the pairs of a row with itself", () => {
    const scipys = 0.029875546463672166; // scipy.stats.energy_distance(a, b) ** 2, which keeps them
    const own = (x: NDArray): number => {
      const values = rowsOf(x).map(([v]) => v);
      const n = values.length;
      return (
        values.flatMap((v) => values.map((w) => Math.abs(v - w))).reduce((sum, v) => sum + v, 0) /
        (n * n * (n - 1))
      );
    };
    const [a, b] = [sines.slice([], [0, 1]), others.slice([], [0, 1])];
    expect(energyDistance(a, b)).toBeCloseTo(scipys - own(a) - own(b), 6);
  });
  test("of two Gaussians on the line is the closed form, within four standard errors over blocks", () => {
    // E|N(c, v)| = sqrt(2 v / pi) exp(-c^2 / 2 v) + c (1 - 2 Phi(-c / sqrt(v))); here c = 0.5, v = 1 + 1.5^2
    const [c, s] = [0.5, 1.5];
    const v = 1 + s * s;
    const across = Math.sqrt((2 * v) / Math.PI) * Math.exp((-c * c) / (2 * v)) + c * (1 - 2 * 0.3907527);
    const exact = 2 * across - 2 / Math.sqrt(Math.PI) - (2 * s) / Math.sqrt(Math.PI);
    const found = Array.from({ length: 20 }, (_, i) => {
      const [ka, kb] = random.split(random.key(100 + i));
      return energyDistance(random.normal(ka, [500, 1]), random.normal(kb, [500, 1]).mul(s).add(c));
    });
    const sd = Math.sqrt(mean(found.map((d) => (d - mean(found)) ** 2)));
    expect(Math.abs(mean(found) - exact)).toBeLessThan((4 * sd) / Math.sqrt(20));
    expect(sd).toBeLessThan(exact / 3);
  });
  test("is unbiased: under the null its mean is 0, within four standard errors, and half are negative", () => {
    const found = Array.from({ length: 40 }, (_, i) => {
      const [ka, kb] = random.split(random.key(200 + i));
      return energyDistance(random.normal(ka, [60, 2]), random.normal(kb, [60, 2]));
    });
    const sd = Math.sqrt(mean(found.map((d) => d * d)));
    expect(Math.abs(mean(found))).toBeLessThan((4 * sd) / Math.sqrt(40));
    expect(found.filter((d) => d < 0).length).toBeGreaterThan(10);
  });
});

describe("the permutation test", () => {
  test("is a loop over the permutations of labels that the key gives", () => {
    const [a, b] = [random.normal(random.key(5), [7, 2]), random.normal(random.key(6), [5, 2]).add(0.4)];
    const key = random.key(7);
    const permutations = 30;
    const rows = [...rowsOf(a), ...rowsOf(b)];
    const labels = np.array([1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
    const permuted = [...random.split(key, permutations)].map((each) => {
      const label = random.permutation(each, labels).dataSync();
      return directly(
        rows.filter((_, i) => label[i] === 1),
        rows.filter((_, i) => label[i] === 0),
      );
    });
    const observed = directly(rowsOf(a), rowsOf(b));
    const found = energyDistanceTest(key, a, b, { permutations });
    expect(found.distance).toBeCloseTo(observed, 5);
    expect(found.null.mean).toBeCloseTo(mean(permuted), 5);
    expect(found.pValue).toBe((1 + permuted.filter((d) => d >= observed - 1e-6).length) / (1 + permutations));
    expect([found.permutations, found.samples, found.heldOut]).toEqual([30, 7, 5]);
  });
  test("has p-values that are uniform where the densities are the same", () => {
    const p = Array.from({ length: 60 }, (_, i) => {
      const [ka, kb, kt] = random.split(random.key(300 + i), 3);
      const [a, b] = [random.normal(ka, [30, 2]), random.normal(kb, [30, 2])];
      return energyDistanceTest(kt, a, b, { permutations: 39 }).pValue;
    });
    expect(Math.abs(mean(p) - 0.5)).toBeLessThan((4 * 0.289) / Math.sqrt(60));
    expect(Math.abs(mean(p.map((v) => (v <= 0.25 ? 1 : 0))) - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / 60));
    expect(Math.min(...p)).toBeGreaterThanOrEqual(1 / 40);
  });
  test("has small ones under a shift and under another spread, and then the least there is", () => {
    const a = random.normal(random.key(8), [300, 3]);
    const b = random.normal(random.key(9), [300, 3]);
    expect(energyDistanceTest(random.key(10), a, b.add(0.3), { permutations: 99 }).pValue).toBe(0.01);
    expect(energyDistanceTest(random.key(10), a, b.mul(1.4), { permutations: 99 }).pValue).toBe(0.01);
  });
  test("gives the same from the same key", () => {
    const [a, b] = [random.normal(random.key(11), [40, 2]), random.normal(random.key(12), [40, 2])];
    const run = (seed: number) => energyDistanceTest(random.key(seed), a, b, { permutations: 50 });
    expect(run(1)).toEqual(run(1));
    expect(run(1).null).not.toEqual(run(2).null);
    expect(JSON.parse(JSON.stringify(run(1)))).toEqual(run(1));
  });
});

test("the baseline of data against data has the mean 0 and the sd of the null", () => {
  const points = random.normal(random.key(13), [401, 2]);
  const found = energyDistanceBaseline(random.key(14), points, { halvings: 100 });
  expect(found.rows).toBe(200);
  expect(Math.abs(found.mean)).toBeLessThan((5 * found.sd) / 10);
  const { sd } = energyDistanceTest(random.key(15), points.slice([0, 200]), points.slice([200, 400])).null;
  expect(found.sd / sd).toBeCloseTo(1, 0);
  expect(found.largest).toBeLessThan(8 * sd);
});
