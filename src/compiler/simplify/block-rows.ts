/**
 * Cache blocking. Where many rows (chains, examples) pass through several layers, each layer's results are larger than the caches:
 * written by one and read by the next from memory. Here the equations that treat every row alone become the body of a loop over
 * blocks of rows, so that a block goes through all of them while it is in the cache:
 *
 *     b:f32[4096,128] = tanh a                        c = reshape a             # f32[64,64,2], the same memory
 *     ...                                    becomes  d = scan[length=64] c     # no carry: its turns are independent
 *
 * No bit changes: a row's results do not depend on how many rows there are, which is what makes an equation one of these.
 */

import { scanPrimitive } from "../../autodiff/control-flow/scan/primitive.js";
import type { Atom, Eqn, Jaxpr } from "../../autodiff/jaxpr.js";
import { noEffects, Var } from "../../autodiff/jaxpr.js";
import { dotGeneralPrimitive } from "../../autodiff/primitives/contraction.js";
import { reshapePrimitive } from "../../autodiff/primitives/sum-and-broadcast.js";
import { withShape } from "../../ir/aval.js";
import { bytesPerElement } from "../../ir/dtype.js";
import { sizeOf } from "../../ir/shape.js";
import { everywhere, type Pass } from "./pass.js";
import { type RowForm, rowForm } from "./row-form.js";

export const blockRows: Pass = {
  name: "rows in blocks",
  run: everywhere((jaxpr) => blockRowsIn(jaxpr)),
};

/** Fewer rows than this stay together. */
const fewestRows = 512;
/** Bytes of results between the equations that the caches hold well enough. */
const cacheBytes = 2 ** 21;
/** Bytes of results of one block, and the rows that fill the tiles of a contraction. */
const blockBytes = 2 ** 19;
const fewestBlockRows = 16;

function blockRowsIn(jaxpr: Jaxpr): Jaxpr {
  if (jaxpr.eqns.some(({ effects }) => effects.length > 0)) return jaxpr;
  const rows = mostRows(jaxpr);
  if (rows < fewestRows) return jaxpr;
  const { outside, regions } = splitByLevel(jaxpr, rows);
  let changed = false;
  const eqns: Eqn[] = [];
  for (let level = 0; level < Math.max(outside.length, regions.length); level++) {
    eqns.push(...(outside[level] ?? []));
    const region = regions[level] ?? [];
    const blocked = region.length > 0 ? blockRegion(region, rows, readElsewhere(region, jaxpr)) : null;
    if (blocked !== null) changed = true;
    eqns.push(...(blocked ?? region.map(({ eqn }) => eqn)));
  }
  return changed ? { ...jaxpr, eqns } : jaxpr;
}

/** The number of rows that the largest contraction has. */
function mostRows(jaxpr: Jaxpr): number {
  let rows = 0;
  let most = 0;
  for (const { primitive, outs } of jaxpr.eqns) {
    // Sound: the primitive is compared alone; its params are not read.
    if ((primitive as object) !== dotGeneralPrimitive) continue;
    const { shape } = outs[0].aval;
    if (shape.length < 2 || sizeOf(shape) <= most) continue;
    most = sizeOf(shape);
    rows = shape[0];
  }
  return rows;
}

interface RowEqn {
  readonly eqn: Eqn;
  readonly form: RowForm;
}

/**
 * Equations by how often the path to them leaves the rows and comes back: those outside of level n, which need no region but
 * those below n, then the region n, which needs them.
 */
function splitByLevel(
  jaxpr: Jaxpr,
  rows: number,
): { readonly outside: readonly (readonly Eqn[])[]; readonly regions: readonly (readonly RowEqn[])[] } {
  const outside: Eqn[][] = [];
  const regions: RowEqn[][] = [];
  const levels = new Map<Atom, { readonly level: number; readonly isInside: boolean }>();
  const put = <T>(lists: T[][], level: number, item: T): void => {
    while (lists.length <= level) lists.push([]);
    lists[level].push(item);
  };
  for (const eqn of jaxpr.eqns) {
    const form = rowForm(eqn, rows);
    const level = eqn.operands.reduce((highest, operand, i) => {
      const known = levels.get(operand);
      if (known === undefined) return highest;
      const isHandedOn = form?.isRow[i] ?? false;
      return Math.max(highest, known.level + (known.isInside && !isHandedOn ? 1 : 0));
    }, 0);
    for (const out of eqn.outs) levels.set(out, { level, isInside: form !== null });
    if (form === null) put(outside, level, eqn);
    else put(regions, level, { eqn, form });
  }
  return { outside, regions };
}

