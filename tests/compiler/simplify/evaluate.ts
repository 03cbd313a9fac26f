/**
 * A jaxpr run equation by equation, loops turn by turn: nothing is compiled but single first-order operations, so no pass has
 * had a part in the answer.
 */
import { type NDArray, numpy as np } from "cotangent";
import { condPrimitive } from "../../../src/autodiff/control-flow/cond/primitive.js";
import { splitOperands } from "../../../src/autodiff/control-flow/scan/params.js";
import { scanPrimitive } from "../../../src/autodiff/control-flow/scan/primitive.js";
import { splitOperands as splitWhileOperands } from "../../../src/autodiff/control-flow/while/params.js";
import { whilePrimitive } from "../../../src/autodiff/control-flow/while/primitive.js";
import { type Atom, type Eqn, type Jaxpr, readAtom } from "../../../src/autodiff/jaxpr.js";
import { bind } from "../../../src/autodiff/trace.js";
import { isOf } from "../../../src/compiler/simplify/rewriting.js";

/** The outputs of a closed jaxpr without calls. */
export function evaluate(jaxpr: Jaxpr, operands: readonly NDArray[]): NDArray[] {
  const values = new Map(jaxpr.invars.map((v, i) => [v, operands[i]]));
  const read = (atom: Atom): NDArray => readAtom(values, atom);
  for (const eqn of jaxpr.eqns) {
    const outs = evaluateEqn(eqn, eqn.operands.map(read));
    eqn.outs.forEach((v, i) => {
      values.set(v, outs[i]);
    });
  }
  return jaxpr.outvars.map(read);
}

function evaluateEqn(eqn: Eqn, operands: readonly NDArray[]): readonly NDArray[] {
  if (isOf(eqn, condPrimitive)) {
    const [index, ...rest] = operands;
    const { branches } = eqn.params;
    return evaluate(branches[Math.min(Math.max(Number(index.item()), 0), branches.length - 1)], rest);
  }
  if (isOf(eqn, whilePrimitive)) {
    const [condConsts, bodyConsts, init] = splitWhileOperands(operands, eqn.params);
    let carry = init;
    while (evaluate(eqn.params.condJaxpr, [...condConsts, ...carry])[0].item()) {
      carry = evaluate(eqn.params.bodyJaxpr, [...bodyConsts, ...carry]);
    }
    return carry;
  }
  if (!isOf(eqn, scanPrimitive)) return bind(eqn.primitive, operands, eqn.params);
  const { jaxpr, length, reverse, numCarry } = eqn.params;
  const [consts, init, xs] = splitOperands(operands, eqn.params);
  let carry = init;
  const ys: (readonly NDArray[])[] = [];
  for (let turn = 0; turn < length; turn++) {
    const t = reverse ? length - 1 - turn : turn;
    const slices = xs.map((x) => x.slice(t));
    const results = evaluate(jaxpr, [...consts, ...carry, ...slices]);
    carry = results.slice(0, numCarry);
    ys[t] = results.slice(numCarry);
  }
  return [...carry, ...eqn.outs.slice(numCarry).map((_, i) => np.stack(ys.map((turn) => turn[i])))];
}
