/**
 * x * y + z rounded once, which JavaScript does not have.
 *
 * Both functions find the sum as a rounded part and an exact rest, fold the rest into the last bit of the rounded part
 * (rounding to odd) and let the final rounding see it: Boldo and Melquiond, "Emulation of a FMA and correctly rounded
 * sums: proved algorithms using rounding to odd", IEEE Transactions on Computers 57(4), 2008.
 */
import { fromWords, highWord, lowWord } from "./scalar.js";

/** The sum of a rounded `sum` and its exact `rest`, rounded to odd: an even last bit moves towards the rest. */
function roundToOdd(sum: number, rest: number): number {
  // A rest of 0 needs nothing; it is NaN where the sum is not finite.
  if (!(Math.abs(rest) > 0)) return sum;
  const low = lowWord(sum);
  if ((low & 1) === 1) return sum;
  const high = highWord(sum);
  if (rest > 0 === sum > 0) return fromWords(high, low + 1);
  return low === 0 ? fromWords(high - 1, 0xffffffff) : fromWords(high, low - 1);
}

/** What x + y lost when it was rounded to `sum` (Knuth's two-sum). */
function sumError(x: number, y: number, sum: number): number {
  const yRounded = sum - x;
  return x - (sum - yRounded) + (y - yRounded);
}

/** What x * y lost when it was rounded to `product` (Dekker, with Veltkamp's splitting). */
function productError(x: number, y: number, product: number): number {
  const xScaled = 134217729 * x;
  const yScaled = 134217729 * y;
  const xHigh = xScaled - (xScaled - x);
  const yHigh = yScaled - (yScaled - y);
  const xLow = x - xHigh;
  const yLow = y - yHigh;
  return xHigh * yHigh - product + xHigh * yLow + xLow * yHigh + xLow * yLow;
}

/** For float32 operands: their product is exact in double, and a double has the bits that rounding to odd needs. */
export function fma32(x: number, y: number, z: number): number {
  const product = x * y;
  const sum = product + z;
  return Math.fround(roundToOdd(sum, sumError(product, z, sum)));
}

/** Between these the splitting does not overflow and the error of the product does not underflow. */
const largest = 2 ** 995;
const smallest = 2 ** -900;

/** For float64 operands. */
export function fma64(x: number, y: number, z: number): number {
  const product = x * y;
  const magnitude = Math.abs(product);
  if (
    magnitude > smallest &&
    magnitude < largest &&
    Math.abs(x) < largest &&
    Math.abs(y) < largest &&
    Math.abs(z) < largest
  ) {
    const productRest = productError(x, y, product);
    const lower = z + productRest;
    const upper = product + lower;
    const lowerRest = sumError(z, productRest, lower);
    const upperRest = sumError(product, lower, upper);
    const rest = lowerRest + upperRest;
    return upper + roundToOdd(rest, sumError(lowerRest, upperRest, rest));
  }
  if (x === 0 || y === 0 || !Number.isFinite(x) || !Number.isFinite(y)) return product + z;
  // The product may have overflowed, or vanished, in its own rounding only.
  if (!Number.isFinite(z)) return z;
  return z === 0 ? product : exactFma(x, y, z);
}

/** A finite double as integer * 2^exponent. */
function integerAndExponent(x: number): readonly [bigint, number] {
  const high = highWord(x);
  const biased = (high >>> 20) & 0x7ff;
  const fraction = (BigInt((high & 0xfffff) | (biased === 0 ? 0 : 0x100000)) << 32n) | BigInt(lowWord(x));
  return [high < 0 ? -fraction : fraction, (biased === 0 ? 1 : biased) - 1075];
}

/** 2^exponent from 2^-1074 to 2^1023. */
const powerOfTwo = (exponent: number): number => {
  if (exponent >= -1022) return fromWords((exponent + 1023) << 20, 0);
  const bit = exponent + 1074;
  return bit < 32 ? fromWords(0, (1 << bit) >>> 0) : fromWords(1 << (bit - 32), 0);
};

/** In integers of any length, for the ends of the range. Operands are finite and not zero. */
function exactFma(x: number, y: number, z: number): number {
  const [xInteger, xExponent] = integerAndExponent(x);
  const [yInteger, yExponent] = integerAndExponent(y);
  const [zInteger, zExponent] = integerAndExponent(z);
  const productExponent = xExponent + yExponent;
  const exponent = Math.min(productExponent, zExponent);
  const sum =
    ((xInteger * yInteger) << BigInt(productExponent - exponent)) +
    (zInteger << BigInt(zExponent - exponent));
  if (sum === 0n) return 0;
  const magnitude = sum < 0n ? -sum : sum;
  const lastExponent = Math.max(exponent + magnitude.toString(2).length - 53, -1074);
  const rounded = roundedShift(magnitude, lastExponent - exponent);
  const value =
    lastExponent > 971
      ? Number.POSITIVE_INFINITY
      : Number(rounded) * powerOfTwo(Math.max(lastExponent, -1074));
  return sum < 0n ? -value : value;
}

/** magnitude / 2^shift to the nearest integer, ties to even. */
function roundedShift(magnitude: bigint, shift: number): bigint {
  if (shift <= 0) return magnitude << BigInt(-shift);
  const quotient = magnitude >> BigInt(shift);
  const twiceRest = (magnitude - (quotient << BigInt(shift))) << 1n;
  const one = 1n << BigInt(shift);
  return twiceRest > one || (twiceRest === one && (quotient & 1n) === 1n) ? quotient + 1n : quotient;
}
