/**
 * The pinwheel's density. In polar coordinates x = (rho, theta) and f = (rho, phi): turning keeps the radius, and theta is
 *
 *     g(phi) - 2 pi k / 5   (mod 2 pi),   with g(phi) = phi - c exp(rho cos phi)
 *
 * so that p(x) is the sum, over all phi in one turn where g(phi) is theta modulo 2 pi / 5, of p(f(phi)) / (5 |g'(phi)|).
 *
 * All of them are found, since the shape of g is known. g' = 1 + c rho sin phi exp(rho cos phi) is positive but perhaps between
 * -psi2 and -psi1, where q(psi) = c rho sin psi exp(rho cos psi) is above 1: log q rises up to psi* and falls from there to pi.
 * So g rises on [-psi1, 2 pi - psi2] and falls on [-psi2, -psi1], and each level that g passes has one root on each.
 */
import type { NDArray } from "../../autodiff/array.js";
import { cond } from "../../autodiff/control-flow/cond/cond.js";
import { map } from "../../autodiff/control-flow/scan/scan.js";
import { foriLoop, whileLoop } from "../../autodiff/control-flow/while/loops.js";
import { customJvp } from "../../autodiff/transforms/custom-jvp.js";
import { vmap } from "../../autodiff/transforms/vmap.js";
import * as np from "../../numpy/index.js";
import { bladeSpread, blades, radialMean, twist } from "./pinwheel-shape.js";

/** Levels are so far apart. */
const levelStep = (2 * Math.PI) / blades;

/**
 * Beyond this radius, where the density is below e^-80, blades are wound so tightly that there is no end of roots, and the
 * density is its mean over the circle.
 */
const farRadius = 5;

/** log p(x) of points that are not scaled. f64[n, 2] -> f64[n]; one after another, since they have unlike numbers of roots */
export const logDensityOfBlades = (points: NDArray): NDArray => map(logDensityOfOne, points);

function logDensityOfOne(x: NDArray): NDArray {
  const rho = np.hypot(x.slice(0), x.slice(1));
  const theta = np.arctan2(x.slice(1), x.slice(0));
  return cond(
    rho.less(farRadius),
    (rho: NDArray, theta: NDArray) => sumOverRoots(rho, theta),
    (rho: NDArray, _: NDArray) => meanOverCircle(rho),
    rho,
    theta,
  );
}

/** g(phi) = phi - c exp(rho cos phi) */
const turned = (phi: NDArray, rho: NDArray): NDArray => phi.sub(np.exp(rho.mul(np.cos(phi))).mul(twist));

/** q(psi) = c rho sin psi exp(rho cos psi); g'(phi) = 1 - q(-phi) */
const backward = (psi: NDArray, rho: NDArray): NDArray =>
  rho
    .mul(twist)
    .mul(np.sin(psi))
    .mul(np.exp(rho.mul(np.cos(psi))));

/** log N(f_0; 1, 0.3) + log N(f_1; 0, 0.1) at f = rho (cos phi, sin phi) */
function logDensityOfBlade(phi: NDArray, rho: NDArray): NDArray {
  const [radial, tangential] = bladeSpread;
  const z0 = rho.mul(np.cos(phi)).sub(radialMean).div(radial);
  const z1 = rho.mul(np.sin(phi)).div(tangential);
  return z0
    .square()
    .add(z1.square())
    .mul(-0.5)
    .sub(Math.log(2 * Math.PI * radial * tangential));
}

function sumOverRoots(rho: NDArray, theta: NDArray): NDArray {
  // q' = 0 where cos psi = rho sin^2 psi
  const steepest = np.arccos(rho.mul(2).div(np.sqrt(rho.square().mul(4).add(1)).add(1)));
  const excess = (psi: NDArray): NDArray => backward(psi, rho).sub(1);
  const psi1 = bisect(excess, np.zerosLike(rho), steepest);
  const psi2 = bisect((psi) => excess(psi).neg(), steepest, np.fullLike(rho, Math.PI));
  const lowest = turned(psi1.neg(), rho);
  const highest = turned(psi2.neg(), rho);
  const first = lowest.add(theta.sub(lowest).mod(levelStep));

  const sumOf = (top: NDArray, term: (level: NDArray) => NDArray): NDArray =>
    whileLoop(
      ([level]: [NDArray, NDArray]) => level.less(top),
      ([level, sum]: [NDArray, NDArray]): [NDArray, NDArray] => [
        level.add(levelStep),
        np.logaddexp(sum, term(level)),
      ],
      [first, np.fullLike(rho, Number.NEGATIVE_INFINITY)],
    )[1];
  const term = (phi: NDArray): NDArray =>
    logDensityOfBlade(phi, rho).sub(np.log(np.abs(np.subtract(1, backward(phi.neg(), rho)))));

  const rising = sumOf(highest.add(2 * Math.PI), (level) =>
    term(rootOf(level, rho, psi1.neg(), psi2.neg().add(2 * Math.PI))),
  );
  const falling = sumOf(highest, (level) => term(rootOf(level, rho, psi1.neg(), psi2.neg())));
  return np.logaddexp(rising, falling).sub(Math.log(blades));
}

/**
 * phi between the two with g(phi) = level; g is monotone there, and lower at the first. Its derivative is that of an implicit
 * function: dphi = (dlevel - dg/drho drho) / g'.
 */
const rootOf = customJvp((level: NDArray, rho: NDArray, low: NDArray, high: NDArray) =>
  bisect((phi) => turned(phi, rho).sub(level), low, high),
).defjvp(([level, rho, low, high], [dLevel, dRho]) => {
  const phi = rootOf(level, rho, low, high);
  const slopeInRho = np
    .exp(rho.mul(np.cos(phi)))
    .mul(np.cos(phi))
    .mul(-twist);
  const slope = np.subtract(1, backward(phi.neg(), rho));
  return [phi, dLevel.sub(slopeInRho.mul(dRho)).div(slope)];
});

/** Where f, which is below 0 at `low` and above at `high`, passes 0: 53 halvings, which is all of float64. */
function bisect(f: (x: NDArray) => NDArray, low: NDArray, high: NDArray): NDArray {
  const halve = (_: NDArray, [a, b]: [NDArray, NDArray]): [NDArray, NDArray] => {
    const middle = a.add(b).mul(0.5);
    const isBelow = f(middle).less(0);
    return [np.where(isBelow, middle, a), np.where(isBelow, b, middle)];
  };
  const [a, b] = foriLoop(0, 53, halve, [low, high]);
  return a.add(b).mul(0.5);
}

/** log of the mean of p(f) over the circle of radius rho, which lies around phi = 0 and has the width 0.1 / rho there. */
function meanOverCircle(rho: NDArray): NDArray {
  const step = 0.25;
  const steps = np.arange(-48, 49, 1, { dtype: "float64" }).mul(step);
  const angle = np.divide(bladeSpread[1], rho);
  const logTerms = vmap((z: NDArray) => logDensityOfBlade(z.mul(angle), rho))(steps);
  return np.logsumexp(logTerms).add(np.log(angle.mul(step / (2 * Math.PI))));
}
