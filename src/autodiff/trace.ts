/**
 * The stackless trace: a dynamic current trace that `bind` asks to process each primitive. A trace holds its parent; a
 * tracer belongs to one trace; a value without a trace's own tag is a constant to it.
 *
 * `currentTrace` is the only state of the core. It is entered and left lexically (try/finally), so that a throw inside a
 * traced function leaves nothing behind.
 */

import { spelled } from "../ir/arguments.js";
import type { Aval } from "../ir/aval.js";
import { describeAval } from "../ir/aval.js";
import { describe } from "../ir/describe.js";
import { ArgumentError, ConcretizationError, InternalError, LeakedTracerError } from "../ir/errors.js";
import { ConcreteArray, NDArray } from "./array.js";
import { PendingArray } from "./pending-array.js";
import type { Primitive } from "./primitive.js";

/** An interpreter of primitives: evaluation, differentiation, batching, staging. */
export abstract class Trace {
  abstract process<P extends object>(
    primitive: Primitive<P>,
    operands: readonly NDArray[],
    params: P,
  ): NDArray[];
}

/** A value inside a transformation. */
export abstract class Tracer extends NDArray {
  abstract readonly trace: Trace;

  override concrete(operation: string): ConcreteArray {
    throw new ConcretizationError(
      `${operation}: the value of ${describeAval(this.aval)} is not known while ${this.origin()} traces the function; ` +
        "compute with np.where, lax.cond or lax.scan instead of its value, or return it and read it outside",
    );
  }

  /** What made this tracer, for messages: "jit", "vmap". */
  abstract origin(): string;

  override toString(): string {
    return `Tracer<${describeAval(this.aval)}> of ${this.origin()}`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Runs primitives on concrete arrays: implemented by the compiler, registered from above. */
export interface Executor {
  apply<P extends object>(primitive: Primitive<P>, operands: readonly ConcreteArray[], params: P): NDArray[];
  /** The same where an operand is on a device. */
  applyPending<P extends object>(
    primitive: Primitive<P>,
    operands: readonly (ConcreteArray | PendingArray)[],
    params: P,
  ): NDArray[];
}

const unregistered = (): never => {
  throw new InternalError("no compiler is registered; import cotangent through one of its public entries");
};

let executor: Executor = { apply: unregistered, applyPending: unregistered };

export const registerExecutor = (next: Executor): void => {
  executor = next;
};

/** The ground: every operand is concrete, every primitive runs. */
class EvalTrace extends Trace {
  override process<P extends object>(
    primitive: Primitive<P>,
    operands: readonly NDArray[],
    params: P,
  ): NDArray[] {
    for (const operand of operands) {
      if (!(operand instanceof ConcreteArray)) return evaluateMixed(primitive, operands, params);
    }
    // Sound: the loop above has just looked at each of them.
    return executor.apply(primitive, operands as readonly ConcreteArray[], params);
  }
}

/** Where some operands are no concrete arrays: those on a device are allowed. */
function evaluateMixed<P extends object>(
  primitive: Primitive<P>,
  operands: readonly NDArray[],
  params: P,
): NDArray[] {
  const known = operands.map((operand) => {
    if (operand instanceof PendingArray) return operand.settled() ?? operand;
    if (operand instanceof ConcreteArray) return operand;
    throw leaked(primitive, operand);
  });
  const concrete = known.flatMap((operand) => (operand instanceof ConcreteArray ? [operand] : []));
  return concrete.length === known.length
    ? executor.apply(primitive, concrete, params)
    : executor.applyPending(primitive, known, params);
}

export const evalTrace: Trace = new EvalTrace();

let currentTrace: Trace = evalTrace;

export const getCurrentTrace = (): Trace => currentTrace;

/** No transformation is under way: operations run at once. */
export const isEager = (): boolean => currentTrace === evalTrace;

/** Runs `body` with `trace` as the current one, and restores the former whatever happens. */
export function withTrace<T>(trace: Trace, body: () => T): T {
  const former = currentTrace;
  currentTrace = trace;
  try {
    return body();
  } finally {
    currentTrace = former;
  }
}

/** Every operation passes here, so here what is no array is refused, whoever let it through. */
function checkOperands(primitive: { readonly name: string }, operands: readonly NDArray[]): void {
  for (let i = 0; i < operands.length; i++) {
    if (!(operands[i] instanceof NDArray)) {
      throw new ArgumentError(`${spelled(primitive.name)}: expected an array, got ${describe(operands[i])}`);
    }
  }
}

/** Applies a primitive: the current trace says what that means. */
export function bind<P extends object>(
  primitive: Primitive<P>,
  operands: readonly NDArray[],
  params: P,
): NDArray[] {
  checkOperands(primitive, operands);
  return currentTrace.process(primitive, operands, params);
}

/** Applies a primitive of one output. */
export function bind1<P extends object>(
  primitive: Primitive<P>,
  operands: readonly NDArray[],
  params: P,
): NDArray {
  checkOperands(primitive, operands);
  const outs = currentTrace.process(primitive, operands, params);
  if (outs.length !== 1)
    throw new InternalError(`${primitive.name} gave ${outs.length} outputs where one is expected`);
  return outs[0];
}

/** For traces that meet a tracer which is neither theirs nor of a trace still running. */
export function leaked(primitive: { readonly name: string }, operand: NDArray): LeakedTracerError {
  const what: { origin: string; type: Aval } = {
    origin: operand instanceof Tracer ? operand.origin() : "nothing",
    type: operand.aval,
  };
  return new LeakedTracerError(
    `${spelled(primitive.name)}: an operand (${describeAval(what.type)}) is a tracer of a ${what.origin} that has ended; ` +
      "a traced function must hand its values out by returning them, not by storing them in outer variables",
  );
}
