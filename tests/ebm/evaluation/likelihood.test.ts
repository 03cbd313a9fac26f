/** Scores are means with honest standard errors, and the KL divergence is that of its definition. */
import { type NDArray, numpy as np, random } from "cotangent";
import {
  energyGap,
  explainQuadratureFault,
  klDivergence,
  logPartition,
  negativeLogLikelihood,
} from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { describe, expect, test } from "vitest";

const range = { lower: [-4, -4], upper: [4, 4] };
const gaussian =
  (sd: number, centre = 0) =>
  (x: NDArray): NDArray =>
    x
      .sub(centre)
      .square()
      .sum()
      .div(2 * sd * sd);
const logZOf = (energy: (x: NDArray) => NDArray): number => {
  const result = logPartition(energy, range);
  if (E.isLeft(result)) throw new Error(explainQuadratureFault(result.left));
  return result.right.logZ;
};

const n = 20_000;
const points = random.normal(random.key(1), [n, 2]);
const logDensities = points
  .astype("float64")
  .square()
  .sum(1)
  .div(-2)
  .sub(Math.log(2 * Math.PI));
const entropy = 1 + Math.log(2 * Math.PI);

describe("the negative log-likelihood", () => {
  test("is the entropy for the true density, within three standard errors, which are sd(E) / sqrt(n)", () => {
    const { mean, standardError } = negativeLogLikelihood(gaussian(1), logZOf(gaussian(1)), points);
    expect(Math.abs(mean - entropy)).toBeLessThan(3 * standardError);
    expect(standardError * Math.sqrt(n)).toBeCloseTo(1, 1); // E is exponential: sd 1
  });
  test("is mean E + log Z, with the sd over n - 1", () => {
    const few = np.array([
      [1, 0],
      [1, 1],
      [0, 2],
    ]); // E = 1, 2, 4
    const score = negativeLogLikelihood((x) => x.square().sum(), 0.5, few);
    expect(score.mean).toBeCloseTo(7 / 3 + 0.5, 12);
    expect(score.standardError).toBeCloseTo(Math.sqrt(7 / 3 / 3), 12);
  });
  test("in other units differs by the log of the Jacobian", () => {
    const [score, inUnits] = [{}, { logJacobian: -Math.log(3000 * 0.02) }].map((options) =>
      negativeLogLikelihood(gaussian(1), 1, points, options),
    );
    expect(inUnits.mean - score.mean).toBeCloseTo(Math.log(60), 10);
    expect(inUnits.standardError).toBeCloseTo(score.standardError, 12);
  });
  test("is the same in one chunk and in several", () => {
    const chunk = negativeLogLikelihood(gaussian(1), 1, points.slice([0, 4096])).mean;
    const rest = negativeLogLikelihood(gaussian(1), 1, points.slice([4096])).mean;
    const all = negativeLogLikelihood(gaussian(1), 1, points).mean;
    expect(all).toBeCloseTo((4096 * chunk + (n - 4096) * rest) / n, 10);
  });
});

describe("the KL divergence", () => {
  test("of a density from itself is 0", () => {
    const { mean, standardError } = klDivergence(gaussian(1), logZOf(gaussian(1)), points, logDensities);
    expect(Math.abs(mean)).toBeLessThan(1e-6); // float32 in the energies is all that is left
    expect(standardError).toBeLessThan(1e-6);
  });
  test.each([
    [1.5, 0],
    [1, 0.4],
    [0.8, 0.1],
    [1.02, 0.01],
  ])(
    "of a standard normal from one of sd %f about %f is the closed form, within three standard errors",
    (s, c) => {
      const { mean, standardError } = klDivergence(
        gaussian(s, c),
        logZOf(gaussian(s, c)),
        points,
        logDensities,
      );
      const exact = Math.log(s * s) + (2 + 2 * c * c) / (2 * s * s) - 1;
      expect(Math.abs(mean - exact)).toBeLessThan(3 * standardError);
    },
  );
  test("has a standard error near sqrt(2 KL / n), a tenth and less of the unpaired one", () => {
    const model = gaussian(1.02, 0.01);
    const logZ = logZOf(model);
    const { mean, standardError } = klDivergence(model, logZ, points, logDensities);
    const unpaired = negativeLogLikelihood(model, logZ, points).standardError;
    expect(standardError / Math.sqrt((2 * mean) / n)).toBeCloseTo(1, 0);
    expect(standardError).toBeLessThan(unpaired / 10);
  });
  test("is not clamped: of few points it is below 0 as often as not", () => {
    const model = gaussian(1.02);
    const logZ = logZOf(model);
    const signs = Array.from({ length: 20 }, (_, i) => {
      const rows = [50 * i, 50 * (i + 1)] as const;
      return Math.sign(
        klDivergence(model, logZ, points.slice([...rows]), logDensities.slice([...rows])).mean,
      );
    });
    expect(signs.filter((sign) => sign < 0).length).toBeGreaterThan(4);
    expect(signs.filter((sign) => sign > 0).length).toBeGreaterThan(4);
  });
  test("does not depend on the units", () => {
    const scale = Math.log(60);
    const inData = klDivergence(gaussian(1.2), 2, points, logDensities.sub(scale), { logJacobian: -scale });
    expect(inData.mean).toBeCloseTo(klDivergence(gaussian(1.2), 2, points, logDensities).mean, 10);
  });
});

describe("the energy gap", () => {
  test("is the difference of means, with the errors of both", () => {
    const heldOut = points.slice([0, 3000]);
    const train = points.slice([3000]);
    const { mean, standardError } = energyGap(gaussian(1), heldOut, train);
    expect(Math.abs(mean)).toBeLessThan(3 * standardError);
    expect(standardError).toBeCloseTo(Math.sqrt(1 / 3000 + 1 / 17000), 3);
    expect(energyGap(gaussian(1), train, heldOut).mean).toBe(-mean);
  });
  test("is many standard errors for a model that memorised its rows, in any dimension", () => {
    const train = random.normal(random.key(2), [100, 5]);
    const heldOut = random.normal(random.key(3), [100, 5]);
    // The lowest well of all rows: a kernel density estimate far too narrow.
    const memorised = (x: NDArray): NDArray => train.sub(x).square().sum(1).min().div(0.02);
    const { mean, standardError } = energyGap(memorised, heldOut, train);
    expect(mean / standardError).toBeGreaterThan(10);
  });
});
