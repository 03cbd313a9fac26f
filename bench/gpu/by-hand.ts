/** W4 and W6 as kernels of gpu.js that a person would write. */
import { leftFactor, longVector, rightFactor } from "../workloads/data.js";
import { productAnswers } from "../workloads/w4.js";
import { gradientAnswers } from "../workloads/w6.js";
import type { Answers, Sizes } from "../workloads/workload.js";
import type { Kernels } from "./kernels.js";

/** A workload on a device: does the work once, and reads the result. */
export interface DeviceRun {
  readonly call: () => Promise<unknown>;
  readonly answers: () => Promise<Answers>;
}

export function w4ByHand({ kernel, matrix, read, free }: Kernels, { size }: Sizes): DeviceRun {
  const product = kernel(
    `function (a, b) {
      let sum = 0;
      for (let k = 0; k < ${size}; k++) { sum += a[this.thread.y][k] * b[k][this.thread.x]; }
      return sum;
    }`,
    [size, size],
  );
  const [a, b] = [leftFactor(size), rightFactor(size)].map((values) => matrix(values, size, size));
  const call = async (): Promise<Float32Array> => {
    const c = await product(a, b);
    const values = await read(c);
    free(c);
    return values;
  };
  return { call, answers: async () => productAnswers(await call(), size) };
}

const f = "Math.sin(v) * Math.exp(-(v * v)) + Math.tanh(v)";

/** In two sums: each of a thousand threads adds up its part, and one thread their results. */
export function w6ValueByHand({ kernel, read, free }: Kernels, { size }: Sizes): DeviceRun {
  const parts = 1000;
  const each = size / parts;
  const partial = kernel(
    `function (x) {
      let sum = 0;
      for (let k = 0; k < ${each}; k++) { const v = x[this.thread.x * ${each} + k]; sum += ${f}; }
      return sum;
    }`,
    [parts],
  );
  const total = kernel(
    `function (p) {
      let sum = 0;
      for (let k = 0; k < ${parts}; k++) { sum += p[k + this.thread.x]; }
      return sum;
    }`,
    [1],
  );
  const x = longVector(size);
  const call = async (): Promise<number> => {
    const sums = await partial(x);
    const sum = await total(sums);
    const [value] = await read(sum);
    free(sums, sum);
    return value;
  };
  return { call, answers: async () => ({ value: await call() }) };
}

export function w6GradByHand({ kernel, read, free }: Kernels, { size }: Sizes): DeviceRun {
  const slope = kernel(
    `function (x) {
      const v = x[this.thread.x];
      const t = Math.tanh(v);
      return (Math.cos(v) - 2 * v * Math.sin(v)) * Math.exp(-(v * v)) + 1 - t * t;
    }`,
    [size],
  );
  const x = longVector(size);
  const call = async (): Promise<Float32Array> => {
    const g = await slope(x);
    const values = await read(g);
    free(g);
    return values;
  };
  return { call, answers: async () => gradientAnswers(await call()) };
}
