/** sinh, cosh, tanh and the logistic function, from exponentials and, near 0, odd polynomials. */
import type { BlockBuilder } from "../../ir/block-builder.js";
import { abs, add, div, ge, lt, mul, neg, select, sub } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import { fastTwoSum } from "./double-word.js";
import { exp, halfExp } from "./exp.js";
import type { ByFloat, Coefficients } from "./floating-point.js";
import { like, odd, polynomial } from "./floating-point.js";

/** sinh x = x + x³ P(x²), |x| <= 1. Minimax relative to x (Remez): 2^-31.5 and 2^-56.4. */
const sinhTail: ByFloat<Coefficients> = {
  float32: [0.16666667, 0.008333311, 0.00019842632, 2.783963e-6],
  float64: [
    0.16666666666666669, 0.008333333333333137, 0.00019841269841438516, 2.755731915506303e-6,
    2.5052123443508315e-8, 1.6057236737822655e-10, 7.759424454257267e-13,
  ],
};

/** tanh x = x + x³ P(x²), |x| <= 5/8. Minimax relative to x (Remez): 2^-27.8 and 2^-57. */
const tanhTail: ByFloat<Coefficients> = {
  float32: [-0.33333284, 0.13331483, -0.05374275, 0.020647908, -0.0057138046],
  float64: [
    -0.33333333333333315, 0.13333333333329855, -0.05396825396611602, 0.02186948847014674,
    -0.008863234333413237, 0.003592114190507901, -0.0014557270902829243, 0.0005894563482070296,
    -0.00023702366636333417, 9.157823122409888e-5, -3.0206092831726578e-5, 6.050318543159828e-6,
  ],
};

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

/** From 5/8 on 1 - 2 / (e^(2 x) + 1). */
export function tanh(b: BlockBuilder, x: Expr): Expr {
  const one = like(x, 1);
  const magnitude = b.local(abs(x));
  const square = b.local(exp(b, b.local(add(magnitude, magnitude))));
  const far = sub(one, div(like(x, 2), add(square, one)));
  const near = oddPolynomial(b, magnitude, tanhTail);
  return odd(x, b.local(select(lt(magnitude, like(x, 0.625)), near, far)));
}

/**
 * 1 / (1 + e^-x), with t = e^-|x| so that nothing overflows: 1 / (1 + t) or t / (1 + t). In the second, 1 + t is close
 * to 1 and what its rounding lost is put back.
 */
export function logistic(b: BlockBuilder, x: Expr): Expr {
  const one = like(x, 1);
  const t = b.local(exp(b, b.local(neg(abs(x)))));
  const divisor = fastTwoSum(b, one, t);
  const positive = b.local(ge(x, like(x, 0)));
  const y = b.local(div(select(positive, one, t), divisor.hi));
  return select(positive, y, sub(y, mul(y, divisor.lo)));
}
