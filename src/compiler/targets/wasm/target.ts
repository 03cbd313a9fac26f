/** The wasm target: a whole program is one WebAssembly function over a memory that all programs share, in SIMD where it can. */
import { callHost } from "../../../ir/host-callbacks.js";
import { inlineFunctions } from "../../inline-functions.js";
import { functionsExpanded } from "../../intrinsics/expand.js";
import { type LoopPass, runPasses } from "../../passes.js";
import { vectorize } from "../../vectorize.js";
import type { Target } from "../registry.js";
import { compileWasm, showWasm } from "./compile.js";
import { runs } from "./engine.js";
import { probeOf } from "./probe.js";
import { hasRelaxedSimd } from "./relaxed.js";

/** Words in a v128. */
const lanes = 4;

const available = runs(
  probeOf((f) => {
    f.push("v128.const", ...new Array<number>(16).fill(0));
    f.push("v128.any_true");
    f.push("drop");
  }),
);

const passes: readonly LoopPass[] = [
  functionsExpanded,
  { name: "short functions inlined", run: inlineFunctions },
  { name: `loops in ${lanes} lanes`, run: (program) => vectorize(program, lanes) },
];

export const wasmTarget: Target = {
  name: "wasm",
  lanes,
  description: available
    ? "WebAssembly with SIMD, one function a program"
    : "WebAssembly with SIMD, which this engine or page does not allow",
  available,
  passes,
  compile: (program, { fastMath }) =>
    compileWasm(runPasses(program, passes), callHost, fastMath && hasRelaxedSimd),
  show: (program, { fastMath }) => showWasm(runPasses(program, passes), fastMath && hasRelaxedSimd),
};
