/** Small rewrites of jaxprs that transformations and the compiler share. */
import { describeAval } from "../ir/aval.js";
import { InternalError, LeakedTracerError } from "../ir/errors.js";
import { ConcreteArray, type NDArray } from "./array.js";
import type { Atom, ClosedJaxpr, Eqn, Jaxpr, Var } from "./jaxpr.js";
import { Literal } from "./jaxpr.js";
import { PendingArray } from "./pending-array.js";
import { stage } from "./staging.js";

/** Stages a function that closes over no tracer: numbers and arrays that it closes over become literals. */
export function stageClosed(
  f: (operands: NDArray[]) => readonly NDArray[],
  avals: Jaxpr["invars"][number]["aval"][],
): Jaxpr {
  return inlineConsts(stage(f, avals));
}

/** The jaxpr with its constants, which must be concrete, in place of its constvars. */
export function inlineConsts({ jaxpr, consts }: ClosedJaxpr): Jaxpr {
  if (consts.length === 0) return jaxpr;
  const literals = new Map<Atom, Literal>();
  jaxpr.constvars.forEach((v, i) => {
    const value = consts[i];
    const known =
      value instanceof PendingArray ? value.concrete("a derivative rule closes over an array") : value;
    if (!(known instanceof ConcreteArray)) throw closesOverTracer(known);
    literals.set(v, new Literal(known));
  });
  const inlined = (atom: Atom): Atom => literals.get(atom) ?? atom;
  const eqns = jaxpr.eqns.map((eqn) => ({ ...eqn, operands: eqn.operands.map(inlined) }));
  return { ...jaxpr, constvars: [], eqns, outvars: jaxpr.outvars.map(inlined) };
}

const closesOverTracer = (value: NDArray): LeakedTracerError =>
  new LeakedTracerError(
    `a derivative rule closes over ${describeAval(value.aval)}, a value of a transformation around it; ` +
      "pass the value to the function as an argument, so that the rule is given it",
  );

/**
 * Removes equations whose outputs nobody needs, effects aside. With `usedOuts`, outputs that are not used are dropped.
 * Says which invars are still read.
 */
export function removeDeadCode(
  jaxpr: Jaxpr,
  usedOuts: readonly boolean[] = jaxpr.outvars.map(() => true),
): { jaxpr: Jaxpr; usedInvars: boolean[] } {
  const live = new Set<Var>();
  const use = (atom: Atom): void => {
    if (atom.kind === "var") live.add(atom);
  };
  const outvars = jaxpr.outvars.filter((_, i) => usedOuts[i]);
  outvars.forEach(use);
  const eqns: Eqn[] = [];
  for (let i = jaxpr.eqns.length - 1; i >= 0; i--) {
    const eqn = jaxpr.eqns[i];
    const used = eqn.outs.map((v) => live.has(v));
    if (!used.includes(true) && eqn.effects.length === 0) continue;
    const pruned = used.includes(false) ? pruneEqn(eqn, used) : eqn;
    pruned.operands.forEach(use);
    eqns.push(pruned);
  }
  eqns.reverse();
  const usedInvars = jaxpr.invars.map((v) => live.has(v));
  const constvars = jaxpr.constvars.filter((v) => live.has(v));
  if (
    eqns.length === jaxpr.eqns.length &&
    eqns.every((eqn, i) => eqn === jaxpr.eqns[i]) &&
    outvars.length === jaxpr.outvars.length &&
    constvars.length === jaxpr.constvars.length
  ) {
    return { jaxpr, usedInvars };
  }
  return { jaxpr: { ...jaxpr, constvars, eqns, outvars }, usedInvars };
}

function pruneEqn(eqn: Eqn, used: readonly boolean[]): Eqn {
  const rule = eqn.primitive.removeDeadCode;
  const pruned = rule === undefined ? null : rule(used, eqn.params);
  if (pruned === null) return eqn;
  return {
    ...eqn,
    params: pruned.params,
    operands: eqn.operands.filter((_, i) => pruned.usedOperands[i]),
    outs: eqn.outs.filter((_, i) => pruned.usedOuts[i]),
  };
}

/** A cache of what is derived from a jaxpr: it lives as long as the jaxpr does. */
export function memoByJaxpr<V>(compute: (jaxpr: Jaxpr, key: string) => V): (jaxpr: Jaxpr, key: string) => V {
  const cache = new WeakMap<Jaxpr, Map<string, V>>();
  return (jaxpr, key) => {
    let entries = cache.get(jaxpr);
    if (entries === undefined) {
      entries = new Map();
      cache.set(jaxpr, entries);
    }
    let value = entries.get(key);
    if (value === undefined) {
      value = compute(jaxpr, key);
      entries.set(key, value);
    }
    return value;
  };
}

/** Booleans as a cache key, and back. */
export const maskKey = (mask: readonly boolean[]): string => mask.map((bit) => (bit ? "1" : "0")).join("");
export const keyMask = (key: string): boolean[] => [...key].map((bit) => bit === "1");

/** The same jaxpr with its inputs and outputs in another order (of outputs: any selection). */
export const reorderJaxpr = (jaxpr: Jaxpr, inputs: readonly number[], outputs: readonly number[]): Jaxpr => ({
  ...jaxpr,
  invars: inputs.map((i) => jaxpr.invars[i]),
  outvars: outputs.map((i) => jaxpr.outvars[i]),
});

/** The least mask above `start` that `step` maps into itself: what carries become, one turn after another. */
export function fixpoint(
  start: readonly boolean[],
  step: (mask: readonly boolean[]) => readonly boolean[],
): boolean[] {
  let mask = [...start];
  for (let turn = 0; turn <= start.length; turn++) {
    const next = step(mask);
    const joined = mask.map((bit, i) => bit || next[i]);
    if (joined.every((bit, i) => bit === mask[i])) return mask;
    mask = joined;
  }
  throw new InternalError("a carry fixpoint did not settle");
}

/** Splits a list into consecutive parts of these lengths; what is left over is the last part. */
export function splitList<T>(list: readonly T[], lengths: readonly number[]): T[][] {
  const parts: T[][] = [];
  let start = 0;
  for (const length of lengths) {
    parts.push(list.slice(start, start + length));
    start += length;
  }
  parts.push(list.slice(start));
  return parts;
}

/** The positions where a mask is set. */
export const positionsOf = (mask: readonly boolean[]): number[] => mask.flatMap((bit, i) => (bit ? [i] : []));
