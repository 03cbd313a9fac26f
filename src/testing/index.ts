/**
 * `cotangent/testing`: derivatives put to the test, the library's own and yours. It needs fast-check, a peer dependency of this
 * entry alone.
 */
import "../compiler/register.js";
import "../numpy/methods.js";

export {
  type ArrayOptions,
  arrays,
  keys,
  pytrees,
  type TreeOf,
  type TreeOptions,
} from "./arbitraries/arrays.js";
export { type Kinks, specialValues } from "./arbitraries/elements.js";
export { type EnergyOptions, energies, type RandomEnergy } from "./arbitraries/energies.js";
export { broadcastableShapes, type ShapeOptions, shapes } from "./arbitraries/shapes.js";
export { codeOf } from "./array-code.js";
export { type CheckGradsOptions, checkGrads, findGradientFault } from "./check-grads.js";
export { conditionNumber, IllConditioned, LawViolation } from "./comparison.js";
export type { DerivativeMode } from "./judge-path.js";
export type { ArraysFunction, Law, Subject } from "./law.js";
export {
  jitIsEager,
  jvpIsDifference,
  laws,
  pullbackIsAdjoint,
  secondDerivativesAgree,
  vmapIsLoop,
} from "./laws.js";
export {
  chainRule,
  checkpointIsNone,
  derivativesAreLinear,
  hessianIsSymmetric,
} from "./laws-of-derivatives.js";
export { combineIsAssociative, emptyIsIdentity } from "./laws-of-monoids.js";
export {
  chainIsAssociative,
  type JittableOptions,
  updateIsJittable,
  updateKeepsTypes,
} from "./laws-of-optimizers.js";
export { type InvarianceOptions, leavesInvariant } from "./laws-of-sampling.js";
export { type CotangentMatchers, type MatcherResult, matchers } from "./matchers.js";
export {
  type Evidence,
  type Finding,
  NotDifferentiableError,
  type Place,
  type Verdict,
  WrongDerivativeError,
} from "./outcomes.js";
export { type Program, showProgram } from "./program.js";
export { type RandomProgram, type RandomProgramOptions, randomProgram } from "./random-program.js";
export { subjectOf } from "./subject.js";
export { type CloseOptions, closeToTree, TreeMismatchError, ulpDistance, withinUlps } from "./trees.js";
