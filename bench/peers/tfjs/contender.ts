/** TensorFlow.js at the workloads. It runs operation by operation: there is no jit, and loops stand in JavaScript. */
import * as data from "../../workloads/data.js";
import { productAnswers } from "../../workloads/w4.js";
import { gradientAnswers } from "../../workloads/w6.js";
import { hessianAnswers } from "../../workloads/w7.js";
import type { Contender, Run, Sizes } from "../../workloads/workload.js";
import { loadTf, type Tf, type TfTensor } from "./library.js";

interface Layer {
  readonly w: TfTensor;
  readonly b: TfTensor;
}

const layersOf = (tf: Tf, sizes: readonly number[]): readonly Layer[] =>
  data.layers(sizes).map(({ inputs, outputs, w, b }) => ({
    w: tf.tensor(w, [inputs, outputs]).variable(),
    b: tf.tensor(b).variable(),
  }));

const silu = (z: TfTensor): TfTensor => z.mul(z.sigmoid());

const energies = ([first, second, third]: readonly Layer[], x: TfTensor): TfTensor => {
  const h = silu(silu(x.matMul(first.w).add(first.b)).matMul(second.w).add(second.b));
  return h.matMul(third.w).add(third.b).reshape([-1]);
};

const loss = (params: readonly Layer[], points: TfTensor, samples: TfTensor): TfTensor => {
  const [high, low] = [energies(params, points), energies(params, samples)];
  const size = high.square().mean().add(low.square().mean());
  return high.mean().sub(low.mean()).add(size.mul(data.regularization));
};

const slopeOf = (tf: Tf, params: readonly Layer[]): ((x: TfTensor) => TfTensor) =>
  tf.grad((x) => energies(params, x).sum());

/** x <- x - h / 2 grad E(x) + sqrt(h) noise. What it is given is disposed of. */
function walk(tf: Tf, slope: (x: TfTensor) => TfTensor, start: TfTensor, sizes: readonly number[]): TfTensor {
  let x = start;
  for (const h of sizes) {
    const next = tf.tidy(() => x.sub(slope(x).mul(h / 2)).add(tf.randomNormal(x.shape).mul(Math.sqrt(h))));
    x.dispose();
    x = next;
  }
  return x;
}

function training(tf: Tf, { hidden, chains, steps }: Sizes): Run {
  const params = layersOf(tf, data.energySizes(hidden));
  const { first, last } = data.annealed;
  const sizes = Array.from({ length: steps }, (_, k) => first + ((last - first) * k) / (steps - 1));
  const points = data.points(data.batches * chains);
  const batch = (i: number): TfTensor =>
    tf.tensor(points.slice(2 * chains * i, 2 * chains * (i + 1)), [chains, 2]);
  const optimizer = tf.train.adam(data.learningRate);
  const slope = slopeOf(tf, params);
  let turn = 0;
  let firstLoss: number | undefined;
  return {
    call: () => {
      const x = batch(turn % data.batches);
      turn += 1;
      const samples = walk(tf, slope, tf.randomUniform([chains, 2], -4, 4), sizes);
      const cost = optimizer.minimize(() => loss(params, x, samples), true);
      const [value] = cost.dataSync();
      params[1].w.dataSync();
      firstLoss ??= value;
      tf.dispose([x, samples, cost]);
    },
    answers: () => {
      const fresh = layersOf(tf, data.energySizes(hidden));
      const { value, grads } = tf.variableGrads(
        () => loss(fresh, batch(0), batch(1)),
        fresh.flatMap(({ w, b }) => [w, b]),
      );
      const squares = Object.values(grads).map((g) => g.square().sum().dataSync()[0]);
      return {
        energy: energies(fresh, batch(0)).mean().dataSync()[0],
        loss: value.dataSync()[0],
        gradient: squares.reduce((sum, v) => sum + v, 0),
        firstLoss: firstLoss ?? Number.NaN,
      };
    },
  };
}

function sampling(tf: Tf, { hidden, chains, steps }: Sizes): Run {
  const params = layersOf(tf, data.energySizes(hidden));
  const slope = slopeOf(tf, params);
  const starts = (): TfTensor => tf.tensor(data.starts(chains), [chains, 2]);
  const taken = Math.min(steps, 20);
  const sizes = new Array<number>(taken).fill(data.plainStep);
  return {
    call: () => {
      const x = walk(tf, slope, starts(), sizes);
      x.dataSync();
      x.dispose();
    },
    answers: () => ({ energy: energies(params, starts()).mean().dataSync()[0] }),
    share: taken / steps,
  };
}

