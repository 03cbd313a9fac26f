/** The energy of the plane's points that most workloads are about: a network with SiLU. */
import { jit, type NDArray, nn, numpy as np, valueAndGrad, vmap } from "cotangent";
import { type Energy, loss } from "cotangent/ebm";
import * as data from "./data.js";
import type { Answers } from "./workload.js";

type Params = nn.DenseParams[];

export const parameters = (hidden: number): Params => arraysOf(data.energySizes(hidden));

/** { w, b } of each layer, as arrays. */
export const arraysOf = (sizes: readonly number[]): Params =>
  data.layers(sizes).map(({ inputs, outputs, w, b }) => ({
    w: np.array(w).reshape([inputs, outputs]),
    b: np.array(b),
  }));

/** E(params, x): f32[2] -> f32[] */
export function networkEnergy(hidden: number): Energy<Params> {
  const network = nn.mlp(data.energySizes(hidden), { activation: nn.silu });
  return (params, x) => network.apply(params, x).reshape([]);
}

/** f32[count, 2] */
export const pointsOfData = (count: number): NDArray => np.array(data.points(count)).reshape([count, 2]);

/** The sum of squares of all elements of all arrays. */
export const sumOfSquares = (arrays: readonly NDArray[]): number =>
  arrays.map((x) => Number(x.square().sum().item())).reduce((x, y) => x + y, 0);

/** The mean energy of a batch, and the loss and its gradient for that batch of data and another one of samples. */
export function trainingAnswers(target: string, hidden: number, chains: number): Answers {
  const energy = networkEnergy(hidden);
  const params = parameters(hidden);
  const both = pointsOfData(2 * chains);
  const [first, second] = [both.slice([0, chains]), both.slice([chains, 2 * chains])];
  const objective = loss(energy, { alpha: data.regularization });
  const measured = jit(
    (p: Params, x: NDArray, y: NDArray) => valueAndGrad((q: Params) => objective(q, x, y)[0])(p),
    { target },
  );
  const meanEnergy = jit((p: Params, x: NDArray) => vmap((v: NDArray) => energy(p, v))(x).mean(), { target });
  const [value, gradient] = measured(params, first, second);
  return {
    energy: Number(meanEnergy(params, first).item()),
    loss: Number(value.item()),
    gradient: sumOfSquares(gradient.flatMap(({ w, b }) => [w, b])),
  };
}
