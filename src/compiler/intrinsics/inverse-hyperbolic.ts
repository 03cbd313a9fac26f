/** asinh, acosh and atanh, from log(1 + x), so that nothing cancels near 0 (fdlibm's s_asinh.c, e_acosh.c, e_atanh.c). */
import type { BlockBuilder } from "../../ir/block-builder.js";
import { abs, add, div, gt, lt, mul, select, sqrt, sub } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { ByFloat } from "./floating-point.js";
import { like, odd, pick } from "./floating-point.js";
import { log1p } from "./log.js";

/** From here on sqrt(x² ± 1) rounds to x, and the logarithm of 2 x is log(1 + x) + log 2. */
const large: ByFloat<number> = { float32: 2 ** 30, float64: 2 ** 60 };
const isLarge = (x: Expr): Expr => gt(x, pick(x, large));

/** log(1 + w), and log 2 more where `far`. */
function logOf(b: BlockBuilder, w: Expr, far: Expr): Expr {
  const y = log1p(b, b.local(w));
  return add(y, select(far, like(w, Math.LN2), like(w, 0)));
}

/** asinh x = log(x + sqrt(x² + 1)) = log(1 + x + x² / (1 + sqrt(x² + 1))). */
export function asinh(b: BlockBuilder, x: Expr): Expr {
  const one = like(x, 1);
  const magnitude = b.local(abs(x));
  const far = b.local(isLarge(magnitude));
  const square = b.local(mul(x, x));
  const w = add(magnitude, div(square, add(one, sqrt(add(square, one)))));
  return odd(x, b.local(logOf(b, select(far, magnitude, w), far)));
}

/** acosh x = log(x + sqrt(x² - 1)) = log(1 + t + sqrt(2 t + t²)) with t = x - 1; NaN below 1. */
export function acosh(b: BlockBuilder, x: Expr): Expr {
  const one = like(x, 1);
  const far = b.local(isLarge(x));
  const t = b.local(sub(x, one));
  const w = add(t, sqrt(add(add(t, t), mul(t, t))));
  const y = logOf(b, select(far, x, w), far);
  return select(lt(x, one), like(x, Number.NaN), y);
}

/** atanh x = log((1 + x) / (1 - x)) / 2 = log(1 + 2 x / (1 - x)) / 2; NaN beyond ±1. */
export function atanh(b: BlockBuilder, x: Expr): Expr {
  const one = like(x, 1);
  const magnitude = b.local(abs(x));
  const w = div(add(magnitude, magnitude), sub(one, magnitude));
  return odd(x, b.local(mul(log1p(b, b.local(w)), like(x, 0.5))));
}
