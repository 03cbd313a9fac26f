/** e^x, 2^x and e^x - 1: x = n ln 2 + r with |r| <= ln(2)/2, a polynomial in r, and the exponent n put back. */
import type { BlockBuilder } from "../../ir/block-builder.js";
import { add, i32, min, mul, sub } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import { fastTwoSum } from "./double-word.js";
import type { ByFloat, Coefficients } from "./floating-point.js";
import {
  atLeast,
  clamp,
  exponentBias,
  floatDType,
  keepZero,
  like,
  ln2Hi,
  ln2Lo,
  nearestInteger,
  pick,
  polynomial,
  powerOfBiased,
  scale,
  twiceBias,
} from "./floating-point.js";

/** e^r = 1 + r + r² P(r), |r| <= 0.3476. Minimax relative to e^r - 1 (Remez): 2^-26 and 2^-58.6. */
const expTail: ByFloat<Coefficients> = {
  float32: [0.5, 0.1666653, 0.041666158, 0.008368219, 0.001397419],
  float64: [
    0.5, 0.1666666666666668, 0.04166666666666671, 0.008333333333320078, 0.0013888888888841553,
    0.00019841269890496946, 2.480158744235145e-5, 2.7557239441782612e-6, 2.755714803213322e-7,
    2.511080624788295e-8, 2.096072892345844e-9,
  ],
};

/** 2^r = 1 + r P(r), |r| <= 0.501. Minimax relative to 2^r (Remez): 2^-26.2 and 2^-54.7. */
const exp2Tail: ByFloat<Coefficients> = {
  float32: [0.6931472, 0.24022594, 0.055503663, 0.009625419, 0.0013387931, 0.00013344626],
  float64: [
    0.6931471805599453, 0.24022650695910133, 0.05550410866482005, 0.009618129107593576, 0.00133335581467804,
    0.00015403530457869195, 1.5252733489196542e-5, 1.3215434874363173e-6, 1.01782005532405e-7,
    7.073857966548402e-9, 4.434718302751265e-10,
  ],
};

/** Outside, e^x is 0 or infinite, and e^x / 2 infinite too above. */
const expLow: ByFloat<number> = { float32: -105, float64: -746 };
const expHigh: ByFloat<number> = { float32: 90, float64: 711 };
const exp2Low: ByFloat<number> = { float32: -151, float64: -1076 };
const exp2High: ByFloat<number> = { float32: 128, float64: 1024 };
/** Below, e^x - 1 rounds to -1. */
const expm1Low: ByFloat<number> = { float32: -18, float64: -38 };

/** x + low = n ln 2 + r + c, where c is what rounding r lost; n + bias is an int32. */
interface Reduced {
  readonly biased: Expr;
  readonly r: Expr;
  readonly c: Expr;
}

function reduceByLn2(b: BlockBuilder, x: Expr, bias: number, low?: Expr): Reduced {
  const { value, biased } = nearestInteger(b, mul(x, like(x, Math.LOG2E)), bias);
  const high = b.local(sub(x, mul(value, pick(x, ln2Hi)))); // exact
  const rest = mul(value, pick(x, ln2Lo));
  const less = b.local(low === undefined ? rest : sub(rest, low));
  const r = b.local(sub(high, less));
  return { biased, r, c: sub(sub(high, r), less) };
}

/** e^r = `fraction`, and e^x = fraction * 2^n; n as `scale` takes it. */
export interface Exponential {
  readonly fraction: Expr;
  readonly twiceBiased: Expr;
}

/**
 * e^(x + low) in two parts, for a `low` that is small beside x; x is clamped to where the result is a number. For functions that
 * have no error to spare.
 */
export function exponential(b: BlockBuilder, x: Expr, low?: Expr): Exponential {
  const { biased, r, c } = reduceByLn2(b, clamp(b, x, expLow, expHigh), twiceBias(x), low);
  return { fraction: expOfReduced(b, r, c), twiceBiased: biased };
}

export const exp = (b: BlockBuilder, x: Expr): Expr => expOfClamped(b, clamp(b, x, expLow, expHigh));

/** e^x for x <= 0. */
export const expOfNegative = (b: BlockBuilder, x: Expr): Expr => expOfClamped(b, b.local(atLeast(x, expLow)));

/** In float32, which hot loops are made of, every step rounds: 1 unit in the last place at most. */
function expOfClamped(b: BlockBuilder, x: Expr): Expr {
  const { biased, r, c } = reduceByLn2(b, x, twiceBias(x));
  switch (floatDType(x)) {
    case "float32": {
      const above = add(r, mul(mul(r, r), polynomial(r, expTail)));
      return scale(b, add(like(x, 1), above), biased);
    }
    case "float64":
      return scale(b, expOfReduced(b, r, c), biased);
  }
}

/** e^(r + c) = 1 + r + (c + r² P(r)), rounded once. */
function expOfReduced(b: BlockBuilder, r: Expr, c: Expr): Expr {
  const sum = fastTwoSum(b, like(r, 1), r);
  const tail = add(mul(mul(r, r), polynomial(r, expTail)), c);
  return b.local(add(sum.hi, add(sum.lo, tail)));
}

/** e^x / 2, which is a number beyond the overflow of e^x. */
export function halfExp(b: BlockBuilder, x: Expr): Expr {
  const { fraction, twiceBiased } = exponential(b, x);
  return scale(b, fraction, sub(twiceBiased, i32(1)));
}

export function exp2(b: BlockBuilder, x: Expr): Expr {
  const { fraction, biased } = exp2Parts(b, clamp(b, x, exp2Low, exp2High), twiceBias(x));
  return scale(b, fraction, biased);
}

/** 2^x where that is a normal number. */
export function exp2OfModerate(b: BlockBuilder, x: Expr): Expr {
  const { fraction, biased } = exp2Parts(b, x, exponentBias[floatDType(x)]);
  return mul(fraction, powerOfBiased(floatDType(x), biased));
}

function exp2Parts(
  b: BlockBuilder,
  x: Expr,
  bias: number,
): { readonly fraction: Expr; readonly biased: Expr } {
  const { value, biased } = nearestInteger(b, x, bias);
  const r = b.local(sub(x, value));
  return { fraction: add(like(x, 1), mul(r, polynomial(r, exp2Tail))), biased };
}

/**
 * e^x - 1 = 2^n ((1 - 2^-n) + r + q), where q = c (1 + r) + r² P(r). The first sum is made without error, because at
 * n = 1 it loses a bit.
 */
export function expm1(b: BlockBuilder, x: Expr): Expr {
  const { biased, r, c: rest } = reduceByLn2(b, clamp(b, x, expm1Low, expHigh), twiceBias(x));
  const c = b.local(rest);
  const q = add(c, mul(r, add(c, mul(r, polynomial(r, expTail)))));
  const inverse = inversePower(x, biased);
  const sum = fastTwoSum(b, b.local(sub(like(x, 1), inverse)), r);
  return keepZero(x, scale(b, add(sum.hi, add(sum.lo, q)), biased));
}

/** 2^-n, or where n > 100, a number that is as small beside 1. */
function inversePower(x: Expr, twiceBiased: Expr): Expr {
  const zero = floatDType(x) === "float32" ? magicBits + twiceBias(x) : twiceBias(x);
  return powerOfBiased(
    floatDType(x),
    sub(i32(zero + exponentBias[floatDType(x)]), min(twiceBiased, i32(zero + 100))),
  );
}

/** What stands above n in the bits that `nearestInteger` leaves of a float32. */
const magicBits = 0x4b400000;
