/** The higher-order primitive of jit: a call of a closed jaxpr, compiled as one program where it is outermost. */

import { sameType } from "../../ir/aval.js";
import { ShapeError } from "../../ir/errors.js";
import type { NDArray } from "../array.js";
import { avalsOf, effectsOf, type Jaxpr } from "../jaxpr.js";
import { removeDeadCode } from "../jaxpr-passes.js";
import type { Primitive } from "../primitive.js";
import { bind } from "../trace.js";
import { batchesInFront, batchJaxpr, frontAxes } from "./batching.js";
import { bindJvp } from "./jvp.js";
import { partialEvalCall } from "./partial-eval.js";
import { accumulatedInvars, transposeCall } from "./transpose.js";

export interface JitParams {
  readonly name: string;
  readonly jaxpr: Jaxpr;
  /** The target asked for; null is the default one. The outermost call's wins. */
  readonly target: string | null;
  readonly fastMath: boolean;
}

/** out = jaxpr(operands) */
export const jitPrimitive: Primitive<JitParams> = {
  name: "jit",
  abstractEval: (avals, { jaxpr, name }) => {
    const fits =
      avals.length === jaxpr.invars.length && avals.every((a, i) => sameType(a, jaxpr.invars[i].aval));
    if (!fits) throw new ShapeError(`jit of ${name}: operands do not have the types of its jaxpr`);
    return avalsOf(jaxpr.outvars);
  },
  jvp: (primals, tangents, params) =>
    bindJvp(jitPrimitive, params.jaxpr, primals, tangents, ({ jaxpr }) => ({ ...params, jaxpr })),
  partialEval: (operands, _, params) =>
    partialEvalCall(jitPrimitive, params.jaxpr, operands, (jaxpr) => ({ ...params, jaxpr })),
  transpose: (cotangents, operands, params) =>
    transposeCall(jitPrimitive, params.jaxpr, cotangents, operands, (jaxpr) => ({ ...params, jaxpr })),
  accumulation: {
    operands: ({ jaxpr }) => accumulatedInvars(jaxpr),
    transpose: (sums, cotangents, operands, params) =>
      transposeCall(
        jitPrimitive,
        params.jaxpr,
        cotangents,
        operands,
        (jaxpr) => ({ ...params, jaxpr }),
        sums,
      ),
  },
  batch: (axisSize, operands, axes, params) => {
    const batched = batchJaxpr(
      params.jaxpr,
      axisSize,
      axes.map((axis) => axis !== null),
      params.jaxpr.outvars.map(() => false),
    );
    const outs = bind(jitPrimitive, batchesInFront(operands, axes, axisSize), {
      ...params,
      jaxpr: batched.jaxpr,
    });
    return [outs, frontAxes(batched.batchedOut)];
  },
  lower: { kind: "call", jaxpr: ({ jaxpr }) => jaxpr },
  removeDeadCode: (used, params) => {
    const { jaxpr, usedInvars } = removeDeadCode(params.jaxpr, used);
    const invars = jaxpr.invars.filter((_, i) => usedInvars[i]);
    return { params: { ...params, jaxpr: { ...jaxpr, invars } }, usedOperands: usedInvars, usedOuts: used };
  },
  effects: ({ jaxpr }) => effectsOf(jaxpr),
  showParams: ({ name, jaxpr }) => ({ name, jaxpr }),
};

/** Calls a closed jaxpr as one compiled program. */
export const callJaxpr = (jaxpr: Jaxpr, operands: readonly NDArray[], name: string): NDArray[] =>
  bind(jitPrimitive, operands, { name, jaxpr, target: null, fastMath: false });
