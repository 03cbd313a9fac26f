/**
 * The Kolmogorov-Smirnov distance of projections: of all directions tried, the one along which two sets of points differ
 * the most, as the largest gap between their empirical distribution functions. It sees what the energy distance averages
 * away.
 */
import type { NDArray } from "../../autodiff/array.js";
import { jit } from "../../autodiff/transforms/jit-function.js";
import { checkInteger, readOptions } from "../../ir/arguments.js";
import { map } from "../../lax/index.js";
import * as np from "../../numpy/index.js";
import { checkOneKey, type Key, split } from "../../random/key.js";
import { normal } from "../../random/normal.js";
import { labelColumns, type PermutationTest, permutationTest } from "./permutation-test.js";
import { checkBoth, pooled } from "./rows.js";

export interface KolmogorovSmirnovOptions {
  /** Random directions that points are projected onto; 50 by default. On the line there is one. */
  readonly projections?: number;
  /** Random labellings that the statistic is compared with; 200 by default. */
  readonly permutations?: number;
}

export interface KolmogorovSmirnovTest extends PermutationTest {
  /** The largest gap between distribution functions along any of the directions: from 0 to 1. */
  readonly statistic: number;
  /** The direction along which it is, a unit vector. */
  readonly direction: readonly number[];
  readonly projections: number;
}

/**
 * The worst gap max |F_a(t) - F_b(t)| over thresholds t and over random directions, and its p-value by permutation: each
 * random labelling is given its own worst direction, so that looking at many directions is accounted for.
 *
 * @param samples f32[n, d]
 * @param heldOut f32[m, d]
 * @example slicedKolmogorovSmirnov(key, samples, heldOut).pValue
 */
export function slicedKolmogorovSmirnov(
  key: Key,
  samples: NDArray,
  heldOut: NDArray,
  options: KolmogorovSmirnovOptions = {},
): KolmogorovSmirnovTest {
  const operation = "ebm.slicedKolmogorovSmirnov";
  checkOneKey(operation, key);
  const { projections = 50, permutations = 200 } = readOptions(operation, options, {
    projections: "integer",
    permutations: "integer",
  });
  checkInteger(operation, "projections", projections, 1, 10_000);
  checkInteger(operation, "permutations", permutations, 1, 10_000);
  checkBoth(operation, ["the samples", "the held-out points"], samples, heldOut, 2);
  const [directionsKey, labelsKey] = split(key);
  const directions = unitVectors(directionsKey, projections, samples.shape[1]);
  const labels = labelColumns(labelsKey, samples.shape[0], heldOut.shape[0], permutations);
  const gaps = gapsAlong(pooled(samples, heldOut), labels, directions);
  const worst = Number(gaps.slice([], 0).argmax().item());
  const statistics = Array.from(gaps.max(0).dataSync());
  return {
    statistic: statistics[0],
    direction: Array.from(directions.slice(worst).dataSync()),
    projections: directions.shape[0],
    ...permutationTest(statistics),
  };
}

/** Uniform on the sphere. f32[k, d]; on the line the one direction there is. */
function unitVectors(key: Key, k: number, d: number): NDArray {
  if (d === 1) return np.ones([1, 1]);
  const gaussian = normal(key, [k, d]);
  return gaussian.div(np.sqrt(gaussian.square().sum(1, { keepdims: true })));
}

/**
 * max over t of |F_a(t) - F_b(t)| for every direction and every column of labels. Along a direction rows are sorted once,
 * for all labels: F_a is then the running share of ones, and F_b that of zeros. Rows that tie count together, at the last
 * of them. f32[n, d], f32[n, p], f32[k, d] -> f32[k, p]
 */
const gapsAlong = jit((rows: NDArray, labels: NDArray, directions: NDArray): NDArray => {
  const sizeA = labels.slice([], 0).sum();
  const sizeB = np.subtract(labels.shape[0], sizeA);
  const upTo = np.arange(1, labels.shape[0] + 1).expandDims(1);
  return map((direction: NDArray) => {
    const z = rows.matmul(direction);
    const order = np.argsort(z);
    const sorted = np.take(z, order, 0);
    const isLast = np.concatenate([np.notEqual(sorted.slice([1]), sorted.slice([0, -1])), np.array([true])]);
    const ones = np.cumsum(np.take(labels, order, 0), 0); // exact: counts
    const gaps = np.abs(ones.div(sizeA).sub(upTo.sub(ones).div(sizeB)));
    return np.where(isLast.expandDims(1), gaps, 0).max(0);
  }, directions);
});
