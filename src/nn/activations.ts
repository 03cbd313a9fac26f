/** Activations: elementwise, floats to floats (integers become float32, save where said). f32[...] -> f32[...] */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { add, mul, neg } from "../autodiff/primitives/arithmetic.js";
import { ge, gt, le } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { expm1, logistic } from "../autodiff/primitives/elementary.js";
import { erfc } from "../autodiff/primitives/error-function.js";
import { integerPow } from "../autodiff/primitives/power.js";
import { select } from "../autodiff/primitives/selection.js";
import { tanh as hyperbolicTangent } from "../autodiff/primitives/trigonometric.js";
import { readOptions } from "../ir/arguments.js";
import { isFloat } from "../ir/dtype.js";
import { logaddexp } from "../numpy/exponential.js";
import { promoteOperand, toArray } from "../numpy/promotion.js";

/** A function of arrays that keeps the shape. */
export type Activation = (x: ArrayLike) => NDArray;

const toFloat = (x: ArrayLike): NDArray => promoteOperand(x, "inexact");

/** Integers meet the numbers of a formula, and become weak. */
function besideNumbers(x: ArrayLike): NDArray {
  const a = toArray(x);
  return isFloat(a.dtype) ? a : convertElementType(a, "float32", true);
}

/**
 * max(x, 0); integers stay integers. The derivative at 0 is 0.
 * Source: jax.nn.relu.
 *
 * @example relu([-1, 0, 2]).js() // [0, 0, 2]
 */
export function relu(x: ArrayLike): NDArray {
  const a = promoteOperand(x, "numeric");
  // Not max, whose derivative is 1/2 at a tie. NaN is no less than 0 and stays.
  return select(le(a, 0), 0, a);
}

/**
 * x sigmoid(x), also called swish.
 *
 * Source: jax.nn.silu; Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units" (2017).
 */
export function silu(x: ArrayLike): NDArray {
  const a = toFloat(x);
  return mul(a, logistic(a));
}

/** x sigmoid(x): another name of `silu`. Source: jax.nn.swish. */
export const swish: Activation = silu;

export interface GeluOptions {
  /** The formula with tanh instead of erf; true by default, as in JAX. */
  readonly approximate?: boolean;
}

/**
 * x times the probability that a standard normal is below x: exactly x erfc(-x / sqrt 2) / 2, approximately
 * x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
 *
 * Source: jax.nn.gelu; Hendrycks and Gimpel, "Gaussian error linear units" (2016).
 */
export function gelu(x: ArrayLike, options: GeluOptions = {}): NDArray {
  const { approximate = true } = readOptions("nn.gelu", options, { approximate: "boolean" });
  const given = toFloat(x);
  const a = convertElementType(given, given.dtype); // strong, as JAX's
  if (!approximate) return mul(mul(0.5, a), erfc(mul(neg(a), Math.SQRT1_2)));
  const inner = mul(Math.sqrt(2 / Math.PI), add(a, mul(0.044715, integerPow(a, 3))));
  return mul(a, mul(0.5, add(1, hyperbolicTangent(inner))));
}

/** 1 / (1 + e^-x). Source: jax.nn.sigmoid. */
export const sigmoid: Activation = (x) => logistic(toFloat(x));

/** log(1 + e^x), without overflow. Source: jax.nn.softplus. */
export const softplus: Activation = (x) => logaddexp(x, 0);

/** The hyperbolic tangent. Source: jax.nn.tanh. */
export const tanh: Activation = (x) => hyperbolicTangent(toFloat(x));

/**
 * x where x > 0, else alpha (e^x - 1).
 *
 * Source: jax.nn.elu; Clevert, Unterthiner and Hochreiter, "Exponential linear units" (2015).
 */
export function elu(x: ArrayLike, alpha = 1): NDArray {
  const a = besideNumbers(x);
  const positive = gt(a, 0);
  // e^x of a large x would be infinite, and 0 times that, in the derivative, NaN.
  return select(positive, a, mul(alpha, expm1(select(positive, 0, a))));
}

/**
 * x where x >= 0, else slope x.
 *
 * Source: jax.nn.leaky_relu.
 */
export function leakyRelu(x: ArrayLike, slope = 0.01): NDArray {
  const a = besideNumbers(x);
  return select(ge(a, 0), a, mul(slope, a));
}
