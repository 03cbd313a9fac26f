/**
 * What the target "gpu" runs on is loaded when it is first used: programs that do without it should not load it. In Node, where
 * that costs a few milliseconds and nothing else, it is there at once (see package.json, "#gpu-runtime"), as after
 * `import "cotangent/gpu"`.
 */
import { TargetError } from "../../../ir/errors.js";
import type { GpuRuntime } from "./gpu-runtime.js";

let provided: GpuRuntime | null = null;
let loading: Promise<GpuRuntime> | null = null;

/** What is loaded so far. */
export const loadedRuntime = (): GpuRuntime | null => provided;

/** Says that it is loaded. */
export function provideRuntime(runtime: GpuRuntime): void {
  provided = runtime;
  loading = Promise.resolve(runtime);
}

/** @throws TargetError when it is not loaded yet */
export function runtimeNow(what: string): GpuRuntime {
  if (provided !== null) return provided;
  throw new TargetError(
    `${what}: what writes the kernels of the target "gpu" is loaded when the target is first used; ` +
      'import "cotangent/gpu", which loads it at once, or await a result of the target first',
  );
}

/** Rejects with TargetError when it cannot be loaded; the next call tries again. */
export function loadRuntime(): Promise<GpuRuntime> {
  loading ??= import("./runtime.js").then(
    ({ gpuRuntime }) => {
      provided = gpuRuntime;
      return gpuRuntime;
    },
    (error: unknown) => {
      loading = null;
      const reason = error instanceof Error ? error.message : String(error);
      throw new TargetError(`the target "gpu" could not be loaded: ${reason}`);
    },
  );
  return loading;
}
