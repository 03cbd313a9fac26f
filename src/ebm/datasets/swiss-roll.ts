/** One arm of a spiral. */
import type { NDArray } from "../../autodiff/array.js";
import { map } from "../../autodiff/control-flow/scan/scan.js";
import * as np from "../../numpy/index.js";
import { split } from "../../random/key.js";
import { normal } from "../../random/normal.js";
import { uniform } from "../../random/uniform.js";
import { gaussianMixture } from "../gaussian-mixture.js";
import { type DataSet, dataSet } from "./data-set.js";
import { gaussLegendre } from "./gauss-legendre.js";

const [start, end] = [1.5 * Math.PI, 4.5 * Math.PI];
const shrink = 5;

/** t (cos t, sin t). f32[n] -> f32[n, 2] */
const arm = (t: NDArray): NDArray => np.stack([np.cos(t), np.sin(t)], 1).mul(t.expandDims(1));

/**
 * t (cos t, sin t) with t uniform from 1.5 pi to 4.5 pi and noise 1, all divided by 5. Source: scikit-learn's make_swiss_roll,
 * seen from the side.
 *
 * The density is the integral over t of a Gaussian around the arm, by quadrature: to the precision of float64.
 */
export const swissRoll: DataSet = dataSet({
  name: "swissroll",
  entropy: 2.66964617,
  draw: (key, n) => {
    const [angleKey, noiseKey] = split(key);
    const t = uniform(angleKey, [n])
      .mul(end - start)
      .add(start);
    return arm(t)
      .add(normal(noiseKey, [n, 2]))
      .div(shrink);
  },
  logDensity: () => {
    const { nodes, weights } = gaussLegendre(240, start, end);
    const centres = arm(np.array(nodes, { dtype: "float64" })).div(shrink);
    const energy = gaussianMixture(centres, 1 / shrink, weights);
    return (points) => map((x: NDArray) => energy(x).neg(), points);
  },
});
