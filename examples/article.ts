// The whole method on one page: an energy, a loss, annealed Langevin sampling, training, a figure. To run it:
// npm run build:js && npx tsx --tsconfig tsconfig.run.json examples/article.ts
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { grad, jit, lax, type NDArray, numpy as np, optim, random, valueAndGrad, vmap } from "cotangent";
import { dataSets, mlpEnergy } from "cotangent/ebm";
import { drawEnergy } from "./article/figure.js";

/** E(params, x): low where x is likely, p(x) = exp(-E(x)) / Z. A network, and a bowl that keeps Z finite. */
const { init: initEnergy, energy } = mlpEnergy({ gain: 4 });
type Params = ReturnType<typeof initEnergy>;
const energies = (params: Params, xs: NDArray): NDArray => vmap((x: NDArray) => energy(params, x))(xs);

/** mean E(data) - mean E(samples) + a regulariser: its gradient is that of -log p. */
const loss = (params: Params, data: NDArray, samples: NDArray): NDArray => {
  const [eData, eSamples] = [energies(params, data), energies(params, samples)];
  const size = eData.square().mean().add(eSamples.square().mean());
  return eData.mean().sub(eSamples.mean()).add(size.mul(1e-4));
};

/** x <- x - (h / 2) grad E(x) + sqrt(h) noise, with step sizes h that shrink: annealing. */
const langevinSampling = (key: random.Key, params: Params, start: NDArray, sizes: NDArray): NDArray => {
  const slope = vmap(grad((x: NDArray) => energy(params, x)));
  const step = (x: NDArray, [k, h]: readonly [random.Key, NDArray]): [NDArray, null] => {
    const noise = random.normal(k, x.shape);
    return [x.sub(slope(x).mul(h.div(2))).add(noise.mul(np.sqrt(h))), null];
  };
  return lax.scan(step, start, [random.split(key, sizes.shape[0]), sizes])[0];
};

const [steps, file] = [Number(process.argv[2] ?? 1500), process.argv[3] ?? "out/article.svg"];
const points = (key: random.Key, n: number): NDArray => dataSets["8gaussians"].sample(key, n).div(2);
const { init, update } = optim.adam(optim.cosineDecay(0.003, steps), { b1: 0 });
const trainStep = jit((key: random.Key, params: Params, state: ReturnType<typeof init<Params>>) => {
  const [dataKey, chainKey] = random.split(key);
  const data = points(dataKey, 128); // where the chains start, too
  const samples = langevinSampling(chainKey, params, data, np.logspace(-2.3, -3.3, 20));
  const [value, gradient] = valueAndGrad(loss)(params, data, samples);
  const [updates, next] = update(gradient, state, params);
  return [optim.applyUpdates(params, updates), next, value] as const;
});

const [netKey, trainKey, startKey, sampleKey, dataKey] = random.split(random.key(0), 5);
let [params, value] = [initEnergy(netKey), np.zeros([])];
let state = init(params);
for (const [i, key] of [...random.split(trainKey, steps)].entries()) {
  [params, state, value] = trainStep(key, params, state);
  if ((i + 1) % Math.ceil(steps / 10) === 0)
    console.log(`step ${i + 1}: loss ${Number(value.item()).toFixed(3)}`);
}

/** The figure: the learned energy over the plane, data in white and samples, which started as wide noise, in cyan. */
const wide = random.normal(startKey, [500, 2]).mul(1.5);
const samples = langevinSampling(sampleKey, params, wide, np.logspace(-1.3, -3.3, 300));
const figure = drawEnergy((xs) => energies(params, xs), points(dataKey, 500), samples);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, figure);
console.log(`wrote ${file}`);
