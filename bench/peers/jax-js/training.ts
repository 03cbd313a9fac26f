/** W1, W1b, W2 and W8 in jax-js, which has no loops of its own: they stand in JavaScript. */
import * as data from "../../workloads/data.js";
import type { Run, Sizes } from "../../workloads/workload.js";
import type { JaxJs, JaxJsArray } from "../jax-js.js";
import { adamOf, batchesOf, energyAnswers, layersOf, modelOf, type Params } from "./energy.js";

const stepSizes = (steps: number): readonly number[] =>
  Array.from(
    { length: steps },
    (_, k) => data.annealed.first + ((data.annealed.last - data.annealed.first) * k) / (steps - 1),
  );

/** A jitted step and a jitted update. */
export function trainingAsWritten(jax: JaxJs, { hidden, chains, steps }: Sizes): Run {
  const { numpy: np, random, jit, tree, valueAndGrad } = jax;
  const { step, two, loss } = modelOf(jax);
  const adam = adamOf(jax);
  const stepJ = jit(step);
  const splitJ = jit(two);
  const updateJ = jit(
    (params: Params, m: Params, v: Params, t: JaxJsArray, x: JaxJsArray, samples: JaxJsArray) => {
      const [value, gradient] = valueAndGrad(loss)(tree.ref(params), x, samples);
      return [value, ...adam(params, m, v, t, gradient)] as const;
    },
  );
  const sizes = stepSizes(steps);
  return trainingRun(jax, hidden, chains, async (state, t, points) => {
    let [startsKey, key] = splitJ(state.key);
    let x = random.uniform(startsKey, [chains, 2], { minval: -4, maxval: 4 });
    for (const h of sizes) [x, key] = stepJ(tree.ref(state.params), x, key, np.array(h));
    const [value, params, m, v] = updateJ(state.params, state.m, state.v, np.array(t), points, x);
    return { state: { params, m, v, key }, value };
  });
}

/**
 * The quickest found: jit(grad) of smooth activations computes them again inside products, so gradients stay eager; noise and
 * movement are jitted, and each is waited for.
 */
export function trainingBest(jax: JaxJs, { hidden, chains, steps }: Sizes): Run {
  const { numpy: np, random, jit, tree, valueAndGrad, blockUntilReady } = jax;
  const { two, slope, loss } = modelOf(jax);
  const adam = adamOf(jax);
  const splitJ = jit(two);
  const pieces = walkingPieces(jax, chains);
  const sizes = stepSizes(steps);
  return trainingRun(jax, hidden, chains, async (state, t, points) => {
    let [startsKey, key] = splitJ(state.key);
    let x = random.uniform(startsKey, [chains, 2], { minval: -4, maxval: 4 });
    for (const h of sizes) {
      const [noise, next] = pieces.noise(key);
      key = next;
      const gradient = slope(x.ref, tree.ref(state.params));
      await blockUntilReady(gradient);
      x = pieces.move(x, gradient, noise, np.array(h));
      await blockUntilReady(x);
    }
    const [value, gradient] = valueAndGrad(loss)(tree.ref(state.params), points, x);
    await blockUntilReady(gradient);
    const [params, m, v] = adam(state.params, state.m, state.v, np.array(t), gradient);
    await blockUntilReady([params, m, v]);
    return { state: { params, m, v, key }, value };
  });
}

interface State {
  readonly params: Params;
  readonly m: Params;
  readonly v: Params;
  readonly key: JaxJsArray;
}

type Step = (
  state: State,
  t: number,
  points: JaxJsArray,
) => Promise<{ readonly state: State; readonly value: JaxJsArray }>;

function trainingRun(jax: JaxJs, hidden: number, chains: number, step: Step): Run {
  const { numpy: np, random, tree } = jax;
  const params = layersOf(jax, data.energySizes(hidden));
  const zeros = (): Params => tree.map((x) => np.zerosLike(x), tree.ref(params));
  const batch = batchesOf(jax, chains);
  let state: State = { params, m: zeros(), v: zeros(), key: random.key(0) };
  let t = 0;
  let firstLoss: number | undefined;
  return {
    call: async () => {
      t += 1;
      const taken = await step(state, t, batch(t - 1));
      state = taken.state;
      await jax.blockUntilReady(tree.leaves(state.params).map((x) => x));
      const [loss] = await taken.value.data();
      firstLoss ??= loss;
    },
    answers: async () => ({
      ...(await energyAnswers(jax, hidden, chains)),
      firstLoss: firstLoss ?? Number.NaN,
    }),
  };
}

