/** Where functions are measured: the same points at every run. */
import type { FloatDType } from "../../src/compiler/intrinsics/floating-point.js";

/** Draws from [0, 1). */
export type Random = () => number;

/** A generator of 32 bits (T. Ettinger's mulberry32), twice for a double. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  return () => (word() * 2 ** 21 + (word() >>> 11)) * 2 ** -53;
}

export const uniform = (random: Random, from: number, to: number): number => from + (to - from) * random();

/** Any finite number but 0, all exponents alike. */
export function logUniform(random: Random, dtype: FloatDType): number {
  const largest =
    dtype === "float32" ? ordinal("float32", 3.4028234663852886e38) : ordinal("float64", Number.MAX_VALUE);
  const magnitude = fromOrdinal(dtype, BigInt(Math.floor(random() * Number(largest) * 0.999)) + 1n);
  return random() < 0.5 ? -magnitude : magnitude;
}

const view = new DataView(new ArrayBuffer(8));

/** Floats in order as integers: neighbours differ by one, both zeros are 0. */
export function ordinal(dtype: FloatDType, x: number): bigint {
  if (dtype === "float32") view.setFloat32(0, x);
  else view.setFloat64(0, x);
  const bits = dtype === "float32" ? BigInt(view.getInt32(0)) : view.getBigInt64(0);
  const magnitude = BigInt.asUintN(dtype === "float32" ? 31 : 63, bits);
  return bits < 0n ? -magnitude : magnitude;
}

export function fromOrdinal(dtype: FloatDType, n: bigint): number {
  const magnitude = n < 0n ? -n : n;
  if (dtype === "float32") view.setUint32(0, Number(magnitude));
  else view.setBigUint64(0, magnitude);
  const x = dtype === "float32" ? view.getFloat32(0) : view.getFloat64(0);
  return n < 0n ? -x : x;
}

/**
 * Multiples of `period` in all sizes, as doubles: k and k 2^e for small k, and Kahan's arguments, which of all floats and
 * doubles come nearest to a multiple of π/2.
 */
export const nearMultiples = (period: number, count: number): readonly number[] => [
  ...Array.from({ length: count }, (_, k) => k * period),
  ...Array.from({ length: count }, (_, k) => 2 ** (k / 2) * period),
  3200,
  1.6e6,
  16367173 * 2 ** 72,
  6381956970095103 * 2 ** 797,
];

/** A stretch of the numbers between two ends: shares of the way in their order, where 0 is `from` and 1 is `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/** Fills `column` with numbers of the stretch that are equally far apart in their order. */
export function fillSpread(dtype: FloatDType, column: Float64Array, { from, to, start, end }: Stretch): void {
  const first = ordinal(dtype, from);
  const extent = ordinal(dtype, to) - first;
  const shareAt = (i: number): number => start + ((end - start) * i) / column.length;
  if (dtype === "float64") {
    for (let i = 0; i < column.length; i++) {
      const share = BigInt(Math.floor(shareAt(i) * 2 ** 53));
      column[i] = fromOrdinal(dtype, first + ((extent * share) >> 53n));
    }
    return;
  }
  // The same without integers of any size, since floats are measured by the million.
  const [firstNumber, extentNumber] = [Number(first), Number(extent)];
  const floats = new Float32Array(column.length);
  const words = new Uint32Array(floats.buffer);
  for (let i = 0; i < column.length; i++) {
    const n = firstNumber + Math.floor(extentNumber * shareAt(i));
    words[i] = n < 0 ? -n + 2 ** 31 : n;
  }
  column.set(floats);
}

/** x as a number of `dtype`, and the three on either side of it. */
export const neighbours = (dtype: FloatDType, x: number): number[] =>
  [-3n, -2n, -1n, 0n, 1n, 2n, 3n].map((step) => fromOrdinal(dtype, ordinal(dtype, x) + step));
