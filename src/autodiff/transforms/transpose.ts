/**
 * Transposition: a linear jaxpr run backwards. Equations that do not depend on a linear input are evaluated; the others
 * pass cotangents from outputs to operands, in reverse order. The walk is iterative: a chain of any length.
 */
import { spelled } from "../../ir/arguments.js";
import { DifferentiationError, InternalError } from "../../ir/errors.js";
import type { NDArray } from "../array.js";
import type { Atom, Eqn, Jaxpr } from "../jaxpr.js";
import { readAtom, type Var } from "../jaxpr.js";
import { keyMask, maskKey, memoByJaxpr, stageClosed } from "../jaxpr-passes.js";
import { LinearOperand, type Primitive, type Tangent, Zero } from "../primitive.js";
import { bind } from "../trace.js";
import { nonzeroMask, nonzeroTangents } from "./jvp.js";
import { addTangents, instantiate } from "./zeros.js";

/**
 * (constants, operands of which some are linear, cotangents of the outputs) -> the cotangents of the linear operands, in
 * order. `accumulators`, one a linear operand, are what their cotangents are added to (the running sums of a loop).
 */
export function backwardPass(
  jaxpr: Jaxpr,
  consts: readonly NDArray[],
  operands: readonly (NDArray | LinearOperand)[],
  cotangents: readonly Tangent[],
  accumulators: readonly (NDArray | null)[] = [],
): Tangent[] {
  const values = new Map<Var, NDArray>();
  const linear = new Set<Var>();
  jaxpr.constvars.forEach((v, i) => {
    values.set(v, consts[i]);
  });
  jaxpr.invars.forEach((v, i) => {
    const operand = operands[i];
    if (operand instanceof LinearOperand) linear.add(v);
    else values.set(v, operand);
  });
  const linearEqns = evaluateKnown(jaxpr, values, linear);

  const accumulated = new Map<Var, Tangent>();
  const accumulate = (atom: Atom, ct: Tangent | null): void => {
    if (ct === null || ct instanceof Zero || atom.kind === "literal" || !linear.has(atom)) return;
    const former = accumulated.get(atom);
    accumulated.set(atom, former === undefined ? ct : addTangents(former, ct));
  };
  jaxpr.invars
    .filter((v) => linear.has(v))
    .forEach((v, i) => {
      const sum = accumulators[i] ?? null;
      if (sum !== null) accumulated.set(v, sum);
    });
  const cotangentOf = (v: Var): Tangent => accumulated.get(v) ?? new Zero(v.aval);

  jaxpr.outvars.forEach((atom, i) => {
    accumulate(atom, cotangents[i]);
  });
  for (let i = linearEqns.length - 1; i >= 0; i--) {
    const eqn = linearEqns[i];
    const cts = eqn.outs.map(cotangentOf);
    for (const v of eqn.outs) accumulated.delete(v);
    if (cts.every((ct) => ct instanceof Zero)) continue;
    const inputs = eqn.operands.map((atom) =>
      atom.kind === "var" && linear.has(atom) ? new LinearOperand(atom.aval) : readAtom(values, atom),
    );
    const sums = takeSums(eqn, accumulated);
    const results = sums === null ? transposeEqn(eqn, cts, inputs) : accumulateEqn(eqn, sums, cts, inputs);
    eqn.operands.forEach((atom, k) => {
      accumulate(atom, results[k] ?? sums?.[k] ?? null);
    });
  }
  return jaxpr.invars.filter((v) => linear.has(v)).map(cotangentOf);
}

/** The running sums that the equation adds into, taken out of the map; null if there are none. */
function takeSums(eqn: Eqn, accumulated: Map<Var, Tangent>): (NDArray | null)[] | null {
  const taken = eqn.primitive.accumulation?.operands(eqn.params);
  if (taken === undefined) return null;
  const sums = eqn.operands.map((atom, k) => {
    const sum = taken[k] && atom.kind === "var" ? accumulated.get(atom) : undefined;
    if (sum === undefined || sum instanceof Zero || atom.kind !== "var") return null;
    accumulated.delete(atom); // an operand that comes twice has one sum
    return sum;
  });
  return sums.some((sum) => sum !== null) ? sums : null;
}

function accumulateEqn(
  eqn: Eqn,
  sums: readonly (NDArray | null)[],
  cotangents: readonly Tangent[],
  operands: readonly (NDArray | LinearOperand)[],
): readonly (Tangent | null)[] {
  const { accumulation, name } = eqn.primitive;
  if (accumulation === undefined) throw new InternalError(`${name} takes no running sums`);
  return accumulation.transpose(sums, cotangents, operands, eqn.params);
}

/** Evaluates the equations that no linear value enters; returns the others, in order. */
function evaluateKnown(jaxpr: Jaxpr, values: Map<Var, NDArray>, linear: Set<Var>): Eqn[] {
  const later: Eqn[] = [];
  for (const eqn of jaxpr.eqns) {
    if (eqn.operands.some((atom) => atom.kind === "var" && linear.has(atom))) {
      for (const v of eqn.outs) linear.add(v);
      later.push(eqn);
      continue;
    }
    const outs = bind(
      eqn.primitive,
      eqn.operands.map((atom) => readAtom(values, atom)),
      eqn.params,
    );
    eqn.outs.forEach((v, i) => {
      values.set(v, outs[i]);
    });
  }
  return later;
}

