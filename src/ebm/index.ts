/** `cotangent/ebm`: energy-based models, trained by maximum likelihood with samples from Markov chains. */
import "../compiler/register.js";
import "../numpy/methods.js";

export {
  type Checkpoint,
  decodeCheckpoint,
  decodeCheckpointMetadata,
  encodeCheckpoint,
} from "./checkpoints/checkpoint.js";
export { type CheckpointFault, explainCheckpointFault } from "./checkpoints/checkpoint-fault.js";
export { decodeSafetensors, encodeSafetensors, type Safetensors } from "./checkpoints/safetensors.js";
export { explainSafetensorsFault, type SafetensorsFault } from "./checkpoints/safetensors-fault.js";
export { type DataSet, dataSets, eightGaussiansCentres, occupancy } from "./datasets/index.js";
export {
  confined,
  type Energy,
  type EnergyModel,
  type MlpEnergyOptions,
  mlpEnergy,
  quadratic,
} from "./energy.js";
export {
  gaussianNll,
  type KernelDensityOptions,
  type KernelDensityScore,
  kernelDensityNll,
} from "./evaluation/baselines.js";
export { type Box, rangeOf } from "./evaluation/box.js";
export {
  type DistanceBaseline,
  type EnergyDistanceOptions,
  type EnergyDistanceTest,
  energyDistance,
  energyDistanceBaseline,
  energyDistanceTest,
} from "./evaluation/energy-distance.js";
export { energyGrid } from "./evaluation/energy-grid.js";
export {
  type KolmogorovSmirnovOptions,
  type KolmogorovSmirnovTest,
  slicedKolmogorovSmirnov,
} from "./evaluation/kolmogorov-smirnov.js";
export {
  energyGap,
  klDivergence,
  type LikelihoodOptions,
  negativeLogLikelihood,
} from "./evaluation/likelihood.js";
export { type LogPartitionOptions, logPartition, type Quadrature } from "./evaluation/log-partition.js";
export { compareMoments, type Moments, type MomentsComparison, moments } from "./evaluation/moments.js";
export type { PermutationTest } from "./evaluation/permutation-test.js";
export { explainQuadratureFault, type QuadratureFault } from "./evaluation/quadrature-fault.js";
export type { PointEnergy } from "./evaluation/rows.js";
export type { Score } from "./evaluation/score.js";
export { gaussianMixture } from "./gaussian-mixture.js";
export { type Loss, type LossMetrics, type LossOptions, loss } from "./loss.js";
export { contrastiveDivergence } from "./negatives/contrastive-divergence.js";
export type { Negatives } from "./negatives/negatives.js";
export { chainsFromNoise, type NoiseOptions } from "./negatives/noise-chains.js";
export { type PersistentOptions, persistentChains } from "./negatives/persistent-chains.js";
export type { ReplayBuffer } from "./negatives/replay-buffer.js";
export {
  type AnnealedLangevinOptions,
  annealedLangevin,
  type HopsAndLangevinInfo,
  type HopsAndLangevinOptions,
  hopsAndLangevin,
  type Transition,
} from "./negatives/transition.js";
export {
  type ColumnLabel,
  type DecodeTableOptions,
  decodeScaling,
  decodeTable,
  encodePoints,
  encodeScaling,
  explainNote,
  explainPointsFault,
  explainScalingFault,
  fitScaling,
  type Note,
  type Part,
  type PointsFault,
  type PreparedPoints,
  type PrepareOptions,
  preparePoints,
  type Scaling,
  type ScalingFault,
  type ScalingJson,
  type ScalingMaps,
  scalingMaps,
  type Table,
  type TableColumn,
  type TextRow,
} from "./points/index.js";
export { drawSamples, type SamplesOptions } from "./samples.js";
export {
  type Candidate,
  candidatesFor,
  explainSelectionFault,
  fewRows,
  type Selection,
  type SelectionFault,
  selectCandidate,
  type Trial,
} from "./selection.js";
export {
  type Divergence,
  energyBound,
  explainDivergence,
  type TrainOptions,
  type TrainReport,
  train,
  trainSteps,
  trainUntilDiverged,
  withinBound,
} from "./train.js";
export {
  initialState,
  type Training,
  type TrainMetrics,
  type TrainState,
  type TrainStep,
  trainStep,
} from "./train-step.js";
