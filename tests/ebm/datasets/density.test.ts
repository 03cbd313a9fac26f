/** Each data set's density is that of its samples: it integrates to 1, has the entropy that is said, and fills cells alike. */
import { type NDArray, numpy as np, random } from "cotangent";
import { dataSets } from "cotangent/ebm";
import { describe, expect, test } from "vitest";
import {
  cellCounts,
  cellMasses,
  disagreement,
  type Grid,
  gridOf,
  type Name,
  names,
  shapes,
} from "./grids.js";

const n = 20_000;
/** Of a standard normal number: met by chance once in 10,000. */
const alarm = 3.7;
const number = (x: NDArray): number => Number(x.item());

/** Independent computations on other grids, in JAX. */
const entropies: Readonly<Record<Name, number>> = {
  "8gaussians": 2.83188,
  moons: 2.39387,
  checkerboard: Math.log(32),
  pinwheel: 2.31779,
  swissroll: 2.66964,
  "2spirals": 2.64543,
  rings: 2.62318,
  mixture: 6.67489,
};

const noise = (seed: number): NDArray => random.normal(random.key(seed), [n, 2]);
const unitsOf = (name: Name): NDArray => np.array(shapes[name].units ?? [1, 1]);
const aroundMean = (points: NDArray, f: (offset: NDArray) => NDArray): NDArray =>
  points.add(f(points.sub(points.mean(0))).sub(points.sub(points.mean(0))));

/** What a wrong sampler, or a wrong density, would make of the points. */
const mutants: Readonly<Record<string, (points: NDArray, name: Name) => NDArray>> = {
  "are spread 3% wider": (points) => aroundMean(points, (offset) => offset.mul(1.03)),
  "lie 0.1 to the right": (points, name) => points.add(unitsOf(name).mul(np.array([0.1, 0]))),
  "are turned by 2 degrees": (points, name) => {
    const [cos, sin] = [Math.cos(Math.PI / 90), Math.sin(Math.PI / 90)];
    const turn = np.array([
      [cos, sin],
      [-sin, cos],
    ]);
    return aroundMean(points, (offset) => offset.div(unitsOf(name)).matmul(turn).mul(unitsOf(name)));
  },
  "have noise of 0.1 more": (points, name) => points.add(noise(9).mul(0.1).mul(unitsOf(name))),
  "weigh the right half a quarter more": (points) => {
    const values = points.js();
    const rows = Array.isArray(values) ? values : [];
    const middle = number(points.slice([], 0).mean());
    const right = rows.filter((row) => Array.isArray(row) && Number(row[0]) > middle);
    return np.concatenate([points, np.array(right.slice(0, Math.floor(0.25 * right.length)).map(asPair))]);
  },
};
const asPair = (row: unknown): number[] => (Array.isArray(row) ? row.map(Number) : []);

/** Circles stay where they are when they are turned. */
const blind: readonly (readonly [Name, string])[] = [["rings", "are turned by 2 degrees"]];

describe.each(names)("%s", (name) => {
  const set = dataSets[name];
  let cached: Grid | undefined;
  const grid = (): Grid => {
    cached ??= gridOf(name);
    return cached;
  };
  const points = set.sample(random.key(20), n);

  test("the density integrates to 1", () => {
    const { density, area, tolerance } = grid();
    expect(Math.abs(number(density.sum()) * area - 1)).toBeLessThan(tolerance);
  });
  test("the entropy is the integral of -p log p, and that of the formulas computed elsewhere", () => {
    const { density, surprise, area, tolerance } = grid();
    expect(Math.abs(number(density.mul(surprise).sum()) * area - set.entropy)).toBeLessThan(10 * tolerance);
    expect(Math.abs(set.entropy - entropies[name])).toBeLessThan(5e-4);
  });
  test("the samples' mean of -log p is the entropy, within 4 standard errors", () => {
    const surprise = set.logDensity(points.slice([0, n / 4])).neg();
    const standardError = number(surprise.std()) / Math.sqrt(n / 4);
    expect(Math.abs(number(surprise.mean()) - set.entropy)).toBeLessThan(4 * standardError + 1e-12);
  });
  test("the samples fill cells as the density says, and mutants do not", () => {
    const masses = cellMasses(grid());
    const of = (samples: NDArray): number => disagreement(cellCounts(name, samples), masses);
    expect(of(points)).toBeLessThan(alarm);
    const unnoticed = Object.entries(mutants)
      .filter(([mutant]) => !blind.some(([set, words]) => set === name && words === mutant))
      .filter(([, mutate]) => of(mutate(points, name)) < alarm)
      .map(([mutant]) => mutant);
    expect(unnoticed).toEqual([]);
  });
});
