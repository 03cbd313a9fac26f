/** The instructions of one LoopIR operation on scalars. Operands are on the stack, or in locals where they are needed twice. */
import type { DType } from "../../../ir/dtype.js";
import { isFloat } from "../../../ir/dtype.js";
import { absurd, InternalError } from "../../../ir/errors.js";
import type { BinaryOp, CompareOp, UnaryOp } from "../../../ir/loop-ir.js";
import type { FunctionWriter } from "./function-writer.js";
import type { HelperName } from "./helpers.js";
import type { ValueType } from "./instructions.js";
import type { Mnemonic } from "./opcodes.js";

/** What a scalar of a dtype is: a bool is an i32 of 0 or 1. */
export const scalarType = (dtype: DType): ValueType =>
  dtype === "float32" ? "f32" : dtype === "float64" ? "f64" : "i32";

/** Calls one of the functions that the module brings along. */
export type CallHelper = (name: HelperName) => void;

const unsupported = (op: string, dtype: DType): InternalError =>
  new InternalError(`LoopIR has no ${op} of ${dtype}`);

const float = (dtype: DType): "f32" | "f64" => (dtype === "float32" ? "f32" : "f64");

export function pushConstant(f: FunctionWriter, dtype: DType, value: number | boolean): void {
  if (dtype === "float32") f.push("f32.const", Number(value));
  else if (dtype === "float64") f.push("f64.const", Number(value));
  else f.push("i32.const", Number(value) | 0);
}

export function pushUnary(f: FunctionWriter, op: UnaryOp, dtype: DType, call: CallHelper): void {
  if (isFloat(dtype)) {
    switch (op) {
      case "neg":
      case "abs":
      case "sqrt":
      case "floor":
      case "ceil":
      case "trunc":
        f.push(`${float(dtype)}.${op}`);
        return;
      case "round":
        f.push(`${float(dtype)}.nearest`);
        return;
      case "highWord":
      case "lowWord":
        call(op);
        return;
      case "not":
      case "popcount":
      case "clz":
        throw unsupported(op, dtype);
      default:
        absurd(op);
    }
  }
  if (dtype === "bool") {
    if (op !== "not") throw unsupported(op, dtype);
    f.push("i32.eqz");
    return;
  }
  switch (op) {
    case "neg":
      f.push("i32.const", -1);
      f.push("i32.mul");
      return;
    case "abs":
      if (dtype === "int32") call("absInt32");
      return;
    case "not":
      f.push("i32.const", -1);
      f.push("i32.xor");
      return;
    case "floor":
    case "ceil":
    case "trunc":
    case "round":
      return;
    case "popcount":
      f.push("i32.popcnt");
      return;
    case "clz":
      f.push("i32.clz");
      return;
    case "sqrt":
    case "highWord":
    case "lowWord":
      throw unsupported(op, dtype);
    default:
      absurd(op);
  }
}

/** `literal` is the value of the second operand where it is known: constant divisors and shifts need no test. */
export function pushBinary(
  f: FunctionWriter,
  op: BinaryOp,
  dtype: DType,
  literal: number | undefined,
  call: CallHelper,
): void {
  if (isFloat(dtype)) pushFloat(f, op, dtype, call);
  else if (dtype === "bool") pushBool(f, op);
  else pushInteger(f, op, dtype === "int32", literal, call);
}

function pushFloat(f: FunctionWriter, op: BinaryOp, dtype: DType, call: CallHelper): void {
  switch (op) {
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "min":
    case "max":
      f.push(`${float(dtype)}.${op}`);
      return;
    case "rem":
      call(dtype === "float32" ? "remainder32" : "remainder64");
      return;
    case "and":
    case "or":
    case "xor":
    case "shl":
    case "shr":
    case "mulHigh":
    case "fromWords":
      throw unsupported(op, dtype);
    default:
      absurd(op);
  }
}

