/** x y + z rounded once, by whole numbers of any size. */
import type { DType } from "../../src/ir/dtype.js";
import { bitsAs } from "./plain.js";

/** x = mantissa 2^exponent */
interface Binary {
  readonly mantissa: bigint;
  readonly exponent: number;
}

export function exactFma(dtype: DType, x: number, y: number, z: number): number {
  if (![x, y, z].every(Number.isFinite)) return x * y + z;
  const [a, b, c] = [x, y, z].map(binaryOf);
  const exponent = Math.min(a.exponent + b.exponent, c.exponent);
  const mantissa =
    shifted(a.mantissa * b.mantissa, a.exponent + b.exponent - exponent) +
    shifted(c.mantissa, c.exponent - exponent);
  // What is exactly zero has the sign that the rounded sum has.
  return mantissa === 0n ? x * y + z : nearest(dtype === "float32" ? 24 : 53, { mantissa, exponent });
}

const shifted = (mantissa: bigint, by: number): bigint => mantissa << BigInt(by);

function binaryOf(x: number): Binary {
  const [low, high] = bitsAs("float64", [x], "uint32");
  const biased = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(low);
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: x < 0 ? -magnitude : magnitude, exponent: Math.max(biased, 1) - 1075 };
}

/** To this many bits, ties to even. Numbers in the range of normal float32 only, which the draws are. */
function nearest(bits: number, { mantissa, exponent }: Binary): number {
  const magnitude = mantissa < 0n ? -mantissa : mantissa;
  const excess = magnitude.toString(2).length - bits;
  const sign = mantissa < 0n ? -1 : 1;
  if (excess <= 0) return sign * Number(magnitude) * 2 ** exponent;
  const unit = 1n << BigInt(excess);
  const [whole, rest] = [magnitude / unit, magnitude % unit];
  const isUp = 2n * rest > unit || (2n * rest === unit && whole % 2n === 1n);
  return sign * Number(whole + (isUp ? 1n : 0n)) * 2 ** (exponent + excess);
}
