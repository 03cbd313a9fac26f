/**
 * The loop of a group of equations: each is a scalar expression for every element of one shape. What only the group itself reads
 * is a local of the loop and has no memory.
 */
import type { Atom, Eqn, Var } from "../autodiff/jaxpr.js";
import { avalsOf } from "../autodiff/jaxpr.js";
import type { LoweringSite } from "../autodiff/primitive.js";
import { unflatten } from "../autodiff/primitives/reduction-order.js";
import type { BlockBuilder, Elements, View } from "../ir/block-builder.js";
import { read, readFlat } from "../ir/block-builder.js";
import { InternalError } from "../ir/errors.js";
import { i32 } from "../ir/expr.js";
import type { Expr } from "../ir/loop-ir.js";
import { type Shape, sizeOf } from "../ir/shape.js";

/** An operand: an array in memory, or a number of the program. */
export type Source = View | Expr;

/**
 * Writes the group's loop. `sourceOf` finds what is computed outside; `viewOf` says where an output goes, null where nobody
 * outside reads it.
 */
export function emitGroup(
  b: BlockBuilder,
  eqns: readonly Eqn[],
  sourceOf: (atom: Atom) => Source,
  viewOf: (v: Var) => View | null,
): void {
  const shape = eqns[0].outs[0].aval.shape;
  const isFlat = isFlatGroup(eqns);
  const sources = readSources(b, eqns, sourceOf);
  const body = (inner: BlockBuilder, at: Position): void =>
    computeElements(inner, eqns, at, sources, (out, element) => {
      const goal = viewOf(out);
      if (goal === null) return;
      if (at.kind === "index") inner.write(goal, at.index, element);
      else inner.writeFlat(goal, at.flat, element);
    });
  if (isFlat) b.loop(sizeOf(shape), (inner, i) => body(inner, { kind: "flat", flat: i }));
  else if (shape.length > 1 && shape[shape.length - 1] < shortRow) {
    b.loop(sizeOf(shape), (inner, i) => {
      const index = unflatten(i, shape).map((component) => inner.local(component));
      body(inner, { kind: "both", index, flat: i });
    });
  } else b.loops(shape, (inner, index) => body(inner, { kind: "index", index }));
}

/** Fewer elements side by side do not fill a vector or two: then one loop goes over all axes. */
const shortRow = 8;

/** Where an element is: its multi-index, its row-major position, or both. */
type Position =
  | { readonly kind: "index"; readonly index: readonly Expr[] }
  | { readonly kind: "flat"; readonly flat: Expr }
  | { readonly kind: "both"; readonly index: readonly Expr[]; readonly flat: Expr };

/** The elements of the group's last output, nothing of which has memory. */
export function groupElements(
  b: BlockBuilder,
  eqns: readonly Eqn[],
  sourceOf: (atom: Atom) => Source,
): Elements {
  const [{ aval }] = eqns[eqns.length - 1].outs;
  const sources = readSources(b, eqns, sourceOf);
  return {
    dtype: aval.dtype,
    shape: aval.shape,
    isFlat: isFlatGroup(eqns),
    isStored: false,
    at: (inner, index) => {
      let last: Expr | undefined;
      const isPosition = index.length !== aval.shape.length;
      const at: Position = isPosition ? { kind: "flat", flat: index[0] } : { kind: "index", index };
      computeElements(inner, eqns, at, sources, (_, element) => {
        last = element;
      });
      if (last === undefined) throw new InternalError("a group of no equations");
      return last;
    },
  };
}

/** Whether one index walks every operand that is not a single element: none of them is stretched or read elsewhere. */
export function isFlatGroup(eqns: readonly Eqn[]): boolean {
  const size = sizeOf(eqns[0].outs[0].aval.shape);
  return eqns.every(
    (eqn) =>
      computesPointwise(eqn) &&
      eqn.operands.every(({ aval }) => {
        const count = sizeOf(aval.shape);
        return count === size || count === 1;
      }),
  );
}

/** What the group reads; a single element is read once, before the loop. */
function readSources(
  b: BlockBuilder,
  eqns: readonly Eqn[],
  sourceOf: (atom: Atom) => Source,
): ReadonlyMap<Atom, Source> {
  const size = sizeOf(eqns[0].outs[0].aval.shape);
  const inside = new Set<Atom>(eqns.map((eqn) => eqn.outs[0]));
  const sources = new Map<Atom, Source>();
  for (const eqn of eqns) {
    const isPointwise = computesPointwise(eqn);
    for (const operand of eqn.operands) {
      if (inside.has(operand)) continue;
      const source = sources.get(operand) ?? sourceOf(operand);
      const isSingle = isPointwise && isView(source) && size !== 1 && sizeOf(source.shape) === 1;
      sources.set(operand, isSingle ? b.local(readFlat(source, i32(0))) : source);
    }
  }
  return sources;
}

/** The element of every output at one turn. */
function computeElements(
  b: BlockBuilder,
  eqns: readonly Eqn[],
  at: Position,
  sources: ReadonlyMap<Atom, Source>,
  receive: (out: Var, element: Expr) => void,
): void {
  const values = new Map<Atom, Expr>();
  for (const eqn of eqns) {
    const [out] = eqn.outs;
    const value = elementOf(b, eqn, at, (operand) => values.get(operand) ?? sources.get(operand));
    const element = eqns.length === 1 ? value : b.local(value);
    values.set(out, element);
    receive(out, element);
  }
}

/** One element of the equation's output. */
function elementOf(
  b: BlockBuilder,
  eqn: Eqn,
  at: Position,
  sourceOf: (operand: Atom) => Source | undefined,
): Expr {
  const { lower, name } = eqn.primitive;
  const site = siteOf(eqn);
  const { shape } = eqn.outs[0].aval;
  const source = (operand: Atom): Source => {
    const found = sourceOf(operand);
    if (found === undefined) throw new InternalError("lowering met a variable before its binder");
    return found;
  };
  switch (lower.kind) {
    case "elementwise": {
      const values = eqn.operands.map((operand) => {
        const x = source(operand);
        if (!isView(x)) return x;
        if (at.kind === "flat") return readFlat(x, at.flat);
        const isWhole = at.kind === "both" && sizeOf(x.shape) === sizeOf(shape);
        return isWhole ? readFlat(x, at.flat) : read(x, stretched(x.shape, at.index));
      });
      return lower.scalar(b, values, site);
    }
    case "element":
      return lower.element(
        b,
        at.kind === "flat" ? [at.flat] : at.index,
        (operand, index) => {
          const x = source(eqn.operands[operand]);
          if (!isView(x)) return x;
          return at.kind === "flat" ? readFlat(x, index[0]) : read(x, index);
        },
        site,
      );
    case "nest":
    case "alias":
    case "call":
      throw new InternalError(`${name} is not computed element by element`);
  }
}

/** What a lowering rule is told of its equation. */
export const siteOf = (eqn: Eqn): LoweringSite<object> => ({
  params: eqn.params,
  avalsIn: avalsOf(eqn.operands),
  avalsOut: avalsOf(eqn.outs),
});

/** Whether an element is computed from the operands' elements there. */
export function computesPointwise(eqn: Eqn): boolean {
  const { lower } = eqn.primitive;
  if (lower.kind === "element") return lower.isPointwise?.(siteOf(eqn)) ?? false;
  return lower.kind === "elementwise";
}

export const isView = (x: Source): x is View => "buffer" in x && "offset" in x;

/** Index 0 along axes that are stretched. */
const stretched = (shape: Shape, index: readonly Expr[]): Expr[] =>
  shape.map((n, axis) => (n === 1 ? i32(0) : index[axis]));
