/**
 * The scalar operations of LoopIR that JavaScript has no operator for, on numbers that already have their dtype.
 *
 * Everything here is exact integer or bit arithmetic, so that every engine gives the same answer. The interpreter, the
 * constant folder and the text of the js target call the same functions: their meaning is written once.
 */

/** The bytes through which a number is seen as another type. Engines that run typed arrays are little-endian. */
const bytes = new ArrayBuffer(8);
const asFloat32 = new Float32Array(bytes);
const asFloat64 = new Float64Array(bytes);
const asInt32 = new Int32Array(bytes);
const asUint32 = new Uint32Array(bytes);

/** x / 0 is -1; INT_MIN / -1 wraps. */
export const divideInt32 = (x: number, y: number): number => (y === 0 ? -1 : (x / y) | 0);
/** x / 0 is all ones. */
export const divideUint32 = (x: number, y: number): number => (y === 0 ? 4294967295 : (x / y) >>> 0);
/** The sign of x; x % 0 is x. */
export const remainderInt32 = (x: number, y: number): number => (y === 0 ? x : (x % y) | 0);
/** x % 0 is x. */
export const remainderUint32 = (x: number, y: number): number => (y === 0 ? x : (x % y) >>> 0);

/** An int32; 0 for shifts by 32 or more, which a negative shift is when read without its sign. */
export const shiftLeft = (x: number, y: number): number => (y >>> 0 < 32 ? x << y : 0);
/** Arithmetic; the sign for shifts by 32 or more. */
export const shiftRightInt32 = (x: number, y: number): number => x >> (y >>> 0 < 32 ? y : 31);
/** Logical; 0 for shifts by 32 or more. */
export const shiftRightUint32 = (x: number, y: number): number => (y >>> 0 < 32 ? x >>> y : 0);

/** The upper word of the product of two uint32, from four products of half words. */
export function mulHighUint32(x: number, y: number): number {
  const xLow = x & 0xffff;
  const xHigh = x >>> 16;
  const yLow = y & 0xffff;
  const yHigh = y >>> 16;
  const crossX = Math.imul(xHigh, yLow);
  const crossY = Math.imul(xLow, yHigh);
  const middle = (Math.imul(xLow, yLow) >>> 16) + (crossX & 0xffff) + (crossY & 0xffff);
  return (Math.imul(xHigh, yHigh) + (crossX >>> 16) + (crossY >>> 16) + (middle >>> 16)) >>> 0;
}

/** The upper word of the product of two int32: a negative factor counts 2^32 too much when read without its sign. */
export const mulHighInt32 = (x: number, y: number): number =>
  (mulHighUint32(x, y) - (x < 0 ? y : 0) - (y < 0 ? x : 0)) | 0;

/** The number of bits that are set: sums of neighbours in fields of 2, 4 and 8 bits. */
export function popcount(x: number): number {
  const pairs = x - ((x >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** To the nearest integer, ties to the even one; keeps the sign of zero. Above 2^52 every double is an integer. */
export function roundTiesToEven(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < 4503599627370496) || x === 0) return x;
  const rounded = magnitude + 4503599627370496 - 4503599627370496;
  return x < 0 ? -rounded : rounded;
}

/** Truncates and saturates; NaN gives 0. */
export const saturateInt32 = (x: number): number =>
  x >= 2147483647 ? 2147483647 : x <= -2147483648 ? -2147483648 : x | 0;
/** Truncates and saturates; NaN gives 0. */
export const saturateUint32 = (x: number): number => (x >= 4294967295 ? 4294967295 : x <= 0 ? 0 : x >>> 0);

/** The bits of a float32 as an int32; every NaN gives the same bits. */
export function float32Bits(x: number): number {
  if (x !== x) return 0x7fc00000;
  asFloat32[0] = x;
  return asInt32[0];
}

/** The float32 with these bits. */
export function float32FromBits(bits: number): number {
  asInt32[0] = bits;
  return asFloat32[0];
}

/** Sign, exponent and the upper 20 bits of the fraction, as an int32; every NaN gives the same bits. */
export function highWord(x: number): number {
  if (x !== x) return 0x7ff80000;
  asFloat64[0] = x;
  return asInt32[1];
}

/** The lower 32 bits of the fraction, as a uint32; 0 for NaN. */
export function lowWord(x: number): number {
  if (x !== x) return 0;
  asFloat64[0] = x;
  return asUint32[0];
}

/** The float64 with these words. */
export function fromWords(high: number, low: number): number {
  asInt32[1] = high;
  asUint32[0] = low;
  return asFloat64[0];
}
