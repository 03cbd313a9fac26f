/** W2: sampling alone, many chains at once. */
import { type JitOptions, jit, type NDArray, type nn, numpy as np, random, vmap } from "cotangent";
import { langevinSampling } from "cotangent/sampling";
import { plainStep, starts } from "./data.js";
import { networkEnergy, parameters } from "./energy.js";
import type { Run, Sizes } from "./workload.js";

/** (parameters, starts, key) -> where the chains end */
export function samplerOf(how: Pick<JitOptions, "target" | "fastMath">, { hidden, steps }: Sizes) {
  const energy = networkEnergy(hidden);
  return jit(
    (p: nn.DenseParams[], x: NDArray, key: random.Key) =>
      langevinSampling(key, (y) => energy(p, y), x, { steps, stepSize: plainStep }),
    how,
  );
}

export const startsOf = ({ chains }: Sizes): NDArray => np.array(starts(chains)).reshape([chains, 2]);

export function w2(target: string, sizes: Sizes): Run {
  const { hidden } = sizes;
  const energy = networkEnergy(hidden);
  const params = parameters(hidden);
  const init = startsOf(sizes);
  const sample = samplerOf({ target }, sizes);
  const meanEnergy = jit((p: nn.DenseParams[], x: NDArray) => vmap((y: NDArray) => energy(p, y))(x).mean(), {
    target,
  });
  let last: NDArray = init;
  return {
    call: () => {
      last = sample(params, init, random.key(1));
      last.dataSync();
    },
    answers: () => ({
      energy: Number(meanEnergy(params, init).item()),
      meanSquare: Number(last.square().sum(1).mean().item()),
    }),
    codeBytes: () => sample.lower(params, init, random.key(1)).codeBytes,
  };
}
