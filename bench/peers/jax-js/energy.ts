/** The energy's network, its loss and Adam in jax-js. Every array is consumed exactly once. */
import * as data from "../../workloads/data.js";
import type { Answers } from "../../workloads/workload.js";
import type { JaxJs, JaxJsArray } from "../jax-js.js";

export interface Layer {
  readonly [name: string]: JaxJsArray;
  readonly w: JaxJsArray;
  readonly b: JaxJsArray;
}
export type Params = readonly Layer[];

export const layersOf = ({ numpy: np }: JaxJs, sizes: readonly number[]): Params =>
  data
    .layers(sizes)
    .map(({ inputs, outputs, w, b }) => ({ w: np.array(w).reshape([inputs, outputs]), b: np.array(b) }));

/** Batch i of the points, [chains, 2]. */
export function batchesOf({ numpy: np }: JaxJs, chains: number): (i: number) => JaxJsArray {
  const points = data.points(data.batches * chains);
  return (i) => {
    const start = 2 * chains * (i % data.batches);
    return np.array(points.slice(start, start + 2 * chains)).reshape([chains, 2]);
  };
}

export interface Model {
  readonly energies: (params: Params, x: JaxJsArray) => JaxJsArray;
  /** The gradient in x of the sum of energies. */
  readonly slope: (x: JaxJsArray, params: Params) => JaxJsArray;
  readonly loss: (params: Params, points: JaxJsArray, samples: JaxJsArray) => JaxJsArray;
  /** [first key, second key] */
  readonly two: (key: JaxJsArray) => [JaxJsArray, JaxJsArray];
  /** One Langevin step: [position, next key]. */
  readonly step: (params: Params, x: JaxJsArray, key: JaxJsArray, h: JaxJsArray) => [JaxJsArray, JaxJsArray];
}

export function modelOf({ numpy: np, nn, random, grad, tree }: JaxJs): Model {
  const energies: Model["energies"] = ([first, second, third], x) => {
    const h1 = nn.silu(np.matmul(x, first.w).add(first.b));
    const h2 = nn.silu(np.matmul(h1, second.w).add(second.b));
    return np.matmul(h2, third.w).add(third.b).reshape([-1]);
  };
  const slope = grad((x: JaxJsArray, params: Params) => energies(params, x).sum());
  const two: Model["two"] = (key) => {
    const keys = random.split(key, 2);
    return [keys.ref.slice(0), keys.slice(1)];
  };
  return {
    energies,
    slope,
    two,
    loss: (params, points, samples) => {
      const [high, low] = [energies(tree.ref(params), points), energies(params, samples)];
      const size = np.square(high.ref).mean().add(np.square(low.ref).mean());
      return high.mean().sub(low.mean()).add(size.mul(data.regularization));
    },
    step: (params, x, key, h) => {
      const [noiseKey, next] = two(key);
      const { shape } = x;
      const gradient = slope(x.ref, params);
      const noise = random.normal(noiseKey, shape).mul(np.sqrt(h.ref));
      return [x.sub(gradient.mul(h.mul(0.5))).add(noise), next];
    },
  };
}

/** What all contenders are asked about the network and its loss. */
export async function energyAnswers(jax: JaxJs, hidden: number, chains: number): Promise<Answers> {
  const { energies, loss } = modelOf(jax);
  const { numpy: np, tree, valueAndGrad } = jax;
  const params = layersOf(jax, data.energySizes(hidden));
  const batch = batchesOf(jax, chains);
  const energy = energies(tree.ref(params), batch(0)).mean();
  const [value, gradient] = valueAndGrad(loss)(params, batch(0), batch(1));
  const squares = await Promise.all(
    tree.leaves(gradient).map(async (leaf) => (await np.square(leaf).sum().data())[0]),
  );
  return {
    energy: (await energy.data())[0],
    loss: (await value.data())[0],
    gradient: squares.reduce((sum, v) => sum + v, 0),
  };
}

/** (params, moments, number of the step, gradient) -> next params and moments; Adam as in Optax. */
export const adamOf =
  ({ numpy: np, tree }: JaxJs) =>
  (params: Params, m: Params, v: Params, t: JaxJsArray, gradient: Params): [Params, Params, Params] => {
    const nextM = tree.map((a, g) => a.mul(0.9).add(g.mul(0.1)), m, tree.ref(gradient));
    const nextV = tree.map((a, g) => a.mul(0.999).add(np.square(g).mul(0.001)), v, gradient);
    const first = np.subtract(1, np.power(0.9, t.ref));
    const second = np.subtract(1, np.power(0.999, t));
    const update = (p: JaxJsArray, a: JaxJsArray, b: JaxJsArray): JaxJsArray =>
      p.sub(
        a
          .div(first.ref)
          .mul(data.learningRate)
          .div(np.sqrt(b.div(second.ref)).add(1e-8)),
      );
    const next = tree.map(update, params, tree.ref(nextM), tree.ref(nextV));
    first.dispose();
    second.dispose();
    return [next, nextM, nextV];
  };
