/** jax-js at all workloads, as its users write them and in the best arrangement that was found. */
import * as data from "../../workloads/data.js";
import { productAnswers } from "../../workloads/w4.js";
import { gradientAnswers } from "../../workloads/w6.js";
import { hessianAnswers } from "../../workloads/w7.js";
import type { Contender, Run, Sizes } from "../../workloads/workload.js";
import { type JaxJs, type JaxJsArray, loadJaxJs } from "../jax-js.js";
import { layersOf, modelOf, type Params } from "./energy.js";
import { chain, samplingAsWritten, samplingBest, trainingAsWritten, trainingBest } from "./training.js";

async function library(): Promise<JaxJs> {
  const jax = await loadJaxJs();
  if (jax === null) throw new Error("jax-js is not installed: npm ci --prefix bench/peers");
  return jax;
}

function classifier(jax: JaxJs, { batch, inputs, hidden, classes }: Sizes, jitted: boolean): Run {
  const { numpy: np, nn, jit, tree, valueAndGrad, blockUntilReady } = jax;
  const params = layersOf(jax, [inputs, hidden, hidden, classes]);
  const x = np.array(data.images(batch, inputs)).reshape([batch, inputs]);
  const y = nn.oneHot(np.array(data.labels(batch, classes), { dtype: np.int32 }), classes);
  const loss = ([first, second, third]: Params, images: JaxJsArray, targets: JaxJsArray): JaxJsArray => {
    const h1 = nn.relu(np.matmul(images, first.w).add(first.b));
    const h2 = nn.relu(np.matmul(h1, second.w).add(second.b));
    return nn
      .logSoftmax(np.matmul(h2, third.w).add(third.b))
      .mul(targets)
      .sum()
      .mul(-1 / batch);
  };
  const f = jitted ? jit(valueAndGrad(loss)) : valueAndGrad(loss);
  const evaluate = () => f(tree.ref(params), x.ref, y.ref);
  return {
    call: async () => {
      const [value, gradient] = evaluate();
      await value.data();
      await blockUntilReady(gradient);
      tree.dispose(gradient);
    },
    answers: async () => {
      const [value, gradient] = evaluate();
      let squares = 0;
      for (const leaf of tree.leaves(gradient)) squares += (await np.square(leaf).sum().data())[0];
      return { loss: (await value.data())[0], gradient: squares };
    },
  };
}

function product({ numpy: np }: JaxJs, { size }: Sizes): Run {
  const a = np.array(data.leftFactor(size)).reshape([size, size]);
  const b = np.array(data.rightFactor(size)).reshape([size, size]);
  const call = (): Promise<Float32Array> => np.matmul(a.ref, b.ref).data();
  return { call, answers: async () => productAnswers(await call(), size) };
}

const scalarFunction =
  ({ numpy: np }: JaxJs) =>
  (x: JaxJsArray): JaxJsArray =>
    np.sin(x.ref).mul(x);

function slopeOfScalar(jax: JaxJs, jitted: boolean): Run {
  const gradient = jax.grad(scalarFunction(jax));
  const slope = jitted ? jax.jit(gradient) : gradient;
  const x = jax.numpy.array(data.scalarPoint);
  const call = (): number => slope(x.ref).item();
  return { call, answers: () => ({ slope: call() }) };
}

function chainedSlopes(jax: JaxJs, { calls }: Sizes): Run {
  const slope = jax.jit(jax.grad(scalarFunction(jax)));
  const first = jax.numpy.array(data.scalarPoint);
  const call = (): number => {
    let x = first.ref;
    for (let i = 0; i < calls; i++) x = slope(x);
    return x.item();
  };
  return { call, answers: () => ({ end: call() }) };
}

const longSum =
  ({ numpy: np }: JaxJs) =>
  (x: JaxJsArray): JaxJsArray =>
    np
      .sin(x.ref)
      .mul(np.exp(x.ref.mul(x.ref).mul(-1)))
      .add(np.tanh(x))
      .sum();

function longValue(jax: JaxJs, { size }: Sizes): Run {
  const value = jax.jit(longSum(jax));
  const x = jax.numpy.array(data.longVector(size));
  const call = async (): Promise<number> => (await value(x.ref).data())[0];
  return { call, answers: async () => ({ value: await call() }) };
}

function longGradient(jax: JaxJs, { size }: Sizes): Run {
  const gradient = jax.jit(jax.grad(longSum(jax)));
  const x = jax.numpy.array(data.longVector(size));
  const call = (): Promise<Float32Array> => gradient(x.ref).data();
  return { call, answers: async () => gradientAnswers(await call()) };
}

function hessians(jax: JaxJs, { hidden, points }: Sizes): Run {
  const { jit, vmap, hessian, tree } = jax;
  const { energies } = modelOf(jax);
  const params = layersOf(jax, data.energySizes(hidden));
  const x = jax.numpy.array(data.points(points)).reshape([points, 2]);
  const f = jit(
    vmap(
      (y: JaxJsArray, p: Params) => hessian((z) => energies(tree.ref(p), z.reshape([1, 2])).sum())(y),
      [0, null],
    ),
  );
  const call = (): Promise<Float32Array> => f(x.ref, tree.ref(params)).data();
  return { call, answers: async () => hessianAnswers(await call()) };
}

/** Every function that is called often is jitted. */
export async function asUsersWriteIt(): Promise<Contender> {
  const jax = await library();
  return {
    W1: (sizes) => trainingAsWritten(jax, sizes),
    W1b: (sizes) => trainingAsWritten(jax, sizes),
    W2: (sizes) => samplingAsWritten(jax, sizes),
    W3: (sizes) => classifier(jax, sizes, true),
    W4: (sizes) => product(jax, sizes),
    "W5 jit": () => slopeOfScalar(jax, true),
    "W5 chained": (sizes) => chainedSlopes(jax, sizes),
    "W5 eager": () => slopeOfScalar(jax, false),
    "W6 value": (sizes) => longValue(jax, sizes),
    "W6 grad": (sizes) => longGradient(jax, sizes),
    W7: (sizes) => hessians(jax, sizes),
    W8: (sizes) => chain(jax, sizes),
  };
}

/** Where another arrangement is quicker. */
export async function bestArrangement(): Promise<Contender> {
  const jax = await library();
  return {
    W1: (sizes) => trainingBest(jax, sizes),
    W2: (sizes) => samplingBest(jax, sizes),
    W3: (sizes) => classifier(jax, sizes, false),
  };
}
