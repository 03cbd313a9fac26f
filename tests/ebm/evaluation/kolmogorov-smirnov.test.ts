/** The sliced Kolmogorov-Smirnov statistic is the largest gap of distribution functions along any of its directions. */
import { type NDArray, numpy as np, random } from "cotangent";
import { slicedKolmogorovSmirnov } from "cotangent/ebm";
import { describe, expect, test } from "vitest";

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** max over t of |F_a(t) - F_b(t)|, t over all values, by counting. */
function gap(a: readonly number[], b: readonly number[]): number {
  const share = (x: readonly number[], t: number): number => x.filter((v) => v <= t).length / x.length;
  return Math.max(...[...a, ...b].map((t) => Math.abs(share(a, t) - share(b, t))));
}
const column = (x: NDArray): number[] => Array.from(x.dataSync());

describe("on the line", () => {
  test.each([
    [7, 5],
    [40, 25],
  ])("of %i and %i points it is that of counting, without a choice of direction", (n, m) => {
    const a = random.normal(random.key(1), [n, 1]);
    const b = random.normal(random.key(2), [m, 1]).add(0.5);
    const found = slicedKolmogorovSmirnov(random.key(3), a, b, { permutations: 10 });
    expect(found.statistic).toBeCloseTo(gap(column(a), column(b)), 6);
    expect(found.projections).toBe(1);
    expect(found.direction).toEqual([1]);
  });
  test("points that tie count together", () => {
    const a = np.array([[0], [0], [0], [1]]);
    const b = np.array([[0], [0], [1], [1]]);
    expect(slicedKolmogorovSmirnov(random.key(3), a, b).statistic).toBeCloseTo(0.25, 6);
    expect(slicedKolmogorovSmirnov(random.key(3), a, a).statistic).toBe(0);
    expect(slicedKolmogorovSmirnov(random.key(3), a, a).pValue).toBe(1);
  });
  test("is SciPy's", () => {
    const a = np.sin(np.arange(40).astype("float64")).expandDims(1);
    const b = np.sin(np.arange(30).astype("float64").mul(2).add(1)).mul(1.2).expandDims(1);
    const scipys = 0.20833333333333334; // scipy.stats.ks_2samp(a, b).statistic
    expect(slicedKolmogorovSmirnov(random.key(3), a, b).statistic).toBeCloseTo(scipys, 6);
  });
});

describe("beyond the line", () => {
  const a = random.normal(random.key(4), [200, 3]);
  const b = random.normal(random.key(5), [180, 3]);

  test("it is the gap along the direction it names, which no axis of the data explains", () => {
    const found = slicedKolmogorovSmirnov(random.key(6), a, b, { permutations: 20 });
    const along = (x: NDArray): number[] => column(x.matmul(np.array([...found.direction])));
    expect(Math.hypot(...found.direction)).toBeCloseTo(1, 6);
    expect(found.statistic).toBeCloseTo(gap(along(a), along(b)), 6);
  });
  test("finds a difference that lies in one direction only", () => {
    const stretched = b.mul(np.array([1, 1, 2.5]));
    const found = slicedKolmogorovSmirnov(random.key(6), a, stretched, { permutations: 99 });
    expect(found.pValue).toBe(0.01);
    expect(Math.abs(found.direction[2])).toBeGreaterThan(0.7);
  });
  test("has p-values that are uniform where the densities are the same, though many directions are tried", () => {
    const p = Array.from({ length: 50 }, (_, i) => {
      const [ka, kb, kt] = random.split(random.key(400 + i), 3);
      // Sizes without a common factor, so that few gaps are equal: equal ones count as hits.
      const [x, y] = [random.normal(ka, [41, 2]), random.normal(kb, [37, 2])];
      return slicedKolmogorovSmirnov(kt, x, y, { projections: 10, permutations: 39 }).pValue;
    });
    expect(Math.abs(mean(p) - 0.5)).toBeLessThan((4 * 0.289) / Math.sqrt(50));
    expect(Math.abs(mean(p.map((v) => (v <= 0.25 ? 1 : 0))) - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / 50));
  });
});
