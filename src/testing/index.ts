/**
 * `cotangent/testing`: derivatives put to the test, the library's own and yours. It needs fast-check, a peer dependency of this
 * entry alone.
 */
import "../compiler/register.js";
import "../numpy/methods.js";

export { type CheckGradsOptions, checkGrads, type DerivativeMode } from "./check-grads.js";
export { type ArraysFunction, conditionNumber, IllConditioned, LawViolation } from "./comparison.js";
export {
  jitIsEager,
  jvpIsDifference,
  pullbackIsAdjoint,
  type Subject,
  secondDerivativesAgree,
  vmapIsLoop,
} from "./laws.js";
export { type Program, showProgram } from "./program.js";
export { type RandomProgram, type RandomProgramOptions, randomProgram } from "./random-program.js";
