/** `cotangent/sampling`: Markov chains on energies, as pure kernels that are scanned, batched and compiled. */
import "../compiler/register.js";
import "../numpy/methods.js";

export type { Schedule } from "../optim/schedules.js";
export { type Kernel, runChain } from "./kernel.js";
export { type LangevinInfo, type LangevinState, langevin } from "./langevin.js";
export { type LangevinOptions, langevinSampling } from "./langevin-sampling.js";
export { constant, cosine, geometric, linear } from "./schedules.js";
