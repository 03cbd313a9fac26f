/**
 * Arrays made from values, or from nothing. What is filled or counted is staged under jit like any other computation; values
 * that are written out are constants.
 */
import type { ArrayLike } from "../autodiff/array.js";
import { literal, NDArray } from "../autodiff/array.js";
import { fromNested } from "../autodiff/convert.js";
import { add, div, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { concatenate } from "../autodiff/primitives/concatenation.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { full as fullOfNumber, iota } from "../autodiff/primitives/creation.js";
import { pow } from "../autodiff/primitives/power.js";
import { floor } from "../autodiff/primitives/rounding-and-sign.js";
import { broadcastTo, reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { checkInteger, checkSize, type OptionKinds, readOptions } from "../ir/arguments.js";
import { show } from "../ir/describe.js";
import type { DType } from "../ir/dtype.js";
import { isFloat, isInteger } from "../ir/dtype.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { broadcastShapes, canonicalAxis, insertAt, showShape } from "../ir/shape.js";
import { promoteTypes, resultType, toArray, toDType } from "./promotion.js";

export interface DTypeOption {
  readonly dtype?: DType;
}

export const dtypeOption: OptionKinds<DTypeOption> = { dtype: "dtype" };

/** A size, or the sizes of all axes. */
export type ShapeArgument = number | readonly number[];

/** What `array` takes: anything that goes in as an operand, and nested JavaScript arrays with arrays in them. */
export type ArrayContents = ArrayLike | readonly ArrayContents[];

/** The sizes as a checked list. */
export function toShape(operation: string, shape: ShapeArgument): Shape {
  const sizes = typeof shape === "number" ? [shape] : shape;
  const faulty = Array.isArray(sizes) ? Array.from(sizes).find((n) => !Number.isInteger(n) || n < 0) : sizes;
  if (!Array.isArray(sizes) || Array.from(sizes).some((n) => !Number.isInteger(n) || n < 0)) {
    const within = Array.isArray(sizes) && sizes.length > 1 ? ` in a list of ${sizes.length}` : "";
    throw new ShapeError(
      `${operation}: a shape is a list of sizes, integers from 0 on, got ${show(faulty)}${within}`,
    );
  }
  checkSize(operation, sizes);
  return sizes;
}

/**
 * The values as an array. Numbers make float32 whatever they are, booleans bool; typed arrays keep their dtype (8- and
 * 16-bit integers become int32) and are copied. Arrays inside nested lists are stacked.
 *
 * Source: numpy.array.
 *
 * @throws ShapeError where rows differ in length, ArgumentError on what is no number.
 * @example array([[1, 2], [3, 4]]).shape // [2, 2]
 * @example array([1, 2], { dtype: "int32" })
 */
export function array(value: ArrayContents, options: DTypeOption = {}): NDArray {
  const { dtype } = readOptions("array", options, dtypeOption);
  if (typeof value === "number") return literal(value, dtype ?? "float32", false);
  if (!Array.isArray(value)) {
    const x = toArray(value as ArrayLike, "array"); // a list is the only case that is no ArrayLike
    return convertElementType(x, dtype ?? x.dtype);
  }
  if (holdsArray(value)) return stackContents(value, dtype);
  return fromNested(value, dtype);
}

/** A list that holds itself is left to `fromNested` to refuse. */
const holdsArray = (value: unknown, depth = 0): boolean =>
  value instanceof NDArray ||
  ArrayBuffer.isView(value) ||
  (Array.isArray(value) && depth < 64 && value.some((part) => holdsArray(part, depth + 1)));

function stackContents(parts: readonly ArrayContents[], dtype?: DType): NDArray {
  const arrays = parts.map((part) => (typeof part === "number" ? part : array(part)));
  const promoted = promoteTypes("array", arrays);
  const [first] = promoted;
  for (const part of promoted) {
    if (showShape(part.shape) !== showShape(first.shape)) {
      throw new ShapeError(
        `array: parts of shapes ${promoted.map((x) => showShape(x.shape)).join(", ")} do not stack; ` +
          "make them equal (broadcastTo, reshape)",
      );
    }
  }
  const stacked = concatenate(
    promoted.map((x) => reshape(x, [1, ...x.shape])),
    0,
  );
  return convertElementType(stacked, dtype ?? stacked.dtype);
}

/**
 * The operand as an array: an array is itself, a number a weak float32 scalar.
 * Source: numpy.asarray.
 *
 * @example asarray([1, 2]).dtype // "float32"
 */
export const asarray = (value: ArrayLike, options: DTypeOption = {}): NDArray => {
  const { dtype } = readOptions("asarray", options, dtypeOption);
  return dtype === undefined ? toArray(value, "asarray") : toDType(value, dtype, "asarray");
};

// filled -------------------------------------------------------------------------------------------------------------

/**
 * An array of the shape with `value` everywhere: float32 for numbers, bool for booleans, or `dtype`. An array as the value
 * keeps its dtype, and broadcasts.
 * Source: numpy.full (jax.numpy.full keeps integers; here numbers are float32).
 *
 * @example full([2, 3], 7)
 */
export function full(shape: ShapeArgument, value: ArrayLike, options: DTypeOption = {}): NDArray {
  const { dtype } = readOptions("full", options, dtypeOption);
  const sizes = toShape("full", shape);
  if (typeof value === "number") return fullOfNumber(sizes, value, dtype ?? "float32");
  const x = dtype === undefined ? toArray(value, "full") : toDType(value, dtype, "full");
  broadcastShapes("full", [x.shape, sizes]);
  return broadcastTo(convertElementType(x, dtype ?? x.dtype), sizes);
}

/**
 * Zeros of a shape, float32 unless `dtype` says otherwise.
 * Source: numpy.zeros.
 *
 * @example zeros([2, 3], { dtype: "int32" })
 */
export const zeros = (shape: ShapeArgument, options: DTypeOption = {}): NDArray => {
  const { dtype = "float32" } = readOptions("zeros", options, dtypeOption);
  return fullOfNumber(toShape("zeros", shape), 0, dtype);
};

/**
 * Ones of a shape, float32 unless `dtype` says otherwise.
 * Source: numpy.ones.
 *
 * @example ones(3).js() // [1, 1, 1]
 */
export const ones = (shape: ShapeArgument, options: DTypeOption = {}): NDArray => {
  const { dtype = "float32" } = readOptions("ones", options, dtypeOption);
  return fullOfNumber(toShape("ones", shape), 1, dtype);
};

/** `value` in the shape and (unless `dtype` is given) the dtype of `like`. Source: numpy.full_like. */
export const fullLike = (like: ArrayLike, value: ArrayLike, options: DTypeOption = {}): NDArray => {
  const { dtype } = readOptions("fullLike", options, dtypeOption);
  const x = toArray(like, "fullLike");
  return full(x.shape, value, { dtype: dtype ?? x.dtype });
};

/**
 * Zeros in the shape and dtype of `like`.
 * Source: numpy.zeros_like.
 *
 * @example zerosLike(array([1, 2])).js() // [0, 0]
 */
export const zerosLike = (like: ArrayLike, options: DTypeOption = {}): NDArray =>
  fullLike(toArray(like, "zerosLike"), 0, readOptions("zerosLike", options, dtypeOption));

/** Ones in the shape and dtype of `like`. Source: numpy.ones_like. */
export const onesLike = (like: ArrayLike, options: DTypeOption = {}): NDArray =>
  fullLike(toArray(like, "onesLike"), 1, readOptions("onesLike", options, dtypeOption));

// counting -----------------------------------------------------------------------------------------------------------

/**
 * start, start + step, ... below stop; with one argument 0, 1, ... below it: int32 when all arguments are integers, else
 * float32. ceil((stop - start) / step) elements.
 *
 * Source: numpy.arange.
 *
 * @throws ArgumentError on a step of 0 or an argument that is not finite.
 * @example arange(3).js() // [0, 1, 2]
 * @example arange(1, 2, 0.25)
 */
export function arange(
  start: number,
  stop?: number | null,
  step?: number,
  options: DTypeOption = {},
): NDArray {
  const given = readOptions("arange", options, dtypeOption).dtype;
  const [first, last] = stop === undefined || stop === null ? [0, start] : [start, stop];
  const by = step ?? 1;
  if (by === 0 || ![first, last, by].every(Number.isFinite)) {
    throw new ArgumentError(
      `arange: start ${show(first)}, stop ${show(last)} and step ${show(by)} must be finite numbers, and the step not 0`,
    );
  }
  const integers = [first, last, by].every(Number.isInteger);
  const dtype = given ?? (integers ? "int32" : "float32");
  const size = Math.max(0, Math.ceil((last - first) / by));
  checkSize("arange", [size]);
  if (dtype === "bool") return convertElementType(arange(first, last, by), "bool");
  const counted = iota(dtype, [size]);
  const scaled = by === 1 ? counted : mul(literal(by, dtype, false), counted);
  return first === 0 ? scaled : add(literal(first, dtype, false), scaled);
}

export interface LinspaceOptions extends DTypeOption {
  /** Whether `stop` is the last value (the default) or would be the next one. */
  readonly endpoint?: boolean;
  /** Where the new axis goes when start or stop are arrays: in front by default. */
  readonly axis?: number;
}

const linspaceOptions: OptionKinds<LinspaceOptions> = {
  dtype: "dtype",
  endpoint: "boolean",
  axis: "integer",
};

/**
 * `num` values evenly spaced from start to stop: start (1 - t) + stop t for t = i / (num - 1). Differentiable in both ends,
 * which are met exactly. The endpoint may stand before the options: linspace(0, 1, 4, false).
 * Source: numpy.linspace.
 *
 * @example linspace(0, 1, 5).js() // [0, 0.25, 0.5, 0.75, 1]
 */
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  num = 50,
  endpointOrOptions: boolean | LinspaceOptions = {},
  more: LinspaceOptions = {},
): NDArray {
  checkInteger("linspace", "the number of values", num, 0);
  const options = withEndpoint(endpointOrOptions, more);
  const {
    endpoint = true,
    axis: place = 0,
    dtype = resultType([start, stop], "inexact").dtype,
  } = readOptions("linspace", options, linspaceOptions);
  const computed = isFloat(dtype) ? dtype : "float32";
  const [from, to] = [start, stop].map((x) => toDType(x, computed, "linspace"));
  const shape = broadcastShapes("linspace", [from.shape, to.shape]);
  const axis = canonicalAxis("linspace", place, shape.length + 1);
  const unit = insertAt(shape, axis, 1);
  const [low, high] = [from, to].map((x) => reshape(broadcastTo(x, shape), unit));
  const values = spaced(low, high, num, endpoint, axis);
  return convertElementType(isInteger(dtype) ? floor(values) : values, dtype);
}

/** The endpoint may stand before the options, where jax.numpy and jax-js have it. */
const withEndpoint = <O extends LinspaceOptions>(endpointOrOptions: boolean | O, more: O): O =>
  typeof endpointOrOptions === "boolean" ? { ...more, endpoint: endpointOrOptions } : endpointOrOptions;

function spaced(low: NDArray, high: NDArray, num: number, endpoint: boolean, axis: number): NDArray {
  if (num === 0)
    return fullOfNumber(
      low.shape.map((n, k) => (k === axis ? 0 : n)),
      0,
      low.dtype,
    );
  if (num === 1) return low;
  const count = endpoint ? num - 1 : num;
  const along = low.shape.map((_, k) => (k === axis ? count : 1));
  const t = div(reshape(iota(low.dtype, [count]), along), count);
  const inner = add(mul(low, sub(1, t)), mul(high, t));
  return endpoint ? concatenate([inner, high], axis) : inner;
}

export interface LogspaceOptions extends LinspaceOptions {
  /** 10 by default. */
  readonly base?: number;
}

/**
 * base^t for t in linspace(start, stop, num). Endpoint and base may stand before the options, in this order.
 * Source: numpy.logspace.
 *
 * @example logspace(0, 2, 3).js() // [1, 10, 100]
 */
export function logspace(
  start: ArrayLike,
  stop: ArrayLike,
  num = 50,
  endpointOrOptions: boolean | LogspaceOptions = {},
  defaultBase = 10,
  more: LogspaceOptions = {},
): NDArray {
  checkInteger("logspace", "the number of values", num, 0);
  const given = withEndpoint(endpointOrOptions, more);
  const {
    base = defaultBase,
    dtype,
    ...options
  } = readOptions("logspace", given, { ...linspaceOptions, base: "number" });
  // In the precision that is asked for, all the way.
  const exponents = linspace(
    start,
    stop,
    num,
    dtype !== undefined && isFloat(dtype) ? { ...options, dtype } : options,
  );
  const powers = pow(literal(base, exponents.dtype), exponents);
  return dtype === undefined ? powers : convertElementType(powers, dtype);
}
