/** Uniform floats: random bits become a mantissa. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { add, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { or, shiftLeft, shiftRightLogical } from "../autodiff/primitives/comparison.js";
import { bitcastConvertType, convertElementType } from "../autodiff/primitives/conversion.js";
import { fma } from "../autodiff/primitives/fused-multiply-add.js";
import { max } from "../autodiff/primitives/selection.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import type { Shape } from "../ir/shape.js";
import { drawBits, drawWordPairs } from "./bits.js";
import { compiled } from "./compiled.js";
import type { Key } from "./key.js";
import { checkFloat, checkShape, type FloatDType, type FloatOptions, fitTo, toDType } from "./shape.js";

export interface UniformOptions extends FloatOptions {
  /** Included; 0 by default. */
  readonly minval?: ArrayLike;
  /** Excluded, up to rounding; 1 by default. */
  readonly maxval?: ArrayLike;
}

const uniformKinds: OptionKinds<UniformOptions> = { minval: "any", maxval: "any", dtype: "dtype" };

/**
 * Uniform on [minval, maxval). u32[2] -> f32[shape]
 *
 * float32 has 23 random bits, float64 52: multiples of 2^-23 and 2^-52 before the bounds are applied.
 * Source: jax.random.uniform.
 *
 * @throws DTypeError when `dtype` is no float; ShapeError when a bound does not broadcast to `shape`, or for a batch of keys
 * @example uniform(key(0), [2], { minval: -1 })
 */
export function uniform(key: Key, shape: Shape = [], options: UniformOptions = {}): NDArray {
  const { minval = 0, maxval = 1, dtype = "float32" } = readOptions("random.uniform", options, uniformKinds);
  checkFloat("random.uniform", dtype);
  checkShape("random.uniform", shape);
  const draw = (one: Key): NDArray => drawUniform("random.uniform", one, shape, { minval, maxval, dtype });
  return typeof minval === "number" && typeof maxval === "number"
    ? compiled("random.uniform", [shape, minval, maxval, dtype], key, draw)
    : draw(key);
}

/** `uniform`, in the name of another sampler. */
export function drawUniform(
  operation: string,
  key: Key,
  shape: Shape,
  { minval = 0, maxval = 1, dtype = "float32" }: UniformOptions = {},
): NDArray {
  const unit = dtype === "float32" ? unit32(operation, key, shape) : unit64(operation, key, shape);
  return typeof minval === "number" && typeof maxval === "number"
    ? between(unit, minval, maxval, dtype)
    : betweenArrays(
        unit,
        fitTo(operation, toDType(minval, dtype, operation), shape),
        fitTo(operation, toDType(maxval, dtype, operation), shape),
      );
}

/** 1.m - 1, where m are the upper 23 of 32 bits. */
function unit32(operation: string, key: Key, shape: Shape): NDArray {
  const mantissa = shiftRightLogical(drawBits(operation, key, shape), 9);
  return sub(bitcastConvertType(or(mantissa, bitsOfOne), "float32"), 1);
}
const bitsOfOne = 0x3f800000;

/** m 2^-52, where m are the upper 52 of 64 bits: 20 of the higher word, 32 across both. Every step is exact. */
function unit64(operation: string, key: Key, shape: Shape): NDArray {
  const [high, low] = drawWordPairs(operation, key, shape);
  const upper = convertElementType(shiftRightLogical(high, 12), "float64");
  const lower = convertElementType(or(shiftLeft(high, 20), shiftRightLogical(low, 12)), "float64");
  return mul(add(mul(upper, 2 ** 32), lower), 2 ** -52);
}

/** max(low, u (high - low) + low) for bounds known now. */
function between(unit: NDArray, minval: number, maxval: number, dtype: FloatDType): NDArray {
  const round = dtype === "float32" ? Math.fround : (x: number): number => x;
  const low = round(minval);
  const span = round(round(maxval) - low);
  if (low === 0 && span === 1) return unit;
  // A product with a power of two is exact: no need to fuse.
  const scaled = Number.isInteger(Math.log2(span))
    ? add(mul(unit, span), low)
    : fma(unit, literal(span, dtype, false), literal(low, dtype, false));
  return max(scaled, low);
}

function betweenArrays(unit: NDArray, low: NDArray, high: NDArray): NDArray {
  return max(low, fma(unit, sub(high, low), low));
}
