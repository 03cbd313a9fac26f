/** The dtypes and the constants that numpy names. */
import type { DType } from "../ir/dtype.js";

export const float32 = "float32" satisfies DType;
export const float64 = "float64" satisfies DType;
export const int32 = "int32" satisfies DType;
export const uint32 = "uint32" satisfies DType;
export const bool_ = "bool" satisfies DType;

/** The ratio of a circle's circumference to its diameter. */
export const pi: number = Math.PI;
/** The base of the natural logarithm. */
export const e: number = Math.E;
/** Positive infinity. */
export const inf: number = Number.POSITIVE_INFINITY;
/** Not a number. */
export const nan: number = Number.NaN;
/** A new axis of size 1 in `x.slice(...)`. */
export const newaxis = null;
