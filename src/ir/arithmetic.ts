/**
 * What one LoopIR operation does to scalars: shared by the interpreter and the constant folder.
 *
 * A scalar of a number dtype is a JavaScript number that the dtype holds exactly; a bool is a JavaScript boolean.
 * Functions take the dtype of the operation's first operand, and throw InternalError where it has no such operation.
 */
import type { DType } from "./dtype.js";
import { isFloat, isInteger } from "./dtype.js";
import { absurd, InternalError } from "./errors.js";
import { fma32, fma64 } from "./fma.js";
import type { BinaryOp, CompareOp, UnaryOp } from "./loop-ir.js";
import {
  divideInt32,
  divideUint32,
  float32Bits,
  float32FromBits,
  fromWords,
  highWord,
  lowWord,
  mulHighInt32,
  mulHighUint32,
  popcount,
  remainderInt32,
  remainderUint32,
  roundTiesToEven,
  saturateInt32,
  saturateUint32,
  shiftLeft,
  shiftRightInt32,
  shiftRightUint32,
} from "./scalar.js";

export { fma32, fma64 } from "./fma.js";

export type Scalar = number | boolean;

const unsupported = (op: string, dtype: DType): never => {
  throw new InternalError(`LoopIR has no ${op} of ${dtype}`);
};

/** The exact result of an operation brought into its dtype: rounded for floats, wrapped for integers. */
function toDType(dtype: DType, x: number): number {
  switch (dtype) {
    case "float32":
      return Math.fround(x);
    case "float64":
      return x;
    case "int32":
      return x | 0;
    case "uint32":
      return x >>> 0;
    case "bool":
      return unsupported("arithmetic", dtype);
    default:
      return absurd(dtype);
  }
}

export function evaluateUnary(op: UnaryOp, dtype: DType, x: Scalar): Scalar {
  if (typeof x === "boolean") return op === "not" ? !x : unsupported(op, dtype);
  switch (op) {
    case "neg":
      return toDType(dtype, -x);
    case "abs":
      return toDType(dtype, Math.abs(x));
    case "not":
      return isInteger(dtype) ? toDType(dtype, ~x) : unsupported(op, dtype);
    case "sqrt":
      return isFloat(dtype) ? toDType(dtype, Math.sqrt(x)) : unsupported(op, dtype);
    case "floor":
      return Math.floor(x);
    case "ceil":
      return Math.ceil(x);
    case "trunc":
      return Math.trunc(x);
    case "round":
      return roundTiesToEven(x);
    case "popcount":
      return isInteger(dtype) ? popcount(x) : unsupported(op, dtype);
    case "clz":
      return isInteger(dtype) ? Math.clz32(x) : unsupported(op, dtype);
    case "highWord":
      return dtype === "float64" ? highWord(x) : unsupported(op, dtype);
    case "lowWord":
      return dtype === "float64" ? lowWord(x) : unsupported(op, dtype);
    default:
      return absurd(op);
  }
}

export function evaluateBinary(op: BinaryOp, dtype: DType, x: Scalar, y: Scalar): Scalar {
  if (typeof x === "boolean" || typeof y === "boolean") return binaryOfBools(op, x === true, y === true);
  switch (op) {
    case "add":
      return toDType(dtype, x + y);
    case "sub":
      return toDType(dtype, x - y);
    case "mul":
      return isFloat(dtype) ? toDType(dtype, x * y) : toDType(dtype, Math.imul(x, y));
    case "min":
      return Math.min(x, y);
    case "max":
      return Math.max(x, y);
    case "div":
      if (isFloat(dtype)) return toDType(dtype, x / y);
      return dtype === "int32" ? divideInt32(x, y) : divideUint32(x, y);
    case "rem":
      if (isFloat(dtype)) return toDType(dtype, x % y);
      return dtype === "int32" ? remainderInt32(x, y) : remainderUint32(x, y);
    case "fromWords":
      return dtype === "int32" ? fromWords(x, y) : unsupported(op, dtype);
    case "and":
    case "or":
    case "xor":
    case "shl":
    case "shr":
    case "mulHigh":
      return isInteger(dtype) ? binaryOfBits(op, dtype, x, y) : unsupported(op, dtype);
    default:
      return absurd(op);
  }
}

function binaryOfBits(
  op: "and" | "or" | "xor" | "shl" | "shr" | "mulHigh",
  dtype: DType,
  x: number,
  y: number,
): number {
  switch (op) {
    case "and":
      return toDType(dtype, x & y);
    case "or":
      return toDType(dtype, x | y);
    case "xor":
      return toDType(dtype, x ^ y);
    case "shl":
      return toDType(dtype, shiftLeft(x, y));
    case "shr":
      return dtype === "int32" ? shiftRightInt32(x, y) : shiftRightUint32(x, y);
    case "mulHigh":
      return dtype === "int32" ? mulHighInt32(x, y) : mulHighUint32(x, y);
    default:
      return absurd(op);
  }
}

/** min and max of bools are `and` and `or`, as reductions need them. */
function binaryOfBools(op: BinaryOp, x: boolean, y: boolean): boolean {
  switch (op) {
    case "and":
    case "min":
      return x && y;
    case "or":
    case "max":
      return x || y;
    case "xor":
      return x !== y;
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "rem":
    case "shl":
    case "shr":
    case "mulHigh":
    case "fromWords":
      return unsupported(op, "bool");
    default:
      return absurd(op);
  }
}

/** Of two scalars of one dtype; false < true. */
export function evaluateCompare(op: CompareOp, x: Scalar, y: Scalar): boolean {
  switch (op) {
    case "eq":
      return x === y;
    case "ne":
      return x !== y;
    case "lt":
      return x < y;
    case "le":
      return x <= y;
    case "gt":
      return x > y;
    case "ge":
      return x >= y;
    default:
      return absurd(op);
  }
}

/** From the dtype `from` to the dtype `to`. */
export function evaluateCast(x: Scalar, from: DType, to: DType): Scalar {
  const number = Number(x);
  switch (to) {
    case "bool":
      return number !== 0;
    case "float32":
    case "float64":
      return toDType(to, number);
    case "int32":
      return isFloat(from) ? saturateInt32(number) : number | 0;
    case "uint32":
      return isFloat(from) ? saturateUint32(number) : number >>> 0;
    default:
      return absurd(to);
  }
}

/** The same 32 bits read as another dtype. */
export function evaluateBitcast(x: Scalar, from: DType, to: DType): number {
  if (typeof x === "boolean" || from === "float64") return unsupported(`bitcast to ${to}`, from);
  const bits = from === "float32" ? float32Bits(x) : x | 0;
  switch (to) {
    case "float32":
      return float32FromBits(bits);
    case "int32":
    case "uint32":
      return toDType(to, bits);
    case "float64":
    case "bool":
      return unsupported(`bitcast from ${from}`, to);
    default:
      return absurd(to);
  }
}

/** x * y + z, rounded once. */
export function evaluateFma(dtype: DType, x: Scalar, y: Scalar, z: Scalar): number {
  if (typeof x === "boolean" || typeof y === "boolean" || typeof z === "boolean")
    return unsupported("fma", dtype);
  if (dtype === "float32") return fma32(x, y, z);
  if (dtype === "float64") return fma64(x, y, z);
  return unsupported("fma", dtype);
}

/** A literal brought into its dtype. */
export const evaluateConst = (dtype: DType, value: Scalar): Scalar =>
  dtype === "bool" ? Boolean(value) : toDType(dtype, Number(value));
