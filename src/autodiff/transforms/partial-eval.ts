/**
 * Partial evaluation: what depends only on known values runs now (or is staged by whoever runs outside); what depends on
 * an unknown value is recorded for later. Values that the recorded part needs from the known part are its residuals.
 *
 * Reverse mode uses it on the jvp: primals are known, tangents unknown, so the recorded part is linear.
 */
import type { Aval } from "../../ir/aval.js";
import type { NDArray } from "../array.js";
import type { ClosedJaxpr, Jaxpr, Var } from "../jaxpr.js";
import { closeConstvars, evalJaxpr } from "../jaxpr.js";
import { inlineConsts, keyMask, maskKey, memoByJaxpr, removeDeadCode } from "../jaxpr-passes.js";
import type { PartialEvaluation, Primitive } from "../primitive.js";
import { StagedTracer, StagingTrace } from "../staging.js";
import { bind, getCurrentTrace, Trace, withTrace } from "../trace.js";

/** Records what depends on its own inputs; leaves the rest to the parent. */
export class PartialEvalTrace extends StagingTrace {
  /** Records without splitting again what a split has just made. */
  readonly #recorder: Trace;

  constructor(readonly parent: Trace) {
    super("linearize");
    this.#recorder = new RecordingTrace(this);
  }

  isUnknown(x: NDArray): x is StagedTracer {
    return x instanceof StagedTracer && x.trace === this;
  }

