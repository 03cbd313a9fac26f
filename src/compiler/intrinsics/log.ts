/**
 * log x and log(1 + x), after fdlibm's e_log.c and s_log1p.c: x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), and
 * log(1 + f) = log((1 + s) / (1 - s)) with s = f / (2 + f), that is 2 s + s R(s²) = f - (f²/2 - s (f²/2 + R(s²))).
 */
import type { BlockBuilder } from "../../ir/block-builder.js";
import { add, div, eq, ge, gt, lt, mul, select, sub } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import { twoSum } from "./double-word.js";
import type { ByFloat, Coefficients } from "./floating-point.js";
import { decompose, keepZero, like, ln2Hi, ln2Lo, pick, polynomial, toFloat } from "./floating-point.js";

/** R(z) = z P(z), 0 <= z <= 0.0295. Minimax relative to 2 (Remez): 2^-30.2 and 2^-59.1. */
const logTail: ByFloat<Coefficients> = {
  float32: [0.66666776, 0.39977568, 0.29871458],
  float64: [
    0.6666666666666735, 0.39999999999411134, 0.28571428743257365, 0.22222198476412983, 0.18183569718043974,
    0.15313903858681427, 0.14797500746766049,
  ],
};

/** k ln 2 + log(1 + f) + c. */
function logOfParts(b: BlockBuilder, k: Expr, f: Expr, c: Expr): Expr {
  const s = b.local(div(f, add(like(f, 2), f)));
  const z = b.local(mul(s, s));
  const halfSquare = b.local(mul(mul(f, f), like(f, 0.5)));
  const low = add(mul(k, pick(f, ln2Lo)), c);
  const inner = add(mul(s, add(halfSquare, mul(z, polynomial(z, logTail)))), low);
  return sub(mul(k, pick(f, ln2Hi)), sub(sub(halfSquare, inner), f));
}

/** `y` where 0 < x < infinity; else what a logarithm is there. */
function logSpecial(x: Expr, y: Expr): Expr {
  const infinity = like(x, Number.POSITIVE_INFINITY);
  const nonPositive = select(eq(x, like(x, 0)), like(x, Number.NEGATIVE_INFINITY), like(x, Number.NaN));
  return select(gt(x, like(x, 0)), select(lt(x, infinity), y, x), nonPositive);
}

export function log(b: BlockBuilder, x: Expr): Expr {
  const { significand, exponent } = decompose(b, x);
  const f = b.local(sub(significand, like(x, 1)));
  return logSpecial(x, logOfParts(b, b.local(toFloat(x, exponent)), f, like(x, 0)));
}

/** From here on, 1 + x rounds to x. */
const oneIsLost: ByFloat<number> = { float32: 2 ** 25, float64: 2 ** 54 };

/** With 1 + x = u + e exactly: log u + e / u. Where u lies between the square roots, f is x itself. */
export function log1p(b: BlockBuilder, x: Expr): Expr {
  const one = like(x, 1);
  const u = twoSum(b, one, x);
  const { significand, exponent } = decompose(b, u.hi);
  const k = b.local(toFloat(x, exponent));
  const nearOne = b.local(eq(k, like(x, 0)));
  const f = b.local(select(nearOne, x, sub(significand, one)));
  const zero = like(x, 0);
  const c = b.local(select(nearOne, zero, select(ge(x, pick(x, oneIsLost)), zero, div(u.lo, u.hi))));
  return keepZero(x, logSpecial(u.hi, logOfParts(b, k, f, c)));
}
