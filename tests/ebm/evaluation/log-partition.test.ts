/** log Z by quadrature is that of densities whose Z is known, and what has none is refused in words. */
import { jit, type NDArray, numpy as np, random } from "cotangent";
import {
  energyGrid,
  explainQuadratureFault,
  logPartition,
  mlpEnergy,
  type Quadrature,
  type QuadratureFault,
  rangeOf,
} from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { describe, expect, test } from "vitest";

const range = { lower: [-2.5, -2.5], upper: [2.5, 2.5] };
const line = { lower: [-2.5], upper: [2.5] };

const gaussian =
  (sd: number, centre: number | readonly number[] = 0) =>
  (x: NDArray): NDArray =>
    x
      .sub(typeof centre === "number" ? centre : np.array([...centre]))
      .square()
      .sum()
      .div(2 * sd * sd);

const found = (result: E.Either<QuadratureFault, Quadrature>): Quadrature => {
  if (E.isLeft(result)) throw new Error(explainQuadratureFault(result.left));
  return result.right;
};
const sentence = (result: E.Either<QuadratureFault, Quadrature>): string =>
  E.isLeft(result) ? explainQuadratureFault(result.left) : "no fault";

describe("log Z is the closed form's, to a millionth", () => {
  test.each([5, 1, 0.3, 0.1, 0.03])("of a Gaussian of sd %f in the plane", (sd) => {
    expect(found(logPartition(gaussian(sd), range)).logZ).toBeCloseTo(Math.log(2 * Math.PI * sd * sd), 6);
  });
  test.each([5, 1, 0.1, 0.001])("of a Gaussian of sd %f on the line", (sd) => {
    expect(found(logPartition(gaussian(sd), line)).logZ).toBeCloseTo(Math.log(2 * Math.PI * sd * sd) / 2, 6);
  });
  test("of an oblique Gaussian about a distant centre", () => {
    const precision = np.array([
      [2, -1.2],
      [-1.2, 1],
    ]); // det 0.56
    const energy = (x: NDArray): NDArray =>
      np.dot(x.sub(np.array([30, -7])), precision.matmul(x.sub(np.array([30, -7])))).div(2);
    const about = { lower: [28, -10], upper: [32, -4] };
    expect(found(logPartition(energy, about)).logZ).toBeCloseTo(
      Math.log(2 * Math.PI) - Math.log(0.56) / 2,
      5,
    );
  });
  test("of a mixture with unequal wells, and energies far from 0", () => {
    const logDensity = (x: NDArray): NDArray =>
      np.logaddexp(
        gaussian(
          0.2,
          [-1, 1],
        )(x)
          .neg()
          .add(Math.log(0.8 / (2 * Math.PI * 0.04))),
        gaussian(
          0.5,
          [1.5, 0],
        )(x)
          .neg()
          .add(Math.log(0.2 / (2 * Math.PI * 0.25))),
      );
    for (const level of [0, 700, -700]) {
      const { logZ } = found(
        logPartition((x) => logDensity(x).neg().add(level), range, { dtype: "float64" }),
      );
      expect(logZ).toBeCloseTo(-level, 6);
    }
  });
  test("of a box, outside of which the energy is Infinity, within a cell's share", () => {
    const energy = (x: NDArray): NDArray =>
      np.where(np.less(np.abs(x).max(), 1), 0, Number.POSITIVE_INFINITY);
    const { logZ, moved } = found(logPartition(energy, range, { tolerance: 0.005 }));
    expect(Math.abs(logZ - Math.log(4))).toBeLessThan(0.01);
    expect(moved).toBeLessThan(0.005);
  });
});

