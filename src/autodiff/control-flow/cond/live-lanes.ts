/**
 * live_lanes: what a branch is fed where every lane runs every branch. It is the operand itself, constant to
 * differentiation in the lanes that do not take the branch: a NaN or an infinity in their derivative reaches
 * nothing.
 */
import { isFloat } from "../../../ir/dtype.js";
import { range } from "../../../ir/shape.js";
import type { NDArray } from "../../array.js";
import { type Primitive, Zero } from "../../primitive.js";
import { cotangentTo, known } from "../../primitives/elementwise.js";
import { select } from "../../primitives/selection.js";
import { expandDims, materializeBatch, moveAxis } from "../../primitives/sum-and-broadcast.js";
import { bind1 } from "../../trace.js";

/**
 * y = x with dy = dx where `taken`, else 0. The bits `taken` have x's rank, and its sizes or 1.
 *
 * x may be a tangent itself (in the rule of a customJvp) or an operand of linearTranspose. Then y is linear in it
 * and is transposed: a lane that is not taken, whose y no result reads, sends back 0, whatever came of 0 times
 * infinity.
 */
export const liveLanesPrimitive: Primitive = {
  name: "live_lanes",
  abstractEval: ([x]) => [x],
  // Bound again: derivatives around this one are to see constants in the same lanes.
  jvp: ([x, taken], [dx]) => [
    [bind1(liveLanesPrimitive, [x, taken], {})],
    [dx instanceof Zero ? dx : select(taken, dx, 0)],
  ],
  transpose: ([ct], [x, taken]) => [cotangentTo(x, ct, (c) => select(known(taken), c, 0)), null],
  batch: (axisSize, [x, taken], [axis, takenAxis]) => {
    const bits = takenAxis === null ? expandDims(taken, [0]) : moveAxis(taken, takenAxis, 0);
    return [[bind1(liveLanesPrimitive, [materializeBatch(x, axis, axisSize), bits], {})], [0]];
  },
  lower: { kind: "alias" },
};

/**
 * A batch x: [n, ...] for a branch that the lanes `taken`: bool[n] take. Integers and bools have no derivative, and
 * are x itself. Source: JAX's batching of cond, select_n(taken, stop_gradient(x), x), which has no transpose.
 */
export const liveLanes = (x: NDArray, taken: NDArray): NDArray =>
  isFloat(x.dtype) ? bind1(liveLanesPrimitive, [x, expandDims(taken, range(x.ndim).slice(1))], {}) : x;
