/**
 * Loop invariants: what an equation in the body of a scan or while computes from the loop's constants alone is computed once, before
 * the loop, and becomes a constant of it.
 *
 * What moves elements only (a broadcast, an iota, a reshape, a slice) stays: the body's loops read through it for nothing, while
 * memory would be written and read. So does an elementwise equation whose output is larger than what it is
 * computed from. A loop keeps at most
 * as many bytes more as its operands have, and `spareBytes` beside. Inner whiles stay where they may never run, for they may not
 * end; so do barriers and effects.
 */

import type { ScanParams } from "../../autodiff/control-flow/scan/params.js";
import { scanPrimitive } from "../../autodiff/control-flow/scan/primitive.js";
import type { WhileParams } from "../../autodiff/control-flow/while/params.js";
import { whilePrimitive } from "../../autodiff/control-flow/while/primitive.js";
import type { Atom, Eqn, Jaxpr, Var } from "../../autodiff/jaxpr.js";
import { Var as Variable } from "../../autodiff/jaxpr.js";
import type { Primitive } from "../../autodiff/primitive.js";
import { bitcastConvertTypePrimitive } from "../../autodiff/primitives/conversion.js";
import { iotaPrimitive } from "../../autodiff/primitives/creation.js";
import { broadcastInDimPrimitive, reshapePrimitive } from "../../autodiff/primitives/sum-and-broadcast.js";
import { revPrimitive, slicePrimitive } from "../../autodiff/primitives/windowing.js";
import { optimizationBarrierPrimitive } from "../../autodiff/transforms/checkpoint.js";
import { bytesPerElement } from "../../ir/dtype.js";
import { sizeOf } from "../../ir/shape.js";
import { everywhere, type Pass, subJaxprsOf } from "./pass.js";
import { isOf } from "./rewriting.js";

export const hoistLoopInvariants: Pass = {
  name: "loop invariants hoisted",
  run: everywhere((jaxpr) => {
    let changed = false;
    const eqns = jaxpr.eqns.flatMap((eqn) => {
      const hoisted = isOf(eqn, scanPrimitive)
        ? hoistFromScan(eqn)
        : isOf(eqn, whilePrimitive)
          ? hoistFromWhile(eqn)
          : null;
      changed ||= hoisted !== null;
      return hoisted ?? [eqn];
    });
    return changed ? { ...jaxpr, eqns } : jaxpr;
  }),
};

/** Bytes that a loop may keep whatever its operands are. */
const spareBytes = 2 ** 20;

const bytesOf = (atom: Atom): number => sizeOf(atom.aval.shape) * bytesPerElement[atom.aval.dtype];

const totalBytes = (atoms: readonly Atom[]): number =>
  atoms.reduce((total, atom) => total + bytesOf(atom), 0);

function hoistFromScan(eqn: Eqn<ScanParams>): readonly Eqn[] | null {
  const { jaxpr, length, numConsts } = eqn.params;
  if (length < 2) return null;
  const budget = totalBytes(eqn.operands) + spareBytes;
  const hoisted = hoistFrom(jaxpr, eqn.operands.slice(0, numConsts), budget);
  if (hoisted === null) return null;
  const { before, values, body } = hoisted;
  return [
    ...before,
    {
      ...eqn,
      params: { ...eqn.params, jaxpr: body, numConsts: numConsts + values.length },
      operands: [...eqn.operands.slice(0, numConsts), ...values, ...eqn.operands.slice(numConsts)],
    },
  ];
}

function hoistFromWhile(eqn: Eqn<WhileParams>): readonly Eqn[] | null {
  const { condJaxpr, condNumConsts, bodyJaxpr, bodyNumConsts } = eqn.params;
  const condConsts = eqn.operands.slice(0, condNumConsts);
  const bodyConsts = eqn.operands.slice(condNumConsts, condNumConsts + bodyNumConsts);
  const carry = eqn.operands.slice(condNumConsts + bodyNumConsts);
  const budget = totalBytes(eqn.operands) + spareBytes;
  const cond = hoistFrom(condJaxpr, condConsts, budget);
  const body = hoistFrom(bodyJaxpr, bodyConsts, budget);
  if (cond === null && body === null) return null;
  const params: WhileParams = {
    condJaxpr: cond?.body ?? condJaxpr,
    condNumConsts: condNumConsts + (cond?.values.length ?? 0),
    bodyJaxpr: body?.body ?? bodyJaxpr,
    bodyNumConsts: bodyNumConsts + (body?.values.length ?? 0),
  };
  const operands = [...condConsts, ...(cond?.values ?? []), ...bodyConsts, ...(body?.values ?? []), ...carry];
  return [...(cond?.before ?? []), ...(body?.before ?? []), { ...eqn, params, operands }];
}

interface Hoisted {
  /** Equations to stand before the loop, in its variables. */
  readonly before: readonly Eqn[];
  /** What they compute for the loop: its further constants. */
  readonly values: readonly Var[];
  /** The body that takes them, after the constants it had. */
  readonly body: Jaxpr;
}

