/** Functions that look at where a number lies: sign, nearest integer, remainder, next representable number. */
import { describeAval } from "../../ir/aval.js";
import type { DType } from "../../ir/dtype.js";
import { isFloat } from "../../ir/dtype.js";
import { DTypeError } from "../../ir/errors.js";
import * as e from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { NDArray } from "../array.js";
import type { Primitive } from "../primitive.js";
import { notDifferentiable, notLinear } from "../primitive.js";
import { bind1 } from "../trace.js";
import { div, mul, neg } from "./arithmetic.js";
import { ge } from "./comparison.js";
import type { BinaryFunction, UnaryFunction } from "./elementwise.js";
import { binaryFunction, elementwise, stretch, unaryFunction } from "./elementwise.js";
import { batchUnary, zeroJvp } from "./rules.js";
import { select } from "./selection.js";

const floats: readonly DType[] = ["float32", "float64"];
const numbers: readonly DType[] = [...floats, "int32", "uint32"];

/** The constant `value` of the dtype of `x`. */
const like = (x: Expr, value: number): Expr => e.constant(x.dtype, value);

// sign ---------------------------------------------------------------------------------------------------------------

/** y = |x|: dy = dx where x >= 0 (so at 0 and -0), else -dx (so at NaN). */
export const absPrimitive: Primitive = elementwise("abs", {
  accepts: numbers,
  jvp: [(dx, _, [x]) => select(ge(x, 0), dx, neg(dx))],
  scalar: (_, [x]) => (x.dtype === "uint32" ? x : e.abs(x)),
});
export const abs: UnaryFunction = unaryFunction(absPrimitive);

/** 1, -1, or x itself where it is 0, -0 or NaN. */
export const signPrimitive: Primitive = elementwise("sign", {
  accepts: numbers,
  jvp: "zero",
  scalar: (_, [x]) => {
    const notPositive = x.dtype === "uint32" ? x : e.select(e.lt(x, like(x, 0)), like(x, -1), x);
    return e.select(e.gt(x, like(x, 0)), like(x, 1), notPositive);
  },
});
export const sign: UnaryFunction = unaryFunction(signPrimitive);

// nearest integers ---------------------------------------------------------------------------------------------------

export const floorPrimitive: Primitive = elementwise("floor", {
  accepts: floats,
  jvp: "zero",
  scalar: (_, [x]) => e.unary("floor", x),
});
export const floor: UnaryFunction = unaryFunction(floorPrimitive);

export const ceilPrimitive: Primitive = elementwise("ceil", {
  accepts: floats,
  jvp: "zero",
  scalar: (_, [x]) => e.unary("ceil", x),
});
export const ceil: UnaryFunction = unaryFunction(ceilPrimitive);

/** Where ties go: away from zero, or to the even neighbour. The numbers are those a jaxpr shows. */
export const roundingMethods = { awayFromZero: 0, toNearestEven: 1 } as const;
export type RoundingMethod = keyof typeof roundingMethods;

interface RoundParams {
  readonly roundingMethod: (typeof roundingMethods)[RoundingMethod];
}

export const roundPrimitive: Primitive<RoundParams> = {
  name: "round",
  abstractEval: ([x]) => {
    if (!isFloat(x.dtype)) {
      throw new DTypeError(`round: does not take ${describeAval(x)}; it takes floats: use x.astype(dtype)`);
    }
    return [x];
  },
  jvp: zeroJvp(() => roundPrimitive),
  transpose: notLinear("round is not linear"),
  batch: batchUnary((_, x, axis, params) => [bind1(roundPrimitive, [x], params), axis]),
  lower: { kind: "elementwise", scalar: (_, [x], { params }) => rounded(x, params) },
  showParams: ({ roundingMethod }) => ({ rounding_method: roundingMethod }),
};

