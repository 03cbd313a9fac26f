/** Exponentials and logarithms, elementwise. Integers and bools become float32. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { add, div, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { and, eq, ge } from "../autodiff/primitives/comparison.js";
import * as elementary from "../autodiff/primitives/elementary.js";
import { abs } from "../autodiff/primitives/rounding-and-sign.js";
import { select } from "../autodiff/primitives/selection.js";
import { promoteOperand, promoteOperands } from "./promotion.js";

/**
 * e^x.
 * Source: numpy.exp.
 *
 * @example exp(0).item() // 1
 */
export const exp = (x: ArrayLike): NDArray => elementary.exp(promoteOperand(x, "inexact", "exp"));

/** 2^x. Source: numpy.exp2. */
export const exp2 = (x: ArrayLike): NDArray => elementary.exp2(promoteOperand(x, "inexact", "exp2"));

/** e^x - 1, exact to the last digits near 0. Source: numpy.expm1. */
export const expm1 = (x: ArrayLike): NDArray => elementary.expm1(promoteOperand(x, "inexact", "expm1"));

/** The natural logarithm: -inf at 0, NaN below. Source: numpy.log. */
export const log = (x: ArrayLike): NDArray => elementary.log(promoteOperand(x, "inexact", "log"));

/** log(1 + x), exact to the last digits near 0. Source: numpy.log1p. */
export const log1p = (x: ArrayLike): NDArray => elementary.log1p(promoteOperand(x, "inexact", "log1p"));

/** log(x) / log(2). Source: numpy.log2. */
export function log2(x: ArrayLike): NDArray {
  const a = promoteOperand(x, "inexact", "log2");
  return div(elementary.log(a), literal(Math.LN2, a.dtype, false)); // strong, as JAX's
}

/** log(x) / log(10). Source: numpy.log10. */
export function log10(x: ArrayLike): NDArray {
  const a = promoteOperand(x, "inexact", "log10");
  return mul(elementary.log(a), literal(Math.LOG10E, a.dtype, false)); // strong, as JAX's
}

/**
 * log(e^x + e^y) without overflow: larger + log1p(e^(smaller - larger)). Which is the larger is a choice between operands,
 * so its derivatives, also where they tie, are those of the formula: e^(x - out) and e^(y - out).
 * Source: numpy.logaddexp.
 *
 * @example logaddexp(1000, 1000).item() // 1000.6931
 */
export function logaddexp(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteOperands("logaddexp", [x, y], "inexact");
  const isLarger = ge(a, b);
  const [larger, smaller] = [select(isLarger, a, b), select(isLarger, b, a)];
  // Infinities of one sign have no difference: there the sum is that infinity.
  const same = and(eq(larger, smaller), eq(abs(larger), Number.POSITIVE_INFINITY));
  const difference = sub(select(same, 0, smaller), select(same, 0, larger));
  return add(larger, elementary.log1p(elementary.exp(difference)));
}

/** log2(2^x + 2^y). Source: numpy.logaddexp2. */
export function logaddexp2(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteOperands("logaddexp2", [x, y], "inexact");
  const ln2 = literal(Math.LN2, a.dtype, false); // strong, as JAX's
  return div(logaddexp(mul(a, ln2), mul(b, ln2)), ln2);
}