function pushInteger(
  f: FunctionWriter,
  op: BinaryOp,
  isSigned: boolean,
  literal: number | undefined,
  call: CallHelper,
): void {
  const sign = isSigned ? "s" : "u";
  const suffix = isSigned ? "Int32" : "Uint32";
  // INT_MIN / -1 traps.
  const isPlainDivisor = literal !== undefined && literal !== 0 && literal !== -1;
  const isPlainShift = literal !== undefined && literal >= 0 && literal < 32;
  switch (op) {
    case "add":
    case "sub":
    case "mul":
    case "and":
    case "or":
    case "xor":
      f.push(`i32.${op}`);
      return;
    case "div":
      if (isPlainDivisor) f.push(`i32.div_${sign}`);
      else call(`divide${suffix}`);
      return;
    case "rem":
      if (isPlainDivisor) f.push(`i32.rem_${sign}`);
      else call(`remainder${suffix}`);
      return;
    case "min":
    case "max":
      call(`${op}${suffix}`);
      return;
    case "shl":
      if (isPlainShift) f.push("i32.shl");
      else call("shiftLeft");
      return;
    case "shr":
      if (isPlainShift) f.push(`i32.shr_${sign}`);
      else call(`shiftRight${suffix}`);
      return;
    case "mulHigh":
      call(`mulHigh${suffix}`);
      return;
    case "fromWords":
      call("fromWords");
      return;
    default:
      absurd(op);
  }
}

function pushBool(f: FunctionWriter, op: BinaryOp): void {
  switch (op) {
    case "and":
    case "min":
      f.push("i32.and");
      return;
    case "or":
    case "max":
      f.push("i32.or");
      return;
    case "xor":
      f.push("i32.xor");
      return;
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "rem":
    case "shl":
    case "shr":
    case "mulHigh":
    case "fromWords":
      throw unsupported(op, "bool");
    default:
      absurd(op);
  }
}

/** The comparison's name for the dtype's kind of number. */
export function compareSuffix(op: CompareOp, dtype: DType): string {
  if (isFloat(dtype) || op === "eq" || op === "ne") return op;
  return `${op}_${dtype === "int32" ? "s" : "u"}`;
}

export const pushCompare = (f: FunctionWriter, op: CompareOp, dtype: DType): void => {
  // Sound: the format has the six comparisons for every type of number.
  f.push(`${scalarType(dtype)}.${compareSuffix(op, dtype)}` as Mnemonic);
};

export function pushCast(f: FunctionWriter, from: DType, to: DType): void {
  if (from === to) return;
  const sign = from === "int32" ? "s" : "u";
  switch (to) {
    case "bool":
      if (isFloat(from)) {
        pushConstant(f, from, 0);
        f.push(`${float(from)}.ne`);
      } else {
        f.push("i32.eqz");
        f.push("i32.eqz");
      }
      return;
    case "float32":
      if (from === "float64") f.push("f32.demote_f64");
      else f.push(`f32.convert_i32_${sign}`);
      return;
    case "float64":
      if (from === "float32") f.push("f64.promote_f32");
      else f.push(`f64.convert_i32_${sign}`);
      return;
    case "int32":
    case "uint32":
      if (isFloat(from)) f.push(`i32.trunc_sat_${float(from)}_${to === "int32" ? "s" : "u"}`);
      return;
    default:
      absurd(to);
  }
}

export function pushBitcast(f: FunctionWriter, from: DType, to: DType, call: CallHelper): void {
  if (from === "float32" && to !== "float32") call("float32Bits");
  else if (to === "float32" && from !== "float32") f.push("f32.reinterpret_i32");
}

/** A word of the double on the stack, whatever it is. */
export function pushRawWord(f: FunctionWriter, word: 0 | 1): void {
  f.push("i64.reinterpret_f64");
  if (word === 1) {
    f.push("i32.const", 32);
    f.push("i64.extend_i32_u");
    f.push("i64.shr_u");
  }
  f.push("i32.wrap_i64");
}
