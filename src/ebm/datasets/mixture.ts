/** Columns in unlike units, as a person's own table has them. */
import { vmap } from "../../autodiff/transforms/vmap.js";
import * as np from "../../numpy/index.js";
import { categorical } from "../../random/categorical.js";
import { split } from "../../random/key.js";
import { normal } from "../../random/normal.js";
import { gaussianMixture } from "../gaussian-mixture.js";
import { type DataSet, dataSet } from "./data-set.js";

const weights: readonly number[] = [0.5, 0.3, 0.2];
const means: readonly (readonly number[])[] = [
  [0, 0],
  [2.2, 1.1],
  [-0.5, 2],
];
const covariances: readonly (readonly (readonly number[])[])[] = [
  [
    [1, 0.85],
    [0.85, 1],
  ],
  [
    [0.25, -0.15],
    [-0.15, 0.25],
  ],
  [
    [0.6, 0],
    [0, 0.05],
  ],
];
const units: readonly number[] = [3000, 0.02];
const origin: readonly number[] = [12000, 0.5];

/**
 * Three Gaussians of unlike weights and directions, times (3000, 0.02), plus (12000, 0.5): a density in x is that in units of
 * spread divided by 3000 * 0.02.
 */
export const mixture: DataSet = dataSet({
  name: "mixture",
  entropy: 6.67496251,
  draw: (key, n) => {
    const [whichKey, noiseKey] = split(key);
    const which = categorical(whichKey, np.log(np.array(weights)), { shape: [n] });
    const factor = np.take(np.linalg.cholesky(np.array(covariances)), which, 0);
    const offset = np.einsum("nij,nj->ni", factor, normal(noiseKey, [n, 2]));
    return np.take(np.array(means), which, 0).add(offset).mul(np.array(units)).add(np.array(origin));
  },
  logDensity: () => {
    const energies = vmap(gaussianMixture(means, covariances, weights));
    const scale = np.array(units, { dtype: "float64" });
    const shift = np.array(origin, { dtype: "float64" });
    const logVolume = Math.log(units[0] * units[1]);
    return (points) => energies(points.sub(shift).div(scale)).neg().sub(logVolume);
  },
});
