/** Sums of distances between rows, over pairs of labelled rows, without ever holding all distances. */
import type { NDArray } from "../../autodiff/array.js";
import { jit } from "../../autodiff/transforms/jit-function.js";
import * as np from "../../numpy/index.js";

/** Sums over ordered pairs, one entry a column of labels: within the first set, between the sets, within the second. */
export interface PairSums {
  readonly within: Float64Array;
  readonly between: Float64Array;
  readonly others: Float64Array;
}

/** Rows in a tile: a tile of distances has 4 MB. */
const tileRows = 1024;

/**
 * For every column s of labels, 1 for the first set and 0 for the second, sums of |x_i - x_j|:
 *
 *     within = s'Ks,   between = s'K(1 - s),   others = (1 - s)'K(1 - s),   K_ij = |x_i - x_j|
 *
 * K is made in tiles of which each meets all columns in one matrix product, K s for 200 columns at once. K is symmetric, so
 * that tiles below the diagonal are left out and those above it count twice; s'K1 follows from the sums of K's rows. f32[n,
 * d], f32[n, p] -> f64[p] each
 */
export function pairSums(rows: NDArray, labels: NDArray): PairSums {
  const [n, p] = labels.shape;
  const tiles = Math.ceil(n / tileRows);
  const size = Math.min(n, tileRows);
  const fill = (x: NDArray): NDArray =>
    np.pad(x, [
      [0, tiles * size - n],
      [0, 0],
    ]);
  const isRow = np.ones([n, 1]);
  const [x, s, ones] = [rows, labels, isRow].map((array) => np.split(fill(array), tiles));
  const within = new Float64Array(p);
  const rowSums = new Float64Array(tiles * size);
  for (let i = 0; i < tiles; i++) {
    for (let j = i; j < tiles; j++) {
      const [forms, sums, columns] = tile(x[i], x[j], s[i], s[j], ones[i], ones[j]);
      addTo(within, forms, i === j ? 1 : 2);
      addTo(rowSums.subarray(i * size), sums, 1);
      if (i !== j) addTo(rowSums.subarray(j * size), columns, 1);
    }
  }
  const ofRows = np.array(rowSums.subarray(0, n));
  const touching = ofRows.matmul(labels.astype("float64")).dataSync(); // s'K1
  const all = Number(ofRows.sum().item());
  return {
    within,
    between: within.map((own, k) => touching[k] - own),
    others: within.map((own, k) => all - 2 * touching[k] + own),
  };
}

/** One tile's share of s'Ks for each column, and of K's sums along both axes; rows that were filled in weigh nothing. */
const tile = jit(
  (
    x: NDArray,
    y: NDArray,
    sx: NDArray,
    sy: NDArray,
    onesX: NDArray,
    onesY: NDArray,
  ): [NDArray, NDArray, NDArray] => {
    const distances = np.sqrt(np.square(x.expandDims(1).sub(y.expandDims(0))).sum(2));
    const forms = distances.matmul(sy).mul(sx).astype("float64").sum(0);
    return [forms, distances.matmul(onesY).reshape([-1]), distances.transpose().matmul(onesX).reshape([-1])];
  },
);

function addTo(sums: Float64Array, values: NDArray, weight: number): void {
  for (const [k, value] of values.dataSync().entries()) sums[k] += weight * value;
}
