/**
 * x = q π/2 + r with |r| <= π/4 for the circular functions, r to nearly twice the precision: r can be as small as
 * 2^-29 (float32) or 2^-61 (float64) and still needs all its bits.
 *
 * Below a threshold: Cody and Waite's reduction with π/2 in four parts. Above: Payne and Hanek's, "Radian reduction for
 * trigonometric functions", SIGNUM Newsletter 18 (1983): x = M 2^E with an integer M, and those bits of 2/π that weigh
 * 4 or more after multiplication by 2^E only add whole turns, so a window of 2/π times M modulo 2^w is enough.
 */
import type { BlockBuilder } from "../../ir/block-builder.js";
import {
  add,
  and,
  binary,
  bitcast,
  cast,
  freshId,
  ge,
  gt,
  i32,
  load,
  lt,
  max,
  mul,
  neg,
  or,
  rawBits,
  rawWord,
  select,
  shl,
  shr,
  sub,
  u32,
  xor,
} from "../../ir/expr.js";
import type { ConstantBuffer, Expr } from "../../ir/loop-ir.js";
import type { DoubleWord } from "./double-word.js";
import { doubleWord, fastTwoSum, multiply } from "./double-word.js";
import type { ByFloat } from "./floating-point.js";
import { floatDType, like, nearestInteger, pick } from "./floating-point.js";

/** |x| up to here goes the short way: q < 2^11 or 2^20. */
const threshold: ByFloat<number> = { float32: 3200, float64: 1.6e6 };

/**
 * π/2 in parts. The first two reach down to 2^-24 (2^-53), in pieces whose product with q is exact, so that
 * x - q part0 - q part1 is exact too; the third's product is exact, the fourth rounds at 2^-52 (2^-120).
 */
const halfPiParts: readonly ByFloat<number>[] = [
  { float32: 1.57080078125, float64: 1.5707963267341256 },
  { float32: -4.470348358154297e-6, float64: 6.077105485502443e-11 },
  { float32: 1.5890691429376602e-8, float64: -4.9789962508669555e-17 },
  { float32: 2.563344e-12, float64: 3.5215598651832e-27 },
];

const halfPi = {
  hi: { float32: 1.5707964, float64: 1.5707963267948966 },
  lo: { float32: -4.371139e-8, float64: 6.123233995736766e-17 },
};

/** The bits of 2/π after its point, most significant word first, behind 64 zeros (for E below 0). */
// biome-ignore format: a table
const twoOverPiWords = [
  0x00000000, 0x00000000, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041,
  0xfe5163ab, 0xdebbc561, 0xb7246e3a, 0x424dd2e0, 0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e,
  0xe88235f5, 0x2ebb4484, 0xe99c7026, 0xb45f7e41, 0x3991d639, 0x835339f4, 0x9c845f8b, 0xbdf9283b,
  0x1ff897ff, 0xde05980f, 0xef2f118b, 0x5a0a6d1f, 0x6d367ecf, 0x27cb09b7, 0x4f463f66, 0x9e5fea2d,
  0x7527bac7, 0xebe5f17b, 0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1, 0x1f8d5d08, 0x56033046, 0xfc7b6bab,
];

/** The table that a function reads when it reduces its argument here. */
export const twoOverPi: ConstantBuffer = {
  id: freshId(),
  dtype: "uint32",
  size: twoOverPiWords.length,
  role: "constant",
  values: Uint32Array.from(twoOverPiWords),
};

/** The quadrant q as an int32, of which only q mod 4 counts. */
interface Quadrant {
  readonly quadrant: Expr;
}

export interface OneWord extends Quadrant {
  readonly r: Expr;
}

/** x >= 0 reduced to r = hi + lo; NaN for infinite x. */
export function reduceByHalfPi(b: BlockBuilder, x: Expr): DoubleWord & Quadrant {
  const { exact, third, fourth, integer } = reduceNear(b, x);
  const hi = b.local(sub(exact, third));
  // Exact also where |third| is the larger: then all three have few enough bits.
  const lo = b.local(sub(sub(sub(exact, hi), third), fourth));
  const quadrant = b.local(integer);
  b.if(isFar(x), (far) => {
    const r = reduceFar(far, x);
    far.assign(hi, r.hi);
    far.assign(lo, add(r.lo, sub(x, x))); // x - x: NaN for infinity
    far.assign(quadrant, r.quadrant);
  });
  return { hi, lo, quadrant };
}

/** Whether x >= 0 is too large for `reduceNearToOneWord`. */
export const isFar = (x: Expr): Expr => gt(x, pick(x, threshold));

/** x >= 0 that is not far to one unit in the last place of r: of two last roundings, one is exact or the other tiny. */
export function reduceNearToOneWord(b: BlockBuilder, x: Expr): OneWord {
  const { exact, third, fourth, integer } = reduceNear(b, x);
  return { r: b.local(sub(sub(exact, third), fourth)), quadrant: integer };
}

/** The same for x that is far; NaN for infinity. */
export function reduceFarToOneWord(b: BlockBuilder, x: Expr): OneWord {
  const { hi, lo, quadrant } = reduceFar(b, x);
  return { r: b.local(add(hi, add(lo, sub(x, x)))), quadrant }; // x - x: NaN for infinity
}

