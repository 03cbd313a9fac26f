/** sinh, cosh, tanh and the logistic function, from exponentials and, near 0, odd polynomials. */
import type { BlockBuilder } from "../../ir/block-builder.js";
import { abs, add, div, ge, lt, mul, neg, select, sub } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import { fastTwoSum } from "./double-word.js";
import { exp2OfModerate, expOfNegative, halfExp } from "./exp.js";
import type { ByFloat, Coefficients } from "./floating-point.js";
import { atMost, like, odd, polynomial } from "./floating-point.js";

/** sinh x = x + x³ P(x²), |x| <= 1. Minimax relative to x (Remez): 2^-31.5 and 2^-56.4. */
const sinhTail: ByFloat<Coefficients> = {
  float32: [0.16666667, 0.008333311, 0.00019842632, 2.783963e-6],
  float64: [
    0.16666666666666669, 0.008333333333333137, 0.00019841269841438516, 2.755731915506303e-6,
    2.5052123443508315e-8, 1.6057236737822655e-10, 7.759424454257267e-13,
  ],
};

/** tanh x = x + x³ P(x²), |x| <= 0.5625. Minimax relative to tanh x (Remez): 2^-29.4 and 2^-59.8. */
const tanhTail: ByFloat<Coefficients> = {
  float32: [-0.33333313, 0.13332437, -0.053835757, 0.021000376, -0.006169614],
  float64: [
    -0.33333333333333276, 0.13333333333322822, -0.0539682539615467, 0.021869488322274946,
    -0.008863231556687124, 0.0035920814519077907, -0.0014554746012502271, 0.0005881633228409017,
    -0.0002326655697482701, 8.228988781281714e-5, -1.8861076937524586e-5,
  ],
};

/** Beyond, tanh x rounds to 1. */
const tanhEnd: ByFloat<number> = { float32: 9.1, float64: 20 };

/** x + x³ P(x²). */
function oddPolynomial(b: BlockBuilder, x: Expr, tail: ByFloat<Coefficients>): Expr {
  const z = b.local(mul(x, x));
  return add(x, mul(mul(x, z), polynomial(z, tail)));
}

/** From 1 on (e^x - e^-x) / 2, as h - 1 / (4 h) with h = e^x / 2. */
export function sinh(b: BlockBuilder, x: Expr): Expr {
  const magnitude = b.local(abs(x));
  const h = b.local(halfExp(b, magnitude));
  const far = sub(h, div(like(x, 0.25), h));
  const near = oddPolynomial(b, magnitude, sinhTail);
  return odd(x, b.local(select(lt(magnitude, like(x, 1)), near, far)));
}

export function cosh(b: BlockBuilder, x: Expr): Expr {
  const h = b.local(halfExp(b, b.local(abs(x))));
  return add(h, div(like(x, 0.25), h));
}

/** From 0.55 on 1 - 2 / (e^(2 |x|) + 1), a difference from 1/2 on, where e^(2 |x|) needs but half of its bits. */
export function tanh(b: BlockBuilder, x: Expr): Expr {
  const one = like(x, 1);
  const magnitude = b.local(abs(x));
  const exponent = b.local(mul(b.local(atMost(magnitude, tanhEnd)), like(x, 2 * Math.LOG2E)));
  const far = sub(one, div(like(x, 2), add(exp2OfModerate(b, exponent), one)));
  const near = oddPolynomial(b, magnitude, tanhTail);
  return odd(x, b.local(select(lt(magnitude, like(x, 0.55)), near, far)));
}

/**
 * 1 / (1 + e^-x), with t = e^-|x| so that nothing overflows: 1 / (1 + t) or t / (1 + t). The divisor d = 1 + t is rounded, and
 * the quotient y corrected for it: y / (d + l) = y (1 - l / d) with l = t - (d - 1), and where l counts, d is about 1.
 */
export function logistic(b: BlockBuilder, x: Expr): Expr {
  const one = like(x, 1);
  const t = b.local(expOfNegative(b, b.local(neg(abs(x)))));
  const divisor = fastTwoSum(b, one, t);
  const y = b.local(div(select(ge(x, like(x, 0)), one, t), divisor.hi));
  return sub(y, mul(y, divisor.lo));
}
