/**
 * The loss whose gradient is that of the negative log-likelihood.
 *
 *     log p(x) = -E(x) - log Z
 *     -grad log p(x) = grad E(x) - mean of grad E(x') over samples x' of the model
 *
 * So training lowers the energy of data and raises that of samples. The loss itself is near 0 when training goes well,
 * and is no measure of progress.
 */
import type { NDArray } from "../autodiff/array.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { stopGradient } from "../autodiff/transforms/stop-gradient.js";
import { vmap } from "../autodiff/transforms/vmap.js";
import { readOptions } from "../ir/arguments.js";
import type { Energy } from "./energy.js";

export interface LossOptions {
  /** The weight of the regulariser; 0 by default, since it pulls energies to 0 and so flattens the model. */
  readonly alpha?: number;
}

/** What a step reports, each f32[]. */
export interface LossMetrics {
  readonly loss: NDArray;
  /** mean E(data) */
  readonly dataEnergy: NDArray;
  /** mean E(samples) */
  readonly sampleEnergy: NDArray;
}

/** (params, f32[n, d], f32[m, d]) -> [f32[], metrics] */
export type Loss<P> = (params: P, data: NDArray, samples: NDArray) => [loss: NDArray, metrics: LossMetrics];

/**
 * mean E(data) - mean E(samples) + alpha (mean E(data)^2 + mean E(samples)^2). Samples are constants: no gradient flows
 * through the chains that made them.
 *
 * @example const [[value, metrics], gradient] = valueAndGrad(loss(energy), { hasAux: true })(params, data, samples);
 */
export const loss = <P>(energy: Energy<P>, options: LossOptions = {}): Loss<P> => {
  checkFunction("ebm.loss", energy);
  const { alpha = 0 } = readOptions("ebm.loss", options, { alpha: "number" });
  return lossOf(energy, alpha);
};

const lossOf =
  <P>(energy: Energy<P>, alpha: number): Loss<P> =>
  (params, data, samples) => {
    const energies = vmap((x: NDArray) => energy(params, x));
    const eData = energies(data);
    const eSamples = energies(stopGradient(samples));
    const gap = eData.mean().sub(eSamples.mean());
    const size = eData.square().mean().add(eSamples.square().mean());
    const value = alpha === 0 ? gap : gap.add(size.mul(alpha));
    return [value, { loss: value, dataEnergy: eData.mean(), sampleEnergy: eSamples.mean() }];
  };
