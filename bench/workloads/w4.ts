/** W4: a product of two matrices. */
import { jit, type NDArray, numpy as np } from "cotangent";
import { leftFactor, rightFactor } from "./data.js";
import type { Run, Sizes } from "./workload.js";

export function w4(target: string, { size }: Sizes): Run {
  const product = jit((a: NDArray, b: NDArray) => a.matmul(b), { target });
  const a = np.array(leftFactor(size)).reshape([size, size]);
  const b = np.array(rightFactor(size)).reshape([size, size]);
  const call = () => product(a, b).dataSync();
  return {
    call,
    answers: () => productAnswers(call(), size),
    codeBytes: () => product.lower(a, b).codeBytes,
  };
}

/** The first element of a square matrix, and its trace. */
export function productAnswers(c: ArrayLike<number>, size: number): { first: number; trace: number } {
  let trace = 0;
  for (let i = 0; i < size; i++) trace += c[i * (size + 1)];
  return { first: c[0], trace };
}
