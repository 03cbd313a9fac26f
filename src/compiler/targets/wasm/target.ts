/** The wasm target: a whole program is one WebAssembly function over a memory that all programs share, in SIMD where it can. */
import { callHost } from "../../../ir/host-callbacks.js";
import { expandFma } from "../../expand-fma.js";
import { vectorize } from "../../vectorize.js";
import type { Target } from "../registry.js";
import { compileWasm } from "./compile.js";
import { encodeModule } from "./encode.js";
import { accepts } from "./engine.js";
import { FunctionWriter } from "./function-writer.js";

/** Words in a v128. */
const lanes = 4;

const hasSimd = (): boolean => {
  const f = new FunctionWriter("probe");
  f.push("v128.const", ...new Array<number>(16).fill(0));
  f.push("v128.any_true");
  f.push("drop");
  return accepts(encodeModule({ imports: [], functions: [f.finish([])] }));
};

const available = hasSimd();

export const wasmTarget: Target = {
  name: "wasm",
  lanes,
  description: available
    ? "WebAssembly with SIMD, one function a program"
    : "WebAssembly with SIMD, which this engine or page does not allow",
  available,
  compile: (program) => compileWasm(vectorize(expandFma(program), lanes), callHost),
};
