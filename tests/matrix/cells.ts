/** The cells of a primitive at a dtype on a target: each law is run, or there is a reason why it cannot be. */

import type { DType } from "../../src/ir/dtype.js";
import { CotangentError, DifferentiationError } from "../../src/ir/errors.js";
import type { Case, Outcome, OwnCase, TargetName, Transformation } from "./case.js";
import { transformations } from "./case.js";
import { vmapIsLoop } from "./laws/batching.js";
import { BrokenLaw } from "./laws/comparison.js";
import {
  constantsAreRefused,
  jvpIsDifference,
  secondIsDifference,
  vjpIsAdjoint,
} from "./laws/derivatives.js";
import { jitIsEager, valueIsPlain } from "./laws/values.js";
import { zeroDerivatives } from "./laws/zeros.js";
import { type Runs, runsOf } from "./runs.js";
import { onTarget, type Subject, subjectOf } from "./subject.js";

/** Reasons that hold of a cell whatever its primitive says: what would be run is not there. */
export const structuralReasons = {
  noOperand: "it has no operand, so there is nothing to differentiate in and nothing to map over",
  zeroDerivative: "the first derivative is zero, in or of values that have no tangents: there is no second",
} as const;

export type Row = Readonly<Record<Transformation, Outcome>>;

const holds: Outcome = { kind: "holds" };
const zero: Outcome = { kind: "zero" };

/** All cells of a primitive at a dtype. Throws BrokenLaw, with the cell's name in front, where a law does not hold. */
export function cellsOf(case_: Case | OwnCase, dtype: DType, target: TargetName): Row {
  return onTarget(target, () => {
    if ("own" in case_) {
      const own = case_.own(dtype, target);
      return rowOf((transformation) =>
        inCell(case_.primitive.name, dtype, transformation, target, own[transformation]),
      );
    }
    const subject = accepted(case_, dtype);
    if (!("examples" in subject)) return rowOf(() => subject);
    checkSubject(subject);
    const runs = dtype === "float64" ? twinOf(case_, target) : runsOf(subject, target);
    return derivedRow(runs, dtype === "float32" && !case_.isSampled ? twinOf(case_, target) : null);
  });
}

const twins = new WeakMap<Case, Map<TargetName, Runs>>();

/** The float64 programs, which the float32 ones are held against: made once. */
function twinOf(case_: Case, target: TargetName): Runs {
  const known = twins.get(case_) ?? new Map<TargetName, Runs>();
  twins.set(case_, known);
  const runs = known.get(target) ?? runsOf(subjectOf(case_, "float64"), target);
  known.set(target, runs);
  return runs;
}

const rowOf = (outcome: (transformation: Transformation) => Outcome): Row =>
  // Sound: one entry for each transformation.
  Object.fromEntries(transformations.map((each) => [each, outcome(each)])) as Row;

/** The subject; or how the primitive refuses the dtype. */
function accepted(case_: Case, dtype: DType): Subject | Outcome {
  try {
    return subjectOf(case_, dtype);
  } catch (error) {
    if (error instanceof CotangentError) return { kind: "refused", error: error.name };
    throw error;
  }
}

/** The primitive itself is applied in every example. */
function checkSubject({ name, case_, jaxpr, examples }: Subject): void {
  const count = jaxpr.eqns.filter(({ primitive }) => primitive === case_.primitive).length;
  if (count < examples.length)
    throw new BrokenLaw(`${name}: ${examples.length} examples apply it ${count} times`);
}

function derivedRow(runs: Runs, twin: Runs | null): Row {
  const { subject } = runs;
  const { name, dtype, smooth, floatOuts, inputs } = subject;
  const cell = (transformation: Transformation, law: () => Outcome): Outcome =>
    inCell(name, dtype, transformation, runs.target, law);
  const value = cell("value", () => ran(() => valueIsPlain(runs)));
  const jit = cell("jit", () => ran(() => jitIsEager(runs)));
  if (inputs.length === 0) {
    const none: Outcome = { kind: "none", reason: structuralReasons.noOperand };
    return { value, jvp: none, vjp: none, second: none, vmap: none, jit };
  }
  const vmap = cell("vmap", () => ran(() => vmapIsLoop(runs)));
  const explicit = (run: () => void): Outcome => derivative(subject, run);
  if (smooth.length === 0 || floatOuts.length === 0) {
    const first = cell("jvp", () => explicit(() => zeroDerivatives(runs)));
    if (first.kind === "none") return { value, jvp: first, vjp: first, second: first, vmap, jit };
    const second: Outcome = { kind: "none", reason: structuralReasons.zeroDerivative };
    return { value, jvp: zero, vjp: zero, second, vmap, jit };
  }
  const jvp = cell("jvp", () => {
    const outcome = explicit(() => jvpIsDifference(runs, twin));
    const except = constantsAreRefused(runs);
    return outcome.kind === "holds" && except.length > 0 ? { ...outcome, except } : outcome;
  });
  const hasJvp = jvp.kind === "holds";
  const vjp = cell("vjp", () => explicit(() => vjpIsAdjoint(runs, twin, hasJvp)));
  const hasVjp = vjp.kind === "holds";
  const second =
    hasJvp || hasVjp
      ? cell("second", () => explicit(() => secondIsDifference(runs, twin, hasJvp, hasVjp)))
      : jvp;
  checkReasons(subject, [jvp, vjp, second]);
  return { value, jvp, vjp, second, vmap, jit };
}

/** A reason that a case gives must be met: for what can be run there is none. */
function checkReasons({ name, case_: { reasons = [] } }: Subject, outcomes: readonly Outcome[]): void {
  const met = outcomes.flatMap((outcome) => (outcome.kind === "none" ? [outcome.reason] : []));
  const unmet = reasons.find((reason) => !met.includes(reason));
  if (unmet !== undefined) throw new BrokenLaw(`${name}: it runs, though there is a reason: ${unmet}`);
}

function ran(law: () => void): Outcome {
  law();
  return holds;
}

/** A derivative that is refused must be refused with the reason that the primitive's definition gives. */
function derivative(
  { case_: { primitive, derivedBy = [], reasons: thrown = [] } }: Subject,
  run: () => void,
): Outcome {
  try {
    run();
    return holds;
  } catch (error) {
    if (!(error instanceof DifferentiationError)) throw error;
    const explicit = [primitive, ...derivedBy].flatMap(({ jvp, transpose }) =>
      [jvp, transpose].flatMap((rule) => (typeof rule === "function" ? [] : [rule.reason])),
    );
    const reason = [...explicit, ...thrown].find((each) => error.message.includes(each));
    if (reason === undefined) throw error;
    return { kind: "none", reason };
  }
}

/** What a law says when it fails begins with the cell. */
function inCell(
  name: string,
  dtype: DType,
  transformation: Transformation,
  target: TargetName,
  law: () => Outcome,
): Outcome {
  try {
    return law();
  } catch (error) {
    const text = error instanceof BrokenLaw ? error.message : String(error);
    throw new BrokenLaw(`${name} x ${dtype} x ${transformation} x ${target}: ${text}`, { cause: error });
  }
}
