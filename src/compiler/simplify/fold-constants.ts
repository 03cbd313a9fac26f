/**
 * Constants: what is computed from numbers of the program alone becomes a number; arrays of one number stay a broadcast of it,
 * and where another operand gives an elementwise equation its shape, they are read as that number.
 */
import type { Atom, Eqn, Literal } from "../../autodiff/jaxpr.js";
import { avalsOf } from "../../autodiff/jaxpr.js";
import { iotaPrimitive } from "../../autodiff/primitives/creation.js";
import { elementwiseShape } from "../../autodiff/primitives/elementwise.js";
import {
  broadcastInDimPrimitive,
  reshapePrimitive,
  transposePrimitive,
} from "../../autodiff/primitives/sum-and-broadcast.js";
import { revPrimitive, slicePrimitive } from "../../autodiff/primitives/windowing.js";
import { sameShape, sizeOf } from "../../ir/shape.js";
import { evaluateScalar } from "./evaluate-scalar.js";
import { everywhere, type Pass } from "./pass.js";
import { isOf, literalAtom, type Rewriting, rewriteForward } from "./rewriting.js";
import { splat, splatValue } from "./splats.js";

export const foldConstants: Pass = {
  name: "constants folded",
  run: everywhere((jaxpr) => rewriteForward(jaxpr, fold)),
};

function fold(eqn: Eqn, rewriting: Rewriting): readonly Atom[] | null {
  if (eqn.primitive.lower.kind === "elementwise") return foldElementwise(eqn, rewriting);
  if (isOf(eqn, iotaPrimitive)) {
    const { shape, dimension, dtype } = eqn.params;
    return shape[dimension] === 1 ? [splat(literalAtom(0, dtype), shape, rewriting)] : null;
  }
  if (!rearranges.has(eqn.primitive)) return null;
  const [operand] = eqn.operands;
  const value = splatValue(operand, rewriting);
  // The broadcast of a literal is how a splat is written.
  if (value === null || (value === operand && isOf(eqn, broadcastInDimPrimitive))) return null;
  return [splat(value, eqn.outs[0].aval.shape, rewriting)];
}

/** Each element of the output is an element of the operand. */
const rearranges: ReadonlySet<object> = new Set<object>([
  broadcastInDimPrimitive,
  reshapePrimitive,
  transposePrimitive,
  slicePrimitive,
  revPrimitive,
]);

function foldElementwise(eqn: Eqn, rewriting: Rewriting): readonly Atom[] | null {
  const values = eqn.operands.map((atom) => splatValue(atom, rewriting));
  if (values.length === 0 || !values.some((value) => value !== null)) return null;
  const { shape } = eqn.outs[0].aval;
  const numbers = values.filter((value): value is Literal => value !== null);
  if (numbers.length === values.length) {
    const value = sizeOf(shape) === 0 ? null : evaluateScalar(eqn, numbers);
    return value === null ? null : [splat(value, shape, rewriting)];
  }
  const operands = eqn.operands.map((atom, i) => values[i] ?? atom);
  if (operands.every((atom, i) => atom === eqn.operands[i])) return null;
  if (!sameShape(elementwiseShape(eqn.primitive.name, avalsOf(operands)), shape)) return null;
  return [rewriting.emit(eqn.primitive, operands, eqn.params)];
}
