/** Exponentials and logarithms: floats only. A compiler pass expands them. */
import type { DType } from "../../ir/dtype.js";
import { intrinsic } from "../../ir/expr.js";
import type { IntrinsicName } from "../../ir/loop-ir.js";
import type { Primitive } from "../primitive.js";
import { add, div, mul, sub } from "./arithmetic.js";
import type { TangentTerm, UnaryFunction } from "./elementwise.js";
import { elementwise, unaryFunction } from "./elementwise.js";

const floats: readonly DType[] = ["float32", "float64"];

/** A function of one operand that the compiler knows by `intrinsicName`; `dy` gives dy from dx, y and x. */
export const elementary = (name: string, intrinsicName: IntrinsicName, dy: TangentTerm): Primitive =>
  elementwise(name, { accepts: floats, jvp: [dy], scalar: (_, [x]) => intrinsic(intrinsicName, x) });

/** y = e^x: dy = dx y */
export const expPrimitive: Primitive = elementary("exp", "exp", (dx, y) => mul(dx, y));
export const exp: UnaryFunction = unaryFunction(expPrimitive);

/** y = 2^x: dy = log 2 dx y */
export const exp2Primitive: Primitive = elementary("exp2", "exp2", (dx, y) => mul(Math.LN2, mul(dx, y)));
export const exp2: UnaryFunction = unaryFunction(exp2Primitive);

/** y = e^x - 1: dy = dx (y + 1) */
export const expm1Primitive: Primitive = elementary("expm1", "expm1", (dx, y) => mul(dx, add(y, 1)));
export const expm1: UnaryFunction = unaryFunction(expm1Primitive);

/** y = log x: dy = dx / x */
export const logPrimitive: Primitive = elementary("log", "log", (dx, _, [x]) => div(dx, x));
export const log: UnaryFunction = unaryFunction(logPrimitive);

/** y = log(1 + x): dy = dx / (x + 1) */
export const log1pPrimitive: Primitive = elementary("log1p", "log1p", (dx, _, [x]) => div(dx, add(x, 1)));
export const log1p: UnaryFunction = unaryFunction(log1pPrimitive);

/** y = 1 / (1 + e^-x): dy = dx y (1 - y) */
export const logisticPrimitive: Primitive = elementary("logistic", "logistic", (dx, y) =>
  mul(dx, mul(y, sub(1, y))),
);
export const logistic: UnaryFunction = unaryFunction(logisticPrimitive);

export const elementaryPrimitives: readonly Primitive[] = [
  expPrimitive,
  exp2Primitive,
  expm1Primitive,
  logPrimitive,
  log1pPrimitive,
  logisticPrimitive,
];
