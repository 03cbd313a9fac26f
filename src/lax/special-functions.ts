/** The gamma function's relatives, elementwise on floats: more than numpy has. */
import * as gammaFunction from "../autodiff/primitives/gamma-function.js";
import { type Binary, binary, type Unary, unary } from "./operands.js";

/**
 * log |Γ(x)|; infinite at 0 and the negative integers. f32[...] -> f32[...]
 *
 * Within 4 ulp, but beside the zeros between negative integers, where the error is that of the terms.
 *
 * @example lgamma(5).item() // log 24 = 3.1780539
 * Source: jax.lax.lgamma.
 */
export const lgamma: Unary = unary("lgamma", gammaFunction.lgamma);

/**
 * ψ(x) = Γ'(x) / Γ(x), the derivative of log Γ; NaN at 0 and the negative integers. f32[...] -> f32[...]
 *
 * Within 4 ulp, but beside the zeros between negative integers.
 *
 * @example digamma(1).item() // -0.5772157
 * Source: jax.lax.digamma.
 */
export const digamma: Unary = unary("digamma", gammaFunction.digamma);

/**
 * ψ⁽ᵐ⁾(x), the derivative of order m of digamma, for m = 0, 1, 2, ... given as floats; NaN for other m. f32[...], f32[...]
 * -> f32[...]. At 0 and the negative integers it is infinite for odd m, NaN for even.
 *
 * Within 4 ulp up to m = 16 or so, for negative x too, where JAX's series has not converged.
 *
 * @example polygamma(1, 1).item() // π² / 6 = 1.6449341
 * Source: jax.lax.polygamma.
 */
export const polygamma: Binary = binary("polygamma", gammaFunction.polygamma);

/**
 * Hurwitz's ζ(s, q) = sum over k >= 0 of (q + k)^-s; infinite at s = 1, NaN below. f32[...], f32[...] -> f32[...]
 *
 * @example zeta(2, 1).item() // π² / 6 = 1.6449341
 * Source: jax.lax.zeta, which has no derivative; ours has one in q.
 */
export const zeta: Binary = binary("zeta", gammaFunction.zeta);

/**
 * dx/da of a sample x of the gamma distribution with shape a at a fixed value of the distribution function: what gradients of
 * `random.gamma` are made of. f32[...], f32[...] -> f32[...]; NaN for a <= 0 and x < 0.
 *
 * Within 8 ulp.
 *
 * @example randomGammaGrad(2, 3).item() // 1.3217986
 * Source: jax.lax.random_gamma_grad; Figurnov, Mohamed and Mnih, "Implicit reparameterization gradients" (NeurIPS 2018).
 */
export const randomGammaGrad: Binary = binary("randomGammaGrad", gammaFunction.randomGammaGrad);
