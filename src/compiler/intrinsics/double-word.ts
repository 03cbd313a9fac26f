/**
 * Error-free transformations: sums and products as unevaluated pairs hi + lo with |lo| <= ulp(hi) / 2, twice the
 * precision without a wider type. Knuth, The Art of Computer Programming 2, 4.2.2; Dekker, "A floating-point technique
 * for extending the available precision", Numerische Mathematik 18 (1971).
 */
import type { BlockBuilder } from "../../ir/block-builder.js";
import { add, mul, sub } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { ByFloat } from "./floating-point.js";
import { like, pick } from "./floating-point.js";

export interface DoubleWord {
  readonly hi: Expr;
  readonly lo: Expr;
}

/** x + y exactly, for variables with |x| >= |y| or x = 0. */
export function fastTwoSum(b: BlockBuilder, x: Expr, y: Expr): DoubleWord {
  const hi = b.local(add(x, y));
  return { hi, lo: b.local(sub(y, sub(hi, x))) };
}

/** x + y exactly. */
export function twoSum(b: BlockBuilder, x: Expr, y: Expr): DoubleWord {
  const hi = b.local(add(x, y));
  const yRounded = b.local(sub(hi, x));
  return { hi, lo: b.local(add(sub(x, sub(hi, yRounded)), sub(y, yRounded))) };
}

/** 2^ceil(p/2) + 1, where p is the precision. */
const splitter: ByFloat<number> = { float32: 4097, float64: 134217729 };

/** x as a sum of two numbers of half the precision (Veltkamp), for |x| below the overflow of splitter * x. */
export function split(b: BlockBuilder, x: Expr): DoubleWord {
  const scaled = b.local(mul(x, pick(x, splitter)));
  const hi = b.local(sub(scaled, sub(scaled, x)));
  return { hi, lo: b.local(sub(x, hi)) };
}

/** x y exactly, where nothing over- or underflows. */
export function twoProduct(b: BlockBuilder, x: Expr, y: Expr): DoubleWord {
  const hi = b.local(mul(x, y));
  const xs = split(b, x);
  const ys = x === y ? xs : split(b, y);
  const rest = add(add(sub(mul(xs.hi, ys.hi), hi), mul(xs.hi, ys.lo)), mul(xs.lo, ys.hi));
  return { hi, lo: b.local(add(rest, mul(xs.lo, ys.lo))) };
}

/** x y to nearly twice the precision. */
export function multiply(b: BlockBuilder, x: DoubleWord, y: DoubleWord): DoubleWord {
  const { hi, lo } = twoProduct(b, x.hi, y.hi);
  return fastTwoSum(b, hi, b.local(add(lo, add(mul(x.hi, y.lo), mul(x.lo, y.hi)))));
}

/** A constant that has more bits than one word. */
export const doubleWord = (
  x: Expr,
  { hi, lo }: { readonly hi: ByFloat<number>; readonly lo: ByFloat<number> },
): DoubleWord => ({
  hi: pick(x, hi),
  lo: pick(x, lo),
});

/** 2^k (hi + lo) for a power of two given as a number. */
export const timesPowerOfTwo = ({ hi, lo }: DoubleWord, power: number): DoubleWord => ({
  hi: mul(hi, like(hi, power)),
  lo: mul(lo, like(lo, power)),
});
