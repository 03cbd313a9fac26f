/**
 * Lowering: a jaxpr becomes one LoopIR program, its loops inside. Every equation becomes a block; what a block's loops
 * compute for one element is said by the primitive's lowering rule.
 *
 * Where values live: an output that the caller wants somewhere is written there by the equation that makes it; a reshape
 * is the same memory under another shape; an update whose operand is dead takes the operand's memory over.
 */

import type { Atom, Eqn, Jaxpr, Literal, Var } from "../autodiff/jaxpr.js";
import type { LoweringContext, OperandView, Schedule } from "../autodiff/primitive.js";
import { BlockBuilder, type View, viewOf } from "../ir/block-builder.js";
import { InternalError } from "../ir/errors.js";
import { constant, freshId, i32 } from "../ir/expr.js";
import type { Buffer, ConstantBuffer, Expr, Program } from "../ir/loop-ir.js";
import { sizeOf } from "../ir/shape.js";
import { eqnsOf, fuse, isFusable, type Unit } from "./fuse.js";
import { emitGroup, groupElements, type Source, siteOf } from "./lower-group.js";
import { aliasRoots, lastUses, placeOutputs } from "./placement.js";
import { simplify } from "./simplify/simplify.js";

/** Where an output of the whole program comes from: a buffer of its own, or an input (possibly under another shape). */
export type OutputSource =
  | { readonly kind: "buffer"; readonly index: number }
  | { readonly kind: "input"; readonly index: number };

export interface Lowered {
  readonly program: Program;
  readonly outputs: readonly OutputSource[];
}

/** The program of a closed jaxpr: one input buffer for each invar, output buffers for what is computed. */
export function lower(closed: Jaxpr, schedule: Schedule = "tiles"): Lowered {
  const jaxpr = simplify(closed, schedule);
  const roots = aliasRoots(jaxpr);
  const inputs = jaxpr.invars.map((v) => buffer(v, "input"));
  const outputs: Buffer[] = [];
  const seen = new Map<Atom, number>();
  const wanted: (View | null)[] = [];
  const sources = jaxpr.outvars.map((atom): OutputSource => {
    const root = atom.kind === "var" ? roots(atom) : atom;
    const input = root.kind === "var" ? jaxpr.invars.indexOf(root) : -1;
    if (input >= 0) {
      wanted.push(null);
      return { kind: "input", index: input };
    }
    const index = seen.get(root) ?? outputs.length;
    if (index === outputs.length) {
      outputs.push(buffer(atom, "output"));
      wanted.push(viewOf(outputs[index], atom.aval.shape));
      if (root.kind === "var") seen.set(root, index);
    } else {
      wanted.push(null);
    }
    return { kind: "buffer", index };
  });
  const b = new BlockBuilder("program");
  const operands = jaxpr.invars.map((v, i) => ({ view: viewOf(inputs[i], v.aval.shape), owned: false }));
  const tables: Tables = { schedule, byLiteral: new Map() };
  lowerInto(b, jaxpr, operands, wanted, tables);
  const program: Program = {
    parameters: [],
    inputs,
    outputs,
    constants: [...tables.byLiteral.values()],
    functions: [],
    body: b.finish(),
  };
  return { program, outputs: sources };
}

const buffer = (atom: Atom, role: Buffer["role"]): Buffer => ({
  id: freshId(),
  dtype: atom.aval.dtype,
  size: sizeOf(atom.aval.shape),
  role,
});

/** What is one for the whole program: its schedule, and the arrays that are literals, as tables. */
interface Tables {
  readonly schedule: Schedule;
  readonly byLiteral: Map<Literal, ConstantBuffer>;
}

const contextOf = (tables: Tables, operands: readonly OperandView[]): LoweringContext => ({
  lowerJaxpr(b, jaxpr, operands, wanted) {
    // Sound: lowering rules hand over the jaxprs of their params; SubJaxpr is the part of the type the ground floor knows.
    return lowerInto(b, simplify(jaxpr as Jaxpr, tables.schedule), operands, wanted, tables);
  },
  schedule: tables.schedule,
  isFixed: (view) => operands.some((x) => x.isFixed === true && x.view === view),
});

