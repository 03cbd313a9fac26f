/** Programs of growing size: what each curve of the scaling picture measures. */
import { jit, type NDArray, type nn, numpy as np, random } from "cotangent";
import { langevin, langevinSampling, runChain } from "cotangent/sampling";
import { plainStep, starts } from "../workloads/data.js";
import { networkEnergy, parameters } from "../workloads/energy.js";
import { w3 } from "../workloads/w3.js";

/** One program of a curve. */
export interface Sample {
  /** Does the work and reads the result; the first call compiles. */
  readonly call: () => unknown;
  /** A number of the result, which targets must agree on to the bit. */
  readonly answer: () => number | Promise<number>;
}

export interface Curve {
  readonly title: string;
  /** What the horizontal axis counts. */
  readonly axis: string;
  readonly sizes: readonly number[];
  readonly make: (target: string, size: number) => Sample;
  /** Whether first calls are measured, rather than later ones. */
  readonly compiles?: boolean;
  /** The exponent that the curve's upper end must not pass. */
  readonly limit: number;
}

const powers = (base: number, first: number, last: number): readonly number[] => {
  const sizes = [first];
  while (sizes[sizes.length - 1] * base <= last) sizes.push(sizes[sizes.length - 1] * base);
  return sizes;
};

/** Chains of Langevin steps on the energy of a network 2-hidden-hidden-1. */
function sampling(target: string, hidden: number, chains: number, steps: number): Sample {
  const energy = networkEnergy(hidden);
  const params = parameters(hidden);
  const init = np.array(starts(chains)).reshape([chains, 2]);
  const sample = jit(
    (p: nn.DenseParams[], x: NDArray, key: random.Key) =>
      langevinSampling(key, (y) => energy(p, y), x, { steps, stepSize: plainStep }),
    { target },
  );
  const call = () => sample(params, init, random.key(1)).dataSync();
  return { call, answer: () => call()[0] };
}

function chain(target: string, steps: number): Sample {
  const energy = networkEnergy(32);
  const params = parameters(32);
  const start = np.array([0.5, -0.25]);
  const walk = jit(
    (p: nn.DenseParams[], x: NDArray, key: random.Key) => {
      const kernel = langevin((y) => energy(p, y), plainStep);
      return runChain(key, kernel, kernel.init(x), steps, () => null)[0].position;
    },
    { target },
  );
  const call = () => walk(params, start, random.key(7)).dataSync();
  return { call, answer: () => call()[0] };
}

/** Elements that the next straight program works on: each has its own number, so that none was compiled before. */
let elements = 64;

/** x -> 0.75 x -> sqrt(0.75 x + 0.25) -> ..., one equation after another. */
export function straightProgram(target: string, equations: number): Sample {
  const f = jit(
    (x: NDArray) => {
      for (let i = 0; i < equations; i++)
        x = i % 3 === 0 ? x.mul(0.75) : i % 3 === 1 ? x.add(0.25) : np.sqrt(x);
      return x;
    },
    { target },
  );
  const x = np.full([elements++], 2);
  const call = () => f(x).dataSync();
  return { call, answer: () => call()[0] };
}

function classifier(target: string, batch: number): Sample {
  const run = w3(target, { batch, inputs: 64, hidden: 128, classes: 10 });
  return { call: run.call, answer: async () => (await run.answers())["loss"] };
}

const programSizes = [10, 30, 100, 300, 1000, 3000, 10_000];

export const curves: readonly Curve[] = [
  {
    title: "Sampling: 20 steps, net 2-32-32-1",
    axis: "chains",
    sizes: powers(4, 1, 65_536),
    make: (target, size) => sampling(target, 32, size, 20),
    limit: 1.1,
  },
  {
    title: "Sampling: 64 chains, 10 steps",
    axis: "width of the net",
    sizes: powers(2, 8, 1024),
    make: (target, size) => sampling(target, size, 64, 10),
    limit: 2.2,
  },
  {
    title: "One chain, net 2-32-32-1",
    axis: "steps",
    sizes: powers(10, 1, 100_000),
    make: chain,
    limit: 1.1,
  },
  {
    title: "Classifier 64-128-128-10, value and gradient",
    axis: "batch",
    sizes: powers(4, 1, 4096),
    make: classifier,
    limit: 1.1,
  },
  {
    title: "Straight program: first call, compiling",
    axis: "equations",
    sizes: programSizes,
    make: straightProgram,
    compiles: true,
    limit: 1.15,
  },
  {
    title: "Straight program: later calls",
    axis: "equations",
    sizes: programSizes,
    make: straightProgram,
    limit: 1.15,
  },
];
