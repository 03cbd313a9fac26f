/** W6: elementary functions of many numbers, their sum, and its gradient. */
import { grad, jit, type NDArray, numpy as np } from "cotangent";
import { longVector } from "./data.js";
import type { Run, Sizes } from "./workload.js";

/** sum(sin(x) exp(-x x) + tanh(x)) */
export const f = (x: NDArray): NDArray =>
  np
    .sin(x)
    .mul(np.exp(x.mul(x).neg()))
    .add(np.tanh(x))
    .sum();

export function w6Value(target: string, { size }: Sizes): Run {
  const value = jit(f, { target });
  const x = np.array(longVector(size));
  const call = (): number => Number(value(x).item());
  return { call, answers: () => ({ value: call() }), codeBytes: () => value.lower(x).codeBytes };
}

export function w6Grad(target: string, { size }: Sizes): Run {
  const gradient = jit(grad(f), { target });
  const x = np.array(longVector(size));
  const call = () => gradient(x).dataSync();
  return { call, answers: () => gradientAnswers(call()), codeBytes: () => gradient.lower(x).codeBytes };
}

/** The first element of a gradient, and the sum of squares of all. */
export const gradientAnswers = (values: ArrayLike<number>): { first: number; square: number } => ({
  first: values[0],
  square: Array.from(values).reduce((sum, v) => sum + v * v, 0),
});