/** See LoweringContext.lowerJaxpr. */
function lowerInto(
  b: BlockBuilder,
  given: Jaxpr,
  operands: readonly OperandView[],
  wanted: readonly (View | null)[],
  tables: Tables,
): View[] {
  const places = new Map<Var, OperandView>();
  given.invars.forEach((v, i) => {
    places.set(v, operands[i]);
  });
  const units = fuse(given);
  const context = contextOf(tables, operands);
  const jaxpr: Jaxpr = { ...given, eqns: units.flatMap(eqnsOf) };
  const roots = aliasRoots(jaxpr);
  const uses = lastUses(jaxpr, roots);
  const targets = placeOutputs(jaxpr, wanted, roots, uses);

  const isReadOutside = readOutside(units, jaxpr.outvars);
  const viewFor = (v: Var): View => {
    const target = targets.get(v);
    return target === undefined ? b.tempView(v.aval.dtype, v.aval.shape) : { ...target, shape: v.aval.shape };
  };

  const sourceOf = (inner: BlockBuilder, atom: Atom): Source =>
    atom.kind === "literal" && atom.isNumber ? literalExpr(atom) : placeOf(inner, places, atom, tables).view;

  let position = 0;
  for (const unit of units) {
    const { eqns, reduction } = unit;
    const [eqn] = eqns;
    if (reduction !== null) {
      const [out] = reduction.outs;
      const view = viewFor(out);
      b.block(
        eqnsOf(unit)
          .map(({ primitive: { name } }) => name)
          .join(" "),
        (inner) =>
          emitReducedGroup(inner, unit.eqns, reduction, view, (atom) => sourceOf(inner, atom), context),
      );
      places.set(out, { view, owned: true });
    } else if (eqn.primitive.lower.kind === "alias") {
      eqn.outs.forEach((v, i) => {
        const place = placeOf(b, places, eqn.operands[i], tables);
        places.set(v, { ...place, view: { ...place.view, shape: v.aval.shape } });
      });
    } else if (isFusable(eqn)) {
      const outs = new Map(eqns.map(({ outs: [v] }) => [v, isReadOutside.has(v) ? viewFor(v) : null]));
      b.block(eqns.map(({ primitive: { name } }) => name).join(" "), (inner) => {
        emitGroup(
          inner,
          eqns,
          (atom) => sourceOf(inner, atom),
          (v) => outs.get(v) ?? null,
        );
      });
      for (const [v, view] of outs) if (view !== null) places.set(v, { view, owned: true });
    } else {
      const inherited = inPlaceOperand(eqn, position, places, uses);
      const outs = eqn.outs.map((v, i): View => {
        if (i === 0 && inherited !== null) return { ...inherited, shape: v.aval.shape };
        return viewFor(v);
      });
      b.block(eqn.primitive.name, (inner) => emitNest(inner, eqn, outs, places, tables, context));
      eqn.outs.forEach((v, i) => {
        places.set(v, { view: outs[i], owned: true });
      });
    }
    position += eqnsOf(unit).length;
  }

  return jaxpr.outvars.map((atom, i) => {
    const place = placeOf(b, places, atom, tables);
    const goal = wanted[i];
    if (goal === null || place.view.buffer === goal.buffer) return place.view;
    const isOwnedOperand = operands.some((x) => x.owned && x.view.buffer === place.view.buffer);
    if (isOwnedOperand) return place.view;
    b.block("copy", (inner) => inner.copy(place.view, goal));
    return goal;
  });
}

/** The variables that are read elsewhere than in the unit that computes them. */
function readOutside(units: readonly Unit[], outvars: readonly Atom[]): ReadonlySet<Atom> {
  const read = new Set<Atom>(outvars);
  for (const unit of units) {
    const eqns = eqnsOf(unit);
    const own = new Set<Atom>(eqns.flatMap((eqn) => eqn.outs));
    for (const eqn of eqns) for (const operand of eqn.operands) if (!own.has(operand)) read.add(operand);
  }
  return read;
}

/** The view whose memory the equation's first output takes over, if its operand there is dead and nobody else's. */
function inPlaceOperand(
  eqn: Eqn,
  position: number,
  places: ReadonlyMap<Var, OperandView>,
  uses: (v: Var) => number,
): View | null {
  const { lower } = eqn.primitive;
  if (lower.kind !== "nest" || lower.inPlace === undefined) return null;
  const operand = eqn.operands[lower.inPlace];
  if (operand.kind === "literal" || uses(operand) !== position) return null;
  const place = places.get(operand);
  if (place === undefined || !place.owned) return null;
  const readTwice = eqn.operands.some((atom, i) => {
    const other = atom.kind === "var" && i !== lower.inPlace ? places.get(atom) : undefined;
    return other !== undefined && other.view.buffer === place.view.buffer;
  });
  return readTwice ? null : place.view;
}

/** Where an atom is: a number is stored to be there, an array that is a literal is a table. */
function placeOf(
  b: BlockBuilder,
  places: ReadonlyMap<Var, OperandView>,
  atom: Atom,
  tables: Tables,
): OperandView {
  if (atom.kind === "literal" && !atom.isNumber) {
    return { view: viewOf(tableOf(atom, tables), atom.aval.shape), owned: false };
  }
  if (atom.kind === "literal") {
    const view = b.tempView(atom.aval.dtype, atom.aval.shape);
    b.writeFlat(view, i32(0), literalExpr(atom));
    return { view, owned: true };
  }
  const place = places.get(atom);
  if (place === undefined) throw new InternalError("lowering met a variable before its binder");
  return place;
}

function tableOf(literal: Literal, tables: Tables): ConstantBuffer {
  let table = tables.byLiteral.get(literal);
  if (table === undefined) {
    const { values } = literal.array;
    table = { id: freshId(), dtype: literal.aval.dtype, size: values.length, role: "constant", values };
    tables.byLiteral.set(literal, table);
  }
  return table;
}

const literalExpr = (atom: Atom & { kind: "literal" }): Expr =>
  constant(atom.aval.dtype, atom.aval.dtype === "bool" ? atom.value !== 0 : atom.value);

/** A reduction of what a group computes. */
function emitReducedGroup(
  b: BlockBuilder,
  eqns: readonly Eqn[],
  reduction: Eqn,
  out: View,
  sourceOf: (atom: Atom) => Source,
  context: LoweringContext,
): void {
  const { lower, name } = reduction.primitive;
  if (lower.kind !== "nest" || lower.reduce === undefined) throw new InternalError(`${name} is no reduction`);
  lower.reduce.emit(b, groupElements(b, eqns, sourceOf), out, siteOf(reduction), context);
}

/** The loops of an equation that brings its own. */
function emitNest(
  b: BlockBuilder,
  eqn: Eqn,
  outs: readonly View[],
  places: ReadonlyMap<Var, OperandView>,
  tables: Tables,
  context: LoweringContext,
): void {
  const { lower, name } = eqn.primitive;
  if (lower.kind !== "nest") throw new InternalError(`${name} should have been lowered before its loops are`);
  const views = eqn.operands.map((atom) => placeOf(b, places, atom, tables).view);
  lower.emit(b, views, outs, siteOf(eqn), context);
}
