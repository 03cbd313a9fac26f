// The gradient of each example's loss on its own: vmap(grad(loss)). With it one sees outliers, and clips them. To run it:
// npm run build:js && npx tsx --tsconfig tsconfig.run.json examples/per-example-gradients.ts
import { grad, jit, type NDArray, nn, numpy as np, random, tree, vmap } from "cotangent";

const [dataKey, netKey] = random.split(random.key(0));
const rows = 64;

/** Two clouds to tell apart. The labels of the first two examples are wrong. */
const labels = np.arange(rows).mod(2).astype("float32");
const points = random.normal(dataKey, [rows, 2]).add(labels.mul(6).sub(3).expandDims(1));
const wrong = np.less(np.arange(rows), 2);
const given = np.where(wrong, np.subtract(1, labels), labels);

const net = nn.mlp([2, 16, 1], { activation: nn.tanh });
type Params = ReturnType<typeof net.init>;
/** log(1 + exp(-s logit)) with s = 1 or -1: the negative log-likelihood of one label. */
const loss = (params: Params, x: NDArray, label: NDArray): NDArray =>
  nn.softplus(
    net
      .apply(params, x)
      .sum()
      .mul(np.subtract(1, label.mul(2))),
  );
const meanLoss = (params: Params): NDArray => vmap(loss, [null, 0, 0])(params, points, given).mean();

/** One gradient an example: every leaf of the parameters with an axis of examples in front. */
const each = jit(vmap(grad(loss), [null, 0, 0]));

/** The norm over all leaves. */
const norm = (gradient: Params): NDArray =>
  np.sqrt(tree.leaves(gradient).reduce((sum: NDArray, leaf) => sum.add(np.square(leaf).sum()), np.zeros([])));

/** The mean of gradients none of which is longer than `most`: the step of differentially private training, without noise. */
const clippedMean = (gradients: Params, most: number): Params => {
  const factors = np.minimum(1, np.divide(most, vmap(norm)(gradients)));
  const scaled = vmap((g: Params, factor: NDArray) => tree.map((leaf: NDArray) => leaf.mul(factor), g))(
    gradients,
    factors,
  );
  return tree.map((leaf: NDArray) => leaf.mean(0), scaled);
};

let params = net.init(netKey);
for (let step = 0; step < 100; step++) {
  const gradient = clippedMean(each(params, points, given), 0.2);
  params = tree.map((p: NDArray, g: NDArray) => p.sub(g.mul(1)), params, gradient);
}

const gradients = each(params, points, given);
const norms = vmap(norm)(gradients);
const average = tree.map((leaf: NDArray) => leaf.mean(0), gradients);
const difference = norm(tree.map((a: NDArray, b: NDArray) => a.sub(b), average, grad(meanLoss)(params)));
console.log(`shape of the first layer's gradients: ${gradients[0].w.shape}`);
console.log(`their mean is the gradient of the mean: ${Number(difference.item()) < 1e-6}`);
console.log(`norm, median over examples: ${Number(np.median(norms).item()).toFixed(4)}`);
console.log(
  `norms of the two wrong labels: ${Array.from(norms.slice([0, 2]).dataSync(), (v) => v.toFixed(2))}`,
);
console.log(`largest norms at examples: ${np.argsort(norms.neg()).slice([0, 2]).js()}`);
