/**
 * Equations that call a closed jaxpr: what jit and checkpoint have in common. Each rule transforms the jaxpr and calls the
 * result; the jaxpr's own rule does the work once, and is remembered with the jaxpr.
 */
import { sameType } from "../../ir/aval.js";
import { ShapeError } from "../../ir/errors.js";
import type { NDArray } from "../array.js";
import { flattenArrays } from "../convert.js";
import { avalsOf, closeConstvars, effectsOf, type Jaxpr } from "../jaxpr.js";
import { removeDeadCode } from "../jaxpr-passes.js";
import type { Primitive } from "../primitive.js";
import { stage } from "../staging.js";
import { bind, isEager, Tracer } from "../trace.js";
import { type TreeStructure, unflatten } from "../tree.js";
import { batchesInFront, batchJaxpr, frontAxes } from "./batching.js";
import { flatFunction } from "./flat-function.js";
import { bindJvp } from "./jvp.js";
import { partialEvalCall } from "./partial-eval.js";
import { accumulatedInvars, transposeCall } from "./transpose.js";

/** A function of trees traced for a call, or already run. */
export type CalledFunction =
  | { readonly kind: "ran"; readonly result: unknown }
  | {
      readonly kind: "traced";
      /** Closed: what the function closes over is its leading inputs, `consts`. */
      readonly jaxpr: Jaxpr;
      readonly consts: readonly NDArray[];
      readonly leaves: readonly NDArray[];
      readonly structure: TreeStructure;
      readonly outStructure: TreeStructure;
    };

/** Where nothing is being transformed the function just runs; otherwise it is traced, for the equation that calls it. */
export function callFunction(
  name: string,
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
): CalledFunction {
  const [leaves, structure] = flattenArrays(args);
  const flat = flatFunction(name, f, structure);
  if (isEager() && !leaves.some((x) => x instanceof Tracer)) {
    const outs = flat.call(leaves);
    return { kind: "ran", result: unflatten(flat.outStructure(), outs) };
  }
  const { jaxpr, consts } = stage(
    (operands) => flat.call(operands),
    leaves.map((x) => x.aval),
    name,
  );
  const outStructure = flat.outStructure();
  return { kind: "traced", jaxpr: closeConstvars(jaxpr), consts, leaves, structure, outStructure };
}

export interface CallParams {
  readonly jaxpr: Jaxpr;
}

/** A primitive whose outputs are jaxpr(operands); `own` holds its name and the rules in which it differs. */
export function callPrimitive<P extends CallParams>(
  own: Pick<Primitive<P>, "name" | "showParams"> & Partial<Primitive<P>>,
): Primitive<P> {
  const calling =
    (params: P) =>
    (jaxpr: Jaxpr): P => ({ ...params, jaxpr });
  const self: Primitive<P> = {
    abstractEval: (avals, { jaxpr }) => {
      const fits =
        avals.length === jaxpr.invars.length && avals.every((a, i) => sameType(a, jaxpr.invars[i].aval));
      if (!fits) throw new ShapeError(`${own.name}: operands do not have the types of its jaxpr`);
      return avalsOf(jaxpr.outvars);
    },
    jvp: (primals, tangents, params) =>
      bindJvp(self, params.jaxpr, primals, tangents, ({ jaxpr }) => calling(params)(jaxpr)),
    partialEval: (operands, _, params) => partialEvalCall(self, params.jaxpr, operands, calling(params)),
    transpose: (cotangents, operands, params) =>
      transposeCall(self, params.jaxpr, cotangents, operands, calling(params)),
    accumulation: {
      operands: ({ jaxpr }) => accumulatedInvars(jaxpr),
      transpose: (sums, cotangents, operands, params) =>
        transposeCall(self, params.jaxpr, cotangents, operands, calling(params), sums),
    },
    batch: (axisSize, operands, axes, params) => {
      const bits = axes.map((axis) => axis !== null);
      const none = params.jaxpr.outvars.map(() => false);
      const { jaxpr, batchedOut } = batchJaxpr(params.jaxpr, axisSize, bits, none);
      const outs = bind(self, batchesInFront(operands, axes, axisSize), calling(params)(jaxpr));
      return [outs, frontAxes(batchedOut)];
    },
    lower: { kind: "call", jaxpr: ({ jaxpr }) => jaxpr },
    removeDeadCode: (used, params) => {
      const { jaxpr, usedInvars } = removeDeadCode(params.jaxpr, used);
      const invars = jaxpr.invars.filter((_, i) => usedInvars[i]);
      return { params: calling(params)({ ...jaxpr, invars }), usedOperands: usedInvars, usedOuts: used };
    },
    effects: ({ jaxpr }) => effectsOf(jaxpr),
    ...own,
  };
  return self;
}
