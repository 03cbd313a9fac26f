/** The energy on a grid of cells, for pictures. */
import type { NDArray } from "../../autodiff/array.js";
import { jit } from "../../autodiff/transforms/jit-function.js";
import { checkInteger } from "../../ir/arguments.js";
import * as np from "../../numpy/index.js";
import { type Box, checkBox, midpoints, spacingOf } from "./box.js";
import { batchedEnergy, chunkSize, mapChunks, type PointEnergy } from "./rows.js";

/**
 * E at the midpoints of the cells that a box is cut into, `cells` a side. f64[cells], or f64[cells, cells] for the plane,
 * where element [i, j] is at the point (lower[0] + (i + 1/2) h[0], lower[1] + (j + 1/2) h[1]), h = (upper - lower) / cells.
 *
 * The density there is np.exp(grid.neg().sub(logZ)).
 *
 * @param energy of one point, f32[d] -> f32[], d = 1 or 2
 * @throws ShapeError when the box has other than one or two coordinates, or the energy is no scalar
 * @example energyGrid(energy, { lower: [-3, -3], upper: [3, 3] }, 200).shape // [200, 200]
 */
export function energyGrid(energy: PointEnergy, box: Box, cells: number): NDArray {
  const operation = "ebm.energyGrid";
  checkBox(operation, box);
  checkInteger(operation, "cells", cells, 1, 2 ** 12);
  const energies = batchedEnergy(operation, energy);
  const d = box.lower.length;
  const vector = (values: readonly number[]): NDArray => np.array(values, { dtype: "float64" });
  const evaluate = jit((lower: NDArray, spacing: NDArray) => {
    const x = midpoints(
      np.arange(cells ** d).astype("int32"),
      np.array(cells, { dtype: "int32" }),
      lower,
      spacing,
    );
    return mapChunks(energies, x.astype("float32"), chunkSize);
  });
  return evaluate(vector(box.lower), vector(spacingOf(box, cells))).reshape(new Array<number>(d).fill(cells));
}
