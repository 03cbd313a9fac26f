/**
 * Which equations one loop computes together: elementwise ones of one shape, so that what they hand each other never goes
 * through memory, and neighbours that read the same operands read them once.
 *
 * A group is computed where its last operand is there, so an equation may join unless something outside the group lies
 * between them. Values do not change: every element is computed by the same operations.
 */
import type { Eqn, Jaxpr, Var } from "../autodiff/jaxpr.js";
import { computesPointwise } from "./lower-group.js";
import { aliasRoots } from "./placement.js";

/** Equations in an order in which operands come before their uses. */
export interface Unit {
  /** One equation, or several that one loop computes. */
  readonly eqns: readonly Eqn[];
}

/** Groups that may still grow: older ones are left as they are, so that time is linear. */
const openGroups = 24;
/** A loop's values live in registers: more equations than this would not. */
const mostEqns = 48;

export function fuse(jaxpr: Jaxpr): readonly Unit[] {
  const { eqns } = jaxpr;
  const before = dependencies(jaxpr);
  const groupOf = assignGroups(eqns, before);
  return inOrder(eqns, before, groupOf);
}

/** Whether the equation is one scalar expression for each element of its one output. */
export const isFusable = ({ primitive: { lower }, outs }: Eqn): boolean =>
  (lower.kind === "elementwise" || lower.kind === "element") && outs.length === 1;

/** For each equation the earlier ones that must come before it. */
function dependencies(jaxpr: Jaxpr): readonly (readonly number[])[] {
  const producers = new Map<Var, number>();
  const roots = aliasRoots(jaxpr);
  const readers = new Map<Var, number[]>();
  let lastEffect = -1;
  return jaxpr.eqns.map((eqn, position) => {
    const before = new Set<number>();
    const { lower } = eqn.primitive;
    eqn.operands.forEach((operand, i) => {
      if (operand.kind === "literal") return;
      const producer = producers.get(operand);
      if (producer !== undefined) before.add(producer);
      const root = roots(operand);
      const others = readers.get(root) ?? [];
      // An update in place comes after all who read the old value.
      if (lower.kind === "nest" && lower.inPlace === i) for (const reader of others) before.add(reader);
      readers.set(root, [...(others.length > 64 ? others.slice(-64) : others), position]);
    });
    if (eqn.effects.length > 0) {
      if (lastEffect >= 0) before.add(lastEffect);
      lastEffect = position;
    }
    for (const out of eqn.outs) producers.set(out, position);
    return [...before];
  });
}

/** The group of each equation; -1 for those that are alone. */
function assignGroups(eqns: readonly Eqn[], before: readonly (readonly number[])[]): readonly number[] {
  const groupOf: number[] = [];
  /** The open groups that an equation comes after. */
  const after: ReadonlySet<number>[] = [];
  const groups: { readonly shape: string; count: number; readonly after: Set<number> }[] = [];
  const isOpen = (group: number): boolean => group >= groups.length - openGroups;
  /** All groups that must come before what comes after these. */
  const closure = (start: Iterable<number>): Set<number> => {
    const all = new Set<number>();
    const stack = [...start];
    for (let group = stack.pop(); group !== undefined; group = stack.pop()) {
      if (all.has(group) || !isOpen(group)) continue;
      all.add(group);
      stack.push(...groups[group].after);
    }
    return all;
  };
  eqns.forEach((eqn, position) => {
    let own = -1;
    if (isFusable(eqn)) {
      const shape = eqn.outs[0].aval.shape.join();
      const isPointwise = computesPointwise(eqn);
      for (let group = groups.length - 1; own < 0 && group >= 0 && isOpen(group); group--) {
        const { shape: theirs, count } = groups[group];
        if (theirs !== shape || count >= mostEqns) continue;
        const fits = before[position].every((p) =>
          groupOf[p] === group
            ? isPointwise
            : !closure([...after[p], ...(groupOf[p] >= 0 ? [groupOf[p]] : [])]).has(group),
        );
        if (fits) own = group;
      }
      if (own < 0) own = groups.push({ shape, count: 0, after: new Set() }) - 1;
      groups[own].count++;
    }
    const direct = before[position].flatMap((p) => [...after[p], groupOf[p]]);
    const all = closure(direct.filter((group) => group >= 0 && group !== own));
    all.delete(own);
    if (own >= 0) for (const group of all) groups[own].after.add(group);
    groupOf.push(own);
    after.push(all);
  });
  return groupOf;
}

/** Groups and single equations, each after what it needs, otherwise in the order they had. */
function inOrder(
  eqns: readonly Eqn[],
  before: readonly (readonly number[])[],
  groupOf: readonly number[],
): readonly Unit[] {
  const unitOf = new Map<number, number>();
  const members: number[][] = [];
  const unit = eqns.map((_, position) => {
    const group = groupOf[position];
    let index = group < 0 ? undefined : unitOf.get(group);
    if (index === undefined) {
      index = members.push([]) - 1;
      if (group >= 0) unitOf.set(group, index);
    }
    members[index].push(position);
    return index;
  });
  const sorted: Unit[] = [];
  const state = new Uint8Array(members.length);
  // Depth first, with a stack of our own: chains are long.
  for (let start = 0; start < members.length; start++) {
    const stack = [start];
    while (stack.length > 0) {
      const current = stack[stack.length - 1];
      if (state[current] === 2) {
        stack.pop();
        continue;
      }
      if (state[current] === 1) {
        state[current] = 2;
        sorted.push({ eqns: members[current].map((position) => eqns[position]) });
        stack.pop();
        continue;
      }
      state[current] = 1;
      for (const position of members[current]) {
        for (const p of before[position]) if (state[unit[p]] === 0) stack.push(unit[p]);
      }
    }
  }
  return sorted;
}
