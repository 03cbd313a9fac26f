// A program written for jax-js, jax-js-port/original.txt, as it runs here: without references, its keys typed, and nothing
// else changed. To run it: npm run build:js && npx tsx --tsconfig tsconfig.run.json examples/jax-js-port.ts
import { jit, nn, numpy as np, random, tree, valueAndGrad } from "cotangent";

type Params = { [key: string]: np.Array };
type AdamState = { count: np.Array; mu: Params; nu: Params };

const [features, hidden, classes] = [2, 32, 3];
const [pointsPerArm, batchSize, epochs] = [100, 60, 40];

/** Points (t cos a, t sin a) on three arms that wind once around, with a wobble in the place of noise. */
function spirals(): [np.Array, np.Array] {
  const t = np.linspace(0.05, 1, pointsPerArm);
  const arms = [0, 1, 2].map((arm) => {
    const wobble = np.sin(t.mul(90).add(arm)).mul(0.15);
    const angle = t
      .mul(5)
      .add((arm * 2 * Math.PI) / classes)
      .add(wobble);
    return np.stack([t.mul(np.cos(angle)), t.mul(np.sin(angle))], 1);
  });
  const labels = np.tile(np.arange(classes), pointsPerArm); // 0 1 2 0 1 2 ...: a batch has all classes
  return [np.stack(arms, 1).reshape([-1, features]), labels];
}

/** Weights and biases, uniform on +-1 / sqrt(inputs). */
function initialize(key: random.Key): Params {
  const [k11, k12, k21, k22, k31, k32] = random.split(key, 6);
  const uniform = (key: random.Key, shape: number[], inputs: number) =>
    random.uniform(key, shape, { minval: -1 / Math.sqrt(inputs), maxval: 1 / Math.sqrt(inputs) });
  return {
    w1: uniform(k11, [features, hidden], features),
    b1: uniform(k12, [hidden], features),
    w2: uniform(k21, [hidden, hidden], hidden),
    b2: uniform(k22, [hidden], hidden),
    w3: uniform(k31, [hidden, classes], hidden),
    b3: uniform(k32, [classes], hidden),
  };
}

/** The logarithms of the classes' probabilities. */
function predict(params: Params, x: np.Array): np.Array {
  const a1 = nn.relu(np.dot(x, params.w1).add(params.b1));
  const a2 = nn.relu(np.dot(a1, params.w2).add(params.b2));
  return nn.logSoftmax(np.dot(a2, params.w3).add(params.b3));
}

/** The mean negative log-likelihood. */
function loss(params: Params, x: np.Array, y: np.Array): np.Array {
  const count = y.shape[0];
  return predict(params, x)
    .mul(nn.oneHot(y, classes))
    .sum()
    .mul(-1 / count);
}

/** Adam, in Optax's form: a state, and a function from gradients to updates. */
function adam(learningRate: number, b1 = 0.9, b2 = 0.999, eps = 1e-8) {
  return {
    init: (params: Params): AdamState => ({
      count: np.array(0),
      mu: tree.map((p: np.Array) => np.zerosLike(p), params),
      nu: tree.map((p: np.Array) => np.zerosLike(p), params),
    }),
    update: (grads: Params, state: AdamState): [Params, AdamState] => {
      const count = state.count.add(1);
      const mu = tree.map((g: np.Array, m: np.Array) => g.mul(1 - b1).add(m.mul(b1)), grads, state.mu);
      const nu = tree.map(
        (g: np.Array, v: np.Array) =>
          np
            .square(g)
            .mul(1 - b2)
            .add(v.mul(b2)),
        grads,
        state.nu,
      );
      const [c1, c2] = [b1, b2].map((b) => np.subtract(1, np.power(b, count)));
      const updates = tree.map(
        (m: np.Array, v: np.Array) =>
          m
            .div(c1)
            .div(np.sqrt(v.div(c2)).add(eps))
            .mul(-learningRate),
        mu,
        nu,
      );
      return [updates, { count, mu, nu }];
    },
  };
}

const applyUpdates = (params: Params, updates: Params): Params =>
  tree.map((p: np.Array, u: np.Array) => p.add(u), params, updates);

const solver = adam(0.01);
const trainStep = jit(
  (params: Params, state: AdamState, x: np.Array, y: np.Array): [Params, AdamState, np.Array] => {
    const [value, grads] = valueAndGrad(loss)(params, x, y);
    const [updates, next] = solver.update(grads, state);
    return [applyUpdates(params, updates), next, value];
  },
);

const [x, y] = spirals();
let params = initialize(random.key(0));
let state = solver.init(params);
const losses: number[] = [];
for (let epoch = 0; epoch < epochs; epoch++) {
  for (let start = 0; start < x.shape[0]; start += batchSize) {
    const [xs, ys] = [x, y].map((all) => all.slice([start, start + batchSize]));
    const [nextParams, nextState, value] = trainStep(params, state, xs, ys);
    [params, state] = [nextParams, nextState];
    losses.push((await value.jsAsync()) as number);
  }
}

const hits = np.argmax(predict(params, x), 1).equal(y).astype(np.float32);
const accuracy = hits.mean().js() as number;
const finalLoss = loss(params, x, y).js() as number;
const norms = tree.map((p: np.Array) => np.sqrt(np.square(p).sum()).js() as number, params);
console.log(JSON.stringify({ accuracy, finalLoss, norms, losses }));
