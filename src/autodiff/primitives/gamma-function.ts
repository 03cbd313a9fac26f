/**
 * The gamma function's relatives: log |Γ|, its derivatives ψ⁽ᵐ⁾, Hurwitz's zeta function, and the derivative of a gamma
 * sample in its shape. Floats only.
 */
import { DifferentiationError } from "../../ir/errors.js";
import { intrinsic } from "../../ir/expr.js";
import type { IntrinsicName } from "../../ir/loop-ir.js";
import type { Primitive } from "../primitive.js";
import { add, div, mul, neg, sub } from "./arithmetic.js";
import { elementary, log } from "./elementary.js";
import type { BinaryFunction, TangentTerm, UnaryFunction } from "./elementwise.js";
import { binaryFunction, elementwise, unaryFunction } from "./elementwise.js";

/** y = log |Γ(x)|: dy = dx ψ(x) */
export const lgammaPrimitive: Primitive = elementary("lgamma", "lgamma", (dx, _, [x]) => mul(dx, digamma(x)));
export const lgamma: UnaryFunction = unaryFunction(lgammaPrimitive);

/** y = ψ(x) = Γ'(x) / Γ(x): dy = dx ψ'(x) */
export const digammaPrimitive: Primitive = elementary("digamma", "digamma", (dx, _, [x]) =>
  mul(dx, polygamma(1, x)),
);
export const digamma: UnaryFunction = unaryFunction(digammaPrimitive);

/** A function of two operands that the compiler knows by `intrinsicName`. */
const ofTwo = (name: string, intrinsicName: IntrinsicName, jvp: readonly TangentTerm[]): Primitive =>
  elementwise(name, {
    accepts: ["float32", "float64"],
    jvp,
    scalar: (_, [x, y]) => intrinsic(intrinsicName, x, y),
  });

/** Where a derivative in one operand has no closed form. */
const none =
  (reason: string): TangentTerm =>
  () => {
    throw new DifferentiationError(reason);
  };

/** y = ψ⁽ᵐ⁾(x), m = 0, 1, 2, ... as a float: dy = dx ψ⁽ᵐ⁺¹⁾(x) */
export const polygammaPrimitive: Primitive = ofTwo("polygamma", "polygamma", [
  none("polygamma: there is no derivative in the order m, which is an integer; use stopGradient(m)"),
  (dx, _, [m, x]) => mul(dx, polygamma(add(m, 1), x)),
]);
export const polygamma: BinaryFunction = binaryFunction(polygammaPrimitive);

/** y = ζ(s, q) = sum over k >= 0 of (q + k)^-s: dy = -s ζ(s + 1, q) dq */
export const zetaPrimitive: Primitive = ofTwo("zeta", "zeta", [
  none("zeta: the derivative in s has no closed form; use stopGradient(s)"),
  (dq, _, [s, q]) => mul(dq, neg(mul(s, zeta(add(s, 1), q)))),
]);
export const zeta: BinaryFunction = binaryFunction(zetaPrimitive);

/**
 * g = dx/da of a sample x of the gamma distribution with shape a, its place in the distribution kept:
 * g = -(∂F/∂a) / f with F(x; a) the distribution function and f = ∂F/∂x the density. So ∂g/∂x follows from
 * ∂f/∂a = f (log x - ψ(a)) and ∂f/∂x = f ((a - 1) / x - 1): dg = (ψ(a) - log x - g ((a - 1) / x - 1)) dx.
 */
export const randomGammaGradPrimitive: Primitive = ofTwo("random_gamma_grad", "randomGammaGrad", [
  none(
    "random_gamma_grad: its derivative in the shape a (the second derivative of a gamma sample) has no closed form; " +
      "use stopGradient(a), or a first derivative only",
  ),
  (dx, g, [a, x]) => {
    const slope = sub(div(sub(a, 1), x), 1);
    return mul(dx, sub(sub(digamma(a), log(x)), mul(g, slope)));
  },
]);
export const randomGammaGrad: BinaryFunction = binaryFunction(randomGammaGradPrimitive);

export const gammaFunctionPrimitives: readonly Primitive[] = [
  lgammaPrimitive,
  digammaPrimitive,
  polygammaPrimitive,
  zetaPrimitive,
  randomGammaGradPrimitive,
];
