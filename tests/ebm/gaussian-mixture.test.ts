/** A mixture of Gaussians is a normalised energy, however its spread is given. */
import { grad, jit, type NDArray, numpy as np, vmap } from "cotangent";
import { gaussianMixture } from "cotangent/ebm";
import { expect, test } from "vitest";

const means = [
  [-1, 0.5],
  [2, 0],
];
const weights = [0.8, 0.2];
const leaning = [
  [
    [1, 0.6],
    [0.6, 0.5],
  ],
  [
    [0.3, -0.1],
    [-0.1, 0.2],
  ],
];
const spreads: Readonly<Record<string, number | readonly unknown[]>> = {
  "one sd": 0.5,
  "an sd a component": [0.5, 0.7],
  "an sd an axis": [
    [0.5, 0.7],
    [0.3, 0.4],
  ],
  covariances: leaning,
};
const at = (...x: number[]): NDArray => np.array(x, { dtype: "float64" });
const item = (x: NDArray): number => Number(x.item());

test("of one component it is the square of the distance in sds, and the logarithm of the normal's height", () => {
  const energy = gaussianMixture([[1, 2]], [[0.5, 3]]);
  const expected = 0.5 * ((2 / 0.5) ** 2 + (1 / 3) ** 2) + Math.log(0.5 * 3) + Math.log(2 * Math.PI);
  expect(item(energy(at(3, 3)))).toBeCloseTo(expected, 13);
});

test("of two it is -log of the weighted sum of normal densities", () => {
  const normal = (x: number, mean: number, sd: number): number =>
    Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));
  const energy = gaussianMixture([[-2], [1]], [0.5, 2], [3, 1]);
  expect(item(energy(at(-1)))).toBeCloseTo(
    -Math.log(0.75 * normal(-1, -2, 0.5) + 0.25 * normal(-1, 1, 2)),
    13,
  );
});

test.each(Object.entries(spreads))("with %s it is normalised: exp(-E) integrates to 1", (_, spread) => {
  const energy = gaussianMixture(means, spread as number, weights);
  const h = 0.1; // a third of the narrowest ridge: the sum over the grid is exact to 1e-12
  const axis = np.arange(-80, 81, 1, { dtype: "float64" }).mul(h);
  const [x, y] = np.meshgrid([axis, axis]);
  const densities = np.exp(vmap(energy)(np.stack([x, y], 2).reshape([-1, 2])).neg());
  expect(item(densities.sum()) * h * h).toBeCloseTo(1, 9);
});

test("sds are covariances whose diagonals are their squares", () => {
  const sds = gaussianMixture(means, [0.5, 0.7], weights);
  const covariances = gaussianMixture(
    means,
    [0.5, 0.7].map((s) =>
      np
        .eye(2)
        .mul(s * s)
        .js(),
    ) as number[][][],
    weights,
  );
  const x = at(0.3, -0.4);
  expect(item(covariances(x))).toBeCloseTo(item(sds(x)), 6);
});

test("weights count by their ratios, and are equal by default", () => {
  const x = at(0.3, -0.4);
  expect(item(gaussianMixture(means, 1, [8, 2])(x))).toBeCloseTo(
    item(gaussianMixture(means, 1, [0.8, 0.2])(x)),
    14,
  );
  expect(item(gaussianMixture(means, 1, [3, 3])(x))).toBeCloseTo(item(gaussianMixture(means, 1)(x)), 14);
});

test("its gradient is (x - m) / s^2, averaged by what each component is responsible for", () => {
  const energy = gaussianMixture(means, 0.5);
  const x = at(0.4, 0.2);
  const heights = means.map(([a, b]) => Math.exp(-0.5 * (((0.4 - a) / 0.5) ** 2 + ((0.2 - b) / 0.5) ** 2)));
  const total = heights.reduce((sum, height) => sum + height, 0);
  const expected = [0, 1].map((axis) =>
    means.reduce((sum, m, k) => sum + ((heights[k] / total) * ([0.4, 0.2][axis] - m[axis])) / 0.25, 0),
  );
  expect(np.allclose(grad(energy)(x), at(...expected), { rtol: 1e-12 }).item()).toBe(true);
});

test("far from every mean the energy stays finite, and so does its gradient", () => {
  const energy = gaussianMixture(means, leaning, weights);
  const x = at(1e6, -1e6);
  expect(np.isfinite(energy(x)).item()).toBe(true);
  expect(np.isfinite(grad(energy)(x)).all().item()).toBe(true);
});

test("the energy has the position's dtype", () => {
  const energy = gaussianMixture(means, leaning, weights);
  expect(energy(np.array([0, 1])).dtype).toBe("float32");
  expect(energy(at(0, 1)).dtype).toBe("float64");
  expect(item(energy(np.array([0, 1])))).toBeCloseTo(item(energy(at(0, 1))), 5);
});

test("made inside a traced function it is the same energy", () => {
  const x = at(0.3, -0.4);
  const inside = jit((x: NDArray) => gaussianMixture(means, leaning, weights)(x))(x);
  expect(item(inside)).toBeCloseTo(item(gaussianMixture(means, leaning, weights)(x)), 14);
});
