/**
 * The text of one operation on texts of operands. Every result is a name, a literal, a call or stands in parentheses, so
 * texts nest without regard to precedence. In expressions a bool is a JavaScript boolean.
 */
import type { DType } from "../../../ir/dtype.js";
import { isFloat } from "../../../ir/dtype.js";
import { absurd, InternalError } from "../../../ir/errors.js";
import type { BinaryOp, CompareOp, UnaryOp } from "../../../ir/loop-ir.js";
import type { RuntimeName } from "./runtime.js";

/** Calls a function of the runtime, which the text then asks for. */
export type CallRuntime = (name: RuntimeName, ...operands: readonly string[]) => string;

const unsupported = (op: string, dtype: DType): never => {
  throw new InternalError(`LoopIR has no ${op} of ${dtype}`);
};

/** An exact or double result brought into its dtype. */
function toDType(dtype: DType, text: string): string {
  switch (dtype) {
    case "float32":
      return `fround(${text})`;
    case "float64":
      return `(${text})`;
    case "int32":
      return `(${text} | 0)`;
    case "uint32":
      return `(${text} >>> 0)`;
    case "bool":
      return unsupported("arithmetic", dtype);
    default:
      return absurd(dtype);
  }
}

/** A literal of a value that the dtype holds. */
export function literalText(value: number | boolean): string {
  if (typeof value === "boolean") return String(value);
  return value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? "-0" : value})` : String(value);
}

export function unaryText(op: UnaryOp, dtype: DType, x: string, runtime: CallRuntime): string {
  if (dtype === "bool") return op === "not" ? `!${x}` : unsupported(op, dtype);
  const isReal = isFloat(dtype);
  switch (op) {
    case "neg":
      return isReal ? `(-${x})` : toDType(dtype, `(-${x})`);
    case "abs":
      return isReal ? `Math.abs(${x})` : toDType(dtype, `Math.abs(${x})`);
    case "not":
      return isReal ? unsupported(op, dtype) : toDType(dtype, `(~${x})`);
    case "sqrt":
      return isReal ? toDType(dtype, `Math.sqrt(${x})`) : unsupported(op, dtype);
    case "floor":
    case "ceil":
    case "trunc":
      return isReal ? `Math.${op}(${x})` : x;
    case "round":
      return isReal ? runtime("roundTiesToEven", x) : x;
    case "popcount":
      return isReal ? unsupported(op, dtype) : runtime("popcount", x);
    case "clz":
      return isReal ? unsupported(op, dtype) : `Math.clz32(${x})`;
    case "highWord":
    case "lowWord":
      return dtype === "float64" ? runtime(op, x) : unsupported(op, dtype);
    default:
      return absurd(op);
  }
}

/** `literal` is the value of y where it is known: constant divisors and shifts need no test. */
export function binaryText(
  op: BinaryOp,
  dtype: DType,
  x: string,
  y: string,
  literal: number | undefined,
  runtime: CallRuntime,
): string {
  switch (dtype) {
    case "float32":
    case "float64":
      return floatText(op, dtype, x, y);
    case "int32":
    case "uint32":
      return integerText(op, dtype, x, y, literal, runtime);
    case "bool":
      return boolText(op, x, y);
    default:
      return absurd(dtype);
  }
}

function floatText(op: BinaryOp, dtype: DType, x: string, y: string): string {
  switch (op) {
    case "add":
      return toDType(dtype, `${x} + ${y}`);
    case "sub":
      return toDType(dtype, `${x} - ${y}`);
    case "mul":
      return toDType(dtype, `${x} * ${y}`);
    case "div":
      return toDType(dtype, `${x} / ${y}`);
    case "rem":
      return toDType(dtype, `${x} % ${y}`);
    case "min":
    case "max":
      return `Math.${op}(${x}, ${y})`;
    case "and":
    case "or":
    case "xor":
    case "shl":
    case "shr":
    case "mulHigh":
    case "fromWords":
      return unsupported(op, dtype);
    default:
      return absurd(op);
  }
}

function integerText(
  op: BinaryOp,
  dtype: "int32" | "uint32",
  x: string,
  y: string,
  literal: number | undefined,
  runtime: CallRuntime,
): string {
  const isSigned = dtype === "int32";
  const isPlainShift = literal !== undefined && literal >= 0 && literal < 32;
  switch (op) {
    case "add":
      return toDType(dtype, `(${x} + ${y})`);
    case "sub":
      return toDType(dtype, `(${x} - ${y})`);
    case "mul":
      return isSigned ? `imul(${x}, ${y})` : toDType(dtype, `imul(${x}, ${y})`);
    case "div":
      if (literal) return toDType(dtype, `(${x} / ${y})`);
      return runtime(isSigned ? "divideInt32" : "divideUint32", x, y);
    case "rem":
      if (literal) return toDType(dtype, `(${x} % ${y})`);
      return runtime(isSigned ? "remainderInt32" : "remainderUint32", x, y);
    case "min":
    case "max":
      return `Math.${op}(${x}, ${y})`;
    case "and":
      return isSigned ? `(${x} & ${y})` : toDType(dtype, `(${x} & ${y})`);
    case "or":
      return isSigned ? `(${x} | ${y})` : toDType(dtype, `(${x} | ${y})`);
    case "xor":
      return isSigned ? `(${x} ^ ${y})` : toDType(dtype, `(${x} ^ ${y})`);
    case "shl": {
      const shifted = isPlainShift ? `(${x} << ${y})` : runtime("shiftLeft", x, y);
      return isSigned ? shifted : toDType(dtype, shifted);
    }
    case "shr":
      if (isPlainShift) return isSigned ? `(${x} >> ${y})` : `(${x} >>> ${y})`;
      return runtime(isSigned ? "shiftRightInt32" : "shiftRightUint32", x, y);
    case "mulHigh":
      return runtime(isSigned ? "mulHighInt32" : "mulHighUint32", x, y);
    case "fromWords":
      return isSigned ? runtime("fromWords", x, y) : unsupported(op, dtype);
    default:
      return absurd(op);
  }
}

function boolText(op: BinaryOp, x: string, y: string): string {
  switch (op) {
    case "and":
    case "min":
      return `(${x} && ${y})`;
    case "or":
    case "max":
      return `(${x} || ${y})`;
    case "xor":
      return `(${x} !== ${y})`;
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

const compareOperators: Readonly<Record<CompareOp, string>> = {
  eq: "===",
  ne: "!==",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
};

export const compareText = (op: CompareOp, x: string, y: string): string =>
  `(${x} ${compareOperators[op]} ${y})`;

export function castText(x: string, from: DType, to: DType, runtime: CallRuntime): string {
  const number = from === "bool" ? `(${x} ? 1 : 0)` : x;
  switch (to) {
    case "bool":
      return from === "bool" ? x : `(${x} !== 0)`;
    case "float32":
      return from === "bool" || from === "float32" ? number : toDType(to, x);
    case "float64":
      return number;
    case "int32":
    case "uint32":
      if (isFloat(from)) return runtime(to === "int32" ? "saturateInt32" : "saturateUint32", x);
      return from === to || from === "bool" ? number : toDType(to, x);
    default:
      return absurd(to);
  }
}

export function bitcastText(x: string, from: DType, to: DType, runtime: CallRuntime): string {
  if (from === "bool" || from === "float64") return unsupported(`bitcast to ${to}`, from);
  switch (to) {
    case "float32":
      return from === "float32" ? x : runtime("float32FromBits", x);
    case "int32":
      return from === "float32" ? runtime("float32Bits", x) : toDType(to, x);
    case "uint32":
      return toDType(to, from === "float32" ? runtime("float32Bits", x) : x);
    case "float64":
    case "bool":
      return unsupported(`bitcast from ${from}`, to);
    default:
      return absurd(to);
  }
}
