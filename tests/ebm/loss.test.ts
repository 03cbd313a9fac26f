/** The loss is its formula, and its gradient is that of the likelihood. */
import { grad, type NDArray, numpy as np, random, valueAndGrad } from "cotangent";
import { loss } from "cotangent/ebm";
import { langevinSampling } from "cotangent/sampling";
import { describe, expect, test } from "vitest";

/** E(a, x) = a |x|^2, so that p is normal with variance 1 / (2 a). */
const energy = (a: NDArray, x: NDArray): NDArray => x.square().sum().mul(a);

const data = np.array([
  [1, 0],
  [1, 1],
  [0, 2],
]); // |x|^2 = 1, 2, 4
const samples = np.array([
  [2, 1],
  [0, 1],
]); // |x|^2 = 5, 1

describe("mean E(data) - mean E(samples) + alpha (mean E(data)^2 + mean E(samples)^2)", () => {
  const a = 0.5;
  test.each([0, 0.1])("alpha = %f", (alpha) => {
    const [[value, metrics], slope] = valueAndGrad(loss(energy, { alpha }), { hasAux: true })(
      a,
      data,
      samples,
    );
    const [d, s, d2, s2] = [7 / 3, 3, 7, 13]; // means of |x|^2 and of |x|^4
    expect(value.item()).toBeCloseTo(a * (d - s) + alpha * a * a * (d2 + s2), 5);
    expect(slope.item()).toBeCloseTo(d - s + alpha * 2 * a * (d2 + s2), 5);
    expect(metrics.loss.item()).toBe(value.item());
    expect(metrics.dataEnergy.item()).toBeCloseTo(a * d, 5);
    expect(metrics.sampleEnergy.item()).toBeCloseTo(a * s, 5);
  });
});

test("samples are constants: their gradient is zero, and none flows through the chain that made them", () => {
  const objective = loss(energy, { alpha: 0.1 });
  const toSamples = grad((x: NDArray) => objective(np.array(0.5), data, x)[0]);
  expect(toSamples(samples).js()).toEqual([
    [0, 0],
    [0, 0],
  ]);

  const chains = (a: NDArray): NDArray =>
    langevinSampling(random.key(0), (x) => energy(a, x), samples, { steps: 3, stepSize: 0.1 });
  const through = grad((a: NDArray) => objective(a, data, chains(a))[0]);
  const beside = grad((a: NDArray) => objective(a, data, chains(np.array(0.5)))[0]);
  expect(through(0.5).item()).toBe(beside(0.5).item());
});

test("with exact samples the gradient is that of the negative log-likelihood, within five standard errors", () => {
  const a = 0.8;
  const n = 20_000;
  const exact = random.normal(random.key(1), [n, 2]).mul(Math.sqrt(1 / (2 * a)));
  const found = grad((p: NDArray) => loss(energy)(p, data, exact)[0])(a);
  // log Z = log(pi / a), so d/da of mean a |x|^2 + log Z is mean |x|^2 - 1 / a; |x|^2 under p has the sd 1 / a.
  expect(Math.abs(Number(found.item()) - (7 / 3 - 1 / a))).toBeLessThan((5 * (1 / a)) / Math.sqrt(n));
});
