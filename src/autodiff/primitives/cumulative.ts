/**
 * Running reductions along an axis: out[i] = x[0] o ... o x[i], or x[i] o ... o x[n - 1] when `reverse`.
 *
 * One serial loop: out[i] is out[i - 1] o x[i], so the order is ascending (from the far end when reversed). Sums are
 * linear; the others are differentiated as trees (associative.ts), with JAX's tangents at ties and zeros. Where all of
 * cumlogsumexp's terms so far are -inf its tangent is 0; JAX's is NaN from there on.
 */

import { spelled } from "../../ir/arguments.js";
import { describeAval } from "../../ir/aval.js";
import type { BlockBuilder, View } from "../../ir/block-builder.js";
import { read } from "../../ir/block-builder.js";
import type { DType } from "../../ir/dtype.js";
import { isFloat } from "../../ir/dtype.js";
import { DTypeError, ShapeError } from "../../ir/errors.js";
import * as e from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import { sizeOf } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import { literal } from "../array.js";
import type { JvpRule, NotLinear, Primitive, TransposeRule } from "../primitive.js";
import { notLinear, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { add, addAny, mul, neg, sub } from "./arithmetic.js";
import type { DualOperation } from "./associative.js";
import { prefixes, productDual, suffixes } from "./associative.js";
import { eq, ne } from "./comparison.js";
import { exp, log1p } from "./elementary.js";
import { abs } from "./rounding-and-sign.js";
import { batchUnary, linearJvp, linearTranspose1 } from "./rules.js";
import { max, min, select, shareOf } from "./selection.js";

export interface CumulativeParams {
  readonly axis: number;
  readonly reverse: boolean;
}

interface CumulativeRules {
  readonly accepts: readonly DType[];
  readonly combine: (b: BlockBuilder, before: Expr, x: Expr) => Expr;
  readonly jvp: JvpRule<CumulativeParams>;
  readonly transpose: TransposeRule<CumulativeParams> | NotLinear;
}

function cumulative(name: string, rules: CumulativeRules): Primitive<CumulativeParams> {
  const self: Primitive<CumulativeParams> = {
    name,
    abstractEval: ([x], { axis }) => {
      if (!(axis >= 0 && axis < x.shape.length)) {
        throw new ShapeError(
          `${spelled(name)}: axis ${axis} is no axis of ${describeAval(x)}; use 0 to ${x.shape.length - 1}`,
        );
      }
      if (!rules.accepts.includes(x.dtype)) {
        throw new DTypeError(
          `${spelled(name)}: does not take ${describeAval(x)}; it takes ${rules.accepts.join(", ")}: use x.astype(dtype)`,
        );
      }
      return [x];
    },
    jvp: rules.jvp,
    transpose: rules.transpose,
    batch: batchUnary((_, x, batchAxis, { axis, reverse }) => [
      bind1(self, [x], { axis: axis >= batchAxis ? axis + 1 : axis, reverse }),
      batchAxis,
    ]),
    lower: {
      kind: "nest",
      emit: (b, [x], [out], { params }) => emitCumulative(b, x, out, params, rules.combine),
    },
  };
  return self;
}

/** Along the last axis the running value is a local; otherwise whole rows follow one another, and it is the row before. */
function emitCumulative(
  b: BlockBuilder,
  x: View,
  out: View,
  { axis, reverse }: CumulativeParams,
  combine: (b: BlockBuilder, before: Expr, x: Expr) => Expr,
): void {
  const n = x.shape[axis];
  const inner = x.shape.slice(axis + 1);
  if (n === 0) return;
  const place = (i: Expr): Expr => (reverse ? e.sub(e.i32(n - 1), i) : i);
  b.loops(x.shape.slice(0, axis), (row, outer) => {
    const first = place(e.i32(0));
    if (sizeOf(inner) === 1) {
      const rest = inner.map(() => e.i32(0));
      const running = row.local(read(x, [...outer, first, ...rest]));
      row.write(out, [...outer, first, ...rest], running);
      row.serial(n - 1, (turn, k) => {
        const at = [...outer, place(e.add(k, e.i32(1))), ...rest];
        turn.assign(running, combine(turn, running, read(x, at)));
        turn.write(out, at, running);
      });
      return;
    }
    row.loops(inner, (leaf, rest) => {
      const at = [...outer, first, ...rest];
      leaf.write(out, at, read(x, at));
    });
    row.serial(n - 1, (turn, k) => {
      turn.loops(inner, (leaf, rest) => {
        const before = [...outer, place(k), ...rest];
        const at = [...outer, place(e.add(k, e.i32(1))), ...rest];
        leaf.write(out, at, combine(leaf, read(out, before), read(x, at)));
      });
    });
  });
}

const numbers: readonly DType[] = ["float32", "float64", "int32", "uint32"];

const cumulativeFunction =
  (primitive: Primitive<CumulativeParams>) =>
  (x: NDArray, axis: number, reverse = false): NDArray =>
    bind1(primitive, [x], { axis, reverse });

/** The value by the loop, the tangent by the tree. */
const treeJvp =
  (primitive: () => Primitive<CumulativeParams>, operation: DualOperation): JvpRule<CumulativeParams> =>
  ([x], [dx], params) => {
    const out = bind1(primitive(), [x], params);
    if (dx instanceof Zero) return [[out], [new Zero(out.aval)]];
    const tree = params.reverse ? suffixes : prefixes;
    return [[out], [tree(operation, { x, dx }, params.axis).dx]];
  };

// sum and product ----------------------------------------------------------------------------------------------------

/** Linear: the transpose sums from the other end. */
export const cumsumPrimitive: Primitive<CumulativeParams> = cumulative("cumsum", {
  accepts: numbers,
  combine: (_, before, x) => e.add(before, x),
  jvp: linearJvp(() => cumsumPrimitive),
  transpose: linearTranspose1((ct, _, { axis, reverse }) => cumsum(ct, axis, !reverse)),
});
export const cumsum = cumulativeFunction(cumsumPrimitive);

export const cumprodPrimitive: Primitive<CumulativeParams> = cumulative("cumprod", {
  accepts: numbers,
  combine: (_, before, x) => e.mul(before, x),
  jvp: treeJvp(() => cumprodPrimitive, productDual),
  transpose: notLinear("cumprod is not linear"),
});
export const cumprod = cumulativeFunction(cumprodPrimitive);

// extremes -----------------------------------------------------------------------------------------------------------

/** At a tie both sides give half: a chain of ties shares as the tree does. */
const extremeDual =
  (extreme: (x: NDArray, y: NDArray) => NDArray): DualOperation =>
  (left, right) => {
    const x = extreme(left.x, right.x);
    const dx = addAny(mul(left.dx, shareOf(left.x, right.x, x)), mul(right.dx, shareOf(right.x, left.x, x)));
    return { x, dx };
  };

/** NaN from the first NaN on. */
export const cummaxPrimitive: Primitive<CumulativeParams> = cumulative("cummax", {
  accepts: numbers,
  combine: (_, before, x) => e.max(before, x),
  jvp: treeJvp(() => cummaxPrimitive, extremeDual(max)),
  transpose: notLinear("cummax is not linear"),
});
export const cummax = cumulativeFunction(cummaxPrimitive);

/** NaN from the first NaN on. */
export const cumminPrimitive: Primitive<CumulativeParams> = cumulative("cummin", {
  accepts: numbers,
  combine: (_, before, x) => e.min(before, x),
  jvp: treeJvp(() => cumminPrimitive, extremeDual(min)),
  transpose: notLinear("cummin is not linear"),
});
export const cummin = cumulativeFunction(cumminPrimitive);

// log of sums of exponentials ----------------------------------------------------------------------------------------

/** log(e^x + e^y) = max + log1p(e^-|x - y|); x + y where the difference is NaN: for NaN, and infinities of one sign. */
function emitLogAddExp(b: BlockBuilder, before: Expr, operand: Expr): Expr {
  const x = b.local(before);
  const y = b.local(operand);
  const difference = b.local(e.sub(x, y));
  const smaller = e.intrinsic("exp", e.neg(e.abs(difference)));
  const sum = e.add(e.max(x, y), e.intrinsic("log1p", smaller));
  return e.select(e.ne(difference, difference), e.add(x, y), sum);
}

/** The same of arrays, which only its own derivative looks at. */
function logAddExp(x: NDArray, y: NDArray): NDArray {
  const difference = sub(x, y);
  const sum = add(max(x, y), log1p(exp(neg(abs(difference)))));
  return select(ne(difference, difference), add(x, y), sum);
}

const withoutInfinity = (x: NDArray, infinity: number): NDArray =>
  select(eq(x, infinity), literal(0, x.dtype), x);

/** z = log(e^x + e^y): dz = dx e^(x - z) + dy e^(y - z), where infinities count as 0 (x = -inf as itself). */
const logAddExpDual: DualOperation = (left, right) => {
  const z = logAddExp(left.x, right.x);
  const finiteZ = withoutInfinity(withoutInfinity(z, Number.POSITIVE_INFINITY), Number.NEGATIVE_INFINITY);
  const weight = (x: NDArray): NDArray => exp(sub(withoutInfinity(x, Number.POSITIVE_INFINITY), finiteZ));
  return { x: z, dx: addAny(mul(left.dx, weight(left.x)), mul(right.dx, weight(right.x))) };
};

export const cumlogsumexpPrimitive: Primitive<CumulativeParams> = cumulative("cumlogsumexp", {
  accepts: numbers.filter(isFloat),
  combine: emitLogAddExp,
  jvp: treeJvp(() => cumlogsumexpPrimitive, logAddExpDual),
  transpose: notLinear("cumlogsumexp is not linear"),
});
export const cumlogsumexp = cumulativeFunction(cumlogsumexpPrimitive);

export const cumulativePrimitives: readonly Primitive[] = [
  cumsumPrimitive,
  cumprodPrimitive,
  cummaxPrimitive,
  cumminPrimitive,
  cumlogsumexpPrimitive,
];
