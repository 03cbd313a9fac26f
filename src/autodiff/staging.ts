/**
 * Staging: running a function on tracers that record, so that what it does becomes a jaxpr.
 *
 * A value that is no tracer of this trace (an array, or a tracer of an outer transformation) becomes a constvar; a number
 * written in the program becomes a literal.
 */
import type { Aval } from "../ir/aval.js";
import { ConcreteArray, type NDArray } from "./array.js";
import type { Atom, Eqn, Jaxpr } from "./jaxpr.js";
import { Literal, noEffects, Var } from "./jaxpr.js";
import type { Primitive } from "./primitive.js";
import { Trace, Tracer, withTrace } from "./trace.js";

/** A value known only by its type, and by the variable that holds it. */
export class StagedTracer extends Tracer {
  constructor(
    override readonly trace: StagingTrace,
    readonly variable: Var,
  ) {
    super();
  }
  override get aval(): Aval {
    return this.variable.aval;
  }
  override origin(): string {
    return this.trace.origin;
  }
}

/** Records every primitive as an equation. */
export class StagingTrace extends Trace {
  readonly #eqns: Eqn[] = [];
  readonly #constvars = new Map<NDArray, Var>();
  /** What is being traced, for messages: "jit". */
  readonly origin: string;

  constructor(origin: string) {
    super();
    this.origin = origin;
  }

  /** A new input. */
  input(aval: Aval): StagedTracer {
    return new StagedTracer(this, new Var(aval));
  }

  override process<P extends object>(
    primitive: Primitive<P>,
    operands: readonly NDArray[],
    params: P,
  ): NDArray[] {
    return this.record(primitive, operands, params);
  }

  record<P extends object>(primitive: Primitive<P>, operands: readonly NDArray[], params: P): StagedTracer[] {
    const atoms = operands.map((x) => this.atom(x));
    const outs = primitive
      .abstractEval(
        atoms.map((atom) => atom.aval),
        params,
      )
      .map((aval) => new Var(aval));
    const effects = primitive.effects === undefined ? noEffects : primitive.effects(params);
    this.#eqns.push({ primitive, operands: atoms, params, outs, effects });
    return outs.map((variable) => new StagedTracer(this, variable));
  }

  /** The atom that stands for a value in this trace's jaxpr. */
  atom(value: NDArray): Atom {
    if (value instanceof StagedTracer && value.trace === this) return value.variable;
    if (value instanceof ConcreteArray && value.isLiteral) return new Literal(value);
    let constvar = this.#constvars.get(value);
    if (constvar === undefined) {
      constvar = new Var(value.aval);
      this.#constvars.set(value, constvar);
    }
    return constvar;
  }

  /** The jaxpr recorded, from these inputs to these outputs, with the values of its constvars. */
  finish(inputs: readonly StagedTracer[], outs: readonly NDArray[]): { jaxpr: Jaxpr; consts: NDArray[] } {
    const outvars = outs.map((out) => this.atom(out));
    const jaxpr: Jaxpr = {
      constvars: [...this.#constvars.values()],
      invars: inputs.map((x) => x.variable),
      eqns: this.#eqns,
      outvars,
    };
    return { jaxpr, consts: [...this.#constvars.keys()] };
  }
}

/** The jaxpr of a function of flat arrays, for operands of these types. */
export function stage(
  f: (operands: NDArray[]) => readonly NDArray[],
  avals: readonly Aval[],
  origin = "jit",
): { jaxpr: Jaxpr; consts: NDArray[] } {
  const trace = new StagingTrace(origin);
  const inputs = avals.map((a) => trace.input(a));
  const outs = withTrace(trace, () => f([...inputs]));
  return trace.finish(inputs, outs);
}
