/**
 * Elementwise equations without their axes of size 1: batching puts such axes wherever operands must line up, and equations that
 * differ in them alone would not be computed by one loop. Reshapes, which are no code, stand between; pairs of them cancel.
 */
import type { Atom, Eqn, Jaxpr } from "../../autodiff/jaxpr.js";
import { reshapePrimitive } from "../../autodiff/primitives/sum-and-broadcast.js";
import { type Shape, sameShape } from "../../ir/shape.js";
import { simplifyReshape } from "./algebra-of-shapes.js";
import { everywhere, type Pass } from "./pass.js";
import { isOf, type Rewriting, rewriteForward } from "./rewriting.js";

export const dropUnitAxes: Pass = {
  name: "axes of size 1 dropped",
  run: everywhere((jaxpr) => (jaxpr.eqns.some(hasUnitAxis) ? withoutUnitAxes(jaxpr) : jaxpr)),
};

const withoutUnitAxes = (jaxpr: Jaxpr): Jaxpr =>
  rewriteForward(jaxpr, (eqn, rewriting) =>
    isOf(eqn, reshapePrimitive) ? simplifyReshape(eqn, rewriting) : squeeze(eqn, rewriting),
  );

const hasUnitAxis = ({ primitive, outs }: Eqn): boolean =>
  primitive.lower.kind === "elementwise" && outs[0].aval.shape.includes(1);

function squeeze(eqn: Eqn, { emit }: Rewriting): readonly Atom[] | null {
  if (!hasUnitAxis(eqn)) return null;
  const { shape } = eqn.outs[0].aval;
  const kept = (sizes: Shape): Shape => sizes.filter((_, axis) => shape[axis] !== 1);
  const reshaped = (atom: Atom, to: Shape): Atom =>
    sameShape(atom.aval.shape, to) ? atom : emit(reshapePrimitive, [atom], { shape: to });
  // An operand has the output's rank, and 1 where the output has; or it is a number.
  const operands = eqn.operands.map((atom) => reshaped(atom, kept(atom.aval.shape)));
  return [reshaped(emit(eqn.primitive, operands, eqn.params), shape)];
}
