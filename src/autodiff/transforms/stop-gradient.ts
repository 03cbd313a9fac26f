/** stopGradient: the identity, constant to differentiation. */
import { isFloat } from "../../ir/dtype.js";
import type { NDArray } from "../array.js";
import { flattenArrays } from "../convert.js";
import { notLinear, type Primitive, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { unflatten } from "../tree.js";
import type { Input, Output } from "../types.js";

/** y = x with dy = 0. */
export const stopGradientPrimitive: Primitive = {
  name: "stop_gradient",
  abstractEval: ([x]) => [x],
  // Both bind it again: derivatives around them are to see a constant too.
  jvp: ([x]) => [[bind1(stopGradientPrimitive, [x], {})], [new Zero(x.aval)]],
  transpose: notLinear("stop_gradient has the derivative zero"),
  batch: (_, [x], [axis]) => [[bind1(stopGradientPrimitive, [x], {})], [axis]],
  lower: { kind: "alias" },
};

/**
 * The tree itself, as constants to grad, jvp and vjp.
 * Source: jax.lax.stop_gradient.
 *
 * @example grad((x) => x.mul(stopGradient(x)))(3).item() // 3
 */
export function stopGradient<T>(tree: Input<T>): Output<T> {
  const [leaves, structure] = flattenArrays(tree);
  const stopped = leaves.map((x): NDArray => (isFloat(x.dtype) ? bind1(stopGradientPrimitive, [x], {}) : x));
  return unflatten(structure, stopped) as Output<T>; // the structure it came with
}