/** What the region computes and others read. */
function readElsewhere(region: readonly RowEqn[], jaxpr: Jaxpr): ReadonlySet<Atom> {
  const inside = new Set<Eqn>(region.map(({ eqn }) => eqn));
  const read = new Set<Atom>(jaxpr.outvars);
  for (const eqn of jaxpr.eqns) if (!inside.has(eqn)) for (const operand of eqn.operands) read.add(operand);
  return new Set(region.flatMap(({ eqn }) => eqn.outs.filter((out) => read.has(out))));
}

/** The region as a loop over blocks; null where its results fit the caches as they are, or the rows do not divide. */
function blockRegion(
  region: readonly RowEqn[],
  rows: number,
  results: ReadonlySet<Atom>,
): readonly Eqn[] | null {
  if (!region.some(({ eqn }) => (eqn.primitive as object) === dotGeneralPrimitive)) return null;
  const bytes = (v: Var): number => sizeOf(v.aval.shape) * bytesPerElement[v.aval.dtype];
  const own = region.flatMap(({ eqn }) => eqn.outs);
  const inner = own.reduce((sum, v) => sum + (results.has(v) ? 0 : bytes(v)), 0);
  if (inner < cacheBytes) return null;
  const all = own.reduce((sum, v) => sum + bytes(v), 0);
  const height = blockHeight(rows, Math.max(fewestBlockRows, Math.floor((blockBytes / all) * rows)));
  return height === null ? null : loopOverBlocks(region, rows / height, height, results);
}

/** The largest height that divides the rows, at most `limit` and in whole tiles. */
function blockHeight(rows: number, limit: number): number | null {
  for (let height = Math.min(limit, rows / 2) & ~3; height >= fewestBlockRows; height -= 4) {
    if (rows % height === 0) return height;
  }
  return null;
}

function loopOverBlocks(
  region: readonly RowEqn[],
  length: number,
  height: number,
  results: ReadonlySet<Atom>,
): readonly Eqn[] {
  const ofBlock = (v: Var): Var => new Var(withShape(v.aval, [height, ...v.aval.shape.slice(1)]));
  const inBlocks = (v: Var): Var => new Var(withShape(v.aval, [length, height, ...v.aval.shape.slice(1)]));
  const before: Eqn[] = [];
  const wholes = new Map<Var, Var>();
  const stacks = new Map<Var, { readonly stack: Var; readonly slice: Var }>();
  const inner = new Map<Var, Var>();
  const reshaped = (from: Var, to: Var): Eqn => ({
    primitive: reshapePrimitive,
    operands: [from],
    params: { shape: to.aval.shape },
    outs: [to],
    effects: noEffects,
  });
  const atomOf = (operand: Atom, isRow: boolean): Atom => {
    if (operand.kind === "literal") return operand;
    const known = inner.get(operand);
    if (known !== undefined) return known;
    if (!isRow) {
      const whole = wholes.get(operand) ?? new Var(operand.aval);
      wholes.set(operand, whole);
      return whole;
    }
    let slices = stacks.get(operand);
    if (slices === undefined) {
      slices = { stack: inBlocks(operand), slice: ofBlock(operand) };
      stacks.set(operand, slices);
      before.push(reshaped(operand, slices.stack));
    }
    return slices.slice;
  };
  const eqns = region.map(({ eqn, form }): Eqn => {
    const operands = eqn.operands.map((operand, i) => atomOf(operand, form.isRow[i]));
    const outs = eqn.outs.map(ofBlock);
    eqn.outs.forEach((out, i) => {
      inner.set(out, outs[i]);
    });
    return { ...eqn, operands, params: form.paramsFor(height), outs };
  });
  const wanted = region.flatMap(({ eqn }) => eqn.outs.filter((out) => results.has(out)));
  const after: Eqn[] = [];
  const ys = wanted.map((out) => {
    const stack = inBlocks(out);
    after.push(reshaped(stack, out));
    return stack;
  });
  const body: Jaxpr = {
    constvars: [],
    invars: [...wholes.values(), ...[...stacks.values()].map(({ slice }) => slice)],
    eqns,
    outvars: wanted.map((out) => inner.get(out) ?? out),
  };
  const loop: Eqn = {
    primitive: scanPrimitive,
    operands: [...wholes.keys(), ...[...stacks.values()].map(({ stack }) => stack)],
    params: { jaxpr: body, length, reverse: false, numConsts: wholes.size, numCarry: 0, unroll: 1 },
    outs: ys,
    effects: noEffects,
  };
  return [...before, loop, ...after];
}
