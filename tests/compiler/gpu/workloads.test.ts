/** The programs that bench/ measures, small: where their nests run, and that their answers are js's. */
import {
  blockUntilReady,
  grad,
  jit,
  type NDArray,
  type nn,
  numpy as np,
  optim,
  random,
  tree,
} from "cotangent";
import { initialState, type Negatives, trainStep } from "cotangent/ebm";
import { setGpuMode } from "cotangent/gpu";
import { langevinSampling, linear } from "cotangent/sampling";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { networkEnergy, parameters, pointsOfData } from "../../../bench/workloads/energy.js";

beforeAll(() => setGpuMode("cpu"));
afterAll(() => setGpuMode(null));

const hidden = 4;
const chains = 8;
const steps = 2;
const energy = networkEnergy(hidden);

/** As W1 draws its samples. */
const annealed: Negatives<null, null> = {
  init: () => null,
  draw: (key, e) => {
    const [startsKey, noiseKey] = random.split(key);
    const starts = random.uniform(startsKey, [chains, 2], { minval: -4, maxval: 4 });
    return [
      langevinSampling(noiseKey, e, starts, { steps, stepSize: linear(0.05, 0.005, steps) }),
      null,
      null,
    ];
  },
};

const parts = {
  init: () => parameters(hidden),
  energy,
  negatives: annealed,
  optimizer: optim.adam(1e-3),
  batchSize: chains,
  alpha: 0.1,
};

const sines = (x: NDArray): NDArray =>
  np
    .sin(x)
    .mul(np.exp(x.mul(x).neg()))
    .add(np.tanh(x))
    .sum();

const points = random.normal(random.key(1), [5000]);

/** Each with its arguments; typed as what they have in common. */
const workloads: Readonly<Record<string, readonly [(...args: never[]) => unknown, readonly unknown[]]>> = {
  W1: [trainStep(parts), [initialState(random.key(0), parts), pointsOfData(4 * chains)]],
  W2: [
    (p: nn.DenseParams[], x: NDArray, key: random.Key) =>
      langevinSampling(key, (y) => energy(p, y), x, { steps, stepSize: 0.01 }),
    [parameters(hidden), pointsOfData(chains), random.key(1)],
  ],
  W4: [
    (a: NDArray, b: NDArray) => a.matmul(b),
    [random.normal(random.key(2), [33, 40]), random.normal(random.key(3), [40, 9])],
  ],
  "W6 value": [sines, [points]],
  "W6 grad": [grad(sines), [points]],
};

const jitted = (f: (...args: never[]) => unknown, target: string) =>
  jit((...args: never[]) => f(...args), { target });

/** Nests without a kernel, and why. */
const elsewhere = (text: string): readonly string[] =>
  [...text.matchAll(/^ *\/\/ elsewhere: (.*)$/gm)].map(([, nest]) => nest);

describe.each(Object.entries(workloads))("%s", (_, [f, args]) => {
  // Sound: the arguments stand beside their function.
  const given = args as never[];

  test("has a kernel for each of its nests", () => {
    const text = jitted(f, "gpu")
      .lower(...given)
      .text("gpu");
    expect(elsewhere(text)).toEqual([]);
    expect([...text.matchAll(/ = kernel\(/g)].length).toBeGreaterThan(0);
  });

  test("gives the bits that js gives", async () => {
    const got = await blockUntilReady(jitted(f, "gpu")(...given));
    const wanted = tree.leaves(jitted(f, "js")(...given));
    tree.leaves(got).forEach((x, i) => {
      expect(x.dataSync()).toEqual(wanted[i].dataSync());
    });
  });
});

describe("nests that have no kernel", () => {
  test("are named with the reason, and the answer is js's", async () => {
    const f = (x: NDArray, i: NDArray) =>
      [x.astype("float64").sum(), x.at(i).set(1), np.linalg.cholesky(x)] as const;
    const x = np.array([
      [4, 1],
      [1, 3],
    ]);
    const i = np.array([1, 0], { dtype: "int32" });
    const text = jit(f, { target: "gpu" }).lower(x, i).text();
    const double = "which graphics cards do not have here";
    expect(elsewhere(text)).toEqual([
      `convert_element_type broadcast_in_dim transpose add mul: it writes float64, ${double}`,
      `reduce_sum: it writes float64, ${double}`,
      "cholesky: it writes one array in several places, in an order that matters",
      "cholesky: it writes one array in several places, in an order that matters",
      "cholesky: how far it writes is known at run time only",
      "cholesky: how far it writes is known at run time only",
    ]);
    const got = await blockUntilReady(jit(f, { target: "gpu" })(x, i));
    const wanted = jit(f, { target: "js" })(x, i);
    got.forEach((each, k) => {
      expect(each.dataSync()).toEqual(wanted[k].dataSync());
    });
  });
});

describe("random bits", () => {
  test.each(["cpu", "webasm"] as const)("are exact in mode %s", async (mode) => {
    setGpuMode(mode);
    const draw = (key: random.Key) => [random.bits(key, [101]), random.normal(key, [64])] as const;
    const [bits, normals] = jit(draw, { target: "gpu" })(random.key(5));
    const [wantedBits, wantedNormals] = draw(random.key(5));
    expect(await bits.data()).toEqual(wantedBits.dataSync());
    expect(await normals.data()).toEqual(wantedNormals.dataSync());
    setGpuMode("cpu");
  });
});
