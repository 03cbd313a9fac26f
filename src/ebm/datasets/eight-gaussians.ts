/** Eight wells on a circle. */
import type { NDArray } from "../../autodiff/array.js";
import { vmap } from "../../autodiff/transforms/vmap.js";
import * as np from "../../numpy/index.js";
import { split } from "../../random/key.js";
import { normal } from "../../random/normal.js";
import { randint } from "../../random/randint.js";
import { gaussianMixture } from "../gaussian-mixture.js";
import { type DataSet, dataSet } from "./data-set.js";

/** The circle's radius and the standard deviation are 4 and 0.5, both divided by this. */
const shrink = 1.414;
const sd = 0.5 / shrink;

const centresIn = (dtype: "float32" | "float64"): NDArray => {
  const angle = np.arange(0, 8, 1, { dtype }).mul(Math.PI / 4);
  return np.stack([np.cos(angle), np.sin(angle)], 1).mul(4 / shrink);
};

/** f32[8, 2]: centre k lies at the angle k pi / 4. */
export const eightGaussiansCentres = (): NDArray => centresIn("float32");

/** Eight round Gaussians of equal weight on a circle. Source: the toy data of Gulrajani et al. (2017). */
export const eightGaussians: DataSet = dataSet({
  name: "8gaussians",
  entropy: 2.83188041,
  draw: (key, n) => {
    const [whichKey, noiseKey] = split(key);
    const centre = np.take(eightGaussiansCentres(), randint(whichKey, [n], 0, 8), 0);
    return centre.add(normal(noiseKey, [n, 2]).mul(sd));
  },
  logDensity: () => {
    const energies = vmap(gaussianMixture(centresIn("float64"), sd));
    return (points) => energies(points).neg();
  },
});
