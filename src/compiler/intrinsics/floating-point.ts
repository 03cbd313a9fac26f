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
  integerBits,
  lt,
  mul,
  neg,
  or,
  rawBits,
  rawWord,
  select,
  shl,
  shr,
  sub,
  u32,
  xor,
} from "../../ir/expr.js";
import type { Const, Expr, IntrinsicName, LoopFunction } from "../../ir/loop-ir.js";

export type FloatDType = "float32" | "float64";

/** Calls another elementary function, of the operands' dtype, or a function that is none. */
export type Callee = (callee: IntrinsicName | LoopFunction, ...operands: Expr[]) => Expr;

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
export function horner(x: Expr, coefficients: Coefficients): Expr {
  const [last, ...rest] = [...coefficients].reverse();
  return rest.reduce<Expr>((p, c) => add(mul(p, x), like(x, c)), like(x, last));
}

/** The polynomial that `coefficients` holds for the dtype of `x`. */
export const polynomial = (x: Expr, coefficients: ByFloat<Coefficients>): Expr =>
  horner(x, coefficients[floatDType(x)]);

/** x where it is at least `low`, else that; NaN stays NaN. In this form vector machines have it in one instruction. */
export const atLeast = (x: Expr, low: ByFloat<number>): Expr => select(lt(x, pick(x, low)), pick(x, low), x);

/** x where it is at most `high`, else that; NaN stays NaN. */
export const atMost = (x: Expr, high: ByFloat<number>): Expr =>
  select(gt(x, pick(x, high)), pick(x, high), x);

/** x where low <= x <= high, else the nearer end; NaN stays NaN. */
export const clamp = (b: BlockBuilder, x: Expr, low: ByFloat<number>, high: ByFloat<number>): Expr =>
  b.local(atMost(b.local(atLeast(x, low)), high));

const signMask = i32(0x80000000);

/** f(x) from y = f(|x|) >= 0 for an odd f: f(-x) = -f(x), f(±0) = ±0. Where y is NaN, so is the result. */
export function odd(x: Expr, y: Expr): Expr {
  switch (floatDType(x)) {
    case "float32":
      return bitcast(or(and(rawBits(x), signMask), rawBits(y)), "float32");
    case "float64":
      return select(gt(x, like(x, 0)), y, select(lt(x, like(x, 0)), neg(y), x));
  }
}

/** y, but x itself (±0) where x is zero. */
export const keepZero = (x: Expr, y: Expr): Expr => select(eq(x, like(x, 0)), x, y);

/** The int32 that has the sign bit. */
export const signWord = (x: Expr): Expr =>
  floatDType(x) === "float32" ? rawBits(x) : rawWord("highWord", x);

/** True where the sign bit is set: for -0 too. */
export const signBit = (x: Expr): Expr => lt(signWord(x), i32(0));

/** -y where the int32 `sign` is negative, else y. */
export function negateBySign(y: Expr, sign: Expr): Expr {
  switch (floatDType(y)) {
    case "float32":
      return bitcast(xor(rawBits(y), and(sign, signMask)), "float32");
    case "float64":
      return select(lt(sign, i32(0)), neg(y), y);
  }
}

/** The exponent of 1 as it stands in the bits of a number. */
export const exponentBias: ByFloat<number> = { float32: 127, float64: 1023 };

export interface NearestInteger {
  /** n */
  readonly value: Expr;
  /** n + bias */
  readonly biased: Expr;
}

/**
 * The integer n nearest to y, ties to even, as a float and, with `bias` added, in the low 22 bits of an int32 (float64: all
 * 32), for |n + bias| < 2^21 or 2^31: beside 1.5 * 2^(p-1), where p is the precision, floats are the integers, so that adding
 * it rounds, and the integer stands in the low bits of the sum. The bits above are those of 1.5 * 2^23.
 */
