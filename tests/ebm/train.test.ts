/** The three forms of a run of training are one fold; divergence is noticed before it is learned from. */
import { type NDArray, numpy as np, optim, random, tree } from "cotangent";
import {
  contrastiveDivergence,
  type Energy,
  energyBound,
  explainDivergence,
  hopsAndLangevin,
  initialState,
  type LossMetrics,
  persistentChains,
  train,
  trainStep,
  trainSteps,
  trainUntilDiverged,
  withinBound,
} from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { describe, expect, test } from "vitest";

/** E = w |x|^2 / 2: one parameter, which training brings to the inverse variance of the data. */
const energy: Energy<NDArray> = (w, x) => x.square().sum().mul(0.5).mul(w);
const parts = (learningRate: number) => ({
  init: () => np.array(3, { dtype: "float32" }),
  energy,
  optimizer: optim.sgd(learningRate),
  negatives: contrastiveDivergence(),
  batchSize: 32,
});
const points = random.normal(random.key(1), [200, 2]);
const gentle = parts(0.01);
const step = trainStep(gentle);
const initial = initialState(random.key(2), gentle);
const bytes = (state: unknown): number[][] => tree.leaves(state).map((leaf) => Array.from(leaf.dataSync()));

describe("a run", () => {
  test("asked for step by step is the fold", () => {
    const reports = [...trainSteps(step, points, 5)(initial)];
    expect(reports.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5]);
    expect(bytes(reports[4].state)).toEqual(bytes(train(step, points, { iterations: 5 })(initial)));
  });
  test("takes no step that nobody asks for, and can be asked for anew", () => {
    let taken = 0;
    const counting: typeof step = (state, rows) => {
      taken++;
      return step(state, rows);
    };
    const steps = trainSteps(counting, points, 1000)(initial);
    for (const { iteration } of steps) if (iteration === 3) break;
    expect(taken).toBe(3);
    const [first] = steps;
    expect(first.iteration).toBe(1);
  });
  test("that does not diverge is on the right, its last state that of the fold", () => {
    const ended = trainUntilDiverged(step, points, { iterations: 4 })(initial);
    expect(E.isRight(ended) && bytes(ended.right)).toEqual(
      bytes(train(step, points, { iterations: 4 })(initial)),
    );
  });
  test("of no steps is where it began", () => {
    expect(train(step, points, { iterations: 0 })(initial)).toBe(initial);
  });
  test("with chains that mix brings the parameter to its maximum likelihood, the inverse variance of the points", () => {
    const iterations = 300;
    const mixing = {
      ...parts(0),
      optimizer: optim.sgd(optim.cosineDecay(0.5, iterations)),
      negatives: persistentChains(hopsAndLangevin()),
      batchSize: 200,
    };
    const begun = initialState(random.key(3), mixing);
    const { params } = train(trainStep(mixing), points, { iterations })(begun);
    const likeliest = 1 / Number(points.square().mean().item());
    expect(Math.abs(Number(params.item()) - likeliest)).toBeLessThan(0.1);
    expect(Math.abs(3 - likeliest)).toBeGreaterThan(1); // where it began
  });
});

describe("a run that diverges", () => {
  const wild = parts(1e9);
  const ended = trainUntilDiverged(trainStep(wild), points, { iterations: 50 })(
    initialState(random.key(2), wild),
  );

  test("is on the left, with the last good state", () => {
    if (E.isRight(ended)) throw new Error("it did not diverge");
    const { iteration, lastGood, dataEnergy, sampleEnergy } = ended.left;
    expect(Math.abs(dataEnergy) < energyBound && Math.abs(sampleEnergy) < energyBound).toBe(false);
    expect(Number.isFinite(Number(lastGood.params.item()))).toBe(true);
    // Good is what a step found good: its own energies are within the bound, and those of the next state are not.
    const [next, ofLastGood] = trainStep(wild)(lastGood, points);
    expect(withinBound(ofLastGood)).toBe(true);
    expect(withinBound(trainStep(wild)(next, points)[1])).toBe(false);
    expect(Number(lastGood.step.item())).toBe(iteration - 2);
  });
  test("in its first step is left where it began", () => {
    const state = { ...initialState(random.key(2), wild), params: np.array(1e9) };
    const first = trainUntilDiverged(trainStep(wild), points, { iterations: 5 })(state);
    expect(E.isLeft(first) && [first.left.iteration, first.left.lastGood === state]).toEqual([1, true]);
  });
  test("says what to change", () => {
    expect(
      explainDivergence({
        kind: "diverged",
        iteration: 7,
        dataEnergy: Number.NaN,
        sampleEnergy: 123456,
        lastGood: 0,
      }),
    ).toBe(
      "training diverged at iteration 7: the mean energy of data is NaN, of samples 123500; lower the learning rate, " +
        "or the sampler's step sizes where nothing corrects them",
    );
  });
  test.each([
    [0, 0, true],
    [-9999, 9999, true],
    [1e4, 0, false],
    [0, -1e5, false],
    [Number.NaN, 0, false],
    [0, Number.NEGATIVE_INFINITY, false],
  ])("energies %d and %d are within the bound: %s", (data, samples, isWithin) => {
    const metrics = {
      loss: np.array(0),
      dataEnergy: np.array(data),
      sampleEnergy: np.array(samples),
      sampler: null,
    };
    expect(withinBound(metrics satisfies LossMetrics & { sampler: null })).toBe(isWithin);
  });
});

test("jitter widens the data: without it the batch's rows are rows of the points, with it they are not", () => {
  const seen = (jitter: number): NDArray => {
    let batch = np.zeros([1, 2]);
    const spying = trainStep({
      ...gentle,
      jitter,
      negatives: { init: () => null, draw: (_key, _energy, data) => [data, null, { data }] },
    });
    const [, { sampler }] = spying(
      initialState(random.key(5), {
        ...gentle,
        negatives: { init: () => null, draw: (_k, _e, data) => [data, null, { data }] },
      }),
      points,
    );
    batch = sampler.data;
    return batch;
  };
  const distance = (batch: NDArray): NDArray =>
    batch.expandDims(1).sub(points.expandDims(0)).square().sum(2).min(1);
  expect(Number(distance(seen(0)).max().item())).toBe(0);
  expect(Number(distance(seen(0.5)).min().item())).toBeGreaterThan(0);
});
