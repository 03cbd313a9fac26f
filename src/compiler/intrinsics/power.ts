/** x^y and the cube root. */
import type { BlockBuilder } from "../../ir/block-builder.js";
import {
  abs,
  add,
  and,
  div,
  eq,
  gt,
  i32,
  lt,
  mul,
  ne,
  neg,
  not,
  or,
  select,
  shr,
  sub,
  unary,
} from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { DoubleWord } from "./double-word.js";
import {
  doubleWord,
  fastTwoSum,
  multiply,
  split,
  timesPowerOfTwo,
  twoProduct,
  twoSum,
} from "./double-word.js";
import { exponential } from "./exp.js";
import type { ByFloat, Coefficients } from "./floating-point.js";
import {
  clamp,
  decompose,
  floatDType,
  like,
  ln2Hi,
  ln2Lo,
  odd,
  pick,
  polynomial,
  powerOfTwo,
  scale,
  signBit,
  toFloat,
} from "./floating-point.js";

/** log((1 + s) / (1 - s)) = 2 s + s z (2/3 + z P(z)), z = s² <= 0.0295. Minimax relative to 2 (Remez): 2^-36.8, 2^-66.2. */
const logTail: ByFloat<Coefficients> = {
  float32: [0.40000153, 0.28547087, 0.23419806],
  float64: [
    0.3999999999999998, 0.2857142857144522, 0.22222222217511103, 0.1818181887343496, 0.1538455665760266,
    0.13336325647575878, 0.11674651109539, 0.11990410253434634,
  ],
};
const twoThirds = {
  hi: { float32: 0.6666667, float64: 0.6666666666666666 },
  lo: { float32: -1.9868216e-8, float64: 3.700743415417188e-17 },
};

/** log x for finite x > 0 to about ten bits more than the precision. */
function preciseLog(b: BlockBuilder, x: Expr): DoubleWord {
  const { significand, exponent } = decompose(b, x);
  const one = like(x, 1);
  // s = (m - 1) / (m + 1): the quotient, and the remainder over the divisor
  const above = b.local(sub(significand, one));
  const below = twoSum(b, significand, one);
  const quotient = b.local(div(above, below.hi));
  const back = twoProduct(b, quotient, below.hi);
  const remainder = sub(sub(sub(above, back.hi), back.lo), mul(quotient, below.lo));
  const s: DoubleWord = { hi: quotient, lo: b.local(div(remainder, below.hi)) };
  const z = multiply(b, s, s);
  const leading = multiply(b, z, doubleWord(x, twoThirds));
  const higher = mul(mul(z.hi, z.hi), polynomial(z.hi, logTail));
  const factor = fastTwoSum(b, leading.hi, b.local(add(leading.lo, higher)));
  const cubic = multiply(b, s, factor);
  const twice = timesPowerOfTwo(s, 2);
  const logM = fastTwoSum(b, b.local(twice.hi), cubic.hi);
  const k = b.local(toFloat(x, exponent));
  const sum = fastTwoSum(b, b.local(mul(k, pick(x, ln2Hi))), logM.hi);
  const low = add(add(logM.lo, add(cubic.lo, twice.lo)), mul(k, pick(x, ln2Lo)));
  return fastTwoSum(b, sum.hi, b.local(add(sum.lo, low)));
}

/** Beyond, |y log x| overflows or underflows the exponential whatever x is but 1. */
const largestPower: ByFloat<number> = { float32: 2 ** 40, float64: 2 ** 70 };
const smallestPower: ByFloat<number> = { float32: -(2 ** 40), float64: -(2 ** 70) };
/** Beyond, e^w is infinite or 0, whatever is added to w. */
const overflow: ByFloat<number> = { float32: 128, float64: 1024 };

/** e^(y log x) for x > 0; right for x = 1 and any y, wrong for x = 0 and infinity. */
function powerOfMagnitude(b: BlockBuilder, x: Expr, y: Expr): Expr {
  const bounded = clamp(b, y, smallestPower, largestPower);
  const logX = preciseLog(b, x);
  const product = twoProduct(b, bounded, logX.hi);
  const w = fastTwoSum(b, product.hi, b.local(add(product.lo, mul(bounded, logX.lo))));
  const low = b.local(select(lt(abs(w.hi), pick(x, overflow)), w.lo, like(x, 0)));
  const { fraction, twiceBiased } = exponential(b, w.hi, low);
  return scale(b, fraction, twiceBiased);
}

