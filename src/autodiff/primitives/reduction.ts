/** Reductions other than the sum: product, extremes, logic, and the positions of extremes. */

import { spelled } from "../../ir/arguments.js";
import type { Aval } from "../../ir/aval.js";
import { aval, describeAval, withShape } from "../../ir/aval.js";
import type { BlockBuilder, Elements, View } from "../../ir/block-builder.js";
import { elementsOf, read } from "../../ir/block-builder.js";
import type { DType } from "../../ir/dtype.js";
import { DTypeError, ShapeError } from "../../ir/errors.js";
import * as e from "../../ir/expr.js";
import type { BinaryOp, Const, Expr } from "../../ir/loop-ir.js";
import { dropAxes, insertAt, range, sizeOf } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type { BatchRule, JvpRule, LoweringContext, LoweringSite, Primitive } from "../primitive.js";
import { notLinear, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { div, mul } from "./arithmetic.js";
import { productDual, reduced } from "./associative.js";
import { eq } from "./comparison.js";
import { convertElementType } from "./conversion.js";
import { onesLike } from "./creation.js";
import { emitReduction } from "./reduction-order.js";
import { batchUnary, zeroJvp } from "./rules.js";
import { reduceSum, reshape, transpose } from "./sum-and-broadcast.js";

const all: readonly DType[] = ["float32", "float64", "int32", "uint32", "bool"];

interface ReduceParams {
  /** Canonical and ascending; they are dropped. */
  readonly axes: readonly number[];
}

interface ReducerRules {
  readonly accepts: readonly DType[];
  readonly jvp: JvpRule<ReduceParams>;
  readonly keepsWeakType: boolean;
  /** What reducing no elements gives. */
  readonly identity: (dtype: DType) => Const;
  readonly op: BinaryOp;
}

/** A reduction by an associative operation, in the order that reduction-order.ts fixes. */
function reducer(name: string, rules: ReducerRules): Primitive<ReduceParams> {
  const emit = (
    b: BlockBuilder,
    x: Elements,
    out: View,
    { params: { axes } }: LoweringSite<ReduceParams>,
    { schedule }: LoweringContext,
  ): void => emitReduction(b, x, out, axes, { identity: rules.identity(x.dtype), op: rules.op }, schedule);
  const self: Primitive<ReduceParams> = {
    name,
    abstractEval: ([x], { axes }) => {
      if (!rules.accepts.includes(x.dtype)) {
        throw new DTypeError(
          `${spelled(name)}: does not take ${describeAval(x)}; it takes ${rules.accepts.join(", ")}: use x.astype(dtype)`,
        );
      }
      return [aval(dropAxes(x.shape, axes), x.dtype, rules.keepsWeakType && x.weakType)];
    },
    jvp: rules.jvp,
    transpose: notLinear(`${name} is not linear`),
    batch: batchReducer(() => self),
    lower: {
      kind: "nest",
      emit: (b, [x], [out], site, context) => emit(b, elementsOf(x), out, site, context),
      reduce: {
        axes: ({ axes }) => axes,
        emit,
      },
    },
  };
  return self;
}

const batchReducer = <P extends ReduceParams>(primitive: () => Primitive<P>): BatchRule<P> =>
  batchUnary((_, x, axis, params) => {
    const axes = params.axes.map((k) => (k >= axis ? k + 1 : k));
    return [bind1(primitive(), [x], { ...params, axes }), axis - axes.filter((k) => k < axis).length];
  });

/** Makes the function; over no axes it is the identity. */
const reduceFunction =
  (primitive: Primitive<ReduceParams>) =>
  (x: NDArray, axes: readonly number[]): NDArray =>
    axes.length === 0 ? x : bind1(primitive, [x], { axes });

// product ------------------------------------------------------------------------------------------------------------

/** The product rule over a tree: never a division, so it is right where factors are zero. */
export const reduceProdPrimitive: Primitive<ReduceParams> = reducer("reduce_prod", {
  accepts: ["float32", "float64", "int32", "uint32"],
  keepsWeakType: true,
  jvp: ([x], [dx], { axes }) => {
    const out = bind1(reduceProdPrimitive, [x], { axes });
    if (dx instanceof Zero) return [[out], [new Zero(out.aval)]];
    const kept = dropAxes(range(x.ndim), axes);
    const count = sizeOf(axes.map((axis) => x.shape[axis]));
    const inFront = (operand: NDArray): NDArray =>
      reshape(transpose(operand, [...axes, ...kept]), [count, ...kept.map((axis) => x.shape[axis])]);
    const { dx: dout } = reduced(productDual, { x: inFront(x), dx: inFront(dx) }, onesLike);
    return [[out], [dout]];
  },
  identity: (dtype) => e.constant(dtype, 1),
  op: "mul",
});
export const reduceProd = reduceFunction(reduceProdPrimitive);

// extremes -----------------------------------------------------------------------------------------------------------

/** The tangents of all elements equal to the extreme, in equal shares: 0/0 where it is NaN. */
const extremeJvp =
  (primitive: () => Primitive<ReduceParams>): JvpRule<ReduceParams> =>
  ([x], [dx], { axes }) => {
    const out = bind1(primitive(), [x], { axes });
    if (dx instanceof Zero) return [[out], [new Zero(out.aval)]];
    const keptDims = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
    const isExtreme = convertElementType(eq(x, reshape(out, keptDims)), dx.dtype);
    return [[out], [div(reduceSum(mul(dx, isExtreme), axes), reduceSum(isExtreme, axes))]];
  };

/** The least value of a dtype: nothing is below it. */
export function leastOf(dtype: DType): Const {
  switch (dtype) {
    case "float32":
    case "float64":
      return e.constant(dtype, Number.NEGATIVE_INFINITY);
    case "int32":
      return e.i32(-2147483648);
    case "uint32":
      return e.u32(0);
    case "bool":
      return e.bool(false);
  }
}

/** The greatest value of a dtype. */
export function greatestOf(dtype: DType): Const {
  switch (dtype) {
    case "float32":
    case "float64":
      return e.constant(dtype, Number.POSITIVE_INFINITY);
    case "int32":
      return e.i32(2147483647);
    case "uint32":
      return e.u32(4294967295);
    case "bool":
      return e.bool(true);
  }
}

/** NaN where any element is. */
export const reduceMaxPrimitive: Primitive<ReduceParams> = reducer("reduce_max", {
  accepts: all,
  keepsWeakType: true,
  jvp: extremeJvp(() => reduceMaxPrimitive),
  identity: leastOf,
  op: "max",
});
export const reduceMax = reduceFunction(reduceMaxPrimitive);

/** NaN where any element is. */
export const reduceMinPrimitive: Primitive<ReduceParams> = reducer("reduce_min", {
  accepts: all,
  keepsWeakType: true,
  jvp: extremeJvp(() => reduceMinPrimitive),
  identity: greatestOf,
  op: "min",
});
export const reduceMin = reduceFunction(reduceMinPrimitive);

// logic, bit by bit on integers --------------------------------------------------------------------------------------

const bitsOf = (dtype: DType, set: boolean): Const =>
  dtype === "bool" ? e.bool(set) : dtype === "int32" ? e.i32(set ? -1 : 0) : e.u32(set ? 0xffffffff : 0);

export const reduceAndPrimitive: Primitive<ReduceParams> = reducer("reduce_and", {
  accepts: ["bool", "int32", "uint32"],
  keepsWeakType: false,
  jvp: zeroJvp(() => reduceAndPrimitive),
  identity: (dtype) => bitsOf(dtype, true),
  op: "and",
});
export const reduceAnd = reduceFunction(reduceAndPrimitive);

export const reduceOrPrimitive: Primitive<ReduceParams> = reducer("reduce_or", {
  accepts: ["bool", "int32", "uint32"],
  keepsWeakType: false,
  jvp: zeroJvp(() => reduceOrPrimitive),
  identity: (dtype) => bitsOf(dtype, false),
  op: "or",
});
export const reduceOr = reduceFunction(reduceOrPrimitive);

// positions of extremes ----------------------------------------------------------------------------------------------

interface ArgParams extends ReduceParams {
  /** One axis. */
  readonly axes: readonly [number];
  readonly indexDtype: "int32" | "uint32";
}

/** The first position of the extreme along one axis; the first NaN where there is one. */
function argReducer(name: string, isBetter: (x: Expr, best: Expr) => Expr): Primitive<ArgParams> {
  const self: Primitive<ArgParams> = {
    name,
    abstractEval: ([x], { axes: [axis], indexDtype }) => [argAval(name, x, axis, indexDtype)],
    jvp: zeroJvp(() => self),
    transpose: notLinear(`${name} is not linear`),
    batch: batchUnary((_, x, batchAxis, { axes: [axis], indexDtype }) => {
      const moved = axis >= batchAxis ? axis + 1 : axis;
      return [bind1(self, [x], { axes: [moved], indexDtype }), moved < batchAxis ? batchAxis - 1 : batchAxis];
    }),
    lower: {
      kind: "nest",
      emit: (b, [x], [out], { params: { axes } }) => emitArgReduction(b, x, out, axes[0], isBetter),
    },
    showParams: ({ axes, indexDtype }) => ({ axes, index_dtype: indexDtype }),
  };
  return self;
}

function argAval(name: string, x: Aval, axis: number, indexDtype: DType): Aval {
  if (!(x.shape[axis] > 0)) {
    throw new ShapeError(
      `${spelled(name)}: ${describeAval(x)} has no elements along axis ${axis}, and nothing has no position; check the size first`,
    );
  }
  return { ...withShape(x, dropAxes(x.shape, [axis])), dtype: indexDtype, weakType: false };
}

function emitArgReduction(
  b: BlockBuilder,
  x: View,
  out: View,
  axis: number,
  isBetter: (x: Expr, best: Expr) => Expr,
): void {
  b.loops(dropAxes(x.shape, [axis]), (outer, kept) => {
    const best = outer.local(read(x, insertAt(kept, axis, e.i32(0))));
    const position = outer.local(e.i32(0));
    outer.serial(x.shape[axis] - 1, (inner, turn) => {
      const i = e.add(turn, e.i32(1));
      const value = inner.local(read(x, insertAt(kept, axis, i)));
      const firstNaN = e.and(e.ne(value, value), e.eq(best, best));
      const wins = inner.local(e.or(isBetter(value, best), firstNaN));
      inner.assign(best, e.select(wins, value, best));
      inner.assign(position, e.select(wins, i, position));
    });
    outer.write(out, kept, e.cast(position, out.buffer.dtype));
  });
}

export const argmaxPrimitive: Primitive<ArgParams> = argReducer("argmax", e.gt);
export const argmax = (x: NDArray, axis: number, indexDtype: "int32" | "uint32" = "int32"): NDArray =>
  bind1(argmaxPrimitive, [x], { axes: [axis], indexDtype });

export const argminPrimitive: Primitive<ArgParams> = argReducer("argmin", e.lt);
export const argmin = (x: NDArray, axis: number, indexDtype: "int32" | "uint32" = "int32"): NDArray =>
  bind1(argminPrimitive, [x], { axes: [axis], indexDtype });

export const reductionPrimitives: readonly Primitive[] = [
  reduceProdPrimitive,
  reduceMaxPrimitive,
  reduceMinPrimitive,
  reduceAndPrimitive,
  reduceOrPrimitive,
  argmaxPrimitive,
  argminPrimitive,
];
