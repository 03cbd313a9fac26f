/**
 * One class for each kind of mistake. A message names the operation, the shapes or values, and the way out.
 * `CotangentError` is the parent of all, so that callers can tell our refusals from their own faults.
 */

export class CotangentError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** Shapes, axes or sizes that do not fit. */
export class ShapeError extends CotangentError {}

/** A dtype the operation does not take, or two that do not go together. */
export class DTypeError extends CotangentError {}

/** A value that is no array, tree, option or number where one is needed. */
export class ArgumentError extends CotangentError {}

/** Two trees that should be alike and are not, or a tree that holds what no tree may hold. */
export class TreeError extends CotangentError {}

/** A traced value where a concrete one is needed: JAX's ConcretizationTypeError. */
export class ConcretizationError extends CotangentError {}

/** Values that a device still computes or holds, read without waiting for them. */
export class PendingError extends CotangentError {}

/** An array coerced to a JavaScript number or string: a TypeError, as JavaScript's own. */
export class CoercionError extends TypeError {
  override get name(): string {
    return "CoercionError";
  }
}

/** A traced value used after its transformation ended: JAX's UnexpectedTracerError. */
export class LeakedTracerError extends CotangentError {}

/** A derivative that does not exist: the message gives the reason that the rule states. */
export class DifferentiationError extends CotangentError {}

/** A loop whose body returns another carry type than it was given. */
export class CarryTypeError extends CotangentError {}

/** A jaxpr that does not type-check. Met by users only if they build jaxprs by hand. */
export class JaxprTypeError extends CotangentError {}

/** A program that its target cannot run here: too large for the engine, or in need of more memory than there is. */
export class TargetError extends CotangentError {}

/** A fault of the library itself. */
export class InternalError extends CotangentError {
  constructor(message: string) {
    super(`${message}. This is a bug in cotangent: please report it with the program that caused it`);
  }
}

/** Marks a switch as exhaustive: it is never reached, and does not compile when a case is missing. */
export function absurd(value: never): never {
  throw new InternalError(`unexpected case ${String(value)}`);
}
