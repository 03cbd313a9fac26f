/** Makers of rules that many primitives share. */
import type { Aval } from "../../ir/aval.js";
import type { NDArray } from "../array.js";
import type { BatchRule, JvpRule, Primitive, Tangent, TransposeRule } from "../primitive.js";
import { LinearOperand, Zero } from "../primitive.js";
import { bind } from "../trace.js";

/** A linear function of its one operand: its tangent is itself, applied to the tangent. */
export const linearJvp =
  <P extends object>(primitive: () => Primitive<P>): JvpRule<P> =>
  ([x], [dx], params) => {
    const outs = bind(primitive(), [x], params);
    return [
      outs,
      dx instanceof Zero ? outs.map((out) => new Zero(out.aval)) : bind(primitive(), [dx], params),
    ];
  };

/** A function whose derivative is zero wherever it exists: comparisons, roundings, integers. */
export const zeroJvp =
  <P extends object>(primitive: () => Primitive<P>): JvpRule<P> =>
  (primals, _, params) => {
    const outs = bind(primitive(), primals, params);
    return [outs, outs.map((out) => new Zero(out.aval))];
  };

/** The transpose of a linear function of one operand: (cotangent, the operand's type, params) -> its cotangent. */
export const linearTranspose1 =
  <P extends object>(rule: (ct: NDArray, x: Aval, params: P) => NDArray): TransposeRule<P> =>
  ([ct], [x], params) => [
    ct instanceof Zero || !(x instanceof LinearOperand) ? null : rule(ct, x.aval, params),
  ];

/** The batching of a function of one operand and one output. */
export const batchUnary =
  <P extends object>(
    rule: (axisSize: number, x: NDArray, axis: number, params: P) => readonly [NDArray, number],
  ): BatchRule<P> =>
  (axisSize, [x], [axis], params) => {
    if (axis === null) return [[], []];
    const [out, outAxis] = rule(axisSize, x, axis, params);
    return [[out], [outAxis]];
  };

/** The tangents that are no Zero, with their positions. */
export const nonzero = (tangents: readonly Tangent[]): readonly (readonly [number, NDArray])[] =>
  tangents.flatMap((t, i) => (t instanceof Zero ? [] : [[i, t] as const]));
