// The Hessian of an energy: at the bottom of a well it is the inverse of the well's covariance. To run it:
// npm run build:js && npx tsx --tsconfig tsconfig.run.json examples/hessian.ts
import { grad, hessian, jit, lax, type NDArray, numpy as np, vmap } from "cotangent";
import { energyGrid } from "cotangent/ebm";

const covariance = np.array([
  [0.5, 0.3],
  [0.3, 0.4],
]);
const precision = np.linalg.inv(covariance);
const mean = np.array([1, -2]);

/** A Gaussian well: E(x) = (x - mean)^T precision (x - mean) / 2, whose density is normal. */
const gaussian = (x: NDArray): NDArray => np.dot(x.sub(mean), np.dot(precision, x.sub(mean))).div(2);
/** A well that is Gaussian only at its bottom: farther out it rises as the fourth power. */
const quartic = (x: NDArray): NDArray => gaussian(x).add(np.square(gaussian(x)).mul(0.02));

/** x <- x - H(x)^-1 grad E(x): where the energy is quadratic one step is enough. */
const newton = (energy: (x: NDArray) => NDArray, start: NDArray, steps: number): NDArray => {
  const step = (x: NDArray): NDArray => x.sub(np.linalg.solve(hessian(energy)(x), grad(energy)(x)));
  return lax.foriLoop(0, steps, (_, x: NDArray) => step(x), start);
};

/**
 * Laplace's approximation of log Z, Z the integral of exp(-E): in d dimensions, with the minimum m and the Hessian H there,
 *
 *     log Z = -E(m) + (d log 2 pi - log det H) / 2
 */
const laplace = (energy: (x: NDArray) => NDArray, minimum: NDArray): NDArray => {
  const [, logDet] = np.linalg.slogdet(hessian(energy)(minimum));
  return np
    .subtract(minimum.size * Math.log(2 * Math.PI), logDet)
    .div(2)
    .sub(energy(minimum));
};

/** log Z as a sum over a grid: the truth, as long as there are two dimensions. */
const logPartition = (energy: (x: NDArray) => NDArray): NDArray => {
  const [lower, upper, cells] = [[-7, -10], [9, 6], 400];
  const area = (16 / cells) ** 2;
  return np.logsumexp(energyGrid(energy, { lower, upper }, cells).neg()).add(Math.log(area));
};

const show = (x: NDArray): string =>
  Array.from(x.ravel().dataSync(), (v) => v.toFixed(4).replace(/^-(0\.0+)$/, "$1")).join(" ");
const start = np.array([3, 1]);
console.log(`inverse Hessian of the well: ${show(np.linalg.inv(hessian(gaussian)(start)))}`);
console.log(`covariance of its density:   ${show(covariance)}`);
console.log(`one Newton step, Gaussian:   ${show(newton(gaussian, start, 1))}`);
for (const steps of [1, 3, 6])
  console.log(
    `${steps} Newton steps, quartic:    ${show(jit((x: NDArray) => newton(quartic, x, steps))(start))}`,
  );
console.log(
  `log Z, Gaussian: Laplace ${show(laplace(gaussian, mean))}, grid ${show(logPartition(gaussian))}`,
);
console.log(`log Z, quartic:  Laplace ${show(laplace(quartic, mean))}, grid ${show(logPartition(quartic))}`);

// Curvature along a path, all points at once: E grows faster than a parabola, so the Hessian grows as well.
const path = np.stack([np.linspace(1, 3, 3), np.linspace(-2, 1, 3)], 1);
const curvatures = jit(vmap((x: NDArray) => np.trace(hessian(quartic)(x))))(path);
console.log(`trace of the Hessian on the way up: ${show(curvatures)}`);
