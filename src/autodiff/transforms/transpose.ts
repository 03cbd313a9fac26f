/**
 * Transposition: a linear jaxpr run backwards. Equations that do not depend on a linear input are evaluated; the others
 * pass cotangents from outputs to operands, in reverse order. The walk is iterative: a chain of any length.
 */
import { DifferentiationError, InternalError } from "../../ir/errors.js";
import type { NDArray } from "../array.js";
import type { Atom, Eqn, Jaxpr } from "../jaxpr.js";
import { readAtom, type Var } from "../jaxpr.js";
import { keyMask, maskKey, memoByJaxpr, stageClosed } from "../jaxpr-passes.js";
import { LinearOperand, type Tangent, Zero } from "../primitive.js";
import { bind } from "../trace.js";
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
    const [target] = eqn.operands;
    const sum = target?.kind === "var" ? accumulated.get(target) : undefined;
    if (
      eqn.primitive.transposeInto !== undefined &&
      sum !== undefined &&
      !(sum instanceof Zero) &&
      target?.kind === "var"
    ) {
      accumulated.set(target, eqn.primitive.transposeInto(sum, cts, inputs, eqn.params));
      continue;
    }
    const results = transposeEqn(eqn, cts, inputs);
    eqn.operands.forEach((atom, k) => {
      accumulate(atom, results[k]);
    });
  }
  return jaxpr.invars.filter((v) => linear.has(v)).map(cotangentOf);
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
      `${name} cannot be transposed (differentiated in reverse): ${transpose.reason}`,
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
 * zero.
 */
export const transposeJaxpr = (
  jaxpr: Jaxpr,
  linearIn: readonly boolean[],
  nonzeroCotangents: readonly boolean[],
  forcedOut: readonly boolean[],
): TransposedJaxpr =>
  cachedTransposeJaxpr(jaxpr, `${maskKey(linearIn)}/${maskKey(nonzeroCotangents)}/${maskKey(forcedOut)}`);

const cachedTransposeJaxpr = memoByJaxpr((jaxpr: Jaxpr, key: string): TransposedJaxpr => {
  const [linearIn, nonzeroCotangents, forcedOut] = key.split("/").map(keyMask);
  const knownTypes = jaxpr.invars.filter((_, i) => !linearIn[i]).map((v) => v.aval);
  const ctTypes = jaxpr.outvars.filter((_, i) => nonzeroCotangents[i]).map((v) => v.aval);
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
      const results = backwardPass(jaxpr, [], operands, cts);
      nonzeroOut = results.map((ct, i) => forcedOut[i] === true || !(ct instanceof Zero));
      return results.filter((_, i) => nonzeroOut[i]).map(instantiate);
    },
    [...knownTypes, ...ctTypes],
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
