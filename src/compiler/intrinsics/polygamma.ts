/**
 * The digamma function ψ = (log Γ)', its derivatives, and Hurwitz's zeta function, which they are made of:
 * ψ⁽ᵐ⁾(x) = (-1)^(m+1) m! ζ(m + 1, x).
 */
import type { BlockBuilder } from "../../ir/block-builder.js";
import {
  abs,
  add,
  and,
  cast,
  div,
  eq,
  freshId,
  ge,
  gt,
  i32,
  le,
  load,
  lt,
  max,
  min,
  mul,
  neg,
  not,
  or,
  select,
  sub,
  unary,
} from "../../ir/expr.js";
import type { ConstantBuffer, Expr } from "../../ir/loop-ir.js";
import type { DoubleWord } from "./double-word.js";
import { fastTwoSum, twoProduct, twoSum } from "./double-word.js";
import type { ByFloat, Callee, Coefficients, FloatDType } from "./floating-point.js";
import { floatDType, like, pick, polynomial } from "./floating-point.js";

// digamma ------------------------------------------------------------------------------------------------------------

/** ψ(x) = (x - x₀) P(x - 3/2), 1 <= x <= 2. Least squares at Chebyshev nodes, relative to it: 2^-26.5 and 2^-54.3. */
const besideRoot: ByFloat<Coefficients> = {
  float32: [
    0.9510559, -0.4236275, 0.24054185, -0.14839895, 0.09500053, -0.062054716, 0.040702336, -0.025793545,
    0.017714819, -0.016361883, 0.010019378,
  ],
  float64: [
    0.9510558760318328, -0.4236274212814606, 0.24054248424080213, -0.14840492305388472, 0.09498872445132446,
    -0.0619221332752211, 0.040760834015615525, -0.026975796669013414, 0.017907246332792722,
    -0.011908219923821269, 0.0079270539912125, -0.005279939470139633, 0.0035177710275484217,
    -0.002345477586789274, 0.001565662645699349, -0.0010365433286342763, 0.0006807059809815853,
    -0.00048569093467475745, 0.0003525657129214848, -0.00014525325901042487, 5.088359256713138e-5,
    -0.0001778874766209317, 0.00015049627453179738,
  ],
};

/** x₀, the positive zero of ψ, in two parts. */
const rootHi: ByFloat<number> = { float32: 1.4616321325302124, float64: 1.4616321449683622 };
const rootLo: ByFloat<number> = { float32: 1.243815e-8, float64: 9.549995429965697e-17 };

/** (log x - ψ(x) - 1 / 2x) x² = P(1 / x²), x >= 8. Relative to 1/12: 2^-19.4 and 2^-54. */
const logarithmic: ByFloat<Coefficients> = {
  float32: [0.08333322, -0.0082724225],
  float64: [
    0.08333333333333333, -0.00833333333332112, 0.003968253958724233, -0.0041666632871488925,
    0.007575113864528749, -0.02102209333620384, 0.07878834412020874, -0.2783608962951967,
  ],
};

/** log x - ψ(x) for x >= 8. */
export function logMinusDigamma(b: BlockBuilder, x: Expr): Expr {
  const inverse = b.local(div(like(x, 1), x));
  const z = b.local(mul(inverse, inverse));
  return add(mul(inverse, like(x, 0.5)), mul(z, polynomial(z, logarithmic)));
}

export function digamma(b: BlockBuilder, x: Expr, call: Callee): Expr {
  const negative = b.local(lt(x, like(x, 0)));
  const value = b.local(ofPositive(b, b.local(select(negative, sub(like(x, 1), x), x)), call));
  b.if(negative, (reflected) => {
    // ψ(x) = ψ(1 - x) - π cot πr
    const r = reflected.local(sub(x, unary("round", x)));
    const { hi, lo } = cotangentOfHalfTurns(reflected, reflected.local(abs(r)), call);
    const isBelow = reflected.local(lt(r, like(x, 0)));
    const rest = reflected.local(add(value, select(isBelow, lo, neg(lo))));
    reflected.assign(value, select(isBelow, add(rest, hi), sub(rest, hi)));
  });
  return select(isPole(x), like(x, Number.NaN), value);
}

/** π in two parts. */
const piHi: ByFloat<number> = { float32: 3.1415927410125732, float64: Math.PI };
const piLo: ByFloat<number> = { float32: -8.742278e-8, float64: 1.2246467991473532e-16 };
/** piLo / piHi */
const piRatio: ByFloat<number> = { float32: -2.7827534e-8, float64: 3.8981718325193755e-17 };

