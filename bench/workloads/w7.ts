/** W7: the Hessian of the energy at many points. */
import { hessian, jit, type NDArray, type nn, vmap } from "cotangent";
import { networkEnergy, parameters, pointsOfData } from "./energy.js";
import type { Run, Sizes } from "./workload.js";

export function w7(target: string, { hidden, points }: Sizes): Run {
  const energy = networkEnergy(hidden);
  const curvature = hessian(energy, { argnums: 1 });
  const hessians = jit(
    (params: nn.DenseParams[], x: NDArray) => vmap((y: NDArray) => curvature(params, y))(x),
    {
      target,
    },
  );
  const params = parameters(hidden);
  const x = pointsOfData(points);
  const call = () => hessians(params, x).dataSync();
  return {
    call,
    answers: () => hessianAnswers(call()),
    codeBytes: () => hessians.lower(params, x).codeBytes,
  };
}

/** Of matrices [n, 2, 2]: the mean of their traces, and the mean of their elements' squares. */
export function hessianAnswers(values: ArrayLike<number>): { meanTrace: number; square: number } {
  const count = values.length / 4;
  const all = Array.from(values);
  return {
    meanTrace: all.reduce((sum, v, i) => (i % 4 === 0 || i % 4 === 3 ? sum + v : sum), 0) / count,
    square: all.reduce((sum, v) => sum + v * v, 0) / count,
  };
}
