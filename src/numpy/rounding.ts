/** Rounding, and tests for what is finite: elementwise, with derivative zero. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { div, mul } from "../autodiff/primitives/arithmetic.js";
import { eq, lt, ne } from "../autodiff/primitives/comparison.js";
import { full } from "../autodiff/primitives/creation.js";
import * as core from "../autodiff/primitives/rounding-and-sign.js";
import { select } from "../autodiff/primitives/selection.js";
import { checkInteger, readOptions } from "../ir/arguments.js";
import type { DType } from "../ir/dtype.js";
import { isFloat } from "../ir/dtype.js";
import { ArgumentError } from "../ir/errors.js";
import { promoteOperand, toArray } from "./promotion.js";

/** What `f` gives for floats; integers and bools are whole already. */
function ofFloats(operation: string, x: ArrayLike, f: (x: NDArray) => NDArray): NDArray {
  const a = toArray(x, operation);
  return isFloat(a.dtype) ? f(a) : a;
}

/** The largest integer not above x, in the dtype of x. @example floor(-0.5).item() // -1. Source: numpy.floor. */
export const floor = (x: ArrayLike): NDArray => ofFloats("floor", x, core.floor);

/** The smallest integer not below x, in the dtype of x. Source: numpy.ceil. */
export const ceil = (x: ArrayLike): NDArray => ofFloats("ceil", x, core.ceil);

/** The integer next to x towards zero, in the dtype of x. Source: numpy.trunc. */
export const trunc = (x: ArrayLike): NDArray =>
  ofFloats("trunc", x, (a) => select(lt(a, 0), core.ceil(a), core.floor(a)));

/**
 * The nearest multiple of 10^-decimals; halves go to the even neighbour.
 *
 * Source: numpy.round.
 *
 * @throws ArgumentError for integers with decimals below 0.
 * @example round([0.5, 1.5, 2.5]).js() // [0, 2, 2]
 */
export function round(x: ArrayLike, decimals = 0): NDArray {
  const a = toArray(x, "round");
  checkInteger("round", "the number of decimals", decimals);
  if (!isFloat(a.dtype)) {
    if (decimals >= 0) return a;
    throw new ArgumentError(
      `round: ${a.dtype} takes decimals from 0 on, got ${decimals}; use x.astype("float32")`,
    );
  }
  if (decimals === 0) return core.round(a);
  if (decimals > Math.log10(greatestFloat(a.dtype))) return a;
  const factor = literal(10 ** decimals, a.dtype);
  return div(core.round(mul(a, factor)), factor);
}

/** The nearest integer as a float; halves go to the even neighbour. Source: numpy.rint. */
export const rint = (x: ArrayLike): NDArray =>
  ofFloats("rint", promoteOperand(x, "inexact", "rint"), core.round);

// what is finite -----------------------------------------------------------------------------------------------------

/** Neither infinite nor NaN. Source: numpy.isfinite. */
export function isfinite(x: ArrayLike): NDArray {
  const a = toArray(x, "isfinite");
  return isFloat(a.dtype) ? core.isfinite(a) : full(a.shape, 1, "bool");
}

/** NaN. @example isnan([1, NaN]).js() // [false, true]. Source: numpy.isnan. */
export function isnan(x: ArrayLike): NDArray {
  const a = toArray(x, "isnan");
  return isFloat(a.dtype) ? ne(a, a) : full(a.shape, 0, "bool");
}

/** Infinite, of either sign. Source: numpy.isinf. */
export function isinf(x: ArrayLike): NDArray {
  const a = toArray(x, "isinf");
  return isFloat(a.dtype) ? eq(core.abs(a), Number.POSITIVE_INFINITY) : full(a.shape, 0, "bool");
}

/** +inf. Source: numpy.isposinf. */
export const isposinf = (x: ArrayLike): NDArray => isInfinite("isposinf", x, Number.POSITIVE_INFINITY);

/** -inf. Source: numpy.isneginf. */
export const isneginf = (x: ArrayLike): NDArray => isInfinite("isneginf", x, Number.NEGATIVE_INFINITY);

function isInfinite(operation: string, x: ArrayLike, infinity: number): NDArray {
  const a = toArray(x, operation);
  return isFloat(a.dtype) ? eq(a, infinity) : full(a.shape, 0, "bool");
}

export interface NanToNumOptions {
  readonly nan?: number;
  /** By default the greatest number of the dtype. */
  readonly posinf?: number;
  /** By default the least number of the dtype. */
  readonly neginf?: number;
}

/**
 * x with numbers in place of NaN and the infinities: 0 and the extremes of the dtype by default.
 * Source: numpy.nan_to_num.
 *
 * @example nanToNum([NaN, 1]).js() // [0, 1]
 */
export function nanToNum(x: ArrayLike, options: NanToNumOptions = {}): NDArray {
  const a = toArray(x, "nanToNum");
  const given = readOptions("nanToNum", options, { nan: "number", posinf: "number", neginf: "number" });
  if (!isFloat(a.dtype)) return a;
  const greatest = greatestFloat(a.dtype);
  const { nan = 0, posinf = greatest, neginf = -greatest } = given;
  const numbers = select(ne(a, a), literal(nan, a.dtype, false), a); // strong, as JAX's
  const below = select(eq(numbers, Number.POSITIVE_INFINITY), posinf, numbers);
  return select(eq(below, Number.NEGATIVE_INFINITY), neginf, below);
}

const greatestFloat = (dtype: DType): number =>
  dtype === "float32" ? 3.4028234663852886e38 : Number.MAX_VALUE;

/** The sign bit is set: so at -0, unlike x < 0. Source: numpy.signbit. */
export function signbit(x: ArrayLike): NDArray {
  const a = toArray(x, "signbit");
  if (!isFloat(a.dtype)) return a.dtype === "int32" ? lt(a, 0) : full(a.shape, 0, "bool");
  return select(eq(a, 0), lt(div(1, a), 0), lt(a, 0));
}
