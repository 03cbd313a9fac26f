/**
 * sin, cos and tan of |x|, and the sign: reduction to r in [-π/4, π/4] and a quadrant, then the Taylor-like polynomials of
 * sin r and cos r. For tan each of them is kept as a head and a small tail, whose sum is the value (fdlibm's k_sin.c and
 * k_cos.c).
 */
import { BlockBuilder } from "../../ir/block-builder.js";
import {
  abs,
  add,
  div,
  freshId,
  i32,
  lt,
  mul,
  neg,
  not,
  select,
  shl,
  sub,
  variable,
  xor,
} from "../../ir/expr.js";
import type { Expr, LoopFunction } from "../../ir/loop-ir.js";
import type { DoubleWord } from "./double-word.js";
import { fastTwoSum, twoProduct } from "./double-word.js";
import type { ByFloat, Callee, Coefficients, FloatDType } from "./floating-point.js";
import { floatDType, like, negateBySign, polynomial, signWord } from "./floating-point.js";
import type { OneWord } from "./half-pi-reduction.js";
import {
  isFar,
  reduceByHalfPi,
  reduceFarToOneWord,
  reduceNearToOneWord,
  twoOverPi,
} from "./half-pi-reduction.js";

/** sin r = r + r³ P(r²), |r| <= 0.786. Minimax relative to r (Remez): 2^-28 and 2^-56.8. */
const sinTail: ByFloat<Coefficients> = {
  float32: [-0.16666655, 0.00833219, -0.00019518408],
  float64: [
    -0.16666666666666632, 0.008333333333322316, -0.0001984126982972605, 2.7557313662363376e-6,
    -2.505075331275478e-8, 1.5896507713388638e-10,
  ],
};

/** cos r = 1 + r² P(r²), |r| <= 0.786. Minimax (Remez): 2^-33 and 2^-59.5. */
const cosTail: ByFloat<Coefficients> = {
  float32: [-0.5, 0.041666646, -0.0013887301, 2.4430668e-5],
  float64: [
    -0.5, 0.0416666666666666, -0.0013888888888873992, 2.4801587289396146e-5, -2.7557314326375144e-7,
    2.0875719604618155e-9, -1.1359451016039045e-11,
  ],
};

export function sin(b: BlockBuilder, x: Expr, call: Callee): Expr {
  const magnitude = b.local(abs(x));
  const sign = b.local(signWord(x));
  const value = b.local(sinOfReduced(b, reduceNearToOneWord(b, magnitude), 0, sign));
  b.if(isFar(magnitude), (far) => {
    far.assign(value, negateBySign(far.local(call(sinOfFar(0, floatDType(x)), magnitude)), sign));
  });
  return value;
}

export function cos(b: BlockBuilder, x: Expr, call: Callee): Expr {
  const magnitude = b.local(abs(x));
  const value = b.local(sinOfReduced(b, reduceNearToOneWord(b, magnitude), 1));
  b.if(isFar(magnitude), (far) => far.assign(value, call(sinOfFar(1, floatDType(x)), magnitude)));
  return value;
}

/** sin(r + (quadrant + turns) π/2), negated where `sign` is negative. */
function sinOfReduced(b: BlockBuilder, { r, quadrant }: OneWord, turns: 0 | 1, sign?: Expr): Expr {
  const z = b.local(mul(r, r));
  const sine = add(r, mul(mul(r, z), polynomial(z, sinTail)));
  const cosine = add(like(r, 1), mul(z, polynomial(z, cosTail)));
  const q = turns === 0 ? quadrant : b.local(add(quadrant, i32(turns)));
  const half = shl(q, i32(30)); // bit 1 of q, where the sign is
  const value = b.local(select(isOdd(q), cosine, sine));
  return negateBySign(value, sign === undefined ? half : b.local(xor(half, sign)));
}

/** Bit 0, seen where the sign is. */
const isOdd = (n: Expr): Expr => lt(shl(n, i32(31)), i32(0));

const written = new Map<string, LoopFunction>();

/** sin(x + turns π/2) for x that is far: a function of its own, for which few programs have a use at run time. */
function sinOfFar(turns: 0 | 1, dtype: FloatDType): LoopFunction {
  const name = `${turns === 0 ? "sin" : "cos"}_far_${dtype}`;
  let fn = written.get(name);
  if (fn === undefined) {
    const x = variable(dtype);
    const b = new BlockBuilder(name);
    const result = sinOfReduced(b, reduceFarToOneWord(b, x), turns);
    fn = {
      id: freshId(),
      name,
      parameters: [x],
      body: b.finish(),
      result,
      constants: [twoOverPi],
      calls: [],
    };
    written.set(name, fn);
  }
  return fn;
}

/** sin r / cos r, or -cos r / sin r in odd quadrants: a quotient of double words, corrected by its remainder. */
export function tan(b: BlockBuilder, x: Expr): Expr {
  const { sin, cos, quadrant } = doubleWords(b, b.local(abs(x)));
  const even = b.local(not(isOdd(quadrant)));
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
  return negateBySign(b.local(add(quotient, div(remainder, below.hi))), signWord(x));
}

/** sin r and cos r for x >= 0, each as a head and a tail with |hi| >= |lo|, whose sum is not yet rounded. */
function doubleWords(b: BlockBuilder, x: Expr) {
  const { hi: r, lo, quadrant } = reduceByHalfPi(b, x);
  const one = like(x, 1);
  const z = b.local(mul(r, r));
  const halfZ = b.local(mul(z, like(x, 0.5)));
  const head = b.local(sub(one, halfZ));
  const quartic = mul(mul(z, z), polynomial(z, withoutHalf));
  // sin(r + lo) = sin r + lo cos r, cos(r + lo) = cos r - lo sin r
  const sinLo = add(mul(mul(r, z), polynomial(z, sinTail)), mul(lo, head));
  const cosLo = add(sub(sub(one, head), halfZ), sub(quartic, mul(r, lo)));
  return { sin: { hi: r, lo: b.local(sinLo) }, cos: { hi: head, lo: b.local(cosLo) }, quadrant };
}

/** cos r = 1 - r² / 2 + r⁴ P(r²). */
const withoutHalf: ByFloat<Coefficients> = {
  float32: cosTail.float32.slice(1),
  float64: cosTail.float64.slice(1),
};
