/** Uniform integers between bounds. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { add, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { and, gt, le } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { rem } from "../autodiff/primitives/rounding-and-sign.js";
import { max, min, select } from "../autodiff/primitives/selection.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { describeAval } from "../ir/aval.js";
import type { DType } from "../ir/dtype.js";
import { isInteger } from "../ir/dtype.js";
import { ArgumentError, DTypeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { drawBits } from "./bits.js";
import { compiled } from "./compiled.js";
import { checkOneKey, type Key, splitInTwo } from "./key.js";
import { checkShape, fitTo, toArray } from "./shape.js";

export interface RandintOptions {
  /** int32 by default. */
  readonly dtype?: "int32" | "uint32";
}

const optionKinds: OptionKinds<RandintOptions> = { dtype: "dtype" };

/**
 * Integers uniform on [lo, hi). u32[2] -> i32[shape]
 *
 * 64 random bits an element are taken modulo hi - lo, so small integers are too likely by less than 2^-32 (in 32 bits,
 * spans beyond 2^16 lose more). Bounds beyond the dtype are clipped; hi = 2^31 includes the greatest int32. Where hi <= lo
 * every draw is lo.
 * Source: jax.random.randint.
 *
 * @throws ArgumentError when a bound is no integer; DTypeError when `dtype` is none; ShapeError when a bound does not
 *   broadcast to `shape`, or for a batch of keys
 * @example randint(key(0), [9], -10, 100)
 */
export function randint(
  key: Key,
  shape: Shape,
  lo: ArrayLike,
  hi: ArrayLike,
  options: RandintOptions = {},
): NDArray {
  const { dtype = "int32" } = readOptions(operation, options, optionKinds);
  checkShape(operation, shape);
  const draw = (one: Key): NDArray => drawIntegers(one, shape, lo, hi, dtype);
  return typeof lo === "number" && typeof hi === "number"
    ? compiled(operation, [shape, lo, hi, dtype], key, draw)
    : draw(key);
}

const operation = "random.randint";

function drawIntegers(
  key: Key,
  shape: Shape,
  lo: ArrayLike,
  hi: ArrayLike,
  dtype: "int32" | "uint32",
): NDArray {
  if (!isInteger(dtype))
    throw new DTypeError(`${operation}: draws int32 or uint32, not ${dtype}; use random.uniform for floats`);
  const low = clipped(operation, lo, dtype, shape).value;
  const { value: high, beyond } = clipped(operation, hi, dtype, shape);
  checkOneKey(operation, key);
  const [key1, key2] = splitInTwo(key);
  const highBits = drawBits(operation, key1, shape);
  const lowBits = drawBits(operation, key2, shape);

  const empty = le(high, low);
  const width = select(empty, literal(1, "uint32", false), convertElementType(sub(high, low), "uint32"));
  // The whole range of the dtype wraps to a span of 0, and x rem 0 is x.
  const span = select(and(beyond, gt(high, low)), add(width, 1), width);
  // 2^32 mod span, out of numbers of 32 bits.
  const root = rem(literal(2 ** 16, "uint32", false), span);
  const multiplier = rem(mul(root, root), span);
  const offset = rem(add(mul(rem(highBits, span), multiplier), rem(lowBits, span)), span);
  return add(low, convertElementType(offset, dtype));
}

interface Bound {
  /** In the dtype's range. */
  readonly value: NDArray;
  /** It was greater than the dtype's greatest. */
  readonly beyond: NDArray;
}

const least: Readonly<Record<"int32" | "uint32", number>> = { int32: -(2 ** 31), uint32: 0 };
const greatest: Readonly<Record<"int32" | "uint32", number>> = { int32: 2 ** 31 - 1, uint32: 2 ** 32 - 1 };

function clipped(operation: string, bound: ArrayLike, dtype: "int32" | "uint32", shape: Shape): Bound {
  if (typeof bound === "number") {
    if (!Number.isInteger(bound)) {
      throw new ArgumentError(`${operation}: the bound ${bound} is no integer; use Math.floor or Math.ceil`);
    }
    const value = Math.min(Math.max(bound, least[dtype]), greatest[dtype]);
    return { value: literal(value, dtype, false), beyond: truth(bound > greatest[dtype]) };
  }
  const given = toArray(bound, operation);
  const from = given.dtype;
  if (from === "bool") {
    throw new DTypeError(`${operation}: a bound is ${describeAval(given.aval)}; use integers`);
  }
  // Floats are truncated, as in JAX.
  const x = fitTo(
    operation,
    from === "int32" || from === "uint32" ? given : convertElementType(given, "int32"),
    shape,
  );
  if (x.dtype === dtype) return { value: convertElementType(x, dtype), beyond: truth(false) };
  return x.dtype === "int32"
    ? { value: convertElementType(max(x, 0), "uint32"), beyond: truth(false) }
    : { value: convertElementType(min(x, greatest.int32), "int32"), beyond: gt(x, greatest.int32) };
}

const truth = (value: boolean, dtype: DType = "bool"): NDArray => literal(value ? 1 : 0, dtype, false);
