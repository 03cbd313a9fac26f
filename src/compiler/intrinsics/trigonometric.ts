/**
 * sin, cos and tan: reduction to r in [-π/4, π/4] and a quadrant, then the Taylor-like polynomials of sin r and cos r,
 * each of them kept as a head and a small tail, whose sum is the value (fdlibm's k_sin.c and k_cos.c).
 */
import type { BlockBuilder } from "../../ir/block-builder.js";
import { add, and, div, eq, i32, mul, ne, neg, select, sub } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { DoubleWord } from "./double-word.js";
import { fastTwoSum, twoProduct } from "./double-word.js";
import type { ByFloat, Coefficients } from "./floating-point.js";
import { keepZero, like, polynomial } from "./floating-point.js";
import { reduceByHalfPi } from "./half-pi-reduction.js";

/** sin r = r + r³ P(r²), |r| <= 0.786. Minimax relative to r (Remez): 2^-28 and 2^-56.8. */
const sinTail: ByFloat<Coefficients> = {
  float32: [-0.16666655, 0.00833219, -0.00019518408],
  float64: [
    -0.16666666666666632, 0.008333333333322316, -0.0001984126982972605, 2.7557313662363376e-6,
    -2.505075331275478e-8, 1.5896507713388638e-10,
  ],
};

/** cos r = 1 - r²/2 + r⁴ P(r²), |r| <= 0.786. Minimax (Remez): 2^-33 and 2^-59.5. */
const cosTail: ByFloat<Coefficients> = {
  float32: [0.041666646, -0.0013887301, 2.4430668e-5],
  float64: [
    0.0416666666666666, -0.0013888888888873992, 2.4801587289396146e-5, -2.7557314326375144e-7,
    2.0875719604618155e-9, -1.1359451016039045e-11,
  ],
};

interface SinCos {
  /** Head and tail: |hi| >= |lo|, the sum not yet rounded. */
  readonly sin: DoubleWord;
  readonly cos: DoubleWord;
  readonly quadrant: Expr;
}

function sinCos(b: BlockBuilder, x: Expr): SinCos {
  const { hi: r, lo, quadrant } = reduceByHalfPi(b, x);
  const one = like(x, 1);
  const z = b.local(mul(r, r));
  const halfZ = b.local(mul(z, like(x, 0.5)));
  const head = b.local(sub(one, halfZ));
  // sin(r + lo) = sin r + lo cos r, cos(r + lo) = cos r - lo sin r
  const sinLo = add(mul(mul(r, z), polynomial(z, sinTail)), mul(lo, head));
  const cosLo = add(sub(sub(one, head), halfZ), sub(mul(mul(z, z), polynomial(z, cosTail)), mul(r, lo)));
  return { sin: { hi: r, lo: b.local(sinLo) }, cos: { hi: head, lo: b.local(cosLo) }, quadrant };
}

const bitOf = (n: Expr, bit: number): Expr => ne(and(n, i32(bit)), i32(0));

/** sin(x + turns π/2). */
function sinOfQuadrant(b: BlockBuilder, x: Expr, turns: number): Expr {
  const { sin, cos, quadrant } = sinCos(b, x);
  const q = b.local(add(quadrant, i32(turns)));
  const value = b.local(select(bitOf(q, 1), add(cos.hi, cos.lo), add(sin.hi, sin.lo)));
  return select(bitOf(q, 2), neg(value), value);
}

export const sin = (b: BlockBuilder, x: Expr): Expr => keepZero(x, sinOfQuadrant(b, x, 0));

export const cos = (b: BlockBuilder, x: Expr): Expr => sinOfQuadrant(b, x, 1);

/** sin r / cos r, or -cos r / sin r in odd quadrants: a quotient of double words, corrected by its remainder. */
export function tan(b: BlockBuilder, x: Expr): Expr {
  const { sin, cos, quadrant } = sinCos(b, x);
  const even = b.local(eq(and(quadrant, i32(1)), i32(0)));
  const s = fastTwoSum(b, sin.hi, sin.lo);
  const c = fastTwoSum(b, cos.hi, cos.lo);
  const above: DoubleWord = {
    hi: b.local(select(even, s.hi, neg(c.hi))),
    lo: select(even, s.lo, neg(c.lo)),
  };
  const below: DoubleWord = { hi: b.local(select(even, c.hi, s.hi)), lo: select(even, c.lo, s.lo) };
  const quotient = b.local(div(above.hi, below.hi));
  const product = twoProduct(b, quotient, below.hi);
  const remainder = add(sub(sub(above.hi, product.hi), product.lo), sub(above.lo, mul(quotient, below.lo)));
  return keepZero(x, add(quotient, div(remainder, below.hi)));
}
