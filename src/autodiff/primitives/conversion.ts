/** Changes of dtype: of the value (convert_element_type) and of the bits' meaning (bitcast_convert_type). */

import { checkDType } from "../../ir/arguments.js";
import { aval, showAval } from "../../ir/aval.js";
import type { DType } from "../../ir/dtype.js";
import { isFloat } from "../../ir/dtype.js";
import { DTypeError, ShapeError } from "../../ir/errors.js";
import * as e from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { Shape } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type { Primitive } from "../primitive.js";
import { notLinear, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { batchUnary, linearTranspose1, zeroJvp } from "./rules.js";
import { moveAxis } from "./sum-and-broadcast.js";

// convert_element_type -----------------------------------------------------------------------------------------------

interface ConvertParams {
  readonly newDtype: DType;
  readonly weakType: boolean;
}

/**
 * The value in another dtype: floats to integers truncate and saturate (NaN gives 0), to bool is x != 0.
 * Linear between floats; where either dtype is none, the tangent is zero.
 */
export const convertElementTypePrimitive: Primitive<ConvertParams> = {
  name: "convert_element_type",
  abstractEval: ([x], { newDtype, weakType }) => {
    checkDType("convertElementType", newDtype);
    return [aval(x.shape, newDtype, weakType)];
  },
  jvp: ([x], [dx], params) => {
    const out = bind1(convertElementTypePrimitive, [x], params);
    const vanishes = dx instanceof Zero || !isFloat(params.newDtype);
    return [[out], [vanishes ? new Zero(out.aval) : bind1(convertElementTypePrimitive, [dx], params)]];
  },
  transpose: linearTranspose1((ct, x) => convertElementType(ct, x.dtype, x.weakType)),
  batch: batchUnary((_, x, axis, params) => [bind1(convertElementTypePrimitive, [x], params), axis]),
  lower: { kind: "elementwise", scalar: (_, [x], { params: { newDtype } }) => e.cast(x, newDtype) },
  showParams: ({ newDtype, weakType }) => ({ new_dtype: newDtype, weak_type: weakType }),
};

/** The operand itself where nothing changes. */
export const convertElementType = (x: NDArray, newDtype: DType, weakType = false): NDArray =>
  x.dtype === newDtype && x.weakType === weakType
    ? x
    : bind1(convertElementTypePrimitive, [x], { newDtype, weakType });

// bitcast_convert_type -----------------------------------------------------------------------------------------------

interface BitcastParams {
  readonly newDtype: DType;
}

const isWord = (dtype: DType): boolean => dtype === "float32" || dtype === "int32" || dtype === "uint32";

const keepsShape = (from: DType, to: DType): boolean => from === to || (isWord(from) && isWord(to));

function bitcastShape(shape: Shape, from: DType, to: DType, shown: string): Shape {
  if (keepsShape(from, to)) return shape;
  if (from === "float64" && isWord(to)) return [...shape, 2];
  if (!isWord(from) || to !== "float64") {
    throw new DTypeError(
      `bitcastConvertType: ${shown} to ${to}: bool has no bits to reinterpret; use x.astype(${to})`,
    );
  }
  if (shape[shape.length - 1] !== 2) {
    throw new ShapeError(
      `bitcastConvertType: ${shown} to float64 joins two words: its last axis must have size 2, [low, high]`,
    );
  }
  return shape.slice(0, -1);
}

/**
 * The same bits as another dtype. A float64 is two words, low before high, along a new last axis:
 * f64[...] <-> u32[...,2].
 */
export const bitcastConvertTypePrimitive: Primitive<BitcastParams> = {
  name: "bitcast_convert_type",
  abstractEval: ([x], { newDtype }) => {
    checkDType("bitcastConvertType", newDtype);
    return [aval(bitcastShape(x.shape, x.dtype, newDtype, showAval(x)), newDtype)];
  },
  jvp: zeroJvp(() => bitcastConvertTypePrimitive),
  transpose: notLinear("bitcast_convert_type is not linear"),
  batch: batchUnary((_, x, axis, params) => [
    bind1(bitcastConvertTypePrimitive, [moveAxis(x, axis, 0)], params),
    0,
  ]),
  lower: {
    kind: "element",
    isPointwise: ({ params: { newDtype }, avalsIn: [x] }) => keepsShape(x.dtype, newDtype),
    element: (_, index, read, { params: { newDtype }, avalsIn: [x] }) => {
      if (keepsShape(x.dtype, newDtype)) return e.bitcast(read(0, index), newDtype);
      if (newDtype === "float64") {
        const word = (k: number): Expr => read(0, [...index, e.i32(k)]);
        return e.binary("fromWords", e.bitcast(word(1), "int32"), e.bitcast(word(0), "uint32"));
      }
      const value = read(0, index.slice(0, -1));
      const low = e.bitcast(e.unary("lowWord", value), newDtype);
      const high = e.bitcast(e.unary("highWord", value), newDtype);
      return e.select(e.eq(index[index.length - 1], e.i32(0)), low, high);
    },
  },
  showParams: ({ newDtype }) => ({ new_dtype: newDtype }),
};

export const bitcastConvertType = (x: NDArray, newDtype: DType): NDArray =>
  x.dtype === newDtype ? x : bind1(bitcastConvertTypePrimitive, [x], { newDtype });

export const conversionPrimitives: readonly Primitive[] = [
  convertElementTypePrimitive,
  bitcastConvertTypePrimitive,
];
