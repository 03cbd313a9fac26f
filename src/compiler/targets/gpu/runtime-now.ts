/** Imported for its effect: what the target "gpu" runs on is loaded. */
import { provideRuntime } from "./loading.js";
import { gpuRuntime } from "./runtime.js";

provideRuntime(gpuRuntime);
