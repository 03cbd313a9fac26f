/** Two half circles. */
import type { NDArray } from "../../autodiff/array.js";
import { map } from "../../autodiff/control-flow/scan/scan.js";
import * as np from "../../numpy/index.js";
import { bernoulli } from "../../random/bernoulli.js";
import { split } from "../../random/key.js";
import { normal } from "../../random/normal.js";
import { uniform } from "../../random/uniform.js";
import { gaussianMixture } from "../gaussian-mixture.js";
import { type DataSet, dataSet } from "./data-set.js";
import { gaussLegendre } from "./gauss-legendre.js";

const noise = 0.1;
const scale = 2;
const shift: readonly number[] = [-1, -0.2];

/** (cos t, sin t) for t from 0 to pi. f32[n] -> f32[n, 2] */
const upper = (t: NDArray): NDArray => np.stack([np.cos(t), np.sin(t)], 1);
const lower = (t: NDArray): NDArray => np.stack([np.subtract(1, np.cos(t)), np.subtract(0.5, np.sin(t))], 1);

/**
 * Two interleaved half circles with noise 0.1, times 2, plus (-1, -0.2). Source: scikit-learn's make_moons.
 *
 * The density is the integral over t of a Gaussian around each half circle, by quadrature: to the precision of float64.
 */
export const moons: DataSet = dataSet({
  name: "moons",
  entropy: 2.3938792,
  draw: (key, n) => {
    const [angleKey, whichKey, noiseKey] = split(key, 3);
    const t = uniform(angleKey, [n]).mul(Math.PI);
    const either = np.where(bernoulli(whichKey, 0.5, [n, 1]), upper(t), lower(t));
    return placed(either.add(normal(noiseKey, [n, 2]).mul(noise)));
  },
  logDensity: () => {
    const { nodes, weights } = gaussLegendre(96, 0, Math.PI);
    const t = np.array(nodes, { dtype: "float64" });
    const centres = placed(np.concatenate([upper(t), lower(t)]));
    const energy = gaussianMixture(centres, scale * noise, [...weights, ...weights]);
    return (points) => map((x: NDArray) => energy(x).neg(), points);
  },
});

const placed = (points: NDArray): NDArray => points.mul(scale).add(np.array(shift, { dtype: points.dtype }));
