/** `cotangent/gpu`: imported once, it adds the target "gpu" to those of jit. What does not import it, does not load it. */
import "../compiler/register.js";
import "../numpy/methods.js";
import { gpuTarget } from "../compiler/targets/gpu/target.js";
import { registerTarget } from "../compiler/targets/registry.js";

export type { GpuMode } from "../compiler/targets/gpu/modes.js";
export { setGpuMode } from "../compiler/targets/gpu/target.js";

registerTarget(gpuTarget);
