/** `cotangent/ebm`: energy-based models, trained by maximum likelihood with samples from Markov chains. */
import "../compiler/register.js";
import "../numpy/methods.js";

export {
  checkerboard,
  type DataSet,
  dataSets,
  eightGaussians,
  eightGaussiansCentres,
  moons,
  occupancy,
} from "./datasets.js";
export {
  confined,
  type Energy,
  type EnergyModel,
  type MlpEnergyOptions,
  mlpEnergy,
  quadratic,
} from "./energy.js";
export { type Loss, type LossMetrics, type LossOptions, loss } from "./loss.js";
export { contrastiveDivergence, type Negatives } from "./negatives.js";
export {
  type DecodeOptions,
  decodePoints,
  explainPointsFault,
  type PointsFault,
  type TextRow,
} from "./points.js";
export { restore, type Standardization, standardization, standardize } from "./standardize.js";
export {
  initialState,
  type Training,
  type TrainOptions,
  type TrainState,
  type TrainStep,
  train,
  trainStep,
} from "./training.js";
