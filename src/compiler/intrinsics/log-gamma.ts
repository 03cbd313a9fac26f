/**
 * log |Γ(x)|: polynomials about its zeros 1 and 2, the recurrence Γ(x + 1) = x Γ(x) up to 8, Stirling's series from there
 * on, and the reflection Γ(x) Γ(-x) = -π / (x sin πx) for x <= -1/4 (Abramowitz and Stegun, 6.1.15-17 and 6.1.40).
 */
import type { BlockBuilder } from "../../ir/block-builder.js";
import { abs, add, and, div, eq, ge, gt, le, lt, mul, neg, or, select, sub, unary } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { ByFloat, Callee, Coefficients } from "./floating-point.js";
import { like, polynomial } from "./floating-point.js";

/** log Γ(1 + t) = t P(t), |t| <= 1/4. Least squares at Chebyshev nodes, relative to it: 2^-26.2 and 2^-55.9. */
const aboutOne: ByFloat<Coefficients> = {
  float32: [
    -0.5772157, 0.82246697, -0.4006843, 0.2705939, -0.20746578, 0.1688191, -0.14200352, 0.14079726,
    -0.13457583,
  ],
  float64: [
    -0.5772156649015329, 0.8224670334241131, -0.4006856343865142, 0.2705808084278672, -0.20738555103642117,
    0.16955717698275352, -0.1440498954674771, 0.12550967049306527, -0.11133437404585746, 0.10009944305015822,
    -0.09094900563016683, 0.08335261796317428, -0.07706782955125764, 0.07150065602615639,
    -0.06456421957202704, 0.06105663611276605, -0.07601924596832742, 0.06980885660469058,
  ],
};

/** log Γ(2 + t) = t P(t), |t| <= 3/4. As above: 2^-25.7 and 2^-56. */
const aboutTwo: ByFloat<Coefficients> = {
  float32: [
    0.42278433, 0.32246706, -0.06735215, 0.020580063, -0.00738624, 0.0028972232, -0.0011933533, 0.00048444752,
    -0.00021359656, 0.00014011329, -6.3561005e-5,
  ],
  float64: [
    0.42278433509846713, 0.32246703342411326, -0.06735230105319794, 0.020580808427777476,
    -0.007385551028655654, 0.00289051033108422, -0.001192753912610589, 0.0005096695172552585,
    -0.00022315474169882962, 9.945760255977319e-5, -4.492640272568581e-5, 2.0506561038412617e-5,
    -9.438490721635819e-6, 4.3778793332259566e-6, -2.04305581905433e-6, 9.461069156665999e-7,
    -4.396063917150007e-7, 2.294676246022628e-7, -1.1601591843423277e-7, 2.725284238246424e-8,
    -7.354079325207812e-9, 2.360779644630323e-8, -1.314054205968936e-8,
  ],
};

/** x (log Γ(x) - (x - 1/2) (log x - 1) - (log 2π - 1) / 2) = P(1 / x²), x >= 8. Relative to 1/12: 2^-21.5 and 2^-54. */
const stirling: ByFloat<Coefficients> = {
  float32: [0.083333306, -0.0027652162],
  float64: [
    0.08333333333333333, -0.0027777777777666535, 0.0007936507858947751, -0.0005952357022970305,
    0.0008413694274643956, -0.0018845468069590484, 0.004910327753182374, 0.001292388659079564,
  ],
};

/** (log 2π - 1) / 2 */
const stirlingConstant = 0.4189385332046727;

export function lgamma(b: BlockBuilder, x: Expr, call: Callee): Expr {
  const direct = b.local(gt(x, like(x, -0.25)));
  const magnitude = b.local(abs(x));
  const value = b.local(like(x, 0));
  b.if(
    or(direct, lt(magnitude, like(x, 8))),
    (near) => near.assign(value, ofModerate(near, b.local(select(direct, x, magnitude)), call)),
    () => {},
  );
  b.if(ge(magnitude, like(x, 8)), (far) => far.assign(value, ofLarge(far, magnitude, call)));
  const reflected = b.local(value);
  b.if(le(x, like(x, -0.25)), (negative) => {
    negative.assign(reflected, reflect(negative, x, magnitude, value, call));
  });
  return select(eq(x, x), reflected, x);
}

/** log |Γ(x)|, -1/4 < x < 8 (and garbage beyond): t P(t) and the logarithm of what the recurrence takes off. */
function ofModerate(b: BlockBuilder, x: Expr, call: Callee): Expr {
  const y = b.local(x);
  const product = b.local(like(x, 1));
  b.while(
    () => and(ge(y, like(x, 2.75)), lt(y, like(x, 9))),
    (turn) => {
      turn.assign(y, sub(y, like(x, 1)));
      turn.assign(product, mul(product, y));
    },
  );
  const tiny = lt(x, like(x, 0.25));
  const isAboutOne = or(tiny, and(ge(x, like(x, 0.75)), lt(x, like(x, 1.25))));
  const t = b.local(select(tiny, x, select(lt(x, like(x, 1.25)), sub(x, like(x, 1)), sub(y, like(x, 2)))));
  const smooth = b.local(like(x, 0));
  b.if(
    isAboutOne,
    (one) => one.assign(smooth, mul(t, polynomial(t, aboutOne))),
    (two) => two.assign(smooth, mul(t, polynomial(t, aboutTwo))),
  );
  const below = b.local(lt(x, like(x, 0.75)));
  const logarithm = b.local(call("log", b.local(select(below, abs(x), product))));
  return add(smooth, select(below, neg(logarithm), logarithm));
}

/** log Γ(x), x >= 8. */
function ofLarge(b: BlockBuilder, x: Expr, call: Callee): Expr {
  const inverse = b.local(div(like(x, 1), x));
  const z = b.local(mul(inverse, inverse));
  const tail = add(mul(inverse, polynomial(z, stirling)), like(x, stirlingConstant));
  return add(mul(sub(x, like(x, 0.5)), sub(call("log", x), like(x, 1))), tail);
}

/** log(π / |x sin πx|) - log Γ(|x|), and infinity at the poles, of which -infinity is one. */
function reflect(b: BlockBuilder, x: Expr, magnitude: Expr, value: Expr, call: Callee): Expr {
  const fraction = b.local(sub(x, unary("round", x)));
  const sine = call("sin", b.local(mul(abs(fraction), like(x, Math.PI))));
  const quotient = b.local(div(like(x, Math.PI), mul(magnitude, sine)));
  const isPole = eq(unary("floor", x), x);
  return select(isPole, like(x, Number.POSITIVE_INFINITY), sub(call("log", quotient), value));
}
