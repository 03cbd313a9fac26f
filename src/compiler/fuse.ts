/**
 * Which equations one loop computes together: elementwise ones of one shape, so that what they hand each other never goes
 * through memory, and neighbours that read the same operands read them once.
 *
 * A group is computed where its last operand is there, so an equation may join unless something outside the group lies
 * between them. Values do not change: every element is computed by the same operations.
 */
import type { Atom, Eqn, Jaxpr, Var } from "../autodiff/jaxpr.js";
import { sizeOf } from "../ir/shape.js";
import { computesPointwise, isFlatGroup } from "./lower-group.js";
import { aliasRoots } from "./placement.js";

/** Equations in an order in which operands come before their uses. */
export interface Unit {
  /** One equation, or several that one loop computes. */
  readonly eqns: readonly Eqn[];
  /** The reduction that takes the last one's elements as they are computed. */
  readonly reduction: Eqn | null;
}

/** A unit's equations in order, the reduction last. */
export const eqnsOf = ({ eqns, reduction }: Unit): readonly Eqn[] =>
  reduction === null ? eqns : [...eqns, reduction];

/** Groups that may still grow: older ones are left as they are, so that time is linear. */
const openGroups = 24;
/** A loop's values live in registers: more equations than this would not. */
const mostEqns = 48;

export function fuse(jaxpr: Jaxpr): readonly Unit[] {
  const { eqns } = jaxpr;
  const before = dependencies(jaxpr);
  const groupOf = assignGroups(eqns, before);
  return withReductions(inOrder(eqns, before, groupOf), jaxpr);
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
      // An update in place comes after all who read the old value, and what comes later after the update.
      const isUpdate = lower.kind === "nest" && lower.inPlace === i;
      // It may read the array twice: then it is not done in place, and does not come before itself.
      if (isUpdate) for (const reader of others) if (reader !== position) before.add(reader);
      if (isUpdate || others.length === 0) readers.set(root, [position]);
      else others.push(position);
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
  /** The groups that an equation needs directly, or by way of equations without a group: those that are not settled. */
  const needs: (readonly number[])[] = [];
  const groups: { readonly shape: string; count: number; readonly needs: Set<number> }[] = [];
  const isOpen = (group: number): boolean => group >= groups.length - openGroups;
  /** Groups that are closed and come after settled ones alone: nothing that still grows can come before them. */
  const settled = new Set<number>();
  const isSettled = (group: number): boolean => {
    if (isOpen(group)) return false;
    if (settled.has(group)) return true;
    for (const each of groups[group].needs) if (!settled.has(each)) return false;
    settled.add(group);
    return true;
  };
  const groupsOf = (position: number): readonly number[] =>
    groupOf[position] >= 0 ? [groupOf[position]] : needs[position];
  /** All groups that come before what needs these, these included, as far as they are not settled. */
  const reached = (start: readonly number[]): ReadonlySet<number> => {
    const all = new Set<number>();
    const stack = [...start];
    for (let group = stack.pop(); group !== undefined; group = stack.pop()) {
      if (all.has(group) || isSettled(group)) continue;
      all.add(group);
      for (const each of groups[group].needs) stack.push(each);
    }
    return all;
  };
  eqns.forEach((eqn, position) => {
    let own = -1;
    if (isFusable(eqn)) {
      const shape = eqn.outs[0].aval.shape.join();
      const isPointwise = computesPointwise(eqn);
      const isCandidate = (group: number): boolean =>
        groups[group].shape === shape && groups[group].count < mostEqns;
      let sets: readonly ReadonlySet<number>[] | null = null;
      for (let group = groups.length - 1; own < 0 && group >= 0 && isOpen(group); group--) {
        if (!isCandidate(group)) continue;
        sets ??= before[position].map((p) => reached(groupsOf(p)));
        const comesBefore = sets;
        const fits = before[position].every((p, i) =>
          groupOf[p] === group ? isPointwise : !comesBefore[i].has(group),
        );
        if (fits) own = group;
      }
      if (own < 0) own = groups.push({ shape, count: 0, needs: new Set() }) - 1;
      groups[own].count++;
    }
    const direct = new Set<number>();
    for (const p of before[position]) {
      for (const group of groupsOf(p)) if (group !== own && !isSettled(group)) direct.add(group);
    }
    if (own >= 0) for (const group of direct) groups[own].needs.add(group);
    groupOf.push(own);
    needs.push([...direct]);
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
        sorted.push({ eqns: members[current].map((position) => eqns[position]), reduction: null });
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

/** Elements that a reduction adds up innermost, from which a loop of their own for each sum is no loss. */
const longRow = 512;
/** Sums side by side that fill vectors. */
const wideRow = 32;

/** Groups that nobody reads but one reduction become part of it. */
function withReductions(units: readonly Unit[], jaxpr: Jaxpr): readonly Unit[] {
  const uses = new Map<Atom, number>();
  const use = (atom: Atom): void => void uses.set(atom, (uses.get(atom) ?? 0) + 1);
  jaxpr.outvars.forEach(use);
  for (const eqn of jaxpr.eqns) eqn.operands.forEach(use);
  const result: (Unit | null)[] = [];
  const producers = new Map<Atom, number>();
  /** Where memory was last written over: what reads earlier must stay before it. */
  let lastUpdate = -1;
  for (const unit of units) {
    const [eqn] = unit.eqns;
    const { lower } = eqn.primitive;
    const at = producers.get(eqn.operands[0]);
    const producer = at === undefined ? null : result[at];
    if (at !== undefined && at > lastUpdate && producer !== null && joins(eqn, producer, uses)) {
      result[at] = null;
      result.push({ eqns: producer.eqns, reduction: eqn });
      continue;
    }
    if (lower.kind === "nest" && lower.inPlace !== undefined) lastUpdate = result.length;
    if (isFusable(eqn)) producers.set(unit.eqns[unit.eqns.length - 1].outs[0], result.length);
    result.push(unit);
  }
  return result.filter((unit) => unit !== null);
}

/** Whether the reduction is all that reads the group, and its loops suit what the group computes. */
function joins(reduction: Eqn, { eqns }: Unit, uses: ReadonlyMap<Atom, number>): boolean {
  const { lower } = reduction.primitive;
  if (lower.kind !== "nest" || lower.reduce === undefined) return false;
  const own = new Map<Atom, number>();
  for (const eqn of eqns) {
    for (const operand of eqn.operands) own.set(operand, (own.get(operand) ?? 0) + 1);
  }
  const last = eqns[eqns.length - 1].outs[0];
  const isOnlyReader = eqns.every(
    ({ outs: [v] }) => (uses.get(v) ?? 0) === (v === last ? 1 : (own.get(v) ?? 0)),
  );
  if (!isOnlyReader || own.has(last)) return false;
  const { shape } = last.aval;
  const axes = lower.reduce.axes(reduction.params);
  const count = sizeOf(axes.map((axis) => shape[axis]));
  const kept = sizeOf(shape) / Math.max(1, count);
  if (!axes.includes(shape.length - 1)) return kept >= wideRow;
  const isLastAxisAlone = axes.length === 1;
  return count >= longRow && (isLastAxisAlone || (isFlatGroup(eqns) && isTrailing(axes, shape.length)));
}

const isTrailing = (axes: readonly number[], rank: number): boolean =>
  axes.every((axis, i) => axis === rank - axes.length + i);
