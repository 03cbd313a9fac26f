/**
 * Forward mode: f and its derivative along a direction, (x, dx) -> (f(x), f'(x) dx), computed side by side. Each
 * primitive's rule says how its tangent follows from its operands'.
 */

import { spelled } from "../../ir/arguments.js";
import type { Aval } from "../../ir/aval.js";
import { DifferentiationError } from "../../ir/errors.js";
import type { ConcreteArray, NDArray } from "../array.js";
import { evalJaxpr, type Jaxpr } from "../jaxpr.js";
import { keyMask, maskKey, memoByJaxpr, stageClosed } from "../jaxpr-passes.js";
import { type Primitive, type Tangent, Zero } from "../primitive.js";
import { bind, getCurrentTrace, Trace, Tracer, withTrace } from "../trace.js";
import { instantiate } from "./zeros.js";

/** A primal with its tangent. */
export class JvpTracer extends Tracer {
  constructor(
    override readonly trace: JvpTrace,
    readonly primal: NDArray,
    readonly tangent: Tangent,
  ) {
    super();
  }
  override get aval(): Aval {
    return this.primal.aval;
  }
  /** Differentiation alone hides no values: the primal's is there. */
  override concrete(operation: string): ConcreteArray {
    return this.primal.concrete(operation);
  }
  override origin(): string {
    return "grad or jvp";
  }
}

export class JvpTrace extends Trace {
  constructor(readonly parent: Trace) {
    super();
  }

  override process<P extends object>(
    primitive: Primitive<P>,
    operands: readonly NDArray[],
    params: P,
  ): NDArray[] {
    if (!operands.some((x) => x instanceof JvpTracer && x.trace === this)) {
      return this.parent.process(primitive, operands, params);
    }
    const pairs = operands.map((x) => this.split(x));
    const { jvp } = primitive;
    if (typeof jvp !== "function") {
      throw new DifferentiationError(`${spelled(primitive.name)} cannot be differentiated: ${jvp.reason}`);
    }
    const [outs, tangents] = withTrace(this.parent, () =>
      jvp(
        pairs.map(([primal]) => primal),
        pairs.map(([, tangent]) => tangent),
        params,
      ),
    );
    return outs.map((out, i) => this.join(out, tangents[i]));
  }

  /** The primal and tangent of a value: one without this trace's tag is a constant. */
  split(x: NDArray): readonly [NDArray, Tangent] {
    return x instanceof JvpTracer && x.trace === this ? [x.primal, x.tangent] : [x, new Zero(x.aval)];
  }

  join(primal: NDArray, tangent: Tangent): NDArray {
    return tangent instanceof Zero ? primal : new JvpTracer(this, primal, tangent);
  }
}

/** jvp of a function of flat arrays: outputs, and their tangents with zeros kept symbolic. */
export function jvpFlat(
  f: (operands: NDArray[]) => readonly NDArray[],
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  parent: Trace = getCurrentTrace(),
): [NDArray[], Tangent[]] {
  const trace = new JvpTrace(parent);
  const outs = withTrace(trace, () => f(primals.map((x, i) => trace.join(x, tangents[i]))));
  const pairs = outs.map((out) => trace.split(out));
  return [pairs.map(([primal]) => primal), pairs.map(([, tangent]) => tangent)];
}

export interface JvpJaxpr {
  /** (primals, tangents that are not zero) -> (outputs, output tangents that are not zero) */
  readonly jaxpr: Jaxpr;
  readonly nonzeroOut: readonly boolean[];
}

/**
 * The jvp of a closed jaxpr as a jaxpr. `nonzeroIn` says which operands have a tangent; outputs in `forcedOut` get one
 * even if it is zero (for carries that must keep one).
 */
export const jvpJaxpr = (
  jaxpr: Jaxpr,
  nonzeroIn: readonly boolean[],
  forcedOut: readonly boolean[],
): JvpJaxpr => cachedJvpJaxpr(jaxpr, `${maskKey(nonzeroIn)}/${maskKey(forcedOut)}`);

const cachedJvpJaxpr = memoByJaxpr((jaxpr: Jaxpr, key: string): JvpJaxpr => {
  const [nonzeroIn, forcedOut] = key.split("/").map(keyMask);
  const primalTypes = jaxpr.invars.map((v) => v.aval);
  let nonzeroOut: boolean[] = [];
  const staged = stageClosed(
    (operands) => {
      const primals = operands.slice(0, primalTypes.length);
      let next = primalTypes.length;
      const tangents = primals.map((x, i): Tangent => (nonzeroIn[i] ? operands[next++] : new Zero(x.aval)));
      const [outs, outTangents] = jvpFlat((xs) => evalJaxpr(jaxpr, [], xs), primals, tangents);
      nonzeroOut = outTangents.map((t, i) => forcedOut[i] || !(t instanceof Zero));
      return [...outs, ...outTangents.filter((_, i) => nonzeroOut[i]).map(instantiate)];
    },
    [...primalTypes, ...primalTypes.filter((_, i) => nonzeroIn[i])],
  );
  return { jaxpr: staged, nonzeroOut };
});

/** Which tangents are no symbolic zero. */
export const nonzeroMask = (tangents: readonly Tangent[]): boolean[] =>
  tangents.map((t) => !(t instanceof Zero));

/** Those that are none. */
export const nonzeroTangents = (tangents: readonly Tangent[]): NDArray[] =>
  tangents.filter((t): t is NDArray => !(t instanceof Zero));

/** A list with one entry for every output: the tangents where there are any, symbolic zeros elsewhere. */
export function spreadTangents(
  nonzero: readonly boolean[],
  tangents: readonly NDArray[],
  avals: readonly Aval[],
): Tangent[] {
  let next = 0;
  return nonzero.map((bit, i) => (bit ? tangents[next++] : new Zero(avals[i])));
}

/** jvp of a whole equation that a jaxpr stands for: what jit, checkpoint and the branches of cond share. */
export function bindJvp<P extends object>(
  primitive: Primitive<P>,
  jaxpr: Jaxpr,
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  paramsFor: (jvp: JvpJaxpr) => P,
): readonly [NDArray[], Tangent[]] {
  const transformed = jvpJaxpr(
    jaxpr,
    nonzeroMask(tangents),
    jaxpr.outvars.map(() => false),
  );
  const outs = bind(primitive, [...primals, ...nonzeroTangents(tangents)], paramsFor(transformed));
  const primalsOut = outs.slice(0, jaxpr.outvars.length);
  return [
    primalsOut,
    spreadTangents(
      transformed.nonzeroOut,
      outs.slice(primalsOut.length),
      primalsOut.map((x) => x.aval),
    ),
  ];
}
