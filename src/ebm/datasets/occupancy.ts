/** How points are shared out among wells. */
import type { NDArray } from "../../autodiff/array.js";
import { ShapeError } from "../../ir/errors.js";
import * as np from "../../numpy/index.js";

/**
 * The share of points that lie nearest to each centre. f32[n, d], f32[k, d] -> f32[k]
 *
 * @throws ShapeError when points or centres are no rows
 * @example occupancy(samples, eightGaussiansCentres()) // near 1/8 each
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