/** r = exact - third - fourth, up to the threshold. */
function reduceNear(b: BlockBuilder, x: Expr) {
  const { value, biased } = nearestInteger(b, mul(x, like(x, 2 / Math.PI)));
  const [part0, part1, part2, part3] = halfPiParts.map((part) => mul(value, pick(x, part)));
  return {
    exact: b.local(sub(sub(x, part0), part1)),
    third: b.local(part2),
    fourth: part3,
    integer: biased,
  };
}

/** x > 0 as M 2^(position - 62), with the words of the integer M least significant first. */
function integerParts(
  b: BlockBuilder,
  x: Expr,
): { readonly words: readonly Expr[]; readonly position: Expr } {
  // A window at bit `position` of the table starts with the bit that weighs 2 after multiplication by 2^E.
  switch (floatDType(x)) {
    case "float32": {
      const bits = b.local(rawBits(x));
      const mantissa = or(and(bits, i32(0x7fffff)), i32(0x800000));
      return {
        words: [b.local(bitcast(mantissa, "uint32"))],
        position: sub(shr(bits, i32(23)), i32(127 + 23 - 62)),
      };
    }
    case "float64": {
      const high = b.local(rawWord("highWord", x));
      const mantissa = or(and(high, i32(0xfffff)), i32(0x100000));
      return {
        words: [b.local(rawWord("lowWord", x)), b.local(bitcast(mantissa, "uint32"))],
        position: sub(shr(high, i32(20)), i32(1023 + 52 - 62)),
      };
    }
  }
}

/** `count` words of 2/π from the bit at `position` on, most significant first. */
function windowOfTwoOverPi(b: BlockBuilder, position: Expr, count: number): readonly Expr[] {
  const first = b.local(shr(position, i32(5)));
  const left = b.local(cast(and(position, i32(31)), "uint32"));
  const right = b.local(sub(u32(32), left));
  const words = Array.from({ length: count + 1 }, (_, i) => b.local(load(twoOverPi, add(first, i32(i)))));
  return words.slice(1).map((next, i) => b.local(or(shl(words[i], left), shr(next, right))));
}

/** x y modulo 2^(32 y.length); words least significant first. The schoolbook method. */
function multiplyWords(b: BlockBuilder, x: readonly Expr[], y: readonly Expr[]): readonly Expr[] {
  const product: Expr[] = y.map(() => u32(0));
  x.forEach((digit, i) => {
    let carry: Expr = u32(0);
    for (let k = i; k < y.length; k++) {
      const other = y[k - i];
      const low = b.local(mul(digit, other));
      const withCarry = b.local(add(low, carry));
      const sum = b.local(add(withCarry, product[k]));
      const overflows = add(cast(lt(withCarry, low), "uint32"), cast(lt(sum, withCarry), "uint32"));
      if (k + 1 < y.length) carry = b.local(add(binary("mulHigh", digit, other), overflows));
      product[k] = sum;
    }
  });
  return product;
}

/** Words in the window: 2^-70 and 2^-137 of a quarter turn are left. */
const windowWords: ByFloat<number> = { float32: 3, float64: 6 };
/** Words of the fraction that are kept. */
const fractionWords: ByFloat<number> = { float32: 2, float64: 4 };

function reduceFar(b: BlockBuilder, x: Expr): DoubleWord & Quadrant {
  const dtype = floatDType(x);
  const { words, position } = integerParts(b, x);
  const clamped = b.local(max(position, i32(0))); // where lanes share this path, some have no business in it
  const window = windowOfTwoOverPi(b, clamped, windowWords[dtype]);
  // x 2/π modulo 4: two bits, the point, the rest.
  const product = [...multiplyWords(b, words, [...window].reverse())].reverse();
  const quadrant = b.local(bitcast(shr(add(product[0], u32(0x20000000)), u32(30)), "int32"));
  const fraction = product
    .slice(0, fractionWords[dtype])
    .map((word, i) => b.local(or(shl(word, u32(2)), shr(product[i + 1], u32(30)))));
  // From 1/2 on, the quadrant was rounded up: what is left is fraction - 1, here up to one in the last bit.
  const negative = b.local(ge(fraction[0], u32(0x80000000)));
  const flip = b.local(select(negative, u32(0xffffffff), u32(0)));
  const turn = joinWords(
    b,
    x,
    fraction.map((word) => b.local(xor(word, flip))),
  );
  const r = multiply(b, turn, doubleWord(x, halfPi));
  return {
    hi: select(negative, neg(r.hi), r.hi),
    lo: select(negative, neg(r.lo), r.lo),
    quadrant,
  };
}

/** The fraction 0.w0 w1 ... as a double word. Pieces that fit the precision, so that every sum of two is exact. */
function joinWords(b: BlockBuilder, x: Expr, words: readonly Expr[]): DoubleWord {
  const dtype = floatDType(x);
  const pieceBits = dtype === "float32" ? 16 : 32;
  const pieces =
    dtype === "float32" ? words.flatMap((word) => [shr(word, u32(16)), and(word, u32(0xffff))]) : words;
  const [p0, p1, p2, p3] = pieces.map((piece, i) =>
    b.local(mul(cast(piece, dtype), like(x, 2 ** (-pieceBits * (i + 1))))),
  );
  const high = fastTwoSum(b, p0, p1);
  return fastTwoSum(b, high.hi, b.local(add(high.lo, add(p2, p3))));
}
