/** The higher-order primitive of jit: a call of a closed jaxpr, compiled as one program where it is outermost. */
import type { Primitive } from "../primitive.js";
import { type CallParams, callPrimitive } from "./call.js";

export interface JitParams extends CallParams {
  readonly name: string;
  /** The target asked for; null is the default one. The outermost call's wins. */
  readonly target: string | null;
  readonly fastMath: boolean;
}

/** out = jaxpr(operands) */
export const jitPrimitive: Primitive<JitParams> = callPrimitive<JitParams>({
  name: "jit",
  showParams: ({ name, jaxpr }) => ({ name, jaxpr }),
});