interface Pieces {
  readonly noise: (key: JaxJsArray) => [JaxJsArray, JaxJsArray];
  readonly move: (x: JaxJsArray, gradient: JaxJsArray, noise: JaxJsArray, h: JaxJsArray) => JaxJsArray;
}

const walkingPieces = (jax: JaxJs, chains: number): Pieces => {
  const { numpy: np, random, jit } = jax;
  const { two } = modelOf(jax);
  return {
    noise: jit((key: JaxJsArray): [JaxJsArray, JaxJsArray] => {
      const [noiseKey, next] = two(key);
      return [random.normal(noiseKey, [chains, 2]), next];
    }),
    move: jit((x: JaxJsArray, gradient: JaxJsArray, noise: JaxJsArray, h: JaxJsArray) =>
      x.sub(gradient.mul(h.ref.mul(0.5))).add(noise.mul(np.sqrt(h))),
    ),
  };
};

/** Steps of W2 that are taken: with all hundred a call takes minutes. */
const stepsTaken = 3;

export function samplingAsWritten(jax: JaxJs, { hidden, chains, steps }: Sizes): Run {
  const { numpy: np, random, jit, tree } = jax;
  const stepJ = jit(modelOf(jax).step);
  const taken = Math.min(steps, stepsTaken);
  return {
    ...samplingRun(jax, hidden, chains, async (params, x) => {
      let key = random.key(1);
      for (let k = 0; k < taken; k++) [x, key] = stepJ(tree.ref(params), x, key, np.array(data.plainStep));
      return x;
    }),
    share: taken / steps,
  };
}

export function samplingBest(jax: JaxJs, { hidden, chains, steps }: Sizes): Run {
  const { numpy: np, random, tree, blockUntilReady } = jax;
  const { slope } = modelOf(jax);
  const pieces = walkingPieces(jax, chains);
  return samplingRun(jax, hidden, chains, async (params, x) => {
    let key = random.key(1);
    for (let k = 0; k < steps; k++) {
      const [noise, next] = pieces.noise(key);
      key = next;
      const gradient = slope(x.ref, tree.ref(params));
      await blockUntilReady(gradient);
      x = pieces.move(x, gradient, noise, np.array(data.plainStep));
      await blockUntilReady(x);
    }
    return x;
  });
}

function samplingRun(
  jax: JaxJs,
  hidden: number,
  chains: number,
  walk: (params: Params, x: JaxJsArray) => Promise<JaxJsArray>,
): Run {
  const params = layersOf(jax, data.energySizes(hidden));
  const starts = (): JaxJsArray => jax.numpy.array(data.starts(chains)).reshape([chains, 2]);
  const { energies } = modelOf(jax);
  return {
    call: async () => {
      const x = await walk(params, starts());
      await x.data();
    },
    answers: async () => ({
      energy: (await energies(jax.tree.ref(params), starts()).mean().data())[0],
    }),
  };
}

/** Steps of W8 that are taken. */
const chainSteps = 100;

/** W8, its steps jitted and called from JavaScript. */
export function chain(jax: JaxJs, { hidden, steps }: Sizes): Run {
  const { numpy: np, random, jit, tree } = jax;
  const { step, slope } = modelOf(jax);
  const stepJ = jit(step);
  const descend = jit((params: Params, x: JaxJsArray) => {
    const gradient = slope(x.ref, params);
    return x.sub(gradient.mul(data.plainStep / 2));
  });
  const params = layersOf(jax, data.energySizes(hidden));
  const start = (): JaxJsArray => np.array(Float32Array.from(data.chainStart)).reshape([1, 2]);
  const taken = Math.min(steps, chainSteps);
  return {
    call: async () => {
      let [x, key] = [start(), random.key(7)];
      for (let k = 0; k < taken; k++) [x, key] = stepJ(tree.ref(params), x, key, np.array(data.plainStep));
      await x.data();
    },
    answers: async () => {
      let x = start();
      for (let k = 0; k < data.descentSteps; k++) x = descend(tree.ref(params), x);
      const [u, v] = await x.data();
      return { x: u, y: v };
    },
    share: taken / steps,
  };
}