  override process<P extends object>(
    primitive: Primitive<P>,
    operands: readonly NDArray[],
    params: P,
  ): NDArray[] {
    if (!operands.some((x) => this.isUnknown(x))) return this.parent.process(primitive, operands, params);
    if (primitive.partialEval === undefined) return this.record(primitive, operands, params);
    const rule = primitive.partialEval;
    return withTrace(this.parent, () => {
      const knowns = operands.map((x) => (this.isUnknown(x) ? null : x));
      const split = rule(
        knowns,
        operands.map((x) => x.aval),
        params,
      );
      const { outs, residuals } = split.known();
      const unknownOperands = operands.filter((x) => this.isUnknown(x));
      const later = split.unknownOut.includes(true)
        ? withTrace(this.#recorder, () => split.unknown(residuals, unknownOperands))
        : [];
      let nextKnown = 0;
      let nextUnknown = 0;
      return split.unknownOut.map((bit) => (bit ? later[nextUnknown++] : outs[nextKnown++]));
    });
  }
}

/** Records every primitive in another trace. */
class RecordingTrace extends Trace {
  constructor(readonly into: StagingTrace) {
    super();
  }
  override process<P extends object>(
    primitive: Primitive<P>,
    operands: readonly NDArray[],
    params: P,
  ): NDArray[] {
    return this.into.record(primitive, operands, params);
  }
}

export interface PartiallyEvaluated {
  /** Known outputs where `unknownOut` is false. */
  readonly known: readonly (NDArray | null)[];
  readonly unknownOut: readonly boolean[];
  /** (unknown inputs) -> unknown outputs; its consts are the residuals. */
  readonly unknown: ClosedJaxpr;
}

/**
 * Runs f on known values and unknown types. Outputs in `forcedUnknown` come out of the unknown part even if they are
 * known.
 */
export function partialEvalFlat(
  f: (operands: NDArray[], trace: PartialEvalTrace) => readonly NDArray[],
  operands: readonly (NDArray | Aval)[],
  isKnown: (operand: NDArray | Aval) => operand is NDArray,
  forcedUnknown: readonly boolean[] = [],
): PartiallyEvaluated {
  const trace = new PartialEvalTrace(getCurrentTrace());
  const inputs: StagedTracer[] = [];
  const values = operands.map((operand) => {
    if (isKnown(operand)) return operand;
    const input = trace.input(operand);
    inputs.push(input);
    return input;
  });
  const outs = withTrace(trace, () => f(values, trace));
  const unknownOut = outs.map((out, i) => trace.isUnknown(out) || forcedUnknown[i] === true);
  const finished = trace.finish(
    inputs,
    outs.filter((_, i) => unknownOut[i]),
  );
  return {
    known: outs.map((out, i) => (unknownOut[i] ? null : out)),
    unknownOut,
    unknown: pruneConsts(finished.jaxpr, finished.consts),
  };
}

/** Drops what nobody reads, and the constants with it. */
function pruneConsts(jaxpr: Jaxpr, consts: readonly NDArray[]): ClosedJaxpr {
  const pruned = removeDeadCode(jaxpr).jaxpr;
  const live = new Set<Var>(pruned.constvars);
  return { jaxpr: pruned, consts: consts.filter((_, i) => live.has(jaxpr.constvars[i])) };
}

/** A jaxpr split in two. A residual is an output of the known part, or (forwarded) one of its inputs. */
export interface SplitJaxpr {
  /** known inputs -> known outputs, computed residuals */
  readonly known: Jaxpr;
  /** residuals, unknown inputs -> unknown outputs */
  readonly unknown: Jaxpr;
  readonly unknownOut: readonly boolean[];
  /** For each residual: the known input it is, or null where it is computed. */
  readonly forwarded: readonly (number | null)[];
}

/** known(knownIn) -> knownOut, residuals;  unknown(residuals, unknownIn) -> unknownOut. */
export const partialEvalJaxpr = (
  jaxpr: Jaxpr,
  unknownIn: readonly boolean[],
  forcedUnknown: readonly boolean[],
): SplitJaxpr => cachedPartialEvalJaxpr(jaxpr, `${maskKey(unknownIn)}/${maskKey(forcedUnknown)}`);

const cachedPartialEvalJaxpr = memoByJaxpr((jaxpr: Jaxpr, key: string): SplitJaxpr => {
  const [unknownIn, forcedUnknown] = key.split("/").map(keyMask);
  const outer = new StagingTrace("linearize");
  const knownInputs = jaxpr.invars.filter((_, i) => !unknownIn[i]).map((v) => outer.input(v.aval));
  const split = withTrace(outer, () => {
    let next = 0;
    const operands = jaxpr.invars.map((v, i) => (unknownIn[i] ? v.aval : knownInputs[next++]));
    const isKnown = (x: NDArray | Aval): x is NDArray => x instanceof StagedTracer;
    return partialEvalFlat((xs) => evalJaxpr(jaxpr, [], xs), operands, isKnown, forcedUnknown);
  });
  const forwarded = split.unknown.consts.map((residual) => {
    const index = knownInputs.findIndex((input) => Object.is(input, residual));
    return index < 0 ? null : index;
  });
  const computed = split.unknown.consts.filter((_, i) => forwarded[i] === null);
  const knownOuts = split.known.filter((out): out is NDArray => out !== null);
  const known = inlineConsts(outer.finish(knownInputs, [...knownOuts, ...computed]));
  return {
    known: removeDeadCode(known).jaxpr,
    unknown: closeConstvars(split.unknown.jaxpr),
    unknownOut: split.unknownOut,
    forwarded,
  };
});

/** All residuals in order, from the known inputs and the known part's outputs. */
export function gatherResiduals(
  split: SplitJaxpr,
  knownIn: readonly NDArray[],
  knownResults: readonly NDArray[],
): { outs: NDArray[]; residuals: NDArray[] } {
  const outCount = split.unknownOut.filter((bit) => !bit).length;
  let next = outCount;
  const residuals = split.forwarded.map((index) => (index === null ? knownResults[next++] : knownIn[index]));
  return { outs: knownResults.slice(0, outCount), residuals };
}

/** Partial evaluation of an equation that calls a jaxpr: the known part is called now, the unknown part later. */
export function partialEvalCall<P extends object>(
  primitive: Primitive<P>,
  jaxpr: Jaxpr,
  operands: readonly (NDArray | null)[],
  paramsFor: (jaxpr: Jaxpr) => P,
): PartialEvaluation {
  const split = partialEvalJaxpr(
    jaxpr,
    operands.map((x) => x === null),
    jaxpr.outvars.map(() => false),
  );
  const knownIn = operands.filter((x): x is NDArray => x !== null);
  return {
    unknownOut: split.unknownOut,
    known: () => gatherResiduals(split, knownIn, bind(primitive, knownIn, paramsFor(split.known))),
    unknown: (residuals, unknowns) => bind(primitive, [...residuals, ...unknowns], paramsFor(split.unknown)),
  };
}
