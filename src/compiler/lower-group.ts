/**
 * The loop of a group of equations: each is a scalar expression for every element of one shape. What only the group itself reads
 * is a local of the loop and has no memory.
 */
import type { Atom, Eqn, Var } from "../autodiff/jaxpr.js";
import { avalsOf } from "../autodiff/jaxpr.js";
import type { LoweringSite } from "../autodiff/primitive.js";
import type { BlockBuilder, View } from "../ir/block-builder.js";
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
  const size = sizeOf(shape);
  const inside = new Set<Atom>(eqns.map((eqn) => eqn.outs[0]));
  const sources = new Map<Atom, Source>();
  let isFlat = true;
  for (const eqn of eqns) {
    const isPointwise = computesPointwise(eqn);
    if (!isPointwise) isFlat = false;
    for (const operand of eqn.operands) {
      if (inside.has(operand)) continue;
      let source = sources.get(operand) ?? sourceOf(operand);
      if (isView(source) && isPointwise) {
        const count = sizeOf(source.shape);
        // A single element is read once, before the loop.
        if (count === 1 && size !== 1) source = b.local(readFlat(source, i32(0)));
        else if (count !== size) isFlat = false;
      }
      sources.set(operand, source);
    }
  }
  /** The element of every whole operand, and the place of every output, at one turn. */
  const body = (inner: BlockBuilder, index: readonly Expr[]): void => {
    const values = new Map<Atom, Expr>();
    for (const eqn of eqns) {
      const [out] = eqn.outs;
      const value = elementOf(inner, eqn, index, (operand) => values.get(operand) ?? sources.get(operand));
      const goal = viewOf(out);
      const element = eqns.length === 1 ? value : inner.local(value);
      values.set(out, element);
      if (goal === null) continue;
      if (isFlat) inner.writeFlat(goal, index[0], element);
      else inner.write(goal, index, element);
    }
  };
  if (isFlat) b.loop(size, (inner, i) => body(inner, [i]));
  else b.loops(shape, body);
}

/** One element of the equation's output; a flat index where there is one component for several axes. */
function elementOf(
  b: BlockBuilder,
  eqn: Eqn,
  index: readonly Expr[],
  sourceOf: (operand: Atom) => Source | undefined,
): Expr {
  const { lower, name } = eqn.primitive;
  const site = siteOf(eqn);
  const isFlat = index.length !== eqn.outs[0].aval.shape.length;
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
        return isFlat ? readFlat(x, index[0]) : read(x, stretched(x.shape, index));
      });
      return lower.scalar(b, values, site);
    }
    case "element":
      return lower.element(
        b,
        index,
        (operand, at) => {
          const x = source(eqn.operands[operand]);
          if (!isView(x)) return x;
          return isFlat ? readFlat(x, at[0]) : read(x, at);
        },
        site,
      );
    case "nest":
    case "alias":
    case "call":
      throw new InternalError(`${name} is not computed element by element`);
  }
}

const siteOf = (eqn: Eqn): LoweringSite<object> => ({
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
