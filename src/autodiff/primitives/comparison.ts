/** Comparisons, logic and bits: functions of integers, or into bool. Their derivative is zero. */
import type { DType } from "../../ir/dtype.js";
import * as e from "../../ir/expr.js";
import type { BinaryOp, CompareOp, Expr } from "../../ir/loop-ir.js";
import type { Primitive } from "../primitive.js";
import type { BinaryFunction, UnaryFunction } from "./elementwise.js";
import { binaryFunction, elementwise, unaryFunction } from "./elementwise.js";

const all: readonly DType[] = ["float32", "float64", "int32", "uint32", "bool"];
const integers: readonly DType[] = ["int32", "uint32"];
const integersAndBool: readonly DType[] = [...integers, "bool"];

// comparisons --------------------------------------------------------------------------------------------------------

/** With NaN all are false but `ne`; false < true. */
const comparison = (op: CompareOp): Primitive =>
  elementwise(op, {
    accepts: all,
    dtype: () => "bool",
    jvp: "zero",
    scalar: (_, [x, y]) => e.compare(op, x, y),
  });

export const eqPrimitive: Primitive = comparison("eq");
export const nePrimitive: Primitive = comparison("ne");
export const ltPrimitive: Primitive = comparison("lt");
export const lePrimitive: Primitive = comparison("le");
export const gtPrimitive: Primitive = comparison("gt");
export const gePrimitive: Primitive = comparison("ge");
export const eq: BinaryFunction = binaryFunction(eqPrimitive);
export const ne: BinaryFunction = binaryFunction(nePrimitive);
export const lt: BinaryFunction = binaryFunction(ltPrimitive);
export const le: BinaryFunction = binaryFunction(lePrimitive);
export const gt: BinaryFunction = binaryFunction(gtPrimitive);
export const ge: BinaryFunction = binaryFunction(gePrimitive);

// logic, bit by bit on integers --------------------------------------------------------------------------------------

const logical = (op: BinaryOp & ("and" | "or" | "xor")): Primitive =>
  elementwise(op, { accepts: integersAndBool, jvp: "zero", scalar: (_, [x, y]) => e.binary(op, x, y) });

export const andPrimitive: Primitive = logical("and");
export const orPrimitive: Primitive = logical("or");
export const xorPrimitive: Primitive = logical("xor");
export const notPrimitive: Primitive = elementwise("not", {
  accepts: integersAndBool,
  jvp: "zero",
  scalar: (_, [x]) => e.not(x),
});
export const and: BinaryFunction = binaryFunction(andPrimitive);
export const or: BinaryFunction = binaryFunction(orPrimitive);
export const xor: BinaryFunction = binaryFunction(xorPrimitive);
export const not: UnaryFunction = unaryFunction(notPrimitive);

// bits ---------------------------------------------------------------------------------------------------------------

const ofIntegers = (name: string, scalar: (x: Expr, y: Expr) => Expr): Primitive =>
  elementwise(name, { accepts: integers, jvp: "zero", scalar: (_, [x, y]) => scalar(x, y) });

/** x shifted right as if its dtype were `dtype`: int32 keeps the sign, uint32 fills with zeros. */
const shiftRightAs =
  (dtype: DType) =>
  (x: Expr, y: Expr): Expr =>
    e.cast(e.shr(e.cast(x, dtype), e.cast(y, dtype)), x.dtype);

/** Shifts by 32 or more (a negative count is one of these) give 0; the arithmetic one gives the sign. */
export const shiftLeftPrimitive: Primitive = ofIntegers("shift_left", e.shl);
export const shiftRightLogicalPrimitive: Primitive = ofIntegers(
  "shift_right_logical",
  shiftRightAs("uint32"),
);
export const shiftRightArithmeticPrimitive: Primitive = ofIntegers(
  "shift_right_arithmetic",
  shiftRightAs("int32"),
);
export const shiftLeft: BinaryFunction = binaryFunction(shiftLeftPrimitive);
export const shiftRightLogical: BinaryFunction = binaryFunction(shiftRightLogicalPrimitive);
export const shiftRightArithmetic: BinaryFunction = binaryFunction(shiftRightArithmeticPrimitive);

/** The number of bits that are set, and of zeros before the first of them (32 for 0). */
export const populationCountPrimitive: Primitive = ofIntegers("population_count", (x) =>
  e.unary("popcount", x),
);
export const clzPrimitive: Primitive = ofIntegers("clz", (x) => e.unary("clz", x));
export const populationCount: UnaryFunction = unaryFunction(populationCountPrimitive);
export const clz: UnaryFunction = unaryFunction(clzPrimitive);

export const comparisonPrimitives: readonly Primitive[] = [
  eqPrimitive,
  nePrimitive,
  ltPrimitive,
  lePrimitive,
  gtPrimitive,
  gePrimitive,
  andPrimitive,
  orPrimitive,
  xorPrimitive,
  notPrimitive,
  shiftLeftPrimitive,
  shiftRightLogicalPrimitive,
  shiftRightArithmeticPrimitive,
  populationCountPrimitive,
  clzPrimitive,
];
