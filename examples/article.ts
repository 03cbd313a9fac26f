// The whole method on one page: an energy, a loss, annealed Langevin sampling, training, a picture in text. To run it:
// npm run build:js && npx tsx --tsconfig tsconfig.run.json examples/article.ts
import { grad, jit, lax, type NDArray, nn, numpy as np, optim, random, valueAndGrad, vmap } from "cotangent";

/** Points on a noisy circle, the data. */
const circle = (key: random.Key, n: number): NDArray => {
  const [angleKey, noiseKey] = random.split(key);
  const angle = random.uniform(angleKey, [n, 1], { maxval: 2 * Math.PI });
  const noise = random.normal(noiseKey, [n, 2]).mul(0.1);
  return np.concatenate([np.cos(angle), np.sin(angle)], 1).add(noise);
};

/** E(x): low where x is likely, p(x) = exp(-E(x)) / Z. A network, and a bowl that keeps Z finite. */
const net = nn.mlp([2, 32, 32, 1], { activation: nn.silu });
type Params = ReturnType<typeof net.init>;
const energy = (params: Params, x: NDArray): NDArray =>
  net.apply(params, x).sum().add(x.square().sum().div(4));

/** mean E(data) - mean E(samples) + a regulariser: its gradient is that of -log p. */
const loss = (params: Params, data: NDArray, samples: NDArray): NDArray => {
  const eData = vmap((x: NDArray) => energy(params, x))(data);
  const eSamples = vmap((x: NDArray) => energy(params, x))(samples);
  const size = eData.square().mean().add(eSamples.square().mean());
  return eData.mean().sub(eSamples.mean()).add(size.mul(0.001));
};

/** x <- x - (h / 2) grad E(x) + sqrt(h) noise, with step sizes h that shrink: annealing. */
const langevinSampling = (key: random.Key, params: Params, start: NDArray): NDArray => {
  const sizes = np.logspace(-1.5, -3, 40);
  const slope = vmap(grad((x: NDArray) => energy(params, x)));
  const step = (x: NDArray, [k, h]: readonly [random.Key, NDArray]): [NDArray, null] => {
    const noise = random.normal(k, x.shape);
    return [x.sub(slope(x).mul(h.div(2))).add(noise.mul(np.sqrt(h))), null];
  };
  return lax.scan(step, start, [random.split(key, 40), sizes])[0];
};

const { init, update } = optim.adam(0.005);
const trainStep = jit((key: random.Key, params: Params, state: ReturnType<typeof init<Params>>) => {
  const [dataKey, startKey, chainKey] = random.split(key, 3);
  const samples = langevinSampling(chainKey, params, random.normal(startKey, [64, 2]));
  const [value, gradient] = valueAndGrad(loss)(params, circle(dataKey, 64), samples);
  const [updates, next] = update(gradient, state, params);
  return [optim.applyUpdates(params, updates), next, value] as const;
});

let params = net.init(random.key(0));
let state = init(params);
for (const [i, key] of [...random.split(random.key(1), Number(process.argv[2] ?? 300))].entries()) {
  const [nextParams, nextState, value] = trainStep(key, params, state);
  [params, state] = [nextParams, nextState];
  if ((i + 1) % 50 === 0) console.log(`step ${i + 1}: loss ${Number(value.item()).toFixed(3)}`);
}

/** The learned energy over the plane: the denser the letter, the lower. */
const [x, y] = np.meshgrid([np.linspace(-1.8, 1.8, 49), np.linspace(1.8, -1.8, 25)]);
const plane = vmap(vmap((p: NDArray) => energy(params, p)))(np.stack([x, y], 2));
const rank = plane.sub(plane.min()).div(1.2).clip(0, 4).astype("int32");
for (const row of rank) console.log([...row].map((v) => "@#+. "[Number(v.item())]).join(""));
