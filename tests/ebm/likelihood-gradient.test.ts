/**
 * The law that training stands on: with alpha 0 and samples drawn exactly from the model, the gradient of the loss is that
 * of the negative log-likelihood. Here the integral over x is a sum over the cells of a grid, so that both sides are known:
 * log Z is a log-sum-exp, its gradient is taken by autodiff, and exact samples are cells drawn with their probabilities.
 */
import { grad, jit, type NDArray, numpy as np, random, tree, vmap } from "cotangent";
import { energyGrid, logPartition, loss, mlpEnergy, negativeLogLikelihood } from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { describe, expect, test } from "vitest";

const { init, energy } = mlpEnergy({ hidden: [8], gain: 2, confinement: 1 });
type Params = ReturnType<typeof init>;
/** float64, so that only the draws are random: the last bias moves all energies alike, and its gradient is 0. */
const params = tree.map((leaf: NDArray) => leaf.astype("float64"), init(random.key(0)));

const box = { lower: [-6, -6], upper: [6, 6] };
const cells = 64;
const grid = (() => {
  const x = np
    .arange(cells)
    .astype("float64")
    .add(0.5)
    .mul(12 / cells)
    .sub(6);
  const [x0, x1] = np.meshgrid([x, x], { indexing: "ij" });
  return np.stack([x0.reshape([-1]), x1.reshape([-1])], 1);
})();
const cellVolume = (12 / cells) ** 2;
const energies = (p: Params, x: NDArray): NDArray => vmap((row: NDArray) => energy(p, row))(x);

const n = 40_000;
const data = random.normal(random.key(1), [300, 2], { dtype: "float64" }).mul(0.7).add(0.5);
const logits = energies(params, grid).neg();
const probabilities = np.exp(logits.sub(np.logsumexp(logits))).astype("float64");
const samples = random.choice(random.key(2), grid, [n], { p: probabilities });

/** mean E(data) + log of the sum over cells of exp(-E) h^2 */
const gridNll = (p: Params): NDArray =>
  energies(p, data)
    .mean()
    .add(np.logsumexp(energies(p, grid).neg()))
    .add(Math.log(cellVolume));
const exact = tree.ravel(jit(grad(gridNll))(params))[0];

/** The standard error of each component: the sd under the model of dE / d(parameter), by the grid, over sqrt(n). */
const standardError = (() => {
  const slopes = jit(vmap((x: NDArray) => tree.ravel(grad((p: Params) => energy(p, x))(params))[0]))(
    grid,
  ).astype("float64");
  const mean = np.matmul(probabilities, slopes);
  return np.sqrt(np.matmul(probabilities, np.square(slopes.sub(mean)))).div(Math.sqrt(n));
})();

/** By how many standard errors a gradient is off, at its worst component. Rounding is allowed for. */
function worst(objective: (p: Params) => NDArray): number {
  const found = tree.ravel(jit(grad(objective))(params))[0];
  const off = np.abs(found.sub(exact)).astype("float64").div(standardError.add(1e-9));
  return Number(off.max().item());
}

describe("with alpha 0 and exact samples the gradient of the loss", () => {
  const objective = loss(energy);

  test("is that of the negative log-likelihood in every component, within four standard errors", () => {
    expect(standardError.size).toBe(33);
    expect(worst((p) => objective(p, data, samples)[0])).toBeLessThan(4);
  });
  test("and the check is sharp: it tells a wrong sign, a sum for a mean, a half, alpha, and a wrong model's samples", () => {
    const mean = (p: Params, x: NDArray): NDArray => energies(p, x).mean();
    const slips: readonly ((p: Params) => NDArray)[] = [
      (p) => objective(p, samples, data)[0],
      (p) => mean(p, data).add(mean(p, samples)),
      (p) => energies(p, data).sum().sub(mean(p, samples)),
      (p) => mean(p, data).sub(energies(p, samples).sum()),
      (p) => objective(p, data, samples)[0].div(2),
      (p) => mean(p, data),
      (p) => loss(energy, { alpha: 0.1 })(p, data, samples)[0],
      (p) => objective(p, data, samples.mul(1.05))[0],
    ];
    for (const slip of slips) expect(worst(slip)).toBeGreaterThan(10);
  });
});

describe("the negative log-likelihood by quadrature", () => {
  test("has that gradient: differences along random directions agree", () => {
    const [flat, unravel] = tree.ravel(params);
    const scoreAt = (theta: NDArray): number => {
      const at = unravel(theta);
      const quadrature = logPartition((x) => energy(at, x), box, { dtype: "float64" });
      if (E.isLeft(quadrature)) throw new Error(quadrature.left.kind);
      return negativeLogLikelihood((x) => energy(at, x), quadrature.right.logZ, data).mean;
    };
    for (const seed of [3, 4]) {
      const direction = random.normal(random.key(seed), flat.shape, { dtype: "float64" });
      const h = 1e-3;
      const slope = (scoreAt(flat.add(direction.mul(h))) - scoreAt(flat.sub(direction.mul(h)))) / (2 * h);
      expect(slope).toBeCloseTo(Number(np.dot(exact, direction).item()), 4);
    }
  });
  test("is the sum over the cells of the grid", () => {
    const found = energyGrid((x) => energy(params, x), box, cells);
    expect(
      Number(
        np
          .abs(found.reshape([-1]).sub(energies(params, grid)))
          .max()
          .item(),
      ),
    ).toBeLessThan(1e-4);
    const quadrature = logPartition((x) => energy(params, x), box);
    const logZ = Number(np.logsumexp(found.neg()).item()) + Math.log(cellVolume);
    expect(E.isRight(quadrature) && Math.abs(quadrature.right.logZ - logZ)).toBeLessThan(1e-3);
  });
});
