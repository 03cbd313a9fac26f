/** W1 and W2 by hand: sampling with kernels of the network, and a step of training on it. */
import {
  annealed,
  batches,
  learningRate,
  plainStep,
  points,
  regularization,
  starts,
} from "../workloads/data.js";
import type { Sizes } from "../workloads/workload.js";
import type { DeviceRun } from "./by-hand.js";
import type { Handle, Kernels, Launch } from "./kernels.js";
import { langevinByHand, networkKernels, type Weights, weightsOf } from "./network-by-hand.js";

export function w2ByHand(kernels: Kernels, { hidden, chains, steps }: Sizes): DeviceRun {
  const { matrix, read, free } = kernels;
  const sample = langevinByHand(kernels, hidden, chains);
  const weights = weightsOf(kernels, hidden);
  const start = matrix(starts(chains), chains, 2);
  const sizes = Array.from({ length: steps }, () => plainStep);
  const call = async (): Promise<Float32Array> => {
    const ends = await sample(weights, start, sizes, 1);
    const values = await read(ends);
    free(ends);
    return values;
  };
  const answers: DeviceRun["answers"] = async () => ({
    meanSquare: (await call()).reduce((sum, x) => sum + x * x, 0) / chains,
  });
  return { call, answers };
}

/** What Adam keeps of an array of parameters. */
interface Learned {
  readonly shape: readonly [columns: number, rows: number];
  readonly value: Handle;
  readonly mu: Handle;
  readonly nu: Handle;
}

type Name = keyof Weights;
const names: readonly Name[] = ["w1", "b1", "w2", "b2", "w3", "b3"];

export function w1ByHand(kernels: Kernels, sizes: Sizes): DeviceRun {
  const { hidden, chains, steps } = sizes;
  const { kernel, matrix, read, free } = kernels;
  const sample = langevinByHand(kernels, hidden, chains);
  const network = networkKernels(kernels, hidden, chains);
  const gradients = gradientKernels(kernels, sizes);
  const energies = kernel(
    `function (z2, w3, b3) {
      let e = b3[0][0];
      for (let k = 0; k < ${hidden}; k++) { const z = z2[this.thread.y][k]; e += w3[k][0] * z / (1 + Math.exp(-z)); }
      return e;
    }`,
    [1, chains],
  );
  const cotangents = kernel(
    `function (e, sign) { return (sign + ${2 * regularization} * e[this.thread.y][0]) / ${chains}; }`,
    [1, chains],
  );
  const lossOf = kernel(
    `function (e, f) {
      let sum = 0;
      for (let c = 0; c < ${chains}; c++) {
        const a = e[c][0];
        const b = f[c][this.thread.x];
        sum += a - b + ${regularization} * (a * a + b * b);
      }
      return sum / ${chains};
    }`,
    [1],
  );
  const adam = adamOf(kernels, hidden);
  const data = points(batches * chains);
  const stepSizes = Array.from(
    { length: steps },
    (_, i) => annealed.first + ((annealed.last - annealed.first) * i) / (steps - 1),
  );
  let learned: Readonly<Record<Name, Learned>> = firstState(kernels, hidden);
  let count = 0;
  let firstLoss = Number.NaN;

  /** Energies of points, with what their gradient needs. */
  const forward = async ({ w1, b1, w2, b2, w3, b3 }: Weights, x: Handle) => {
    const h1 = await network.hidden1(x, w1, b1);
    const z2 = await network.before2(h1, w2, b2);
    return { x, h1, z2, e: await energies(z2, w3, b3) };
  };
  const backward = async (
    { w1, b1, w2, w3 }: Weights,
    { x, z2, e }: Awaited<ReturnType<typeof forward>>,
    sign: number,
  ) => {
    const g = await cotangents(e, sign);
    const d2 = await network.back2(z2, w3, g);
    return { g, d2, d1: await network.back1(d2, w2, x, w1, b1) };
  };

  const call = async (): Promise<number> => {
    count++;
    const weights = weightsIn(learned);
    const begin = Float32Array.from({ length: 2 * chains }, () => 8 * Math.random() - 4);
    const batch = new Float32Array(2 * chains);
    for (let c = 0; c < chains; c++) {
      const row = Math.floor(Math.random() * batches * chains);
      batch.set(data.subarray(2 * row, 2 * row + 2), 2 * c);
    }
    const samples = await sample(weights, matrix(begin, chains, 2), stepSizes, count);
    const a = await forward(weights, matrix(batch, chains, 2));
    const b = await forward(weights, samples);
    const [da, db] = [await backward(weights, a, 1), await backward(weights, b, -1)];
    const loss = await lossOf(a.e, b.e);
    const next: Record<string, Learned> = {};
    for (const name of names) {
      const gradient = await gradients[name](a, da, b, db);
      next[name] = await adam[name](learned[name], gradient, count);
      free(gradient);
    }
    const [value] = await read(loss);
    free(loss, samples, a.h1, a.z2, a.e, b.h1, b.z2, b.e, da.g, da.d2, da.d1, db.g, db.d2, db.d1);
    for (const name of names) free(learned[name].value, learned[name].mu, learned[name].nu);
    learned = next as Record<Name, Learned>; // every name was set
    if (Number.isNaN(firstLoss)) firstLoss = value;
    return value;
  };
  return { call, answers: async () => ({ firstLoss }) };
}