function rounded(x: Expr, { roundingMethod }: RoundParams): Expr {
  if (roundingMethod === roundingMethods.toNearestEven) return e.unary("round", x);
  // The fraction is exact, and large numbers have none.
  const whole = e.unary("trunc", x);
  const fraction = e.sub(x, whole);
  const up = e.select(e.ge(fraction, like(x, 0.5)), e.add(whole, like(x, 1)), whole);
  return e.select(e.le(fraction, like(x, -0.5)), e.sub(whole, like(x, 1)), up);
}

export const round = (x: NDArray, method: RoundingMethod = "toNearestEven"): NDArray =>
  bind1(roundPrimitive, [x], { roundingMethod: roundingMethods[method] });

// neighbours ---------------------------------------------------------------------------------------------------------

/** Neither infinite nor NaN. */
export const isFinitePrimitive: Primitive = elementwise("is_finite", {
  accepts: floats,
  dtype: () => "bool",
  jvp: "zero",
  scalar: (_, [x]) => e.lt(e.abs(x), like(x, Number.POSITIVE_INFINITY)),
});
export const isfinite: UnaryFunction = unaryFunction(isFinitePrimitive);

/** The representable number next to x in the direction of y; y where they are equal. */
export const nextafterPrimitive: Primitive = elementwise("nextafter", {
  accepts: floats,
  jvp: notDifferentiable("nextafter steps along the grid of floating-point numbers"),
  scalar: (_, [x, y]) => {
    const zero = like(x, 0);
    const smallest = like(x, x.dtype === "float32" ? 2 ** -149 : 2 ** -1074);
    const away = e.eq(e.lt(x, y), e.gt(x, zero));
    const fromZero = e.select(e.gt(y, zero), smallest, e.neg(smallest));
    const moved = e.select(
      e.eq(x, zero),
      fromZero,
      x.dtype === "float32" ? step32(x, away) : step64(x, away),
    );
    const unordered = e.or(e.ne(x, x), e.ne(y, y));
    return e.select(unordered, e.add(x, y), e.select(e.eq(x, y), y, moved));
  },
});
export const nextafter: BinaryFunction = binaryFunction(nextafterPrimitive);

/** The neighbour of a float32 that is not 0: its bits count magnitudes. */
const step32 = (x: Expr, away: Expr): Expr =>
  e.bitcast(e.add(e.bitcast(x, "int32"), e.select(away, e.i32(1), e.i32(-1))), "float32");

/** The neighbour of a float64 that is not 0: a carry or borrow runs from its lower into its upper word. */
function step64(x: Expr, away: Expr): Expr {
  const high = e.unary("highWord", x);
  const low = e.unary("lowWord", x);
  const carry = e.select(e.eq(low, e.u32(0xffffffff)), e.i32(1), e.i32(0));
  const borrow = e.select(e.eq(low, e.u32(0)), e.i32(-1), e.i32(0));
  const nextHigh = e.add(high, e.select(away, carry, borrow));
  const nextLow = e.add(low, e.select(away, e.u32(1), e.u32(0xffffffff)));
  return e.binary("fromWords", nextHigh, nextLow);
}

// remainder ----------------------------------------------------------------------------------------------------------

/** z = x - trunc(x / y) y, with the sign of x: dz = dx - trunc(x / y) dy. */
export const remPrimitive: Primitive = elementwise("rem", {
  accepts: numbers,
  jvp: [
    (dx, z) => stretch(dx, z.shape),
    (dy, _, [x, y]) => {
      const quotient = div(x, y);
      return mul(neg(dy), mul(sign(quotient), floor(abs(quotient))));
    },
  ],
  scalar: (_, [x, y]) => e.rem(x, y),
});
export const rem: BinaryFunction = binaryFunction(remPrimitive);

export const roundingAndSignPrimitives: readonly Primitive[] = [
  absPrimitive,
  signPrimitive,
  floorPrimitive,
  ceilPrimitive,
  roundPrimitive,
  isFinitePrimitive,
  nextafterPrimitive,
  remPrimitive,
];
