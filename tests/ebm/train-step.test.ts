/** Training is a pure function of its state: repeatable, divisible, and it learns. */
import { type NDArray, numpy as np, optim, random, tree, vmap } from "cotangent";
import {
  annealedLangevin,
  contrastiveDivergence,
  dataSets,
  initialState,
  mlpEnergy,
  quadratic,
  train,
  trainStep,
} from "cotangent/ebm";
import { geometric } from "cotangent/sampling";
import { describe, expect, test } from "vitest";

const points = dataSets["8gaussians"].sample(random.key(100), 2000).div(2);
const model = mlpEnergy({ hidden: [16, 16] });
const parts = {
  ...model,
  optimizer: optim.adam(0.01, { b1: 0 }),
  negatives: contrastiveDivergence(annealedLangevin({ steps: 5, stepSize: geometric(0.01, 0.001, 5) })),
  batchSize: 64,
};
const step = trainStep(parts);
const begin = (seed: number): ReturnType<typeof initialState<Params, Kind, null>> =>
  initialState(random.key(seed), parts);
type Params = ReturnType<typeof model.init>;
type Kind = typeof parts.optimizer extends optim.Optimizer<infer F> ? F : never;

const bytes = (state: unknown): number[][] => tree.leaves(state).map((leaf) => Array.from(leaf.dataSync()));

describe("a run", () => {
  test("is the same from the same seed, and another from another", () => {
    const ten = train(step, points, { iterations: 10 });
    expect(bytes(ten(begin(0)))).toEqual(bytes(ten(begin(0))));
    expect(bytes(ten(begin(0)).params)).not.toEqual(bytes(ten(begin(1)).params));
  });
  test("may stop anywhere and go on from its state", () => {
    const whole = train(step, points, { iterations: 9 })(begin(2));
    const parts = [4, 5].reduce((state, iterations) => train(step, points, { iterations })(state), begin(2));
    expect(bytes(parts)).toEqual(bytes(whole));
  });
  test("counts its steps and reports each", () => {
    const seen: number[] = [];
    const state = train(step, points, { iterations: 3, onStep: ({ iteration }) => seen.push(iteration) })(
      begin(3),
    );
    expect(seen).toEqual([1, 2, 3]);
    expect(state.step.item()).toBe(3);
  });
  test("leaves the state that it began from as it was", () => {
    const initial = begin(4);
    const before = bytes(initial);
    train(step, points, { iterations: 2 })(initial);
    expect(bytes(initial)).toEqual(before);
  });
});

test("a short run digs wells where data lie: their energy falls by a nat and more below that of the plane", () => {
  const plane = random.uniform(random.key(5), [2000, 2], { minval: -2, maxval: 2 });
  const contrast = (params: Params): number => {
    const mean = (x: NDArray): number =>
      Number(
        vmap((y: NDArray) => model.energy(params, y))(x)
          .mean()
          .item(),
      );
    return mean(plane) - mean(points);
  };
  const initial = begin(6);
  const trained = train(step, points, { iterations: 150 })(initial);
  expect(contrast(trained.params) - contrast(initial.params)).toBeGreaterThan(1);
});

test("the confining term is |x|^2 / (2 scale^2)", () => {
  expect(quadratic(2)(np.array([3, 4])).item()).toBeCloseTo(25 / 8, 6);
  const params = model.init(random.key(7));
  const bare = mlpEnergy({ hidden: [16, 16], confinement: 1e6 });
  const x = np.array([3, 4]);
  const difference = model.energy(params, x).sub(bare.energy(params, x));
  expect(difference.item()).toBeCloseTo(25 / 8, 4);
});

test("impossible settings are refused while the step is made", () => {
  expect(() => trainStep({ ...parts, batchSize: 0 })).toThrow(/batchSize is 0/);
  expect(() => mlpEnergy({ confinement: 0 })).toThrow(/scale is 0/);
  expect(() => mlpEnergy({ hidden: [0] })).toThrow(/positive integers/);
});
