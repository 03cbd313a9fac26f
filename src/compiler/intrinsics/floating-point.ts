/**
 * Floating-point numbers taken apart and put together, written once for both widths: what every elementary function
 * is made of. A writer takes a builder and float expressions (variables, where it reads them more than once), writes
 * statements and gives back the expression of its result.
 */
import type { BlockBuilder } from "../../ir/block-builder.js";
import { InternalError } from "../../ir/errors.js";
import {
  add,
  and,
  binary,
  bitcast,
  cast,
  eq,
  floatConstant,
  gt,
  i32,
  lt,
  mul,
  neg,
  select,
  shl,
  shr,
  sub,
  u32,
  unary,
} from "../../ir/expr.js";
import type { Const, Expr, IntrinsicName } from "../../ir/loop-ir.js";

export type FloatDType = "float32" | "float64";

/** Calls another elementary function, of the operands' dtype. */
export type Callee = (name: IntrinsicName, ...operands: Expr[]) => Expr;

/** One value for each width: coefficients, thresholds. */
export type ByFloat<T> = Readonly<Record<FloatDType, T>>;

/** The coefficients of a polynomial c[0] + c[1] x + c[2] x² + ... */
export type Coefficients = readonly number[];

export function floatDType(x: Expr): FloatDType {
  if (x.dtype === "float32" || x.dtype === "float64") return x.dtype;
  throw new InternalError(`an elementary function of ${x.dtype}`);
}

/** The constant `value`, rounded to the dtype of `x`. */
export const like = (x: Expr, value: number): Const => floatConstant(x.dtype, value);

/** The constant that `values` holds for the dtype of `x`. */
export const pick = (x: Expr, values: ByFloat<number>): Const => like(x, values[floatDType(x)]);

/** c[0] + x (c[1] + x (c[2] + ...)): Horner's rule. */
export function polynomial(x: Expr, coefficients: ByFloat<Coefficients>): Expr {
  const [last, ...rest] = [...coefficients[floatDType(x)]].reverse();
  return rest.reduce<Expr>((p, c) => add(mul(p, x), like(x, c)), like(x, last));
}

/** x where low <= x <= high, else the nearer end; NaN stays NaN. */
export const clamp = (x: Expr, low: ByFloat<number>, high: ByFloat<number>): Expr =>
  select(gt(x, pick(x, high)), pick(x, high), select(lt(x, pick(x, low)), pick(x, low), x));

/** f(x) from y = f(|x|) for an odd f: f(-x) = -f(x), f(±0) = ±0, f(NaN) = NaN. */
export const odd = (x: Expr, y: Expr): Expr =>
  select(gt(x, like(x, 0)), y, select(lt(x, like(x, 0)), neg(y), x));

/** y, but x itself (±0) where x is zero. */
export const keepZero = (x: Expr, y: Expr): Expr => select(eq(x, like(x, 0)), x, y);

/** True where the sign bit is set: for -0 too. */
export const signBit = (x: Expr): Expr =>
  lt(floatDType(x) === "float32" ? bitcast(x, "int32") : unary("highWord", x), i32(0));

/**
 * The integer nearest to y, ties to even, as a float and as an int32, for |y| < 2^22 (float32) or 2^31 (float64):
 * beside 1.5 * 2^(p-1), where p is the precision, floats are the integers, so that adding it rounds, and the integer
 * stands in the low bits of the sum.
 */
export function nearestInteger(b: BlockBuilder, y: Expr): { readonly value: Expr; readonly integer: Expr } {
  switch (floatDType(y)) {
    case "float32": {
      const magic = 12582912; // 1.5 * 2^23: bits 0x4b400000
      const shifted = b.local(add(y, like(y, magic)));
      return {
        value: b.local(sub(shifted, like(y, magic))),
        integer: b.local(sub(bitcast(shifted, "int32"), i32(0x4b400000))),
      };
    }
    case "float64": {
      const magic = 6755399441055744; // 1.5 * 2^52: low word 0
      const shifted = b.local(add(y, like(y, magic)));
      return {
        value: b.local(sub(shifted, like(y, magic))),
        integer: b.local(bitcast(unary("lowWord", shifted), "int32")),
      };
    }
  }
}

/** 2^n for an int32 n within the exponents of normal numbers. */
export const powerOfTwo = (dtype: FloatDType, n: Expr): Expr =>
  dtype === "float32"
    ? bitcast(shl(add(n, i32(127)), i32(23)), "float32")
    : binary("fromWords", shl(add(n, i32(1023)), i32(20)), u32(0));

/** y 2^n, rounded once, for n of up to twice the range of exponents: 2^n in two factors. */
export function scale(b: BlockBuilder, y: Expr, n: Expr): Expr {
  const dtype = floatDType(y);
  const half = b.local(shr(n, i32(1)));
  return mul(mul(y, powerOfTwo(dtype, half)), powerOfTwo(dtype, sub(n, half)));
}

/** x = significand * 2^exponent. */
export interface Decomposed {
  readonly significand: Expr;
  /** int32 */
  readonly exponent: Expr;
}

const smallestNormal: ByFloat<number> = { float32: 2 ** -126, float64: 2 ** -1022 };

/**
 * x > 0, finite, as m 2^k with sqrt(1/2) <= m < sqrt(2) (garbage for other x). The bits of sqrt(1/2) are subtracted
 * before the exponent is read, so that it changes there and not at 1.
 */
export function decompose(b: BlockBuilder, x: Expr): Decomposed {
  const dtype = floatDType(x);
  const subnormal = b.local(lt(x, pick(x, smallestNormal)));
  switch (dtype) {
    case "float32": {
      const rootHalf = 0x3f3504f3;
      const bits = bitcast(select(subnormal, mul(x, like(x, 2 ** 25)), x), "int32");
      const shifted = b.local(add(bits, i32(0x3f800000 - rootHalf)));
      const bias = select(subnormal, i32(127 + 25), i32(127));
      return {
        significand: b.local(bitcast(add(and(shifted, i32(0x7fffff)), i32(rootHalf)), "float32")),
        exponent: b.local(sub(shr(shifted, i32(23)), bias)),
      };
    }
    case "float64": {
      const rootHalf = 0x3fe6a09e;
      const normal = b.local(select(subnormal, mul(x, like(x, 2 ** 54)), x));
      const shifted = b.local(add(unary("highWord", normal), i32(0x3ff00000 - rootHalf)));
      const bias = select(subnormal, i32(1023 + 54), i32(1023));
      const high = add(and(shifted, i32(0xfffff)), i32(rootHalf));
      return {
        significand: b.local(binary("fromWords", high, unary("lowWord", normal))),
        exponent: b.local(sub(shr(shifted, i32(20)), bias)),
      };
    }
  }
}

/** An int32 as a float of the dtype of `x`. */
export const toFloat = (x: Expr, n: Expr): Expr => cast(n, floatDType(x));

/** ln 2 = hi + lo, where hi has so few bits that a product with an exponent is exact (Cephes; fdlibm e_exp.c). */
export const ln2Hi: ByFloat<number> = { float32: 0.693359375, float64: 6.9314718036912381649e-1 };
export const ln2Lo: ByFloat<number> = { float32: -2.1219444e-4, float64: 1.90821492927058770002e-10 };
