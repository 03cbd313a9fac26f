/** Arrays made from nothing: filled, counting; and the copy, which makes a new array of an old one. */

import { checkDType } from "../../ir/arguments.js";
import type { Aval } from "../../ir/aval.js";
import { aval } from "../../ir/aval.js";
import type { DType } from "../../ir/dtype.js";
import { DTypeError, ShapeError } from "../../ir/errors.js";
import { cast } from "../../ir/expr.js";
import type { Shape } from "../../ir/shape.js";
import { showShape } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import { literal } from "../array.js";
import type { Primitive } from "../primitive.js";
import { notLinear } from "../primitive.js";
import { bind, bind1 } from "../trace.js";
import { eq } from "./comparison.js";
import { convertElementType } from "./conversion.js";
import { batchUnary, linearJvp, linearTranspose1, zeroJvp } from "./rules.js";
import { broadcastInDim } from "./sum-and-broadcast.js";

// full ---------------------------------------------------------------------------------------------------------------

/** An array whose elements are all `value`: a literal, repeated. */
export const full = (shape: Shape, value: number, dtype: DType, weakType = false): NDArray =>
  broadcastInDim(literal(value, dtype, weakType), shape, []);

/** Zeros of the dtype and weakness of `like`, by default of its shape too. */
export const zerosLike = (like: NDArray, shape: Shape = like.shape): NDArray =>
  full(shape, 0, like.dtype, like.weakType);

/** Ones of the dtype and weakness of `like`. */
export const onesLike = (like: NDArray): NDArray => full(like.shape, 1, like.dtype, like.weakType);

// iota ---------------------------------------------------------------------------------------------------------------

interface IotaParams {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly dimension: number;
}

/** out[i...] = i_dimension: counts along one axis. */
export const iotaPrimitive: Primitive<IotaParams> = {
  name: "iota",
  abstractEval: (_, { dtype, shape, dimension }) => {
    if (!(dimension >= 0 && dimension < shape.length)) {
      throw new ShapeError(
        `iota: dimension ${dimension} is no axis of ${showShape(shape)}; use one from 0 to ${shape.length - 1}`,
      );
    }
    checkDType("iota", dtype);
    if (dtype === "bool") throw new DTypeError("iota: counts in numbers, not in bool; use int32 and astype");
    return [aval(shape, dtype)];
  },
  jvp: zeroJvp(() => iotaPrimitive),
  transpose: notLinear("iota has no operand"),
  batch: (_, operands, __, params) => [bind(iotaPrimitive, operands, params), [null]],
  lower: {
    kind: "element",
    element: (_, index, __, { params: { dtype, dimension } }) => cast(index[dimension], dtype),
  },
};

export const iota = (dtype: DType, shape: Shape, dimension = 0): NDArray =>
  bind1(iotaPrimitive, [], { dtype, shape, dimension });

/** The identity matrix, n by n, in the dtype and weakness of `type`. */
export const eye = (n: number, { dtype, weakType }: Pick<Aval, "dtype" | "weakType">): NDArray =>
  convertElementType(eq(iota("int32", [n, n], 0), iota("int32", [n, n], 1)), dtype, weakType);

// copy ---------------------------------------------------------------------------------------------------------------

/** The same elements. Arrays are immutable, so no memory need be touched: it is there because programs say it. */
export const copyPrimitive: Primitive = {
  name: "copy",
  abstractEval: ([x]) => [x],
  jvp: linearJvp(() => copyPrimitive),
  transpose: linearTranspose1((ct) => ct),
  batch: batchUnary((_, x, axis) => [copy(x), axis]),
  lower: { kind: "alias" },
};

export const copy = (x: NDArray): NDArray => bind1(copyPrimitive, [x], {});

export const creationPrimitives: readonly Primitive[] = [iotaPrimitive, copyPrimitive];