function classifier(tf: Tf, { batch, inputs, hidden, classes }: Sizes): Run {
  const params = layersOf(tf, [inputs, hidden, hidden, classes]);
  const [first, second, third] = params;
  const x = tf.tensor(data.images(batch, inputs), [batch, inputs]);
  const y = tf.oneHot(tf.tensor(data.labels(batch, classes), [batch], "int32"), classes).toFloat();
  const objective = (): TfTensor => {
    const h1 = x.matMul(first.w).add(first.b).relu();
    const h2 = h1.matMul(second.w).add(second.b).relu();
    return tf
      .logSoftmax(h2.matMul(third.w).add(third.b))
      .mul(y)
      .sum()
      .mul(-1 / batch);
  };
  const call = (): { readonly loss: number; readonly gradient: readonly Float32Array[] } => {
    const { value, grads } = tf.variableGrads(
      objective,
      params.flatMap(({ w, b }) => [w, b]),
    );
    const read = { loss: value.dataSync()[0], gradient: Object.values(grads).map((g) => g.dataSync()) };
    tf.dispose([value, grads]);
    return read;
  };
  return {
    call,
    answers: () => {
      const { loss, gradient } = call();
      return { loss, gradient: gradient.reduce((sum, g) => g.reduce((s, v) => s + v * v, sum), 0) };
    },
  };
}

function product(tf: Tf, { size }: Sizes): Run {
  const a = tf.tensor(data.leftFactor(size), [size, size]);
  const b = tf.tensor(data.rightFactor(size), [size, size]);
  const call = (): Float32Array => tf.tidy(() => a.matMul(b).dataSync());
  return { call, answers: () => productAnswers(call(), size) };
}

function slopeOfScalar(tf: Tf): Run {
  const slope = tf.grad((x) => tf.sin(x).mul(x));
  const call = (): number => tf.tidy(() => slope(tf.scalar(data.scalarPoint)).dataSync()[0]);
  return { call, answers: () => ({ slope: call() }) };
}

const longSum = (tf: Tf, x: TfTensor): TfTensor => tf.sin(x).mul(x.mul(x).neg().exp()).add(tf.tanh(x)).sum();

function longValue(tf: Tf, { size }: Sizes): Run {
  const x = tf.tensor(data.longVector(size));
  const call = (): number => tf.tidy(() => longSum(tf, x).dataSync()[0]);
  return { call, answers: () => ({ value: call() }) };
}

function longGradient(tf: Tf, { size }: Sizes): Run {
  const x = tf.tensor(data.longVector(size));
  const gradient = tf.grad((v) => longSum(tf, v));
  const call = (): Float32Array => tf.tidy(() => gradient(x).dataSync());
  return { call, answers: () => gradientAnswers(call()) };
}

/** Gradients of the gradient's two components: there is no vmap. */
function hessians(tf: Tf, { hidden, points }: Sizes): Run {
  const params = layersOf(tf, data.energySizes(hidden));
  const x = tf.tensor(data.points(points), [points, 2]);
  const slope = slopeOf(tf, params);
  const rows = [0, 1].map((i) => tf.grad((v) => slope(v).slice([0, i], [-1, 1]).sum()));
  const call = (): Float32Array => {
    const [first, second] = rows.map((row) => tf.tidy(() => row(x).dataSync()));
    return Float32Array.from(
      { length: 4 * points },
      (_, i) => (i % 4 < 2 ? first : second)[2 * Math.floor(i / 4) + (i % 2)],
    );
  };
  return { call, answers: () => hessianAnswers(call()) };
}

function chain(tf: Tf, { hidden, steps }: Sizes): Run {
  const params = layersOf(tf, data.energySizes(hidden));
  const slope = slopeOf(tf, params);
  const start = (): TfTensor => tf.tensor(Float32Array.from(data.chainStart), [1, 2]);
  const taken = Math.min(steps, 1000);
  const sizes = new Array<number>(taken).fill(data.plainStep);
  return {
    call: () => {
      const x = walk(tf, slope, start(), sizes);
      x.dataSync();
      x.dispose();
    },
    answers: () => {
      let x = start();
      for (let k = 0; k < data.descentSteps; k++) {
        const next = tf.tidy(() => x.sub(slope(x).mul(data.plainStep / 2)));
        x.dispose();
        x = next;
      }
      const [u, v] = x.dataSync();
      return { x: u, y: v };
    },
    share: taken / steps,
  };
}

export async function tfjs(): Promise<Contender> {
  const tf = await loadTf();
  return {
    W1: (sizes) => training(tf, sizes),
    W1b: (sizes) => training(tf, sizes),
    W2: (sizes) => sampling(tf, sizes),
    W3: (sizes) => classifier(tf, sizes),
    W4: (sizes) => product(tf, sizes),
    "W5 eager": () => slopeOfScalar(tf),
    "W6 value": (sizes) => longValue(tf, sizes),
    "W6 grad": (sizes) => longGradient(tf, sizes),
    W7: (sizes) => hessians(tf, sizes),
    W8: (sizes) => chain(tf, sizes),
  };
}
