/**
 * What training has reached when it ends: the likelihood's gradient is the difference between the mean energies of data and of
 * the model's samples, along the scale of the energy, so that at the maximum there is none.
 */
import { type NDArray, optim, random } from "cotangent";
import {
  dataSets,
  drawSamples,
  energyGap,
  hopsAndLangevin,
  initialState,
  mlpEnergy,
  persistentChains,
  train,
  trainStep,
} from "cotangent/ebm";
import { expect, test } from "vitest";

const iterations = 1500;
const [dataKey, freshKey, trainKey, samplesKey] = random.split(random.key(0), 4);
const { sample } = dataSets.moons;
const rows = sample(dataKey, 20_000);
const fresh = sample(freshKey, 2000);
const { init, energy } = mlpEnergy({ hidden: [32, 32, 32] });
const parts = {
  init,
  energy,
  optimizer: optim.adam(optim.cosineDecay(0.01, iterations), { b1: 0 }),
  negatives: persistentChains(hopsAndLangevin(), { chains: 128 }),
  batchSize: 128,
};

/** mean E of fresh data - mean E of as many samples of exp(-E) / Z, each the end of a chain of its own, in standard errors. */
const gapOf = (model: (x: NDArray) => NDArray): number => {
  const { mean, standardError } = energyGap(model, fresh, drawSamples(samplesKey, model, 2000));
  return Math.abs(mean) / standardError;
};

test("the gap between data and sample energies at the end of training is within three standard errors of zero", {
  timeout: 60_000,
}, () => {
  const { params } = train(trainStep(parts), rows, { iterations })(initialState(trainKey, parts));
  const model = (x: NDArray): NDArray => energy(params, x);
  expect(gapOf(model)).toBeLessThan(3);
  // And the law is sharp: an energy half as steep again does not keep it.
  expect(gapOf((x) => model(x).mul(1.5))).toBeGreaterThan(3);
});
