/** W1 and W1b: one training step of an energy-based model, in one compiled function. */
import { jit, optim, random } from "cotangent";
import { initialState, type Negatives, trainStep } from "cotangent/ebm";
import { langevinSampling, linear } from "cotangent/sampling";
import { annealed, batches, learningRate, regularization } from "./data.js";
import { networkEnergy, parameters, pointsOfData, trainingAnswers } from "./energy.js";
import type { Run, Sizes } from "./workload.js";

/** Chains that start anywhere in [-4, 4]^2 and walk with steps that shrink. */
const annealedChains = (chains: number, steps: number): Negatives<null, null> => ({
  init: () => null,
  draw: (key, energy) => {
    const [startsKey, noiseKey] = random.split(key);
    const starts = random.uniform(startsKey, [chains, 2], { minval: -4, maxval: 4 });
    const stepSize = linear(annealed.first, annealed.last, steps);
    return [langevinSampling(noiseKey, energy, starts, { steps, stepSize }), null, null];
  },
});

/** What is trained, and how. */
export const trainingParts = ({ hidden, chains, steps }: Sizes) => ({
  init: () => parameters(hidden),
  energy: networkEnergy(hidden),
  negatives: annealedChains(chains, steps),
  optimizer: optim.adam(learningRate),
  batchSize: chains,
  alpha: regularization,
});

export function w1(target: string, sizes: Sizes): Run {
  const { hidden, chains } = sizes;
  const parts = trainingParts(sizes);
  const step = jit(trainStep(parts), { target });
  const points = pointsOfData(batches * chains);
  const first = initialState(random.key(0), parts);
  let state = first;
  let firstLoss: number | undefined;
  return {
    call: () => {
      const [next, { loss }] = step(state, points);
      state = next;
      const value = Number(loss.item());
      firstLoss ??= value;
    },
    answers: () => ({
      ...trainingAnswers(target, hidden, chains),
      firstLoss: firstLoss ?? Number.NaN,
      firstLossSameDraws: firstLoss ?? Number.NaN,
    }),
    codeBytes: () => step.lower(first, points).codeBytes,
  };
}