export function nearestInteger(b: BlockBuilder, y: Expr, bias = 0): NearestInteger {
  switch (floatDType(y)) {
    case "float32": {
      const magic = like(y, 12582912 + bias); // 1.5 * 2^23: bits 0x4b400000
      const shifted = b.local(add(y, magic));
      return { value: b.local(sub(shifted, magic)), biased: b.local(integerBits(shifted)) };
    }
    case "float64": {
      const magic = like(y, 6755399441055744 + bias); // 1.5 * 2^52: low word 0
      const shifted = b.local(add(y, magic));
      return {
        value: b.local(sub(shifted, magic)),
        biased: b.local(bitcast(rawWord("lowWord", shifted), "int32")),
      };
    }
  }
}

/** 2^n for the exponent of a normal number, given n + exponentBias; bits above those of an exponent are shifted out. */
export const powerOfBiased = (dtype: FloatDType, biased: Expr): Expr =>
  dtype === "float32"
    ? bitcast(shl(biased, i32(23)), "float32")
    : binary("fromWords", shl(biased, i32(20)), u32(0));

/** 2^n for an int32 n within the exponents of normal numbers. */
export const powerOfTwo = (dtype: FloatDType, n: Expr): Expr =>
  powerOfBiased(dtype, add(n, i32(exponentBias[dtype])));

/**
 * y 2^n, rounded once, for n of up to twice the range of exponents: 2^n in two factors. n is given with twice the bias, as
 * `nearestInteger` leaves it: half of that is the one's exponent with its bias, and the rest the other's.
 */
export function scale(b: BlockBuilder, y: Expr, twiceBiased: Expr): Expr {
  const dtype = floatDType(y);
  const half = b.local(shr(twiceBiased, i32(1)));
  return mul(mul(y, powerOfBiased(dtype, half)), powerOfBiased(dtype, sub(twiceBiased, half)));
}

/** What `scale` wants added to n. */
export const twiceBias = (x: Expr): number => 2 * exponentBias[floatDType(x)];

/** x = significand * 2^exponent. */
export interface Decomposed {
  readonly significand: Expr;
  /** int32 */
  readonly exponent: Expr;
}

const smallestNormal: ByFloat<number> = { float32: 2 ** -126, float64: 2 ** -1022 };

/**
 * x > 0, finite, as m 2^k with sqrt(1/2) <= m < sqrt(2) (garbage for other x). From the bits those of sqrt(1/2) are
 * subtracted before the exponent is read, so that it changes there and not at 1.
 */
export function decompose(b: BlockBuilder, x: Expr): Decomposed {
  const dtype = floatDType(x);
  const subnormal = b.local(lt(x, pick(x, smallestNormal)));
  const { significand, exponent } = decomposeNormal(
    b,
    b.local(select(subnormal, mul(x, pick(x, subnormalFactor)), x)),
  );
  const shift = i32(dtype === "float32" ? 25 : 54);
  return { significand, exponent: b.local(sub(exponent, select(subnormal, shift, i32(0)))) };
}

const subnormalFactor: ByFloat<number> = { float32: 2 ** 25, float64: 2 ** 54 };

/** The same for x that is not subnormal. */
export function decomposeNormal(b: BlockBuilder, x: Expr): Decomposed {
  switch (floatDType(x)) {
    case "float32": {
      const rootHalf = i32(0x3f3504f3);
      const shifted = b.local(sub(rawBits(x), rootHalf));
      return {
        significand: b.local(bitcast(add(and(shifted, i32(0x7fffff)), rootHalf), "float32")),
        exponent: b.local(shr(shifted, i32(23))),
      };
    }
    case "float64": {
      const rootHalf = i32(0x3fe6a09e);
      const shifted = b.local(sub(rawWord("highWord", x), rootHalf));
      const high = add(and(shifted, i32(0xfffff)), rootHalf);
      return {
        significand: b.local(binary("fromWords", high, rawWord("lowWord", x))),
        exponent: b.local(shr(shifted, i32(20))),
      };
    }
  }
}

/** An int32 as a float of the dtype of `x`. */
export const toFloat = (x: Expr, n: Expr): Expr => cast(n, floatDType(x));

/** ln 2 = hi + lo, where hi has so few bits that a product with an exponent is exact (Cephes; fdlibm e_exp.c). */
export const ln2Hi: ByFloat<number> = { float32: 0.693359375, float64: 6.9314718036912381649e-1 };
export const ln2Lo: ByFloat<number> = { float32: -2.1219444e-4, float64: 1.90821492927058770002e-10 };
