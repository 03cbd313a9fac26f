/**
 * Lowering of scan: a serial loop over double-buffered carries, a parallel one where there are none. A carry that the body updates in place, its old value dead,
 * has no second buffer; xs are read and ys written where they are, slice by slice.
 */
import type { BlockBuilder, View } from "../../../ir/block-builder.js";
import { add, i32, mul, sub } from "../../../ir/expr.js";
import type { Expr } from "../../../ir/loop-ir.js";
import { sizeOf } from "../../../ir/shape.js";
import { avalsOf, effectsOf } from "../../jaxpr.js";
import type { LoweringContext, LoweringSite, OperandView } from "../../primitive.js";
import { carryBuffers, finishTurn } from "../carry.js";
import { type ScanParams, splitOperands, splitOuts } from "./params.js";

export function lowerScan(
  b: BlockBuilder,
  operands: readonly View[],
  outs: readonly View[],
  { params }: LoweringSite<ScanParams>,
  context: LoweringContext,
): void {
  const { jaxpr, length, reverse, numCarry } = params;
  const [consts, init, xs] = splitOperands(operands, params);
  const [carryOuts, ys] = splitOuts(outs, params);
  const [, , xTypes] = splitOperands(avalsOf(jaxpr.invars), params);
  const yTypes = avalsOf(jaxpr.outvars).slice(numCarry);
  const carries = carryBuffers(b, init);
  // Turns that hand nothing on do not know of each other.
  const kind = numCarry === 0 && effectsOf(jaxpr).length === 0 ? "parallel" : "serial";
  const writeTurn = (turn: BlockBuilder, index: Expr): void => {
    const t = reverse ? sub(i32(length - 1), index) : index;
    const slice = (stack: View, shape: readonly number[]): View => ({
      buffer: stack.buffer,
      offset: add(stack.offset, mul(t, i32(sizeOf(shape)))),
      shape,
    });
    const inputs: OperandView[] = [
      ...consts.map((view) => ({ view, owned: false, isFixed: true })),
      ...carries.map(({ current }) => ({ view: current, owned: true })),
      ...xs.map((view, i) => ({ view: slice(view, xTypes[i].shape), owned: false })),
    ];
    const ySlices = ys.map((view, i) => slice(view, yTypes[i].shape));
    const wanted = [...carries.map(({ next }) => next), ...ySlices];
    const results = context.lowerJaxpr(turn, jaxpr, inputs, wanted);
    ySlices.forEach((goal, i) => {
      const y = results[numCarry + i];
      if (y.buffer !== goal.buffer) turn.block("y", (inner) => inner.copy(y, goal));
    });
    finishTurn(turn, carries, results.slice(0, numCarry));
  };
  b.loop(length, writeTurn, kind);
  carries.forEach(({ current }, i) => {
    b.copy(current, carryOuts[i]);
  });
}
