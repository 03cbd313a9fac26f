/**
 * scan: a loop of known length over a carry, reading a slice of each `x` and writing a slice of each `y` a turn.
 *
 *     carry[t+1], y[t] = body(consts, carry[t], x[t])
 *
 * Operands are consts, initial carry, xs; outputs the final carry and ys. The rules stand in the files beside this one.
 */
import { sameType, showAval, stackedAval } from "../../../ir/aval.js";
import { ShapeError } from "../../../ir/errors.js";
import { avalsOf, effectsOf } from "../../jaxpr.js";
import type { Primitive } from "../../primitive.js";
import { batchScan } from "./batch.js";
import { removeDeadCodeOfScan } from "./dead-code.js";
import { jvpScan } from "./jvp.js";
import { lowerScan } from "./lower.js";
import type { ScanParams } from "./params.js";
import { registerScan } from "./params.js";
import { partialEvalScan } from "./partial-eval.js";
import { transposeScan } from "./transpose.js";

export const scanPrimitive: Primitive<ScanParams> = {
  name: "scan",
  abstractEval: (avals, { jaxpr, length, numCarry, numConsts }) => {
    jaxpr.invars.forEach((v, i) => {
      const expected = i < numConsts + numCarry ? v.aval : stackedAval(length, v.aval);
      if (!sameType(expected, avals[i])) {
        throw new ShapeError(
          `scan: operand ${i} is ${showAval(avals[i])}, its body takes ${showAval(expected)}`,
        );
      }
    });
    return avalsOf(jaxpr.outvars).map((a, i) => (i < numCarry ? a : stackedAval(length, a)));
  },
  jvp: jvpScan,
  partialEval: partialEvalScan,
  transpose: transposeScan,
  batch: batchScan,
  lower: { kind: "nest", emit: lowerScan },
  removeDeadCode: removeDeadCodeOfScan,
  effects: ({ jaxpr }) => effectsOf(jaxpr),
  showParams: ({ jaxpr, length, numCarry, numConsts, reverse, unroll }) => ({
    jaxpr,
    length,
    num_carry: numCarry,
    num_consts: numConsts,
    reverse,
    unroll,
  }),
};
registerScan(scanPrimitive);
