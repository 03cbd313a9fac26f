import { jit, type NDArray, numpy as np, optim, random, vmap } from "cotangent";
import {
  contrastiveDivergence,
  eightGaussians,
  eightGaussiansCentres,
  initialState,
  mlpEnergy,
  occupancy,
  restore,
  standardization,
  standardize,
  train,
  trainStep,
} from "cotangent/ebm";
import { geometric, langevinSampling } from "cotangent/sampling";

const arg = (name: string, d: number) => {
  const i = process.argv.indexOf("--" + name);
  return i < 0 ? d : Number(process.argv[i + 1]);
};
const IT = arg("it", 400),
  B = arg("b", 128),
  T = arg("t", 20),
  lr = arg("lr", 3e-3),
  h0 = arg("h0", 0.005),
  h1 = arg("h1", 0.0005),
  seed = arg("seed", 0),
  gain = arg("gain", 4),
  alpha = arg("alpha", 0),
  b1 = arg("b1", 0);
const pool = eightGaussians(random.key(1000 + seed), 10000);
const st: any = standardization(pool);
const s = st.right;
const pts = standardize(s)(pool);
const model = mlpEnergy({ gain });
const parts = {
  ...model,
  optimizer: optim.adam(optim.cosineDecay(lr, IT), { b1 }),
  negatives: contrastiveDivergence({ steps: T, stepSize: geometric(h0, h1, T) }),
  batchSize: B,
  alpha,
};
const t0 = performance.now();
let gap = 0;
const last = train(trainStep(parts), pts, {
  iterations: IT,
  onStep: ({ iteration, metrics }) => {
    gap = 0.95 * gap + 0.05 * (metrics.loss.item() as number);
    if (iteration % 100 === 0 || iteration === 1)
      console.log(
        iteration,
        (performance.now() - t0) | 0,
        gap.toFixed(4),
        metrics.dataEnergy.item(),
        metrics.sampleEnergy.item(),
      );
  },
})(initialState(random.key(seed), parts));
const e = jit(vmap((x: NDArray) => model.energy(last.params, x)));
// KL by quadrature
const n = 300,
  L = 4;
const ax = np.linspace(-L + L / n, L - L / n, n);
const [gx, gy] = np.meshgrid([ax, ax]) as any;
const E = e(np.stack([gx.ravel(), gy.ravel()], 1));
const logZ = (np.log(np.exp(E.neg()).sum()).item() as number) + 2 * Math.log((2 * L) / n);
const fresh = eightGaussians(random.key(77), 20000);
const xs = fresh.js() as number[][],
  cs = eightGaussiansCentres().js() as number[][];
const sd = 0.5 / 1.414;
const logp = xs.map(([a, b]) =>
  Math.log(
    cs.reduce((t, [c, d]) => t + Math.exp(-((a - c) ** 2 + (b - d) ** 2) / (2 * sd * sd)), 0) /
      8 /
      (2 * Math.PI * sd * sd),
  ),
);
const ef = e(standardize(s)(fresh)).dataSync();
const sds = s.sd.dataSync();
const kl = logp.reduce((t, l, i) => t + l + ef[i], 0) / logp.length + logZ + Math.log(sds[0] * sds[1]);
const f = (a: any) =>
  [...occupancy(a, eightGaussiansCentres()).dataSync()].map((v) => (100 * v).toFixed(1)).join(" ");
// exact grid weights
const w = np.exp(E.neg());
const grid = restore(s)(np.stack([gx.ravel(), gy.ravel()], 1)).astype("float32");
const near = np
  .argmin(grid.expandDims(1).sub(eightGaussiansCentres().expandDims(0)).square().sum(2), 1)
  .dataSync();
const ws = w.dataSync();
const mass = new Array(8).fill(0);
let tot = 0;
ws.forEach((v, i) => {
  mass[near[i]] += v;
  tot += v;
});
const t1 = performance.now();
console.log(
  `KL ${kl.toFixed(4)} exact mass ${mass.map((m) => ((100 * m) / tot).toFixed(1)).join(" ")}`,
  (t1 - t0) | 0,
);
for (const [steps, a, b] of [
  [200, 0.01, 0.0005],
  [400, 0.02, 0.0005],
  [200, 0.03, 0.0005],
]) {
  const t = performance.now();
  const start = random.normal(random.key(5), [2000, 2]).mul(1.5);
  const out = langevinSampling(random.key(6), (x) => model.energy(last.params, x), start, {
    steps,
    stepSize: geometric(a, b, steps),
  });
  console.log("samples", steps, a, b, f(restore(s)(out)), (performance.now() - t) | 0);
}
