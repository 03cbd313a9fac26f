/**
 * cotangent: composable transformations of numerical functions, in the manner of JAX.
 *
 * @example
 * import { grad, jit, vmap, numpy as np } from "cotangent";
 * const slopes = jit(vmap(grad((x) => np.sin(x).mul(x))));
 * slopes(np.linspace(0, 1, 5)).js();
 *
 * @module cotangent
 */
import "./compiler/register.js";
import "./numpy/methods.js";

export {
  type ArrayLike,
  type AxisArgument,
  type IndexArgument,
  type IndexUpdater,
  NDArray,
  type NestedArray,
  type NestedNumbers,
  type ReduceOptions,
} from "./autodiff/array.js";
export { blockUntilReady } from "./autodiff/block-until-ready.js";
export { checkJaxpr } from "./autodiff/check-jaxpr.js";
export type { Atom, ClosedJaxpr, Eqn, Jaxpr, Literal, Var } from "./autodiff/jaxpr.js";
export {
  type CheckpointOptions,
  type CheckpointPolicy,
  checkpoint,
  checkpointName,
  checkpointPolicies,
} from "./autodiff/transforms/checkpoint.js";
export { type CustomJvp, customJvp, type JvpRuleOf } from "./autodiff/transforms/custom-jvp.js";
export { type CustomVjp, type CustomVjpOptions, customVjp } from "./autodiff/transforms/custom-vjp.js";
export { disableJit } from "./autodiff/transforms/disable-jit.js";
export { type GradOptions, grad, valueAndGrad } from "./autodiff/transforms/grad.js";
export { hessian, type JacobianOptions, jacfwd, jacrev } from "./autodiff/transforms/jacobian.js";
export {
  type JitOptions,
  type Jitted,
  jit,
  type Stage,
  type Stages,
} from "./autodiff/transforms/jit-function.js";
export { linearTranspose } from "./autodiff/transforms/linear-transpose.js";
export { jvp, linearize, vjp } from "./autodiff/transforms/linearize.js";
export {
  evalShape,
  makeJaxpr,
  type PrintableJaxpr,
  type ShapeStruct,
} from "./autodiff/transforms/make-jaxpr.js";
export { stopGradient } from "./autodiff/transforms/stop-gradient.js";
export { type Axes, type VmapOptions, vmap } from "./autodiff/transforms/vmap.js";
export type { Argnums, Input, InputArguments, Output, ScalarLike } from "./autodiff/types.js";
export { debugInfs, debugNans, NonFiniteError } from "./compiler/debug-nans.js";
export { setDefaultTarget, targets } from "./compiler/targets/registry.js";
export type { Aval } from "./ir/aval.js";
export type { DType, TypedArray } from "./ir/dtype.js";
export {
  ArgumentError,
  CarryTypeError,
  CoercionError,
  ConcretizationError,
  CotangentError,
  DifferentiationError,
  DTypeError,
  InternalError,
  JaxprTypeError,
  LeakedTracerError,
  PendingError,
  ShapeError,
  TargetError,
  TreeError,
} from "./ir/errors.js";
export type { Shape } from "./ir/shape.js";
export * as lax from "./lax/index.js";
export * as nn from "./nn/index.js";
export * as numpy from "./numpy/index.js";
export * as optim from "./optim/index.js";
export * as random from "./random/index.js";
export { debugKeyReuse, KeyReuseError } from "./random/key-reuse.js";
export * as tree from "./tree/index.js";
