/**
 * `cotangent/lax`: the primitives as functions, without dtype promotion, and compiled control flow. Names are JAX's.
 */
import "../compiler/register.js";
import "../numpy/methods.js";

export * from "../autodiff/control-flow/index.js";
export { stopGradient } from "../autodiff/transforms/stop-gradient.js";
export { debugPrint } from "./debug-print.js";
export * from "./elementwise.js";
export * from "./indexing.js";
export * from "./reductions.js";
export * from "./structural.js";
