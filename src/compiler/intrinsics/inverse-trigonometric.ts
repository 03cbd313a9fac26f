/** asin, acos, atan and atan2. */
import type { BlockBuilder } from "../../ir/block-builder.js";
import { abs, add, and, div, eq, ge, lt, max, min, mul, neg, select, sqrt, sub } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { ByFloat, Coefficients } from "./floating-point.js";
import { like, odd, pick, polynomial, signBit } from "./floating-point.js";

/** asin u = u + u³ P(u²), 0 <= u <= 1/2. Minimax relative to u (Remez): 2^-27.6 and 2^-55.7. */
const asinTail: ByFloat<Coefficients> = {
  float32: [0.16666754, 0.0749525, 0.045476552, 0.02414862, 0.042219084],
  float64: [
    0.16666666666665375, 0.07500000000344817, 0.04464285682196148, 0.030381959396006655, 0.022371751927587984,
    0.017359795759621478, 0.013884349579757232, 0.01217494672920743, 0.006503505331089798,
    0.01959437240617001, -0.01632672819555285, 0.03198170521050107,
  ],
};

/** atan t = t + t³ P(t²), |t| <= 7/16. Minimax relative to t (Remez): 2^-29.5 and 2^-56.9. */
const atanTail: ByFloat<Coefficients> = {
  float32: [-0.33333305, 0.19997786, -0.14230177, 0.10493465, -0.05822616],
  float64: [
    -0.33333333333332926, 0.19999999999875637, -0.14285714272430416, 0.11111110402251052,
    -0.09090887051213092, 0.0769187489378422, -0.06661059721730231, 0.05833482067140149, -0.04976519491160892,
    0.036523336653341745, -0.016277660593348887,
  ],
};

/** What is lost when π/2 and π are rounded. */
const halfPiLow: ByFloat<number> = { float32: -4.371139e-8, float64: 6.123233995736766e-17 };
const piLow: ByFloat<number> = { float32: -8.742278e-8, float64: 1.2246467991473532e-16 };

/**
 * What asin and acos share. `u` is |x| up to 1/2; above, it is sqrt((1 - |x|) / 2), because
 * asin |x| = π/2 - 2 asin u. `tail` is asin u - u.
 */
function asinParts(b: BlockBuilder, x: Expr) {
  const magnitude = b.local(abs(x));
  const far = b.local(ge(magnitude, like(x, 0.5)));
  const half = mul(sub(like(x, 1), magnitude), like(x, 0.5));
  const z = b.local(select(far, half, mul(x, x)));
  const u = b.local(select(far, sqrt(z), magnitude));
  return { far, u, tail: b.local(mul(mul(u, z), polynomial(z, asinTail))) };
}

export function asin(b: BlockBuilder, x: Expr): Expr {
  const { far, u, tail } = asinParts(b, x);
  const two = like(x, 2);
  const nearOne = sub(sub(like(x, Math.PI / 2), mul(two, u)), sub(mul(two, tail), pick(x, halfPiLow)));
  return odd(x, b.local(select(far, nearOne, add(u, tail))));
}

/** acos x = 2 asin u for x >= 1/2, π - 2 asin u for x <= -1/2, π/2 - asin x between. */
export function acos(b: BlockBuilder, x: Expr): Expr {
  const { far, u, tail } = asinParts(b, x);
  const two = like(x, 2);
  const negative = b.local(lt(x, like(x, 0)));
  const double = b.local(mul(two, add(u, tail)));
  const nearMinusOne = sub(sub(like(x, Math.PI), mul(two, u)), sub(mul(two, tail), pick(x, piLow)));
  const signedTail = select(negative, neg(tail), tail);
  const middle = sub(like(x, Math.PI / 2), add(x, sub(signedTail, pick(x, halfPiLow))));
  return select(far, select(negative, nearMinusOne, double), middle);
}

