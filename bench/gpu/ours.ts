/** The workloads by this library, whose results are awaited: on a device they come later. */
import { grad, type JitOptions, jit, type NDArray, numpy as np, random } from "cotangent";
import { initialState, trainStep } from "cotangent/ebm";
import { batches, leftFactor, longVector, rightFactor } from "../workloads/data.js";
import { parameters, pointsOfData } from "../workloads/energy.js";
import { trainingParts } from "../workloads/w1.js";
import { samplerOf, startsOf } from "../workloads/w2.js";
import { productAnswers } from "../workloads/w4.js";
import { f, gradientAnswers } from "../workloads/w6.js";
import type { Sizes } from "../workloads/workload.js";
import type { DeviceRun } from "./by-hand.js";

/** What jit is told. */
export type How = Required<Pick<JitOptions, "target" | "fastMath">>;

export function w1(how: How, sizes: Sizes): DeviceRun {
  const parts = trainingParts(sizes);
  const step = trainStep(parts, how);
  const points = pointsOfData(batches * sizes.chains);
  let state = initialState(random.key(0), parts);
  let firstLoss: number | undefined;
  return {
    call: async () => {
      const [next, { loss }] = step(state, points);
      state = next;
      const [value] = await loss.data();
      firstLoss ??= value;
    },
    answers: async () => ({ firstLoss: firstLoss ?? Number.NaN }),
  };
}

export function w2(how: How, sizes: Sizes): DeviceRun {
  const sample = samplerOf(how, sizes);
  const params = parameters(sizes.hidden);
  const init = startsOf(sizes);
  const call = () => sample(params, init, random.key(1)).data();
  const answers: DeviceRun["answers"] = async () => ({
    meanSquare: Array.from(await call()).reduce((sum, x) => sum + x * x, 0) / sizes.chains,
  });
  return { call, answers };
}

export function w4(how: How, { size }: Sizes): DeviceRun {
  const product = jit((a: NDArray, b: NDArray) => a.matmul(b), how);
  const a = np.array(leftFactor(size)).reshape([size, size]);
  const b = np.array(rightFactor(size)).reshape([size, size]);
  const call = () => product(a, b).data();
  return { call, answers: async () => productAnswers(await call(), size) };
}

export function w6Value(how: How, { size }: Sizes): DeviceRun {
  const value = jit(f, how);
  const x = np.array(longVector(size));
  const call = () => value(x).data();
  return { call, answers: async () => ({ value: (await call())[0] }) };
}

export function w6Grad(how: How, { size }: Sizes): DeviceRun {
  const gradient = jit(grad(f), how);
  const x = np.array(longVector(size));
  const call = () => gradient(x).data();
  return { call, answers: async () => gradientAnswers(await call()) };
}
