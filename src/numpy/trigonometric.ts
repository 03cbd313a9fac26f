/** Circular and hyperbolic functions and their inverses, elementwise, in radians. Integers and bools become float32. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { div, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { eq } from "../autodiff/primitives/comparison.js";
import { square } from "../autodiff/primitives/power.js";
import { select } from "../autodiff/primitives/selection.js";
import * as core from "../autodiff/primitives/trigonometric.js";
import { promoteOperand, promoteOperands } from "./promotion.js";

/** The sine. @example sin(0).item() // 0. Source: numpy.sin. */
export const sin = (x: ArrayLike): NDArray => core.sin(promoteOperand(x, "inexact", "sin"));

/** The cosine. Source: numpy.cos. */
export const cos = (x: ArrayLike): NDArray => core.cos(promoteOperand(x, "inexact", "cos"));

/** The tangent. Source: numpy.tan. */
export const tan = (x: ArrayLike): NDArray => core.tan(promoteOperand(x, "inexact", "tan"));

/** The angle in [-pi/2, pi/2] whose sine is x; NaN outside [-1, 1]. Source: numpy.arcsin. */
export const arcsin = (x: ArrayLike): NDArray => core.asin(promoteOperand(x, "inexact", "arcsin"));

/** The angle in [0, pi] whose cosine is x; NaN outside [-1, 1]. Source: numpy.arccos. */
export const arccos = (x: ArrayLike): NDArray => core.acos(promoteOperand(x, "inexact", "arccos"));

/** The angle in [-pi/2, pi/2] whose tangent is x. Source: numpy.arctan. */
export const arctan = (x: ArrayLike): NDArray => core.atan(promoteOperand(x, "inexact", "arctan"));

/** The angle in [-pi, pi] of the point (x, y); y comes first. Source: numpy.arctan2. */
export function arctan2(y: ArrayLike, x: ArrayLike): NDArray {
  const [a, b] = promoteOperands("arctan2", [y, x], "inexact");
  return core.atan2(a, b);
}

/** (e^x - e^-x) / 2. Source: numpy.sinh. */
export const sinh = (x: ArrayLike): NDArray => core.sinh(promoteOperand(x, "inexact", "sinh"));

/** (e^x + e^-x) / 2. Source: numpy.cosh. */
export const cosh = (x: ArrayLike): NDArray => core.cosh(promoteOperand(x, "inexact", "cosh"));

/** sinh(x) / cosh(x). Source: numpy.tanh. */
export const tanh = (x: ArrayLike): NDArray => core.tanh(promoteOperand(x, "inexact", "tanh"));

/** The inverse of sinh. Source: numpy.arcsinh. */
export const arcsinh = (x: ArrayLike): NDArray => core.asinh(promoteOperand(x, "inexact", "arcsinh"));

/** The inverse of cosh, from 0 on; NaN below 1. Source: numpy.arccosh. */
export const arccosh = (x: ArrayLike): NDArray => core.acosh(promoteOperand(x, "inexact", "arccosh"));

/** The inverse of tanh; NaN outside [-1, 1]. Source: numpy.arctanh. */
export const arctanh = (x: ArrayLike): NDArray => core.atanh(promoteOperand(x, "inexact", "arctanh"));

/**
 * sin(pi x) / (pi x), 1 at 0. At 0 it is its own Taylor polynomial, so that derivatives there are right, to the ninth.
 * Source: numpy.sinc.
 *
 * @example sinc([0, 0.5]).js() // [1, 0.6366198]
 */
export function sinc(x: ArrayLike): NDArray {
  const a = promoteOperand(x, "inexact", "sinc");
  const angle = mul(literal(Math.PI, a.dtype), a);
  const isZero = eq(a, 0);
  const safe = select(isZero, 1, angle);
  // Away from 0 the series must not overflow: 0 times infinity would spoil the derivative.
  const squared = square(select(isZero, angle, 0));
  const series = [72, 42, 20, 6].reduce<NDArray>(
    (rest, n) => sub(1, mul(div(squared, n), rest)),
    literal(1, a.dtype),
  );
  return select(isZero, series, div(core.sin(safe), safe));
}
