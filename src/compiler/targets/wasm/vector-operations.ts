/**
 * How vectors are held, and the instructions of one LoopIR operation on them.
 *
 * A value of n lanes is n/4 v128 (a float64 n/2), its parts; n is a multiple of 4. A bool is a mask of 32 bits a lane. What
 * SIMD128 has no instruction for goes lane by lane (expressions.ts); the functions here answer false for it.
 */
import type { DType } from "../../../ir/dtype.js";
import { isFloat } from "../../../ir/dtype.js";
import { absurd } from "../../../ir/errors.js";
import type { BinaryOp, CompareOp, UnaryOp } from "../../../ir/loop-ir.js";
import type { FunctionWriter } from "./function-writer.js";
import type { Mnemonic } from "./opcodes.js";
import { compareSuffix } from "./scalar-operations.js";

/** Lanes in a part. */
export const lanesOf = (dtype: DType): number => (dtype === "float64" ? 2 : 4);

/** The parts of a value of `lanes` lanes. */
export const partsOf = (dtype: DType, lanes: number): number => lanes / lanesOf(dtype);

/** The interpretation of a part: bool masks are words. */
export const shapeOf = (dtype: DType): "f32x4" | "f64x2" | "i32x4" =>
  dtype === "float32" ? "f32x4" : dtype === "float64" ? "f64x2" : "i32x4";

const scratch = new DataView(new ArrayBuffer(16));

/** A part whose lanes are these; bools as masks. */
export function pushVectorConstant(
  f: FunctionWriter,
  dtype: DType,
  lanes: readonly (number | boolean)[],
): void {
  lanes.forEach((value, lane) => {
    const number = Number(value);
    if (dtype === "float64") scratch.setFloat64(8 * lane, number, true);
    else if (dtype === "float32") scratch.setFloat32(4 * lane, number, true);
    else scratch.setInt32(4 * lane, dtype === "bool" ? -number : number | 0, true);
  });
  f.push("v128.const", ...new Uint8Array(scratch.buffer));
}

/** The same number in every lane of a part. */
export const pushSplatConstant = (f: FunctionWriter, dtype: DType, value: number | boolean): void =>
  pushVectorConstant(f, dtype, new Array<number | boolean>(lanesOf(dtype)).fill(value));

/** The scalar on the stack in every lane. */
export function pushSplat(f: FunctionWriter, dtype: DType): void {
  if (dtype === "bool") {
    // 0 or 1 -> 0 or all ones
    f.push("i32.const", -1);
    f.push("i32.mul");
  }
  f.push(`${shapeOf(dtype)}.splat`);
}

/** The four lanes of two parts that `pick` names: 0-3 of the first, 4-7 of the second, as words. */
export const pushShuffleWords = (f: FunctionWriter, pick: readonly number[]): void =>
  f.push("i8x16.shuffle", ...pick.flatMap((word) => [4 * word, 4 * word + 1, 4 * word + 2, 4 * word + 3]));

export function pushVectorUnary(f: FunctionWriter, op: UnaryOp, dtype: DType): boolean {
  const shape = shapeOf(dtype);
  switch (op) {
    case "neg":
    case "abs":
      if (dtype !== "uint32" || op === "neg") f.push(`${shape}.${op}`);
      return true;
    case "not":
      f.push("v128.not");
      return true;
    case "sqrt":
    case "floor":
    case "ceil":
    case "trunc":
    case "round": {
      if (!isFloat(dtype)) return op !== "sqrt";
      const name = op === "round" ? "nearest" : op;
      // Sound: both float shapes have the five.
      f.push(`${shape}.${name}` as Mnemonic);
      return true;
    }
    case "popcount":
      f.push("i8x16.popcnt");
      f.push("i16x8.extadd_pairwise_i8x16_u");
      f.push("i32x4.extadd_pairwise_i16x8_u");
      return true;
    case "clz":
    case "highWord":
    case "lowWord":
      return false;
    default:
      return absurd(op);
  }
}

export function pushVectorBinary(f: FunctionWriter, op: BinaryOp, dtype: DType): boolean {
  if (isFloat(dtype)) {
    const shape = dtype === "float32" ? "f32x4" : "f64x2";
    switch (op) {
      case "add":
      case "sub":
      case "mul":
      case "div":
      case "min":
      case "max":
        f.push(`${shape}.${op}`);
        return true;
      default:
        return false;
    }
  }
  const isMask = dtype === "bool";
  const sign = dtype === "int32" ? "s" : "u";
  switch (op) {
    case "add":
    case "sub":
    case "mul":
      f.push(`i32x4.${op}`);
      return true;
    case "and":
    case "or":
    case "xor":
      f.push(`v128.${op}`);
      return true;
    case "min":
    case "max":
      if (isMask) f.push(op === "min" ? "v128.and" : "v128.or");
      else f.push(`i32x4.${op}_${sign}`);
      return true;
    case "div":
    case "rem":
    case "shl":
    case "shr":
    case "mulHigh":
    case "fromWords":
      return false;
    default:
      return absurd(op);
  }
}

/** Gives a mask of the operands' width. */
export function pushVectorCompare(f: FunctionWriter, op: CompareOp, dtype: DType): void {
  // Sound: every shape has the six comparisons. As words without sign, false (0) is below true (all ones).
  f.push(`${shapeOf(dtype)}.${compareSuffix(op, dtype)}` as Mnemonic);
}

/** From words to words: conversions that keep to one part. */
export function pushVectorCast(f: FunctionWriter, from: DType, to: DType): void {
  const sign = from === "int32" ? "s" : "u";
  if (from === "bool") {
    // A mask keeps the bits of 1, or of nothing.
    pushSplatConstant(f, to, 1);
    f.push("v128.and");
  } else if (to === "bool") {
    pushSplatConstant(f, from, 0);
    f.push(from === "float32" ? "f32x4.ne" : "i32x4.ne");
  } else if (to === "float32") {
    if (from !== "float32") f.push(`f32x4.convert_i32x4_${sign}`);
  } else if (from === "float32") {
    f.push(`i32x4.trunc_sat_f32x4_${to === "int32" ? "s" : "u"}`);
  }
}