/**
 * x^y as in C (IEC 60559, F.10.4.4): 1 for y = 0 and for x = 1, whatever the other is; for x < 0 the sign follows an
 * odd integer y, and NaN any y that is no integer. All y from 2^p on are even integers, infinity included.
 */
export function pow(b: BlockBuilder, x: Expr, y: Expr): Expr {
  const zero = like(x, 0);
  const one = like(x, 1);
  const infinity = like(x, Number.POSITIVE_INFINITY);
  const isInteger = (v: Expr): Expr => eq(unary("floor", v), v);
  const magnitude = b.local(abs(x));
  const falls = b.local(lt(y, zero));
  const general = powerOfMagnitude(b, magnitude, y);
  const ofInfinity = select(falls, zero, infinity);
  const ofZero = select(falls, infinity, zero);
  const finite = select(eq(magnitude, infinity), ofInfinity, general);
  const positive = b.local(select(eq(magnitude, zero), ofZero, finite));
  const integer = b.local(isInteger(y));
  const oddInteger = and(integer, not(isInteger(mul(y, like(y, 0.5)))));
  const signed = b.local(select(and(oddInteger, signBit(x)), neg(positive), positive));
  const noRealPower = and(and(lt(x, zero), lt(magnitude, infinity)), not(integer));
  const undefinedHere = or(or(ne(x, x), ne(y, y)), noRealPower);
  return select(or(eq(y, zero), eq(x, one)), one, select(undefinedHere, like(x, Number.NaN), signed));
}

/** The cube root of m, sqrt(1/2) <= m <= sqrt(2). Minimax relative to it (Remez): 2^-13.7 and 2^-16.7. */
const cbrtStart: ByFloat<Coefficients> = {
  float32: [0.4925179, 0.73969203, -0.29035285, 0.058212187],
  float64: [
    0.45167635818172014, 0.9047798051416559, -0.5355719624600884, 0.21689878696841505, -0.037778731068023375,
  ],
};

/**
 * For |x| = m 2^(3 q + j): the root of a = m 2^j, times 2^q. A polynomial, in double precision a step of Halley's, and
 * last the step of FreeBSD's s_cbrt.c: t is cut to half the precision, so that t² is exact, and t + t (r - t) / (2 t + r)
 * with r = a / t² has an error of the third order.
 */
export function cbrt(b: BlockBuilder, x: Expr): Expr {
  const magnitude = b.local(abs(x));
  const { significand, exponent } = decompose(b, magnitude);
  // q = floor(exponent / 3): 21846 / 2^16 is 1/3 nearly enough, and 1200 makes all exponents positive.
  const third = b.local(sub(shr(mul(add(exponent, i32(1200)), i32(21846)), i32(16)), i32(400)));
  const rest = b.local(sub(exponent, mul(third, i32(3))));
  const byRest = (zero: number, one: number, two: number): Expr =>
    select(eq(rest, i32(0)), like(x, zero), select(eq(rest, i32(1)), like(x, one), like(x, two)));
  const a = b.local(mul(significand, byRest(1, 2, 4)));
  const start = b.local(mul(polynomial(significand, cbrtStart), byRest(1, 2 ** (1 / 3), 4 ** (1 / 3))));
  const t = split(b, floatDType(x) === "float32" ? start : halley(b, start, a)).hi;
  const r = b.local(div(a, mul(t, t)));
  const root = add(t, div(mul(t, sub(r, t)), add(add(t, t), r)));
  const y = mul(root, powerOfTwo(floatDType(x), third));
  const isSpecial = not(and(gt(magnitude, like(x, 0)), lt(magnitude, like(x, Number.POSITIVE_INFINITY))));
  return select(isSpecial, x, odd(x, b.local(y)));
}

/** t (t³ + 2 a) / (2 t³ + a): from n right bits to 3 n. */
function halley(b: BlockBuilder, t: Expr, a: Expr): Expr {
  const cube = b.local(mul(mul(t, t), t));
  return b.local(div(mul(t, add(cube, add(a, a))), add(add(cube, cube), a)));
}
