/** W5: what a call costs that has nearly nothing to compute. */
import { grad, jit, type NDArray, numpy as np } from "cotangent";
import { scalarPoint } from "./data.js";
import type { Run, Sizes } from "./workload.js";

const f = (x: NDArray): NDArray => np.sin(x).mul(x);

export function w5Jit(target: string): Run {
  const slope = jit(grad(f), { target });
  const x = np.array(scalarPoint);
  const call = (): number => Number(slope(x).item());
  return { call, answers: () => ({ slope: call() }), codeBytes: () => slope.lower(x).codeBytes };
}

export function w5Chained(target: string, { calls }: Sizes): Run {
  const slope = jit(grad(f), { target });
  const first = np.array(scalarPoint);
  const call = (): number => {
    let x = first;
    for (let i = 0; i < calls; i++) x = slope(x);
    return Number(x.item());
  };
  return { call, answers: () => ({ end: call() }) };
}

export function w5Eager(): Run {
  const slope = grad(f);
  const x = np.array(scalarPoint);
  const call = (): number => Number(slope(x).item());
  return { call, answers: () => ({ slope: call() }) };
}
