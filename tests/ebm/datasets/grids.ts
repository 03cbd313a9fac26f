/** The plane in cells: what a data set's density says of each, and how well samples follow it. */
import { type NDArray, numpy as np } from "cotangent";
import { dataSets } from "cotangent/ebm";

export type Name = keyof typeof dataSets;
export const names = [
  "8gaussians",
  "moons",
  "checkerboard",
  "pinwheel",
  "swissroll",
  "2spirals",
  "rings",
  "mixture",
] as const;

interface Shape {
  /** Of [-half, half]^2, outside of which less than 1e-9 of the mass lies. */
  readonly half: number;
  /** The sd of the narrowest ridge. */
  readonly narrowest: number;
  readonly centre?: readonly [number, number];
  readonly units?: readonly [number, number];
}

export const shapes: Readonly<Record<Name, Shape>> = {
  "8gaussians": { half: 5.2, narrowest: 0.35 },
  moons: { half: 4.4, narrowest: 0.2 },
  checkerboard: { half: 4, narrowest: Number.POSITIVE_INFINITY }, // cells end at its edges
  pinwheel: { half: 6, narrowest: 0.085 }, // where f_0 is 1.7; blades thin out, and few points lie farther
  swissroll: { half: 4.2, narrowest: 0.2 },
  "2spirals": { half: 4.1, narrowest: 0.1 },
  rings: { half: 3.6, narrowest: 0.08 },
  mixture: { half: 6.5, narrowest: 0.22, centre: [12000, 0.5], units: [3000, 0.02] },
};

/** Cells of a row; each is an average over `finer` times `finer` points. */
const cells = 24;
const finer = 5;

export interface Grid {
  /** f64[side, side]: the density at the middles of small squares, by y, then x. */
  readonly density: NDArray;
  /** -log p there, and 0 where p is 0. */
  readonly surprise: NDArray;
  /** Of a small square. */
  readonly area: number;
  /** Of the sum over the grid. It is exact but for what the spacing h aliases: exp(-2 pi^2 s^2 / h^2) for a ridge of sd s. */
  readonly tolerance: number;
}

export function gridOf(name: Name): Grid {
  const { half, narrowest, centre = [0, 0], units = [1, 1] } = shapes[name];
  const side = cells * finer;
  const h = (2 * half) / side;
  const axis = np.arange(0, side, 1, { dtype: "float64" }).add(0.5).mul(h).sub(half);
  const [x, y] = np.meshgrid([axis.mul(units[0]).add(centre[0]), axis.mul(units[1]).add(centre[1])]);
  const logDensity = dataSets[name].logDensity(np.stack([x, y], 2).reshape([-1, 2])).reshape([side, side]);
  const density = np.exp(logDensity);
  return {
    density,
    surprise: np.where(density.equal(0), 0, logDensity.neg()),
    area: h * h * units[0] * units[1],
    tolerance: 10 * Math.exp(-2 * (Math.PI * (narrowest / h)) ** 2) + 1e-8,
  };
}

/** The probability of each cell, and last that of all that is outside. */
export function cellMasses({ density, area }: Grid): readonly number[] {
  const sums = density.reshape([cells, finer, cells, finer]).sum([1, 3]).mul(area);
  const inside = Array.from(sums.dataSync(), Number);
  return [...inside, Math.max(0, 1 - inside.reduce((sum, p) => sum + p, 0))];
}

/** How many points lie in each cell, and last outside. */
export function cellCounts(name: Name, points: NDArray): readonly number[] {
  const { half, centre = [0, 0], units = [1, 1] } = shapes[name];
  const counts = new Array<number>(cells * cells + 1).fill(0);
  const values = points.astype("float64").dataSync();
  for (let i = 0; i < values.length; i += 2) {
    const [column, row] = [0, 1].map((axis) =>
      Math.floor((((Number(values[i + axis]) - centre[axis]) / units[axis] + half) / (2 * half)) * cells),
    );
    const isInside = Math.min(column, row) >= 0 && Math.max(column, row) < cells;
    counts[isInside ? row * cells + column : cells * cells]++;
  }
  return counts;
}

/**
 * Pearson's chi-squared of counts against probabilities, as a standard normal number (Wilson and Hilferty). Cells are joined,
 * the least likely first, until each expects ten points.
 */
export function disagreement(counts: readonly number[], masses: readonly number[]): number {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const order = masses.map((_, i) => i).sort((i, j) => masses[i] - masses[j]);
  let [chi2, groups, observed, expected] = [0, 0, 0, 0];
  for (const i of order) {
    observed += counts[i];
    expected += n * masses[i];
    if (expected < 10) continue;
    chi2 += (observed - expected) ** 2 / expected;
    groups++;
    [observed, expected] = [0, 0];
  }
  const freedom = groups - 1;
  const spread = 2 / (9 * freedom);
  return ((chi2 / freedom) ** (1 / 3) - (1 - spread)) / Math.sqrt(spread);
}
