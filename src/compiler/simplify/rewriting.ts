/**
 * The walk that passes of local rules share: equations in order, operands replaced by what stands for them now, and a rule
 * asked for each. So rules see what came out of earlier ones, and one walk settles chains of them.
 */

import { literal } from "../../autodiff/array.js";
import type { Atom, Eqn, Jaxpr, Var } from "../../autodiff/jaxpr.js";
import { avalsOf, Literal, noEffects, Var as Variable } from "../../autodiff/jaxpr.js";
import type { Primitive } from "../../autodiff/primitive.js";
import type { DType } from "../../ir/dtype.js";

/** What a rule may ask for. */
export interface Rewriting {
  /** The equation that computes an atom, as it is now; undefined for inputs and literals. */
  definition(atom: Atom): Eqn | undefined;
  /** Whether nothing else reads the variable. */
  isReadOnce(atom: Atom): boolean;
  /** Writes an equation of one output, itself rewritten by the rule where that applies; not one with effects. */
  emit<P extends object>(primitive: Primitive<P>, operands: readonly Atom[], params: P): Atom;
  /** The same with all its outputs. */
  emitAll<P extends object>(primitive: Primitive<P>, operands: readonly Atom[], params: P): readonly Atom[];
}

/** What takes the place of the equation's outputs; null: the equation stays. */
export type Rule = (eqn: Eqn, rewriting: Rewriting) => readonly Atom[] | null;

/** The jaxpr with a rule applied to all its equations, in order. */
export function rewriteForward(jaxpr: Jaxpr, rule: Rule): Jaxpr {
  const eqns: Eqn[] = [];
  const replaced = new Map<Var, Atom>();
  const definitions = new Map<Var, Eqn>();
  const reads = countReads(jaxpr);
  const now = (atom: Atom): Atom => (atom.kind === "var" ? (replaced.get(atom) ?? atom) : atom);

  const rewriting: Rewriting = {
    definition: (atom) => (atom.kind === "var" ? definitions.get(atom) : undefined),
    isReadOnce: (atom) => atom.kind === "var" && reads.get(atom) === 1,
    emit: (primitive, operands, params) => rewriting.emitAll(primitive, operands, params)[0],
    emitAll: (primitive, operands, params) => {
      const outs = primitive.abstractEval(avalsOf(operands), params).map((type) => new Variable(type));
      const eqn: Eqn = { primitive, operands, params, outs, effects: noEffects };
      return rule(eqn, rewriting) ?? keep(eqn);
    },
  };
  const keep = (eqn: Eqn): readonly Atom[] => {
    eqns.push(eqn);
    for (const out of eqn.outs) definitions.set(out, eqn);
    return eqn.outs;
  };

  let changed = false;
  for (const original of jaxpr.eqns) {
    const operands = original.operands.some((atom) => now(atom) !== atom) ? original.operands.map(now) : null;
    const eqn = operands === null ? original : { ...original, operands };
    const results = eqn.effects.length > 0 ? null : rule(eqn, rewriting);
    if (results === null) {
      keep(eqn);
      continue;
    }
    changed = true;
    results.forEach((atom, i) => {
      const out = eqn.outs[i];
      replaced.set(out, atom);
      // Its readers are now the other's.
      if (atom.kind === "var") reads.set(atom, (reads.get(atom) ?? 0) + (reads.get(out) ?? 0));
    });
  }
  return changed ? { ...jaxpr, eqns, outvars: jaxpr.outvars.map(now) } : jaxpr;
}

/** How often each variable is read, by equations and as an output. */
function countReads({ eqns, outvars }: Jaxpr): Map<Var, number> {
  const reads = new Map<Var, number>();
  const read = (atom: Atom): void => {
    if (atom.kind === "var") reads.set(atom, (reads.get(atom) ?? 0) + 1);
  };
  for (const eqn of eqns) eqn.operands.forEach(read);
  outvars.forEach(read);
  return reads;
}

/** Whether the equation is one of this primitive. Sound: `bind` pairs a primitive with params of its own type. */
export const isOf = <P extends object>(eqn: Eqn | undefined, primitive: Primitive<P>): eqn is Eqn<P> =>
  eqn !== undefined && eqn.primitive === primitive;

/** Rules by primitive. */
export type RuleTable = ReadonlyMap<object, Rule>;

/** An entry of a table: a rule for the equations of one primitive. */
export const ruleFor = <P extends object>(
  primitive: Primitive<P>,
  rule: (eqn: Eqn<P>, rewriting: Rewriting) => readonly Atom[] | null,
): readonly [object, Rule] => [
  primitive,
  (eqn, rewriting) => (isOf(eqn, primitive) ? rule(eqn, rewriting) : null),
];

/** The rule that a table of them is. */
export const ruleOf =
  (table: RuleTable): Rule =>
  (eqn, rewriting) =>
    table.get(eqn.primitive)?.(eqn, rewriting) ?? null;

/** A number as an atom. */
export const literalAtom = (value: number, dtype: DType, weakType = false): Literal =>
  new Literal(literal(value, dtype, weakType));
