/** Two arms around each other. */
import type { NDArray } from "../../autodiff/array.js";
import { map } from "../../autodiff/control-flow/scan/scan.js";
import { erfc } from "../../lax/elementwise.js";
import * as np from "../../numpy/index.js";
import { bernoulli } from "../../random/bernoulli.js";
import { split } from "../../random/key.js";
import { normal } from "../../random/normal.js";
import { uniform } from "../../random/uniform.js";
import { type DataSet, dataSet } from "./data-set.js";
import { gaussLegendre } from "./gauss-legendre.js";

const end = 3 * Math.PI;
const shrink = 3;
/** Each coordinate is moved by a uniform number from 0 to this. */
const width = 0.5 / shrink;
const noise = 0.1;

/** n (-cos n, sin n) / 3. f32[m] -> f32[m, 2] */
const arm = (n: NDArray): NDArray =>
  np
    .stack([np.cos(n).neg(), np.sin(n)], 1)
    .mul(n.expandDims(1))
    .div(shrink);

/**
 * n (-cos n, sin n) / 3 with n = 3 pi sqrt(u), plus a uniform number of [0, 1/6) in each coordinate; half of the points are
 * negated; noise 0.1. Source: the toy data of Grathwohl et al., "FFJORD" (2019).
 *
 * The density is the integral over n, which has the density 2 n / (3 pi)^2, by quadrature; at each n the coordinates are
 * independent, and each is a uniform plus a normal number. Within 2e-6 of itself where points lie.
 */
export const twoSpirals: DataSet = dataSet({
  name: "2spirals",
  entropy: 2.64545028,
  draw: (key, n) => {
    const [lengthKey, widthKey, signKey, noiseKey] = split(key, 4);
    const along = arm(np.sqrt(uniform(lengthKey, [n])).mul(end));
    const sign = np.where(bernoulli(signKey, 0.5, [n, 1]), 1, -1);
    const point = along.add(uniform(widthKey, [n, 2]).mul(width)).mul(sign);
    return point.add(normal(noiseKey, [n, 2]).mul(noise));
  },
  logDensity: () => {
    const { lengths, weights } = alongArm(200);
    const [cx, cy] = arm(np.array(lengths, { dtype: "float64" })).add(width / 2).T;
    const logHeights = np.log(np.array(weights, { dtype: "float64" }).mul(0.5));
    const logArm = (x: NDArray, y: NDArray): NDArray =>
      np.logsumexp(logBox(x.sub(cx), y.sub(cy)).add(logHeights));
    const logDensityOfOne = ([x, y]: NDArray): NDArray =>
      np.logaddexp(logArm(x, y), logArm(x.neg(), y.neg()));
    return (points) => map(logDensityOfOne, points);
  },
});

/**
 * Lengths n and weights of a quadrature in n, which has the density 2 n / end^2. With n = end v sqrt((1 + e) / (v + e)) and v
 * from 0 to 1 its nodes lie evenly along the arm, whose length grows as n^2, and n is smooth in v.
 */
function alongArm(count: number): {
  readonly lengths: readonly number[];
  readonly weights: readonly number[];
} {
  const e = 0.03;
  const { nodes, weights } = gaussLegendre(count, 0, 1);
  return {
    lengths: nodes.map((v) => end * v * Math.sqrt((1 + e) / (v + e))),
    weights: nodes.map((v, i) => (weights[i] * (1 + e) * (v * v + 2 * e * v)) / (v + e) ** 2),
  };
}

/** log of the density of a box convolved with the noise, at an offset from its middle. */
function logBox(dx: NDArray, dy: NDArray): NDArray {
  const [x, y] = [overlap(dx), overlap(dy)];
  return np
    .log(x.mass.mul(y.mass))
    .sub(x.exponent)
    .sub(y.exponent)
    .sub(2 * Math.log(2 * width));
}

/**
 * mass exp(-exponent) = erfc(a) - erfc(b), with a and b the distances to the ends of the box in units of noise sqrt 2: of the
 * density in one coordinate it is 2 width.
 *
 * Where a > 6, erfc(a) = exp(-a^2) tail(a), and exp(-a^2) is left to the exponent, so that nothing underflows.
 */
function overlap(offset: NDArray): { readonly mass: NDArray; readonly exponent: NDArray } {
  const unit = noise * Math.SQRT2;
  const a = np
    .abs(offset)
    .sub(width / 2)
    .div(unit);
  const b = a.add(width / unit);
  const isFar = a.greater(switchAt);
  const far = np.maximum(a, switchAt);
  const farB = far.add(width / unit);
  const ratio = np.exp(far.square().sub(farB.square()));
  return {
    mass: np.where(isFar, tail(far).sub(ratio.mul(tail(farB))), erfc(a).sub(erfc(b))),
    exponent: np.where(isFar, far.square(), 0),
  };
}

const switchAt = 6;

/** exp(z^2) erfc(z) by its asymptotic series, 1 / (z sqrt pi) (1 - 1 / (2 z^2) + 3 / (2 z^2)^2 - ...): to 1e-10 for z >= 6. */
function tail(z: NDArray): NDArray {
  const t = np.divide(-0.5, z.square());
  const odd = [19, 17, 15, 13, 11, 9, 7, 5, 3, 1];
  const series = odd.reduce((sum, factor) => sum.mul(t).mul(factor).add(1), np.onesLike(z));
  return series.div(z.mul(Math.sqrt(Math.PI)));
}
