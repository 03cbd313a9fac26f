/**
 * The five element types, their storage and their promotion.
 *
 * The order of promotion is one chain, with the weak types of numbers between (JAX's lattice without its 8-, 16- and
 * 64-bit members): bool < weak int < uint32 < int32 < weak float < float32 < float64.
 */

import { ShapeError } from "./errors.js";

export type DType = "float32" | "float64" | "int32" | "uint32" | "bool";

/** What holds a flat array's elements: bool is one byte, 0 or 1. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

export const dtypes: readonly DType[] = ["float32", "float64", "int32", "uint32", "bool"];

/** The short name used in jaxprs: `f32[3]`. */
export const shortName: Readonly<Record<DType, string>> = {
  float32: "f32",
  float64: "f64",
  int32: "i32",
  uint32: "u32",
  bool: "bool",
};

export const bytesPerElement: Readonly<Record<DType, number>> = {
  float32: 4,
  float64: 8,
  int32: 4,
  uint32: 4,
  bool: 1,
};

export const isFloat = (dtype: DType): boolean => dtype === "float32" || dtype === "float64";
export const isInteger = (dtype: DType): boolean => dtype === "int32" || dtype === "uint32";

/** Positions are int32. */
export const mostElements = 2 ** 31 - 1;

/**
 * A zero-filled flat array for `size` elements of `dtype`.
 *
 * @throws ShapeError when there are more elements than positions, or the machine does not give the memory.
 */
export function allocate(dtype: DType, size: number): TypedArray {
  if (size > mostElements) {
    throw new ShapeError(`an array of ${size} elements: at most 2^31 - 1 fit; check the shapes`);
  }
  try {
    return zeroFilled(dtype, size);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const gigabytes = ((size * bytesPerElement[dtype]) / 1e9).toFixed(1);
    throw new ShapeError(
      `an array of ${size} elements takes ${gigabytes} GB, which this machine does not give`,
    );
  }
}

function zeroFilled(dtype: DType, size: number): TypedArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(size);
    case "float64":
      return new Float64Array(size);
    case "int32":
      return new Int32Array(size);
    case "uint32":
      return new Uint32Array(size);
    case "bool":
      return new Uint8Array(size);
  }
}

/** A dtype as promotion sees it: the weak ones give way to a partner of their own kind. */
export interface PromotionType {
  readonly dtype: DType;
  readonly weakType: boolean;
}

/**
 * The least upper bound of two types in the chain above.
 *
 * @example promote({ dtype: "int32", weakType: false }, { dtype: "float32", weakType: true }) // weak float32
 */
export function promote(x: PromotionType, y: PromotionType): PromotionType {
  const rankX = promotionRank(x);
  const rankY = promotionRank(y);
  if (rankX === rankY && x.dtype !== y.dtype) {
    // Two weak types of one kind: the wider of the floats, the signed of the integers.
    return x.dtype === "float64" || x.dtype === "int32" ? x : y;
  }
  return rankX >= rankY ? x : y;
}

function promotionRank({ dtype, weakType }: PromotionType): number {
  switch (dtype) {
    case "bool":
      return 0;
    case "uint32":
      return weakType ? 1 : 2;
    case "int32":
      return weakType ? 1 : 3;
    case "float32":
      return weakType ? 4 : 5;
    case "float64":
      return weakType ? 4 : 6;
  }
}