function hoistFrom(body: Jaxpr, consts: readonly Atom[], budget: number): Hoisted | null {
  const invariant = invariantEqns(body, consts.length);
  const chosen = chooseValues(body, invariant, budget);
  if (chosen.length === 0) return null;
  // Under their own names inside the loop, under new ones outside.
  const outside = new Map<Var, Atom>(body.invars.slice(0, consts.length).map((v, i) => [v, consts[i]]));
  const before = neededFor(chosen, invariant).map((eqn): Eqn => {
    const operands = eqn.operands.map((atom) => (atom.kind === "var" ? (outside.get(atom) ?? atom) : atom));
    const outs = eqn.outs.map((v) => new Variable(v.aval));
    eqn.outs.forEach((v, i) => {
      outside.set(v, outs[i]);
    });
    return { ...eqn, operands, outs };
  });
  const taken = new Set<Var>(chosen);
  const { invars } = body;
  return {
    before,
    values: chosen.flatMap((v) => {
      const value = outside.get(v);
      return value?.kind === "var" ? [value] : [];
    }),
    body: {
      ...body,
      invars: [...invars.slice(0, consts.length), ...chosen, ...invars.slice(consts.length)],
      // What of the body is not read any more, dead code is for.
      eqns: body.eqns.filter((eqn) => !eqn.outs.some((v) => taken.has(v))),
    },
  };
}

/** The equations that depend on constants of the loop, and on nothing that changes. */
function invariantEqns(body: Jaxpr, constCount: number): ReadonlyMap<Var, Eqn> {
  const fixed = new Set<Atom>(body.invars.slice(0, constCount));
  const found = new Map<Var, Eqn>();
  for (const eqn of body.eqns) {
    const isFixed = eqn.operands.every((atom) => atom.kind === "literal" || fixed.has(atom));
    if (!isFixed || !mayMove(eqn)) continue;
    for (const out of eqn.outs) {
      fixed.add(out);
      found.set(out, eqn);
    }
  }
  return found;
}

const mayMove = (eqn: Eqn): boolean =>
  eqn.effects.length === 0 && eqn.primitive !== optimizationBarrierPrimitive && !holdsWhile(eqn);

const holdsWhile = (eqn: Eqn): boolean =>
  eqn.primitive === whilePrimitive || subJaxprsOf(eqn).some((inner) => inner.eqns.some(holdsWhile));

/**
 * The values to hand to the loop: what remaining equations read of invariant ones, as far back as it is worth. An equation that is
 * not worth it by itself stays in the loop, and its operands are asked instead.
 */
function chooseValues(body: Jaxpr, invariant: ReadonlyMap<Var, Eqn>, budget: number): Var[] {
  if (invariant.size === 0) return [];
  const sourceSize = sourceSizes(invariant);
  const chosen = new Set<Var>();
  const staying = new Set<Eqn>();
  let left = budget;
  const ask = (atom: Atom): void => {
    const pending = [atom];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (next.kind === "literal" || chosen.has(next)) continue;
      const eqn = invariant.get(next);
      if (eqn === undefined) continue;
      const bytes = totalBytes(eqn.outs);
      if (bytes <= left && isWorthMoving(eqn, sourceSize)) {
        left -= bytes;
        for (const out of eqn.outs) chosen.add(out);
      } else if (!staying.has(eqn)) {
        staying.add(eqn);
        pending.push(...eqn.operands);
      }
    }
  };
  for (const eqn of body.eqns) {
    const isInvariant = eqn.outs.some((out) => invariant.has(out));
    if (!isInvariant) eqn.operands.forEach(ask);
  }
  body.outvars.forEach(ask);
  return [...chosen];
}

/** Moves of elements, which loops read through. */
const readThrough: ReadonlySet<object> = new Set<object>([
  broadcastInDimPrimitive,
  iotaPrimitive,
  reshapePrimitive,
  slicePrimitive,
  revPrimitive,
  bitcastConvertTypePrimitive,
] satisfies readonly Primitive[]);

function isWorthMoving(eqn: Eqn, sourceSize: (atom: Atom) => number): boolean {
  if (readThrough.has(eqn.primitive)) return false;
  const { kind } = eqn.primitive.lower;
  if (kind === "alias") return false;
  return kind !== "elementwise" || sizeOf(eqn.outs[0].aval.shape) <= Math.max(1, sourceSize(eqn.outs[0]));
}

/** How many elements in memory a value is computed from, through what loops read through and compute on the way. */
function sourceSizes(invariant: ReadonlyMap<Var, Eqn>): (atom: Atom) => number {
  const sizes = new Map<Atom, number>();
  const sizeFor = (atom: Atom): number =>
    atom.kind === "literal" ? 0 : (sizes.get(atom) ?? sizeOf(atom.aval.shape));
  for (const [v, eqn] of invariant) {
    const isOnTheWay = readThrough.has(eqn.primitive) || eqn.primitive.lower.kind === "elementwise";
    if (isOnTheWay)
      sizes.set(
        v,
        eqn.operands.reduce((total, atom) => total + sizeFor(atom), 0),
      );
  }
  return sizeFor;
}

/** The invariant equations that these values are computed by, in order. */
function neededFor(values: readonly Var[], invariant: ReadonlyMap<Var, Eqn>): readonly Eqn[] {
  const needed = new Set<Eqn>();
  const pending: Atom[] = [...values];
  for (let atom = pending.pop(); atom !== undefined; atom = pending.pop()) {
    const eqn = atom.kind === "var" ? invariant.get(atom) : undefined;
    if (eqn === undefined || needed.has(eqn)) continue;
    needed.add(eqn);
    pending.push(...eqn.operands);
  }
  return [...new Set(invariant.values())].filter((eqn) => needed.has(eqn));
}