/** π cot πx for 0 <= x <= 1/2, from 1/4 on as the tangent of what is missing to a right angle; what is lost stands in `lo`. */
function cotangentOfHalfTurns(b: BlockBuilder, x: Expr, call: Callee): DoubleWord {
  const small = b.local(lt(x, like(x, 0.25)));
  const turns = b.local(select(small, x, sub(like(x, 0.5), x)));
  const angle = twoProduct(b, turns, pick(x, piHi));
  const tangent = b.local(call("tan", angle.hi));
  const pi = pick(x, piHi);
  const hi = b.local(select(small, div(pi, tangent), mul(pi, tangent)));
  // tan' = 1 + tan², and of both the angle and π a part is lost.
  const slope = div(add(like(x, 1), mul(tangent, tangent)), tangent);
  const ofAngle = b.local(mul(add(angle.lo, mul(turns, pick(x, piLo))), slope));
  const lost = mul(hi, add(pick(x, piRatio), select(small, neg(ofAngle), ofAngle)));
  const isBounded = and(gt(turns, like(x, 0)), lt(hi, like(x, 2 ** 100)));
  return { hi, lo: b.local(select(isBounded, lost, like(x, 0))) };
}

/** 0, the negative integers and -infinity. */
const isPole = (x: Expr): Expr => and(le(x, like(x, 0)), eq(unary("floor", x), x));

function ofPositive(b: BlockBuilder, x: Expr, call: Callee): Expr {
  const value = b.local(like(x, 0));
  b.if(
    lt(x, like(x, 8)),
    (near) => {
      // ψ(x) = ψ(x - k) + sum of 1 / (x - i), and ψ(x) = ψ(x + 1) - 1 / x
      const below = near.local(lt(x, like(x, 1)));
      const y = near.local(select(below, add(x, like(x, 1)), x));
      const rest = near.local(select(below, div(like(x, -1), x), like(x, 0)));
      near.while(
        () => ge(y, like(x, 2)),
        (turn) => {
          turn.assign(y, sub(y, like(x, 1)));
          turn.assign(rest, add(rest, div(like(x, 1), y)));
        },
      );
      const offset = sub(sub(y, pick(x, rootHi)), pick(x, rootLo));
      const u = near.local(sub(y, like(x, 1.5)));
      near.assign(value, add(mul(offset, polynomial(u, besideRoot)), rest));
    },
    (far) => far.assign(value, sub(call("log", x), logMinusDigamma(far, x))),
  );
  return value;
}

// zeta ---------------------------------------------------------------------------------------------------------------

/** B₂ⱼ / (2j)!, j = 1, 2, ...: the coefficients of the Euler-Maclaurin formula. */
const eulerMaclaurin: Coefficients = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -5.284190138687493e-10,
  1.3382536530684679e-11,
  -3.38968029632258e-13,
  8.586062056277845e-15,
  -2.174868698558062e-16,
  5.50900282836023e-18,
  -1.395446468581252e-19,
];
const termCount: ByFloat<number> = { float32: 6, float64: 12 };
/** The formula is used from s + this on; the terms before are added one by one. */
const farEnough: ByFloat<number> = { float32: 4, float64: 9 };

/**
 * ζ(s, q) = sum over k >= 0 of (q + k)^-s, for s > 1. For q < 0 and an integer s, with r the distance of q from the nearest
 * integer: the sum over all integers, r^-s + ζ(s, 1 + r) + (-1)^s ζ(s, 1 - r), less (-1)^s ζ(s, 1 - q). At its poles it is
 * infinite for even s and NaN for odd ones, as in JAX.
 */
export function zeta(b: BlockBuilder, s: Expr, q: Expr, call: Callee): Expr {
  const one = like(s, 1);
  const nan = like(s, Number.NaN);
  const negative = b.local(lt(q, like(q, 0)));
  const half = b.local(mul(s, like(s, 0.5)));
  const even = b.local(eq(unary("floor", half), half));
  const value = b.local(nan);
  b.if(not(negative), (positive) => positive.assign(value, sumFrom(positive, s, q, call)));
  b.if(and(negative, not(isPole(q))), (reflected) => {
    const r = reflected.local(sub(q, unary("round", q)));
    const start = (offset: Expr): Expr => sumFrom(reflected, s, reflected.local(offset), call);
    const mirrored = reflected.local(sub(start(sub(one, r)), start(sub(one, q))));
    const all = reflected.local(add(call("pow", r, neg(s)), start(add(one, r))));
    reflected.assign(value, add(all, select(even, mirrored, neg(mirrored))));
  });
  const atPole = select(even, like(s, Number.POSITIVE_INFINITY), nan);
  const noValue = or(not(gt(s, one)), and(negative, not(eq(unary("floor", s), s))));
  const unbounded = ge(s, like(s, Number.POSITIVE_INFINITY));
  const regular = select(isPole(q), atPole, select(or(noValue, unbounded), nan, value));
  return select(eq(s, one), like(s, Number.POSITIVE_INFINITY), select(lt(s, one), nan, regular));
}

