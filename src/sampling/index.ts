/** `cotangent/sampling`: Markov chains on energies, as pure kernels that are composed, scanned, batched and compiled. */
import "../compiler/register.js";
import "../numpy/methods.js";

export type { Schedule } from "../optim/schedules.js";
export { type Positioned, repeated, sequence } from "./composition.js";
export type { Kernel } from "./kernel.js";
export { type LangevinInfo, type LangevinState, langevin } from "./langevin.js";
export { type LangevinOptions, langevinSampling, type TrajectoryOptions } from "./langevin-sampling.js";
export { type MalaInfo, type MalaState, mala } from "./mala.js";
export type { MetropolisInfo } from "./metropolis.js";
export { type RandomWalkInfo, type RandomWalkState, randomWalk } from "./random-walk.js";
export { type ChainOptions, runChain, runChains } from "./run-chain.js";
export { constant, cosine, geometric, linear } from "./schedules.js";
