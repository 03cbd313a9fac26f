/**
 * `cotangent/lax`: the primitives as functions, without dtype promotion, and compiled control flow. Names are JAX's.
 */
import "../compiler/register.js";
import "../numpy/methods.js";

export * from "../autodiff/control-flow/index.js";
export type {
  GatherDimensionNumbers,
  IndexMode,
  ScatterDimensionNumbers,
} from "../autodiff/primitives/index-geometry.js";
export type { ScatterOptions } from "../autodiff/primitives/scatter-rules.js";
export type { PaddingOfAxis } from "../autodiff/primitives/windowing.js";
export { stopGradient } from "../autodiff/transforms/stop-gradient.js";
export { debugPrint } from "./debug-print.js";
export * from "./elementwise.js";
export * from "./indexing.js";
export * as linalg from "./linalg.js";
export type { Binary, Unary } from "./operands.js";
export * from "./reductions.js";
export * from "./special-functions.js";
export * from "./structural.js";
