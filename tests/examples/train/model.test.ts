/** Recipes become parts of training: each trains, on both targets, and scales with the number of coordinates. */
import { type NDArray, random, setDefaultTarget, tree } from "cotangent";
import { initialState, trainStep, trainSteps } from "cotangent/ebm";
import { afterEach, describe, expect, test } from "vitest";
import { rowOf } from "../../../examples/train/metrics.js";
import { modelOf, samplesOf, withParts } from "../../../examples/train/model.js";
import { type Recipe, recipes } from "../../../examples/train/recipes.js";

const tiny: Recipe = {
  ...recipes.default,
  hidden: [8, 8],
  chains: 16,
  buffer: 16,
  batch: 16,
  langevinSteps: 3,
  hops: 2,
};
const points = (dimension: number): NDArray => random.normal(random.key(1), [100, dimension]);

/** The rows of two steps, and the parameters after them. */
const trained = (recipe: Recipe, dimension = 2) =>
  withParts(recipe, dimension, (parts) => {
    const reports = [
      ...trainSteps(trainStep(parts), points(dimension), 2)(initialState(random.key(2), parts)),
    ];
    return {
      rows: reports.map(({ iteration, metrics }) => rowOf(iteration, metrics, null)),
      params: tree.leaves(reports[1].state.params).map((leaf) => Array.from(leaf.dataSync())),
    };
  });

afterEach(() => setDefaultTarget(null));

describe("recipes", () => {
  const variants: readonly (readonly [string, Partial<Recipe>])[] = [
    ["as it is", {}],
    ["chains from the data", { negatives: "data" }],
    ["chains from noise", { negatives: "noise" }],
    ["no hops", { hops: 0 }],
    ["a buffer larger than the chains, refreshed from noise", { buffer: 64, reinitFrom: "noise" }],
    ["a regulariser and jitter", { alpha: 0.1, jitter: 0.2 }],
    ["plain Langevin steps", { metropolis: false, hops: 0, firstStep: 0.02, lastStep: 0.001 }],
  ];
  test.each(variants)("%s: two steps give numbers, and the same on js as on wasm", (_, change) => {
    const recipe = { ...tiny, ...change };
    const onWasm = trained(recipe);
    for (const { loss, dataEnergy, sampleEnergy } of onWasm.rows) {
      expect([loss, dataEnergy, sampleEnergy].every(Number.isFinite)).toBe(true);
    }
    setDefaultTarget("js");
    expect(trained(recipe)).toEqual(onWasm);
  });
  test.each([1, 2, 5])("of %i coordinates", (dimension) => {
    expect(trained(tiny, dimension).params[0]).toHaveLength(8); // biases come before weights
    const { init, energy } = modelOf(tiny, dimension);
    const params = init(random.key(3));
    const samples = samplesOf((y) => energy(params, y), dimension, random.key(4), 20);
    expect(samples.shape).toEqual([20, dimension]);
  });
});

describe("acceptance", () => {
  test("is that of the hops and of the first, the middle and the last Langevin step", () => {
    const [row] = trained({ ...tiny, firstStep: 10, lastStep: 1e-6 }).rows;
    expect(row.acceptFirst).toBeLessThan(row.acceptMiddle);
    expect(row.acceptMiddle).toBeLessThan(row.acceptLast);
    expect(row.acceptLast).toBeGreaterThan(0.99);
    expect(row.acceptHops > 0 && row.acceptHops <= 1).toBe(true);
  });
  test("is not a number where there is none", () => {
    expect(trained({ ...tiny, hops: 0 }).rows[0].acceptHops).toBeNaN();
    const { acceptFirst, acceptMiddle, acceptLast } = trained({ ...tiny, metropolis: false, hops: 0 })
      .rows[0];
    expect([acceptFirst, acceptMiddle, acceptLast]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});
