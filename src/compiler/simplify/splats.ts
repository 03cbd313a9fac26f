/** Splats: arrays whose elements are all one number of the program. They are a literal, or a broadcast of one. */
import type { Atom, Literal } from "../../autodiff/jaxpr.js";
import { broadcastInDimPrimitive } from "../../autodiff/primitives/sum-and-broadcast.js";
import type { Shape } from "../../ir/shape.js";
import { isOf, type Rewriting } from "./rewriting.js";

/** The number that all elements are; null where they are none of the program's. */
export function splatValue(atom: Atom, { definition }: Rewriting): Literal | null {
  if (atom.kind === "literal") return atom.isNumber ? atom : null;
  const eqn = definition(atom);
  if (!isOf(eqn, broadcastInDimPrimitive)) return null;
  const [operand] = eqn.operands;
  return operand.kind === "literal" && operand.isNumber ? operand : null;
}

/** Whether all elements are this number: -0 is not 0. */
export const isSplatOf = (atom: Atom, value: number, rewriting: Rewriting): boolean => {
  const found = splatValue(atom, rewriting);
  return found !== null && Object.is(found.value, value);
};

/** An array of this shape whose elements are all the number. */
export const splat = (value: Literal, shape: Shape, { emit }: Rewriting): Atom =>
  shape.length === 0 ? value : emit(broadcastInDimPrimitive, [value], { shape, broadcastDimensions: [] });
