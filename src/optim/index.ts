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
export { type MomentumOptions, momentum, sgd, type TraceKind, type TraceState, trace } from "./momentum.js";
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
  scaleByRms,
} from "./rmsprop.js";
export {
  type CosineOptions,
  constant,
  cosineDecay,
  type ExponentialOptions,
  exponentialDecay,
  linear,
  type Schedule,
  type WarmupOptions,
  warmupCosine,
} from "./schedules.js";
export {
  addDecayedWeights,
  type ChainKind,
  chain,
  clipByGlobalNorm,
  globalNorm,
  scale,
  scaleByLearningRate,
  scaleBySchedule,
} from "./transformations.js";
