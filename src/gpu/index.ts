/** `cotangent/gpu`: the modes of the target "gpu". Where it is imported, what the target runs on is loaded at once. */
import "../compiler/register.js";
import "../compiler/targets/gpu/runtime-now.js";
import "../numpy/methods.js";
import { type GpuMode, gpuModes } from "../compiler/targets/gpu/modes.js";
import { forceMode } from "../compiler/targets/gpu/queue.js";
import { checkChoice } from "../ir/arguments.js";

export type { GpuMode } from "../compiler/targets/gpu/modes.js";

/**
 * Chooses the mode of gpu.js that the target "gpu" runs in: "webgpu", "webgl2", "webasm" or "cpu". `null` gives the choice back to the
 * library, which takes a graphics card where there is one. `targets()` says which it is.
 *
 * @throws ArgumentError when there is no such mode; where it cannot run here, reading a result throws TargetError
 * @example setGpuMode("webgpu");
 */
export function setGpuMode(mode: GpuMode | null): void {
  if (mode !== null) checkChoice("setGpuMode", "the mode", mode, gpuModes);
  forceMode(mode);
}
