/**
 * erf x = 2/sqrt(π) ∫₀ˣ e^(-t²) dt and erfc x = 1 - erf x: an odd polynomial near 0, and for the tail
 * erfc x = e^(-x²) T(t) / (1 + 2 x), t = (x - c) / (x + c), where T is nearly flat over the whole half-line. The form
 * is that of Shepherd and Laframboise, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 <= x < ∞", Mathematics
 * of Computation 36 (1981).
 */
import type { BlockBuilder } from "../../ir/block-builder.js";
import { abs, add, div, lt, mul, neg, select, sub } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import { twoProduct } from "./double-word.js";
import { exp2OfModerate, exponential } from "./exp.js";
import type { ByFloat, Coefficients } from "./floating-point.js";
import { atMost, floatDType, horner, like, odd, pick, polynomial, scale } from "./floating-point.js";

/** erf x = x + x P(x²), |x| <= 1. Minimax relative to erf x (Remez): 2^-29.4 and 2^-56.3. */
const erfTail: ByFloat<Coefficients> = {
  float32: [0.12837917, -0.37612626, 0.11283579, -0.026853347, 0.005187162, -0.0007997853, 7.806903e-5],
  float64: [
    0.1283791670955126, -0.3761263890318375, 0.11283791670954854, -0.026866170645072327, 0.005223977624775114,
    -0.0008548326978398903, 0.00012055331023940468, -1.492559318549974e-5, 1.6460967509548142e-6,
    -1.6349967427314466e-7, 1.4657481342475832e-8, -1.1364089792151648e-9, 5.942537909342947e-11,
  ],
};

/** The same for |x| <= 0.9: 2^-26. */
const erfTail32: Coefficients = [
  0.12837915, -0.37612504, 0.11281922, -0.026770493, 0.004998959, -0.00060207996,
];

/** log2 erfc x = x P(x), 0.9 <= x <= 3.95. Minimax, erfc x relative to erf x (Remez): 2^-28.3. */
const logErfcTail32: Coefficients = [
  -1.6281102, -0.9171202, -0.15189697, 0.033046514, -0.004645475, 0.0003096,
];
/** From here on, erf rounds to 1. */
const erfEnd: ByFloat<number> = { float32: 3.95, float64: 6 };

/** T above, 0.45 <= x <= 10.6 or 28. Minimax relative to T (Remez): 2^-27 and 2^-54.1. */
const erfcTail: ByFloat<Coefficients> = {
  float32: [
    1.2769784, -0.09276384, -0.16602947, 0.16405176, -0.054237336, -0.008036574, 0.00883631, 0.0012613382,
    -0.0017614898, -0.0003657989, 0.00049067795,
  ],
  float64: [
    1.2329951186255526, -0.1396211168405625, 0.015379652102618806, 0.06809705425469208, -0.10103906603624019,
    0.0937328349983826, -0.06633036581392791, 0.03716751553665978, -0.016197734034449653,
    0.005031969989190075, -0.000757773474543706, -0.0001992567862758709, 0.0001506226011630628,
    -2.4398737581502872e-5, -1.1224999842812378e-5, 5.708113971569994e-6, 2.9996417688308765e-7,
    -8.218588260961117e-7, 6.668428969018856e-8, 1.0515724725810133e-7, -1.2103315664966817e-8,
    -1.0308348741571742e-8,
  ],
};
const erfcCentre: ByFloat<number> = { float32: 2, float64: 4 };
/** From here on, erfc is 0. */
const erfcEnd: ByFloat<number> = { float32: 10.5, float64: 28 };

function erfNear(b: BlockBuilder, x: Expr): Expr {
  const z = b.local(mul(x, x));
  return add(x, mul(x, polynomial(z, erfTail)));
}

/** erfc x for x >= 1/2. The exponent is x² = h + l exactly. */
function erfcFar(b: BlockBuilder, magnitude: Expr): Expr {
  const end = pick(magnitude, erfcEnd);
  const centre = pick(magnitude, erfcCentre);
  const x = b.local(select(lt(end, magnitude), end, magnitude));
  const square = twoProduct(b, x, x);
  const { fraction, twiceBiased } = exponential(b, b.local(neg(square.hi)), neg(square.lo));
  const t = b.local(div(sub(x, centre), add(x, centre)));
  const factor = div(polynomial(t, erfcTail), add(like(x, 1), add(x, x)));
  return scale(b, b.local(mul(fraction, factor)), twiceBiased);
}

export function erf(b: BlockBuilder, x: Expr): Expr {
  switch (floatDType(x)) {
    case "float32":
      return erf32(b, x);
    case "float64": {
      const magnitude = b.local(abs(x));
      const far = sub(like(x, 1), erfcFar(b, magnitude));
      return odd(x, b.local(select(lt(magnitude, like(x, 1)), erfNear(b, magnitude), far)));
    }
  }
}

/** From 0.9 on 1 - 2^(x P(x)): after the difference, few bits of erfc count. */
function erf32(b: BlockBuilder, x: Expr): Expr {
  const magnitude = b.local(abs(x));
  const z = b.local(mul(magnitude, magnitude));
  const near = add(magnitude, mul(magnitude, horner(z, erfTail32)));
  const bounded = b.local(atMost(magnitude, erfEnd));
  const exponent = b.local(mul(bounded, horner(bounded, logErfcTail32)));
  const far = sub(like(x, 1), exp2OfModerate(b, exponent));
  return odd(x, b.local(select(lt(magnitude, like(x, 0.9)), near, far)));
}

export function erfc(b: BlockBuilder, x: Expr): Expr {
  const magnitude = b.local(abs(x));
  const tail = b.local(erfcFar(b, magnitude));
  const far = select(lt(x, like(x, 0)), sub(like(x, 2), tail), tail);
  return select(lt(magnitude, like(x, 0.5)), sub(like(x, 1), erfNear(b, x)), far);
}