interface AtanRange {
  /** The range ends below this |x|. */
  readonly end: number;
  /** t = (a x + b) / (c x + d), so that atan x = atan(centre) + atan t with |t| <= 7/16. */
  readonly t: readonly [a: number, b: number, c: number, d: number];
  readonly centre: ByFloat<number>;
  readonly centreLow: ByFloat<number>;
}

/** The ranges of fdlibm's s_atan.c, around 0, 1/2, 1, 3/2 and infinity. */
const atanRanges: readonly AtanRange[] = [
  {
    end: 7 / 16,
    t: [1, 0, 0, 1],
    centre: { float32: 0, float64: 0 },
    centreLow: { float32: 0, float64: 0 },
  },
  {
    end: 11 / 16,
    t: [2, -1, 1, 2],
    centre: { float32: 0.4636476, float64: 0.4636476090008061 },
    centreLow: { float32: 5.0121587e-9, float64: 2.2698777452961687e-17 },
  },
  {
    end: 19 / 16,
    t: [1, -1, 1, 1],
    centre: { float32: 0.7853982, float64: 0.7853981633974483 },
    centreLow: { float32: -2.1855694e-8, float64: 3.061616997868383e-17 },
  },
  {
    end: 39 / 16,
    t: [1, -1.5, 1.5, 1],
    centre: { float32: 0.98279375, float64: 0.982793723247329 },
    centreLow: { float32: -2.5131424e-8, float64: 1.3903311031230998e-17 },
  },
  {
    end: Number.POSITIVE_INFINITY,
    t: [0, -1, 1, 0],
    centre: { float32: 1.5707964, float64: 1.5707963267948966 },
    centreLow: halfPiLow,
  },
];

/** atan x for x >= 0. */
function atanOfMagnitude(b: BlockBuilder, x: Expr): Expr {
  const inRange = atanRanges.slice(0, -1).map(({ end }) => b.local(lt(x, like(x, end))));
  const choose = (value: (range: AtanRange) => Expr): Expr => {
    const values = atanRanges.map(value);
    return inRange.reduceRight<Expr>(
      (rest, test, i) => select(test, values[i], rest),
      values[values.length - 1],
    );
  };
  /** a x + c, without the product where it is none. */
  const linear = (a: number, c: number): Expr => {
    if (a === 0) return like(x, c);
    const product = a === 1 ? x : mul(x, like(x, a));
    return c === 0 ? product : add(product, like(x, c));
  };
  const t = b.local(
    div(
      choose((range) => linear(range.t[0], range.t[1])),
      choose((range) => linear(range.t[2], range.t[3])),
    ),
  );
  const z = b.local(mul(t, t));
  const tail = add(
    mul(mul(t, z), polynomial(z, atanTail)),
    choose((range) => pick(x, range.centreLow)),
  );
  return add(
    choose((range) => pick(x, range.centre)),
    add(t, tail),
  );
}

export const atan = (b: BlockBuilder, x: Expr): Expr => odd(x, b.local(atanOfMagnitude(b, b.local(abs(x)))));

/** The angle of the point (x, y). Zeros are signed, and infinite coordinates count as equal. */
export function atan2(b: BlockBuilder, y: Expr, x: Expr): Expr {
  const one = like(x, 1);
  const zero = like(x, 0);
  const dx = b.local(abs(x));
  const dy = b.local(abs(y));
  const infinity = like(x, Number.POSITIVE_INFINITY);
  const bothInfinite = eq(min(dx, dy), infinity);
  const bothZero = eq(max(dx, dy), zero);
  const ratio = b.local(select(bothInfinite, one, select(bothZero, zero, div(dy, dx))));
  const angle = b.local(atanOfMagnitude(b, ratio));
  const obtuse = sub(like(x, Math.PI), sub(angle, pick(x, piLow)));
  const isObtuse = and(signBit(x), lt(ratio, infinity)); // π - π/2 would not be π/2 to the last bit
  const magnitude = b.local(select(isObtuse, obtuse, angle));
  const isNumber = and(eq(x, x), eq(y, y));
  return select(isNumber, select(signBit(y), neg(magnitude), magnitude), add(x, y));
}