/** ζ(s, q) for q > 0. Sums q + k are kept with what they lose, since a power multiplies it by s. */
function sumFrom(b: BlockBuilder, s: Expr, q: Expr, call: Callee): Expr {
  const one = like(s, 1);
  const end = b.local(add(s, pick(s, farEnough)));
  const k = b.local(like(s, 0));
  const a = b.local(q);
  const lost = b.local(like(s, 0));
  const term = b.local(one);
  const total = b.local(like(s, 0));
  const rest = b.local(like(s, 0));
  const counts = (): Expr => gt(term, mul(total, like(s, 2 ** -60)));
  b.while(
    () => and(lt(a, end), counts()),
    (turn) => {
      const correction = sub(one, div(mul(s, lost), a));
      turn.assign(term, mul(call("pow", a, neg(s)), correction));
      const sum = fastTwoSum(
        turn,
        select(gt(total, term), total, term),
        select(gt(total, term), term, total),
      );
      turn.assign(rest, add(rest, sum.lo));
      turn.assign(total, sum.hi);
      turn.assign(k, add(k, one));
      const next = twoSum(turn, q, k);
      turn.assign(a, next.hi);
      turn.assign(lost, next.lo);
    },
  );
  const tail = b.local(like(s, 0));
  b.if(not(lt(a, end)), (far) => far.assign(tail, remainder(far, s, a, lost, call)));
  const isBounded = lt(total, like(s, Number.POSITIVE_INFINITY));
  return b.local(select(isBounded, add(total, add(rest, tail)), total));
}

/** The sum from a on: a^(1-s) (1 / (s - 1) + 1 / 2a + sum of B₂ⱼ / (2j)! s (s + 1) ... (s + 2j - 2) / a^2j). */
function remainder(b: BlockBuilder, s: Expr, a: Expr, lost: Expr, call: Callee): Expr {
  const one = like(s, 1);
  const less = b.local(sub(s, one));
  const inverse = b.local(div(one, a));
  const z = b.local(mul(inverse, inverse));
  let rising = b.local(mul(s, z));
  const terms: Expr[] = [];
  for (let j = 1; j <= termCount[floatDType(s)]; j++) {
    terms.push(mul(rising, like(s, eulerMaclaurin[j - 1])));
    rising = b.local(mul(mul(rising, add(s, like(s, 2 * j - 1))), mul(add(s, like(s, 2 * j)), z)));
  }
  const series = terms.reduceRight((sum, t) => add(t, sum));
  const factor = add(div(one, less), add(mul(inverse, like(s, 0.5)), series));
  const correction = sub(one, mul(mul(less, lost), inverse));
  return mul(mul(call("pow", a, neg(less)), correction), factor);
}

// polygamma ----------------------------------------------------------------------------------------------------------

/** The largest m for which m! is a number of the dtype. */
const largestFactorial: ByFloat<number> = { float32: 34, float64: 170 };

function factorialTable(dtype: FloatDType): ConstantBuffer {
  const values = dtype === "float32" ? new Float32Array(35) : new Float64Array(171);
  let factorial = 1n;
  for (let m = 0; m < values.length; m++) {
    if (m > 0) factorial *= BigInt(m);
    values[m] = Number(factorial);
  }
  return { id: freshId(), dtype, size: values.length, role: "constant", values };
}

/** m! of each dtype: what polygamma reads. */
export const factorials: Readonly<Record<FloatDType, ConstantBuffer>> = {
  float32: factorialTable("float32"),
  float64: factorialTable("float64"),
};

/** ψ⁽ᵐ⁾(x); NaN where m is no integer or negative. Where m! leaves the range of the dtype it is infinite. */
export function polygamma(b: BlockBuilder, m: Expr, x: Expr, call: Callee): Expr {
  const value = b.local(like(m, Number.NaN));
  const isOrder = and(eq(unary("floor", m), m), lt(m, like(m, Number.POSITIVE_INFINITY)));
  b.if(eq(m, like(m, 0)), (zeroth) => zeroth.assign(value, call("digamma", x)));
  b.if(and(isOrder, gt(m, like(m, 0))), (higher) => {
    const largest = largestFactorial[floatDType(m)];
    const position = max(i32(0), min(i32(largest), cast(m, "int32")));
    const inRange = le(m, like(m, largest));
    const factorial = select(
      inRange,
      load(factorials[floatDType(m)], position),
      like(m, Number.POSITIVE_INFINITY),
    );
    const size = higher.local(mul(factorial, call("zeta", add(m, like(m, 1)), x)));
    const half = higher.local(mul(m, like(m, 0.5)));
    higher.assign(value, select(eq(unary("floor", half), half), neg(size), size));
  });
  return value;
}
