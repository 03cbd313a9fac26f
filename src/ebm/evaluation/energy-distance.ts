/**
 * Energy distance, a distance between densities that needs samples alone, in any dimension:
 *
 *     D = 2 E|A - B| - E|A - A'| - E|B - B'|
 *
 * with A, A' independent draws from the one and B, B' from the other: 0 when they are the same, and positive otherwise. It
 * is blind to small things: rings at a KL of 0.04 are at D = 0.0001. The name has nothing to do with the energy of a model.
 *
 * Source: Székely and Rizzo, "Energy statistics: a class of statistics based on distances" (2013).
 */
import type { NDArray } from "../../autodiff/array.js";
import { checkInteger, readOptions } from "../../ir/arguments.js";
import * as np from "../../numpy/index.js";
import { checkOneKey, type Key } from "../../random/key.js";
import { pairSums } from "./pair-sums.js";
import { labelColumns, type PermutationTest, permutationTest } from "./permutation-test.js";
import { checkBoth, checkRows, pooled } from "./rows.js";

/**
 * The unbiased estimate of D from rows of both: pairs of a row with itself are left out, so that its mean is 0 where the
 * densities are the same, and it is below 0 half of the time. In the units of the columns, which should be alike.
 *
 * @param a f32[n, d]
 * @param b f32[m, d]
 * @throws ShapeError where one has fewer than two rows, or another number of columns
 * @example energyDistance(samples, heldOut)
 */
export function energyDistance(a: NDArray, b: NDArray): number {
  checkBoth("ebm.energyDistance", ["the first points", "the second points"], a, b, 2);
  const n = a.shape[0];
  const m = b.shape[0];
  const labels = np.concatenate([np.ones([n, 1]), np.zeros([m, 1])]);
  return distances(pooled(a, b), labels, n)[0];
}

export interface EnergyDistanceOptions {
  /** Random labellings that the distance is compared with; 200 by default. */
  readonly permutations?: number;
}

export interface EnergyDistanceTest extends PermutationTest {
  /** The unbiased estimate of D. */
  readonly distance: number;
  /** Rows of each. */
  readonly samples: number;
  readonly heldOut: number;
}

/**
 * The energy distance of samples from held-out rows and its p-value by permutation: small when the two differ by more than
 * chance. 4,000 rows of each take about a second, and memory for a few tiles of the distances.
 *
 * @example energyDistanceTest(key, samples, heldOut).pValue // above 0.05 for nineteen right models in twenty
 */
export function energyDistanceTest(
  key: Key,
  samples: NDArray,
  heldOut: NDArray,
  options: EnergyDistanceOptions = {},
): EnergyDistanceTest {
  const operation = "ebm.energyDistanceTest";
  checkOneKey(operation, key);
  const { permutations = 200 } = readOptions(operation, options, { permutations: "integer" });
  checkInteger(operation, "permutations", permutations, 1, 10_000);
  checkBoth(operation, ["the samples", "the held-out points"], samples, heldOut, 2);
  const n = samples.shape[0];
  const m = heldOut.shape[0];
  const found = distances(pooled(samples, heldOut), labelColumns(key, n, m, permutations), n);
  return { distance: found[0], ...permutationTest(found), samples: n, heldOut: m };
}

export interface DistanceBaseline {
  /** Over random halvings of the rows. */
  readonly mean: number;
  readonly sd: number;
  /** The largest distance of all halvings. */
  readonly largest: number;
  readonly halvings: number;
  /** Rows in each half. */
  readonly rows: number;
}

/**
 * Data against data: the energy distance between random halves of one set of rows, which is what a perfect model would
 * score against as many rows.
 *
 * @example energyDistanceBaseline(key, heldOut) // { mean: 0.00001, sd: 0.0004, ... }
 */
export function energyDistanceBaseline(
  key: Key,
  points: NDArray,
  options: { readonly halvings?: number } = {},
): DistanceBaseline {
  const operation = "ebm.energyDistanceBaseline";
  checkOneKey(operation, key);
  const { halvings = 20 } = readOptions(operation, options, { halvings: "integer" });
  checkInteger(operation, "halvings", halvings, 1, 10_000);
  checkRows(operation, "the points", points, 4);
  const rows = Math.floor(points.shape[0] / 2);
  const even = pooled(points.slice([0, rows]), points.slice([rows, 2 * rows]));
  const columns = labelColumns(key, rows, rows, halvings);
  const found = np.array(distances(even, columns, rows).slice(1), { dtype: "float64" });
  return {
    mean: Number(found.mean().item()),
    sd: Number(found.std().item()),
    largest: Number(found.max().item()),
    halvings,
    rows,
  };
}

/** D for each column of labels, `n` of which are 1. */
function distances(rows: NDArray, labels: NDArray, n: number): number[] {
  const m = rows.shape[0] - n;
  const { within, between, others } = pairSums(rows, labels);
  return Array.from(
    between,
    (sum, k) => (2 * sum) / (n * m) - within[k] / (n * (n - 1)) - others[k] / (m * (m - 1)),
  );
}