describe("the grid", () => {
  test("is the range with a margin when the mass is inside", () => {
    const quadrature = found(logPartition(gaussian(0.5), range));
    expect(quadrature.lower).toEqual([-3.5, -3.5]);
    expect(quadrature.upper).toEqual([3.5, 3.5]);
    expect(quadrature.cells).toBe(256 ** 2);
    expect(quadrature.spacing[0]).toBeCloseTo(7 / 256, 12);
    expect(quadrature.edgeMass).toBeLessThan(1e-9);
  });
  test("grows when the range is too small, and says what lies beyond the range", () => {
    const small = { lower: [-1, -1], upper: [1, 1] };
    const { logZ, upper, edgeMass, beyondRange } = found(logPartition(gaussian(3), small));
    expect(logZ).toBeCloseTo(Math.log(2 * Math.PI * 9), 5);
    expect(upper).toEqual([16, 16]); // 2 and 8 leave more than 1e-4 outside
    expect(edgeMass).toBeLessThan(1e-4);
    const inside = 0.2862 ** 2; // the normal mass within 1.1 / 3, squared
    expect(beyondRange).toBeCloseTo(1 - inside, 2);
  });
  test("finds a second well some thirty widths away", () => {
    const energy = (x: NDArray): NDArray =>
      np.logaddexp(gaussian(1)(x).neg(), gaussian(1, 60)(x).neg()).neg();
    expect(found(logPartition(energy, range)).logZ).toBeCloseTo(Math.log(4 * Math.PI), 4);
  });
  test("is cut finer for a sharp well", () => {
    const cells = [0.3, 0.03, 0.01].map((sd) => found(logPartition(gaussian(sd, 0.01), range)).cells);
    expect(cells).toEqual([256 ** 2, 512 ** 2, 1024 ** 2]);
  });
  test("of a network of three layers of 64 has at most 512 cells a side", () => {
    const { init, energy } = mlpEnergy();
    const params = init(random.key(0));
    expect(found(logPartition((x) => energy(params, x), range)).cells).toBeLessThanOrEqual(512 ** 2);
  });
});

describe("is refused in a sentence", () => {
  test("an energy without finite Z: flat, falling without end, or with too slow a rise", () => {
    for (const energy of [
      (x: NDArray) => x.sum().mul(0),
      (x: NDArray) => x.sum(),
      (x: NDArray) => np.log(x.square().sum().add(1)),
      // A well at the data, and behind a wall of 18 nats a fall without end.
      (x: NDArray) =>
        x
          .square()
          .sum()
          .div(2)
          .sub(np.maximum(x.slice(0).sub(6), 0).square().mul(2)),
    ]) {
      expect(sentence(logPartition(energy, range))).toMatch(
        /^\d+(\.\d+)? % of the mass lies around the box \[-3584, 3584\] x \[-3584, 3584\], and at most 0.01 % may: Z is infinite/,
      );
    }
  });
  test("an energy that is NaN, with the point", () => {
    const energy = (x: NDArray): NDArray => np.sqrt(x.slice(0).add(3.45)).add(x.square().sum());
    expect(sentence(logPartition(energy, range))).toBe(
      "the energy at (-6.97, -6.97) is NaN, so there is no Z; go back to the parameters before they diverged",
    );
  });
  test("an energy that is -Infinity", () => {
    const energy = (x: NDArray): NDArray =>
      np.where(x.slice(0).greater(100), Number.NEGATIVE_INFINITY, x.square().sum());
    expect(sentence(logPartition(energy, range))).toMatch(/^the energy at \(\d+, -\d+\) is -Infinity/);
  });
  test("an energy that is Infinity everywhere", () => {
    expect(sentence(logPartition((x) => x.sum().mul(0).add(Number.POSITIVE_INFINITY), line))).toBe(
      "the energy is Infinity at every point of the grid on [-7, 7]; give the range of the data",
    );
  });
  test("a well too narrow for the finest grid", () => {
    expect(sentence(logPartition(gaussian(0.01, 0.01), range, { mostCells: 300_000 }))).toMatch(
      /^log Z still moves by 0\.\d+ with 262144 cells of 0.0137 x 0.0137, and at most 0.001 is allowed: a well is narrower/,
    );
  });
});

describe("energyGrid", () => {
  test("is the energy at the midpoints, first coordinate first", () => {
    const energy = (x: NDArray): NDArray => x.slice(0).mul(10).add(x.slice(1));
    expect(energyGrid(energy, { lower: [0, 0], upper: [2, 4] }, 2).js()).toEqual([
      [6, 8],
      [16, 18],
    ]);
    expect(energyGrid((x) => x.sum(), { lower: [0], upper: [1] }, 4).js()).toEqual([
      0.125, 0.375, 0.625, 0.875,
    ]);
  });
  test("sums to Z, also in several chunks", () => {
    const grid = energyGrid(gaussian(0.5), { lower: [-4, -4], upper: [4, 4] }, 100);
    expect(grid.shape).toEqual([100, 100]);
    expect(Number(np.logsumexp(grid.neg()).item()) + 2 * Math.log(0.08)).toBeCloseTo(
      Math.log(Math.PI / 2),
      6,
    );
  });
});

test("rangeOf is the least and the largest of each column", () => {
  const points = np.array([
    [0, 3],
    [1, -2],
  ]);
  expect(rangeOf(points)).toEqual({ lower: [0, -2], upper: [1, 3] });
  expect(() => jit((x: NDArray) => np.array(rangeOf(x).lower))(points)).toThrow(
    /is not known while jit traces/,
  );
});
