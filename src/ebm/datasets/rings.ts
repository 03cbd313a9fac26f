/** Circles in each other. */
import type { NDArray } from "../../autodiff/array.js";
import { map } from "../../autodiff/control-flow/scan/scan.js";
import * as np from "../../numpy/index.js";
import { split } from "../../random/key.js";
import { normal } from "../../random/normal.js";
import { randint } from "../../random/randint.js";
import { uniform } from "../../random/uniform.js";
import { gaussianMixture } from "../gaussian-mixture.js";
import { type DataSet, dataSet } from "./data-set.js";

const step = 0.75;
const sd = 0.08;
const ringNumbers: readonly number[] = [1, 2, 3, 4];

const circle = (angle: NDArray): NDArray => np.stack([np.cos(angle), np.sin(angle)], 1);

/**
 * Four circles of the radii 0.75, 1.5, 2.25 and 3, equally likely, with noise 0.08.
 * Source: the toy data of Grathwohl et al., "FFJORD" (2019).
 *
 * p(x) is the mean over radii R of exp(-(r - R)^2 / (2 s^2)) i0e(r R / s^2) / (2 pi s^2), with r = |x| and i0e Bessel's function
 * that makes a Gaussian's mean over a circle. Here that mean is one over equal angles, s / 1.5 apart: of a periodic function,
 * so that its error is the next Fourier coefficient, below 1e-16 on the rings.
 */
export const rings: DataSet = dataSet({
  name: "rings",
  entropy: 2.62318277,
  draw: (key, n) => {
    const [whichKey, angleKey, noiseKey] = split(key, 3);
    const radius = randint(whichKey, [n, 1], 1, ringNumbers.length + 1).mul(step);
    const angle = uniform(angleKey, [n]).mul(2 * Math.PI);
    return circle(angle)
      .mul(radius)
      .add(normal(noiseKey, [n, 2]).mul(sd));
  },
  logDensity: () => {
    const sizes = ringNumbers.map((i) => Math.ceil((1.5 * 2 * Math.PI * i * step) / sd));
    const centres = ringNumbers.map((number, i) =>
      circle(np.arange(0, sizes[i], 1, { dtype: "float64" }).mul((2 * Math.PI) / sizes[i])).mul(
        number * step,
      ),
    );
    const weights = sizes.flatMap((size) => new Array<number>(size).fill(1 / size));
    const energy = gaussianMixture(np.concatenate(centres), sd, weights);
    return (points) => map((x: NDArray) => energy(x).neg(), points);
  },
});
