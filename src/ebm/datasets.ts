/** Points of the plane with a known density, for trying things out. Each is (key, n) -> f32[n, 2]. */
import type { NDArray } from "../autodiff/array.js";
import { checkInteger } from "../ir/arguments.js";
import { ShapeError } from "../ir/errors.js";
import * as np from "../numpy/index.js";
import { bernoulli } from "../random/bernoulli.js";
import { checkOneKey, type Key, split } from "../random/key.js";
import { normal } from "../random/normal.js";
import { randint } from "../random/randint.js";
import { uniform } from "../random/uniform.js";

export type DataSet = (key: Key, n: number) => NDArray;

/** The circle's radius and the standard deviation are 4 and 0.5, both divided by this. */
const shrink = 1.414;

/** f32[8, 2]: centre k lies at the angle k pi / 4. */
export const eightGaussiansCentres = (): NDArray => {
  const angle = np.arange(8).mul(Math.PI / 4);
  return np.stack([np.cos(angle), np.sin(angle)], 1).mul(4 / shrink);
};

/** Eight round Gaussians of equal weight on a circle. Source: the toy data of Gulrajani et al. (2017). */
export const eightGaussians: DataSet = (key, n) => {
  checkCall("ebm.eightGaussians", key, n);
  const [whichKey, noiseKey] = split(key);
  const centre = np.take(eightGaussiansCentres(), randint(whichKey, [n], 0, 8), 0);
  return centre.add(normal(noiseKey, [n, 2]).mul(0.5 / shrink));
};

/** Two interleaved half circles with noise 0.1, times 2, plus (-1, -0.2). Source: scikit-learn's make_moons. */
export const moons: DataSet = (key, n) => {
  checkCall("ebm.moons", key, n);
  const [angleKey, whichKey, noiseKey] = split(key, 3);
  const t = uniform(angleKey, [n]).mul(Math.PI);
  const upper = np.stack([np.cos(t), np.sin(t)], 1);
  const lower = np.stack([np.subtract(1, np.cos(t)), np.subtract(0.5, np.sin(t))], 1);
  const either = np.where(bernoulli(whichKey, 0.5, [n, 1]), upper, lower);
  return either
    .add(normal(noiseKey, [n, 2]).mul(0.1))
    .mul(2)
    .add(np.array([-1, -0.2]));
};

/** Uniform on the eight dark squares, of side 2, of a board on [-4, 4]^2. */
export const checkerboard: DataSet = (key, n) => {
  checkCall("ebm.checkerboard", key, n);
  const [xKey, yKey, rowKey] = split(key, 3);
  const a = uniform(xKey, [n], { minval: -2, maxval: 2 });
  const row = randint(rowKey, [n], 0, 2).astype("float32");
  const b = uniform(yKey, [n]).sub(row.mul(2)).add(np.floor(a).mod(2));
  return np.stack([a, b], 1).mul(2);
};

function checkCall(operation: string, key: Key, n: number): void {
  checkOneKey(operation, key);
  checkInteger(operation, "n, the number of points,", n, 0);
}

/** By name. */
export const dataSets = { "8gaussians": eightGaussians, moons, checkerboard } as const satisfies Readonly<
  Record<string, DataSet>
>;

/**
 * The share of points that lie nearest to each centre. f32[n, d], f32[k, d] -> f32[k]
 */
export function occupancy(points: NDArray, centres: NDArray): NDArray {
  if (np.asarray(points).ndim !== 2 || np.asarray(centres).ndim !== 2) {
    throw new ShapeError("ebm.occupancy: points are [n, d] and centres [k, d]; reshape them");
  }
  const offsets = np.expandDims(points, 1).sub(np.expandDims(centres, 0));
  const nearest = offsets.square().sum(2).argmin(1);
  const hits = np.equal(nearest.expandDims(1), np.arange(centres.shape[0]));
  return hits.astype("float32").mean(0);
}
