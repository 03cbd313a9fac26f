/** `cotangent/optim`: optimisers and schedules, with Optax's values. */
import "../compiler/register.js";
import "../numpy/methods.js";

export {
  type AdamKind,
  type AdamOptions,
  type AdamState,
  type AdamWOptions,
  adam,
  adamw,
  scaleByAdam,
} from "./adam.js";
export { type ApplyIfFiniteKind, type ApplyIfFiniteState, applyIfFinite } from "./apply-if-finite.js";
export { type EmaKind, type EmaOptions, type EmaState, ema } from "./ema.js";
export {
  type CrossEntropyOptions,
  huberLoss,
  l2Loss,
  sigmoidBinaryCrossEntropy,
  softmaxCrossEntropy,
  softmaxCrossEntropyWithIntegerLabels,
  squaredError,
} from "./losses.js";
export {
  type MomentumOptions,
  momentum,
  type SgdOptions,
  sgd,
  type TraceKind,
  type TraceState,
  trace,
} from "./momentum.js";
export {
  applyUpdates,
  type CountKind,
  type CountState,
  type EmptyKind,
  type Optimizer,
  type StateKind,
  type StateOf,
} from "./optimizer.js";
export {
  type RmsKind,
  type RmsOptions,
  type RmspropOptions,
  type RmsState,
  rmsprop,
  type ScalingKind,
  type StddevKind,
  type StddevState,
  scaleByRms,
  scaleByStddev,
} from "./rmsprop.js";
export {
  type CosineOptions,
  constant,
  cosineDecay,
  type ExponentialOptions,
  exponentialDecay,
  linear,
  type ScalarOrSchedule,
  type Schedule,
  type WarmupOptions,
  warmupCosine,
} from "./schedules.js";
export {
  type ChainKind,
  chain,
  clip,
  clipByGlobalNorm,
  globalNorm,
  identity,
  scale,
  scaleByLearningRate,
  scaleBySchedule,
  setToZero,
} from "./transformations.js";
export { addDecayedWeights, type DecayKind, type Mask, type MaskTree } from "./weight-decay.js";
