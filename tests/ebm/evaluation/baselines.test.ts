/** The baselines are SciPy's, and stand where they should for densities that are known. */
import { numpy as np, random } from "cotangent";
import { gaussianNll, kernelDensityNll } from "cotangent/ebm";
import { describe, expect, test } from "vitest";

const i = np.arange(40).astype("float64");
const j = np.arange(30).astype("float64");
const train = np.stack([np.sin(i), np.cos(i.mul(1.7)).add(np.sin(i).mul(0.3))], 1);
const heldOut = np.stack([np.sin(j.mul(2).add(1)).mul(1.2), np.cos(np.square(j))], 1);

describe("one fitted Gaussian", () => {
  test("is SciPy's multivariate_normal with the mean and cov(ddof=0) of the training points", () => {
    const { mean, standardError } = gaussianNll(train, heldOut);
    expect(mean).toBeCloseTo(2.4142499441611567, 10);
    expect(standardError).toBeCloseTo(0.14322239785064902, 10);
  });
  test("costs the entropy for data that are Gaussian, in whatever units", () => {
    const mix = np.array([
      [3000, 0.5],
      [0, 0.02],
    ]);
    const draw = (seed: number) => random.normal(random.key(seed), [5000, 2]).matmul(mix);
    const { mean, standardError } = gaussianNll(draw(1), draw(2));
    const entropy = 1 + Math.log(2 * Math.PI) + Math.log(60);
    expect(Math.abs(mean - entropy)).toBeLessThan(4 * standardError);
    // The cost is exponential, with the sd 1; an estimate of that has the standard error sqrt(2 / n).
    expect(Math.abs(standardError * Math.sqrt(5000) - 1)).toBeLessThan(5 * Math.sqrt(2 / 5000));
  });
});

describe("a kernel density estimate", () => {
  test.each([
    ["scott", 0.5407418735600995, 2.1819727773649378, 0.06437470816880621],
    [0.2, 0.2, 2.333970566576034, 0.21067272954721428],
  ] as const)("with the bandwidth %s is SciPy's gaussian_kde", (bandwidth, factor, nll, error) => {
    const found = kernelDensityNll(train, heldOut, { bandwidth });
    expect(found.bandwidth).toBeCloseTo(factor, 12);
    expect(found.mean).toBeCloseTo(nll, 5);
    expect(found.standardError).toBeCloseTo(error, 5);
  });
  test("with the bandwidth by leaving one out is the best of a loop over rows and widths", () => {
    const { bandwidth } = kernelDensityNll(train, heldOut);
    const rows = train.js() as number[][]; // of two axes
    const scores = Array.from({ length: 25 }, (_, k) => {
      const h = 40 ** (-1 / 6) * 2 ** ((k - 20) / 4);
      const logs = rows.map((row, i) =>
        pairLog(
          rows.filter((_, j) => j !== i),
          row,
          h,
        ),
      );
      return { h, score: logs.reduce((sum, v) => sum + v, 0) };
    });
    const best = scores.reduce((a, b) => (b.score > a.score ? b : a));
    expect(bandwidth).toBeCloseTo(best.h, 10);
  });
  test("is far better at separate wells than Scott's width and one Gaussian", () => {
    const draw = (seed: number) => {
      const [where, noise] = random.split(random.key(seed));
      return random
        .rademacher(where, [2000, 2])
        .mul(3)
        .add(random.normal(noise, [2000, 2]).mul(0.2));
    };
    const [a, b] = [draw(1), draw(2)];
    const entropy = Math.log(4) + 1 + Math.log(2 * Math.PI * 0.04);
    const best = kernelDensityNll(a, b);
    expect(best.mean - entropy).toBeLessThan(0.1);
    expect(kernelDensityNll(a, b, { bandwidth: "scott" }).mean).toBeGreaterThan(best.mean + 1);
    expect(gaussianNll(a, b).mean).toBeGreaterThan(best.mean + 2);
  });
});

/** The inverse of the covariance over n - 1 of all training rows. */
const precision = (() => {
  const centred = train.sub(train.mean(0));
  return np.linalg.inv(centred.transpose().matmul(centred).div(39)).js() as number[][]; // of two axes
})();

/** log of the sum over centres t of exp(-(x - t)' precision (x - t) / (2 h^2)) / h^2 */
function pairLog(centres: readonly number[][], x: readonly number[], h: number): number {
  const [[p, q], [, r]] = precision;
  const sum = centres.reduce((total, [s, t]) => {
    const [u, v] = [x[0] - s, x[1] - t];
    return total + Math.exp(-(p * u * u + 2 * q * u * v + r * v * v) / (2 * h * h));
  }, 0);
  return Math.log(sum) - 2 * Math.log(h);
}
