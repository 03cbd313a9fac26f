/** Which equations treat every row of an array alone: row r of the result is made of row r of some operands, and of others whole. */
import type { Eqn } from "../../autodiff/jaxpr.js";
import type { Primitive } from "../../autodiff/primitive.js";
import { type DotParams, dotGeneralPrimitive } from "../../autodiff/primitives/contraction.js";
import {
  broadcastInDimPrimitive,
  reshapePrimitive,
  transposePrimitive,
} from "../../autodiff/primitives/sum-and-broadcast.js";
import type { Shape } from "../../ir/shape.js";

export interface RowForm {
  /** For each operand whether its rows go along; the others are the same for all rows. */
  readonly isRow: readonly boolean[];
  /** The params of the same equation for another number of rows. */
  readonly paramsFor: (rows: number) => object;
}

/** Null where the equation is none of these. Its rows lie along the first axis. */
export function rowForm(eqn: Eqn, rows: number): RowForm | null {
  if (eqn.outs.length !== 1 || eqn.outs[0].aval.shape[0] !== rows) return null;
  const form = formOf(eqn, rows);
  if (form === null) return null;
  // A row operand that is a table of the program has no slices.
  const hasTable = eqn.operands.some((operand, i) => form.isRow[i] && operand.kind === "literal");
  return hasTable ? null : form;
}

const is = <P extends object>(eqn: Eqn, primitive: Primitive<P>): eqn is Eqn<P> & Eqn =>
  (eqn.primitive as object) === primitive;

function formOf(eqn: Eqn, rows: number): RowForm | null {
  const { params } = eqn;
  const shapes = eqn.operands.map(({ aval }) => aval.shape);
  const [x] = shapes;
  const same = (isRow: readonly boolean[]): RowForm => ({ isRow, paramsFor: () => params });
  if (is(eqn, dotGeneralPrimitive)) return contractionForm(eqn, shapes, rows);
  if (is(eqn, broadcastInDimPrimitive)) {
    const { shape, broadcastDimensions } = eqn.params;
    const leads = broadcastDimensions[0] === 0;
    return {
      isRow: [leads && x[0] === rows],
      paramsFor: (count) => ({ ...eqn.params, shape: [count, ...shape.slice(1)] }),
    };
  }
  if (is(eqn, reshapePrimitive)) {
    if (x[0] !== rows) return null;
    const { shape } = eqn.params;
    return { isRow: [true], paramsFor: (count) => ({ shape: [count, ...shape.slice(1)] }) };
  }
  if (is(eqn, transposePrimitive)) return eqn.params.permutation[0] === 0 ? same([true]) : null;
  const { lower } = eqn.primitive;
  if (lower.kind === "nest" && lower.reduce !== undefined) {
    return lower.reduce.axes(params).includes(0) ? null : same([true]);
  }
  if (lower.kind !== "elementwise") return null;
  const rank = eqn.outs[0].aval.shape.length;
  const fits = shapes.every((shape) => shape.length === 0 || shape.length === rank);
  return fits ? same(shapes.map((shape) => shape[0] === rows)) : null;
}

/** Rows of the left operand, or of both where they are a batch. */
function contractionForm(
  { params }: { readonly params: DotParams },
  [lhs]: readonly Shape[],
  rows: number,
): RowForm | null {
  const { lhsContracting, lhsBatch, rhsBatch } = params.dimensionNumbers;
  const paramsFor = (): object => params;
  if (lhsBatch.length > 0) {
    return lhsBatch[0] === 0 && rhsBatch[0] === 0 ? { isRow: [true, true], paramsFor } : null;
  }
  const leads = lhs[0] === rows && lhs.length >= 2 && !lhsContracting.includes(0);
  return leads ? { isRow: [true, false], paramsFor } : null;
}