function transposeEqn(
  eqn: Eqn,
  cotangents: readonly Tangent[],
  operands: readonly (NDArray | LinearOperand)[],
): readonly (Tangent | null)[] {
  const { transpose, name } = eqn.primitive;
  if (typeof transpose !== "function") {
    throw new DifferentiationError(
      `${spelled(name)} cannot be transposed (differentiated in reverse): ${transpose.reason}`,
    );
  }
  const results = transpose(cotangents, operands, eqn.params);
  if (results.length !== operands.length) {
    throw new InternalError(
      `the transpose of ${name} gave ${results.length} cotangents for ${operands.length} operands`,
    );
  }
  return results;
}

export interface TransposedJaxpr {
  /** (known operands, cotangents that are not zero) -> (cotangents of linear operands that are not zero) */
  readonly jaxpr: Jaxpr;
  /** One bit a linear operand. */
  readonly nonzeroOut: readonly boolean[];
}

/**
 * The transpose of a closed jaxpr as a jaxpr. Cotangents in `forcedOut` (one bit a linear operand) are given even when
 * zero; those in `summed` (likewise) are added to running sums, which come as further operands.
 */
export const transposeJaxpr = (
  jaxpr: Jaxpr,
  linearIn: readonly boolean[],
  nonzeroCotangents: readonly boolean[],
  forcedOut: readonly boolean[],
  summed: readonly boolean[] = [],
): TransposedJaxpr =>
  cachedTransposeJaxpr(jaxpr, [linearIn, nonzeroCotangents, forcedOut, summed].map(maskKey).join("/"));

const cachedTransposeJaxpr = memoByJaxpr((jaxpr: Jaxpr, key: string): TransposedJaxpr => {
  const [linearIn, nonzeroCotangents, forcedOut, summed] = key.split("/").map(keyMask);
  const knownTypes = jaxpr.invars.filter((_, i) => !linearIn[i]).map((v) => v.aval);
  const ctTypes = jaxpr.outvars.filter((_, i) => nonzeroCotangents[i]).map((v) => v.aval);
  const linearTypes = jaxpr.invars.filter((_, i) => linearIn[i]).map((v) => v.aval);
  let nonzeroOut: boolean[] = [];
  const staged = stageClosed(
    (inputs) => {
      let nextKnown = 0;
      let nextCt = knownTypes.length;
      const operands = jaxpr.invars.map((v, i) =>
        linearIn[i] ? new LinearOperand(v.aval) : inputs[nextKnown++],
      );
      const cts = jaxpr.outvars.map(
        (v, i): Tangent => (nonzeroCotangents[i] ? inputs[nextCt++] : new Zero(v.aval)),
      );
      let nextSum = knownTypes.length + ctTypes.length;
      const sums = linearTypes.map((_, i) => (summed[i] ? inputs[nextSum++] : null));
      const results = backwardPass(jaxpr, [], operands, cts, sums);
      nonzeroOut = results.map((ct, i) => forcedOut[i] === true || !(ct instanceof Zero));
      return results.filter((_, i) => nonzeroOut[i]).map(instantiate);
    },
    [...knownTypes, ...ctTypes, ...linearTypes.filter((_, i) => summed[i])],
  );
  return { jaxpr: staged, nonzeroOut };
});

/** Which operands are linear. */
export const linearMask = (operands: readonly (NDArray | LinearOperand)[]): boolean[] =>
  operands.map((x) => x instanceof LinearOperand);

/** The operands whose values are known, in order. */
export const knownOperands = (operands: readonly (NDArray | LinearOperand)[]): NDArray[] =>
  operands.filter((x): x is NDArray => !(x instanceof LinearOperand));

/** A cotangent for each operand: those given for the linear ones that have any, null elsewhere. */
export function spreadCotangents(
  operands: readonly (NDArray | LinearOperand)[],
  nonzero: readonly boolean[],
  cotangents: readonly NDArray[],
): (Tangent | null)[] {
  let nextLinear = 0;
  let next = 0;
  return operands.map((x) => {
    if (!(x instanceof LinearOperand)) return null;
    return nonzero[nextLinear++] ? cotangents[next++] : new Zero(x.aval);
  });
}

/** The transpose of an equation that calls a jaxpr: a call of the transposed jaxpr, which adds into `sums` if there are any. */
export function transposeCall<P extends object>(
  primitive: Primitive<P>,
  jaxpr: Jaxpr,
  cotangents: readonly Tangent[],
  operands: readonly (NDArray | LinearOperand)[],
  paramsFor: (jaxpr: Jaxpr) => P,
  sums: readonly (NDArray | null)[] = operands.map(() => null),
): (Tangent | null)[] {
  const linear = linearMask(operands);
  const summed = sums.map((sum) => sum !== null).filter((_, i) => linear[i]);
  const transposed = transposeJaxpr(jaxpr, linear, nonzeroMask(cotangents), [], summed);
  const given = sums.filter((sum): sum is NDArray => sum !== null);
  const inputs = [...knownOperands(operands), ...nonzeroTangents(cotangents), ...given];
  const results = bind(primitive, inputs, paramsFor(transposed.jaxpr));
  return spreadCotangents(operands, transposed.nonzeroOut, results);
}

/** The invars that some equation of a jaxpr adds into sums of. */
export const accumulatedInvars = (jaxpr: Jaxpr): readonly boolean[] => cachedAccumulatedInvars(jaxpr, "");

const cachedAccumulatedInvars = memoByJaxpr((jaxpr: Jaxpr): readonly boolean[] => {
  const accumulated = new Set<Atom>();
  for (const eqn of jaxpr.eqns) {
    const taken = eqn.primitive.accumulation?.operands(eqn.params) ?? [];
    eqn.operands.forEach((atom, k) => {
      if (taken[k]) accumulated.add(atom);
    });
  }
  return jaxpr.invars.map((v) => accumulated.has(v));
});