interface Forward {
  readonly x: Handle;
  readonly h1: Handle;
  readonly z2: Handle;
}
interface Backward {
  readonly g: Handle;
  readonly d2: Handle;
  readonly d1: Handle;
}
type GradientOf = (a: Forward, da: Backward, b: Forward, db: Backward) => Promise<Handle>;

/** Sums over the rows of data and of samples. */
function gradientKernels({ kernel }: Kernels, { hidden, chains }: Sizes): Readonly<Record<Name, GradientOf>> {
  const product = (term: (set: string) => string, output: readonly [number, number]): Launch =>
    kernel(
      `function (ha, da, hb, db) {
        let sum = 0;
        for (let c = 0; c < ${chains}; c++) { sum += ${term("a")} + ${term("b")}; }
        return sum;
      }`,
      output,
    );
  const weight = (columns: number, rows: number): Launch =>
    product((set) => `h${set}[c][this.thread.y] * d${set}[c][this.thread.x]`, [columns, rows]);
  const bias = (columns: number): Launch =>
    kernel(
      `function (da, db) {
        let sum = 0;
        for (let c = 0; c < ${chains}; c++) { sum += da[c][this.thread.x] + db[c][this.thread.x]; }
        return sum;
      }`,
      [columns, 1],
    );
  const third = product(
    (set) =>
      `h${set}[c][this.thread.y] / (1 + Math.exp(-h${set}[c][this.thread.y])) * d${set}[c][this.thread.x]`,
    [1, hidden],
  );
  const [w1, b1, w2, b2, b3] = [
    weight(hidden, 2),
    bias(hidden),
    weight(hidden, hidden),
    bias(hidden),
    bias(1),
  ];
  return {
    w1: (a, da, b, db) => w1(a.x, da.d1, b.x, db.d1),
    b1: (_a, da, _b, db) => b1(da.d1, db.d1),
    w2: (a, da, b, db) => w2(a.h1, da.d2, b.h1, db.d2),
    b2: (_a, da, _b, db) => b2(da.d2, db.d2),
    w3: (a, da, b, db) => third(a.z2, da.g, b.z2, db.g),
    b3: (_a, da, _b, db) => b3(da.g, db.g),
  };
}

/** Adam with the usual constants. */
function adamOf(
  { kernel }: Kernels,
  hidden: number,
): Readonly<Record<Name, (learned: Learned, gradient: Handle, count: number) => Promise<Learned>>> {
  const at = "[this.thread.y][this.thread.x]";
  const one = ([columns, rows]: Learned["shape"]) => {
    const size = [columns, rows];
    const mu = kernel(`function (m, g) { return 0.9 * m${at} + 0.1 * g${at}; }`, size);
    const nu = kernel(`function (v, g) { return 0.999 * v${at} + 0.001 * g${at} * g${at}; }`, size);
    const value = kernel(
      `function (w, m, v, c, d) { return w${at} - ${learningRate} * (m${at} / c) / (Math.sqrt(v${at} / d) + 0.00000001); }`,
      size,
    );
    return async (learned: Learned, gradient: Handle, count: number): Promise<Learned> => {
      const [m, v] = [await mu(learned.mu, gradient), await nu(learned.nu, gradient)];
      const w = await value(learned.value, m, v, 1 - 0.9 ** count, 1 - 0.999 ** count);
      return { shape: learned.shape, value: w, mu: m, nu: v };
    };
  };
  const shapes = shapesOf(hidden);
  return {
    w1: one(shapes.w1),
    b1: one(shapes.b1),
    w2: one(shapes.w2),
    b2: one(shapes.b2),
    w3: one(shapes.w3),
    b3: one(shapes.b3),
  };
}

const shapesOf = (hidden: number): Readonly<Record<Name, Learned["shape"]>> => ({
  w1: [hidden, 2],
  b1: [hidden, 1],
  w2: [hidden, hidden],
  b2: [hidden, 1],
  w3: [1, hidden],
  b3: [1, 1],
});

function firstState(kernels: Kernels, hidden: number): Readonly<Record<Name, Learned>> {
  const weights = weightsOf(kernels, hidden);
  const shapes = shapesOf(hidden);
  const learned = (name: Name): Learned => {
    const shape = shapes[name];
    const zeros = kernels.matrix(new Float32Array(shape[0] * shape[1]), shape[1], shape[0]);
    return { shape, value: weights[name], mu: zeros, nu: zeros };
  };
  return {
    w1: learned("w1"),
    b1: learned("b1"),
    w2: learned("w2"),
    b2: learned("b2"),
    w3: learned("w3"),
    b3: learned("b3"),
  };
}

const weightsIn = (learned: Readonly<Record<Name, Learned>>): Weights => ({
  w1: learned.w1.value,
  b1: learned.b1.value,
  w2: learned.w2.value,
  b2: learned.b2.value,
  w3: learned.w3.value,
  b3: learned.b3.value,
});
