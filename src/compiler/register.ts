/** Gives the core its compiler: imported for its effect by every public entry. */
import { registerExecutor } from "../autodiff/trace.js";
import { registerStages } from "../autodiff/transforms/jit-function.js";
import { applyEagerly, applyPending } from "./eager.js";
import { stagesOf } from "./stages.js";
import "#gpu-runtime";
import { gpuTarget } from "./targets/gpu/target.js";
import { jsTarget } from "./targets/js/target.js";
import { preferTargets, registerTarget } from "./targets/registry.js";
import { wasmTarget } from "./targets/wasm/target.js";

registerTarget(jsTarget);
registerTarget(wasmTarget);
registerTarget(gpuTarget);
preferTargets(["wasm", "js"]);
registerExecutor({ apply: applyEagerly, applyPending });
registerStages(stagesOf);
