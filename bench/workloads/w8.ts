/** W8: one long chain, where each step waits for the one before. */
import { grad, jit, lax, type NDArray, type nn, numpy as np, random } from "cotangent";
import { langevin, runChain } from "cotangent/sampling";
import { chainStart, descentSteps, plainStep } from "./data.js";
import { networkEnergy, parameters } from "./energy.js";
import type { Run, Sizes } from "./workload.js";

export function w8(target: string, { hidden, steps }: Sizes): Run {
  const energy = networkEnergy(hidden);
  const params = parameters(hidden);
  const start = np.array([...chainStart]);
  const chain = jit(
    (p: nn.DenseParams[], x: NDArray, key: random.Key) => {
      const kernel = langevin((y) => energy(p, y), plainStep);
      return runChain(key, kernel, kernel.init(x), steps, () => null)[0].position;
    },
    { target },
  );
  /** The same without noise, which is gradient descent. */
  const descent = jit(
    (p: nn.DenseParams[], x: NDArray) => {
      const slope = grad((y: NDArray) => energy(p, y));
      const step = (y: NDArray): NDArray => y.sub(slope(y).mul(plainStep / 2));
      return lax.foriLoop(0, descentSteps, (_, y: NDArray) => step(y), x);
    },
    { target },
  );
  return {
    call: () => chain(params, start, random.key(7)).dataSync(),
    answers: () => {
      const [x, y] = descent(params, start).dataSync();
      return { x, y };
    },
    codeBytes: () => chain.lower(params, start, random.key(7)).codeBytes,
  };
}
