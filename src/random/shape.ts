/** Shapes and operands as the samplers take them. */
import type { ArrayLike } from "../autodiff/array.js";
import { literal, type NDArray } from "../autodiff/array.js";
import { fromNested } from "../autodiff/convert.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { broadcastTo } from "../autodiff/primitives/sum-and-broadcast.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { show } from "../ir/describe.js";
import type { DType } from "../ir/dtype.js";
import { isFloat } from "../ir/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { broadcastShapes, sameShape, showShape, sizeOf } from "../ir/shape.js";
import { toArray } from "../numpy/promotion.js";

export { toArray };

export type FloatDType = "float32" | "float64";

/** What float samplers take. */
export interface FloatOptions {
  /** float32 by default; float64 draws 64 bits an element. */
  readonly dtype?: FloatDType;
}

/** Counters have 32 bits; arrays end well before. */
const mostElements = 2 ** 32;

/** Throws unless `shape` is a list of sizes that an array can have. */
export function checkShape(operation: string, shape: Shape): void {
  if (!isListOfSizes(shape)) {
    throw new ArgumentError(
      `${operation}: a shape is an array of non-negative integers such as [2, 3], got ${show(shape)}`,
    );
  }
  if (sizeOf(shape) >= mostElements) {
    throw new ShapeError(
      `${operation}: ${showShape(shape)} has ${sizeOf(shape)} elements; fewer than 2^32 fit`,
    );
  }
}

/** Every draw passes here, and a sparse list has holes that its own methods skip: hence the loop. */
function isListOfSizes(shape: unknown): boolean {
  if (!Array.isArray(shape)) return false;
  for (let i = 0; i < shape.length; i++) if (!Number.isInteger(shape[i]) || shape[i] < 0) return false;
  return true;
}

const floatKinds: OptionKinds<FloatOptions> = { dtype: "dtype" };

/**
 * The dtype that a float sampler's options name.
 *
 * @throws ArgumentError on other options; DTypeError when it is no float
 */
export function readFloat(operation: string, options: FloatOptions): FloatDType {
  const { dtype = "float32" } = readOptions(operation, options, floatKinds);
  checkFloat(operation, dtype);
  return dtype;
}

export function checkFloat(operation: string, dtype: DType): asserts dtype is FloatDType {
  if (!isFloat(dtype)) {
    throw new DTypeError(
      `${operation}: draws floats, not ${dtype}; use float32 or float64, and astype or randint`,
    );
  }
}

/** An operand in a dtype: numbers and nested arrays are read in it, without a detour over float32. */
export function toDType(x: ArrayLike, dtype: DType, operation?: string): NDArray {
  if (typeof x === "number") return literal(x, dtype, false);
  if (Array.isArray(x)) return fromNested(x, dtype, operation);
  return convertElementType(toArray(x, operation), dtype);
}

/**
 * An operand that goes elementwise with draws of `shape`: a scalar stays one, all else is broadcast.
 *
 * @throws ShapeError when it does not broadcast to `shape`.
 */
export function fitTo(operation: string, x: NDArray, shape: Shape): NDArray {
  if (x.ndim === 0) return x;
  if (!sameShape(broadcastShapes(operation, [shape, x.shape]), shape)) {
    throw new ShapeError(
      `${operation}: a parameter of shape ${showShape(x.shape)} does not fit draws of shape ${showShape(shape)}; ` +
        "give a shape that the parameters broadcast to",
    );
  }
  return broadcastTo(x, shape);
}
