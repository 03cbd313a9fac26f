/** Squares, roots and powers. */
import { aval, describeAval } from "../../ir/aval.js";
import { show } from "../../ir/describe.js";
import type { DType } from "../../ir/dtype.js";
import { isFloat, isInteger } from "../../ir/dtype.js";
import { ArgumentError, DTypeError } from "../../ir/errors.js";
import * as e from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { NDArray } from "../array.js";
import { literal } from "../array.js";
import type { Primitive, Tangent } from "../primitive.js";
import { notLinear, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { addAny, div, mul, sub } from "./arithmetic.js";
import { batchAligned } from "./batch-alignment.js";
import { eq } from "./comparison.js";
import { convertElementType } from "./conversion.js";
import { log } from "./elementary.js";
import type { BinaryFunction, UnaryFunction } from "./elementwise.js";
import {
  alignOperands,
  elementwise,
  elementwiseShape,
  noParams,
  stretch,
  unaryFunction,
} from "./elementwise.js";
import { batchUnary } from "./rules.js";
import { select } from "./selection.js";

const floats: readonly DType[] = ["float32", "float64"];
const numbers: readonly DType[] = [...floats, "int32", "uint32"];

// square and roots ---------------------------------------------------------------------------------------------------

/** y = x^2: dy = dx 2 x */
export const squarePrimitive: Primitive = elementwise("square", {
  accepts: numbers,
  jvp: [(dx, _, [x]) => mul(dx, mul(2, x))],
  scalar: (_, [x]) => e.mul(x, x),
});
export const square: UnaryFunction = unaryFunction(squarePrimitive);

/** y = sqrt x: dy = dx 0.5 / y, infinite at 0 */
export const sqrtPrimitive: Primitive = elementwise("sqrt", {
  accepts: floats,
  jvp: [(dx, y) => mul(dx, div(0.5, y))],
  scalar: (_, [x]) => e.sqrt(x),
});
export const sqrt: UnaryFunction = unaryFunction(sqrtPrimitive);

/** y = 1 / sqrt x: dy = -dx y / (2 x) */
export const rsqrtPrimitive: Primitive = elementwise("rsqrt", {
  accepts: floats,
  jvp: [(dx, y, [x]) => mul(dx, mul(-0.5, div(y, x)))],
  scalar: (_, [x]) => e.div(e.constant(x.dtype, 1), e.sqrt(x)),
});
export const rsqrt: UnaryFunction = unaryFunction(rsqrtPrimitive);

/** y = cbrt x: dy = dx y^-2 / 3, infinite at 0 */
export const cbrtPrimitive: Primitive = elementwise("cbrt", {
  accepts: floats,
  jvp: [(dx, y) => mul(dx, mul(1 / 3, integerPow(y, -2)))],
  scalar: (_, [x]) => e.intrinsic("cbrt", x),
});
export const cbrt: UnaryFunction = unaryFunction(cbrtPrimitive);

// integer_pow --------------------------------------------------------------------------------------------------------

interface IntegerPowParams {
  /** The exponent: any integer for floats, none below 0 for integers. */
  readonly y: number;
}

/**
 * x^y for an exponent of the program's text, by repeated squaring: so it is exact at 0 and takes negative x.
 * dz = dx y x^(y-1); nothing at y = 0, dx itself at y = 1.
 */
export const integerPowPrimitive: Primitive<IntegerPowParams> = {
  name: "integer_pow",
  abstractEval: ([x], { y }) => {
    if (!Number.isInteger(y)) {
      throw new ArgumentError(`integerPow: the exponent ${show(y)} is no integer; use pow or exp(y log x)`);
    }
    if (x.dtype === "bool" || (isInteger(x.dtype) && y < 0)) {
      throw new DTypeError(`integerPow: ${describeAval(x)} has no power ${y}; use x.astype("float32")`);
    }
    return [x];
  },
  jvp: ([x], [dx], { y }) => {
    const out = integerPow(x, y);
    return [[out], [dx instanceof Zero || y === 0 ? new Zero(out.aval) : powerTangent(x, dx, y)]];
  },
  transpose: notLinear("integer_pow is not linear"),
  batch: batchUnary((_, x, axis, { y }) => [integerPow(x, y), axis]),
  lower: { kind: "elementwise", scalar: (_, [x], { params: { y } }) => repeatedSquaring(x, y) },
};

export const integerPow = (x: NDArray, y: number): NDArray => bind1(integerPowPrimitive, [x], { y });

function powerTangent(x: NDArray, dx: NDArray, y: number): NDArray {
  if (y === 1) return dx;
  return mul(dx, mul(y, y === 2 ? x : integerPow(x, y - 1)));
}

/** Factors x^(2^k) for the bits k of |y|, ascending: the order of multiplications is part of the meaning. */
function repeatedSquaring(x: Expr, y: number): Expr {
  const one = e.constant(x.dtype, 1);
  let product: Expr | null = null;
  let factor = x;
  for (let left = Math.abs(y); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) product = product === null ? factor : e.mul(product, factor);
    if (left > 1) factor = e.mul(factor, factor);
  }
  if (product === null) return one;
  return y < 0 ? e.div(one, product) : product;
}

// pow ----------------------------------------------------------------------------------------------------------------

/**
 * z = x^y for floats x and floats or integers y.
 *
 * In x: dz = dx y x^(y-1); for an integer y that is 0 at y = 0, where x = 0 would give 0 * inf (and for a float y does).
 * In y: dz = dy log(x) z, with log(1) for x = 0, so that 0^y does not depend on y > 0.
 */
export const powPrimitive: Primitive = {
  name: "pow",
  abstractEval: ([x, y]) => {
    if (!isFloat(x.dtype) || (y.dtype !== x.dtype && !isInteger(y.dtype))) {
      throw new DTypeError(
        `pow: takes a float and an exponent of the same dtype or an integer one, got ` +
          `${describeAval(x)} and ${describeAval(y)}; use x.astype(dtype)`,
      );
    }
    return [aval(elementwiseShape("pow", [x, y]), x.dtype, x.weakType && y.weakType)];
  },
  jvp: ([x, y], [dx, dy]) => {
    const z = pow(x, y);
    const fromX = dx instanceof Zero ? null : stretch(mul(dx, derivativeInBase(x, y)), z.shape);
    const fromY = dy instanceof Zero ? null : mul(dy, mul(log(withoutZeros(x)), z));
    const dz: Tangent =
      fromX === null ? (fromY ?? new Zero(z.aval)) : fromY === null ? fromX : addAny(fromX, fromY);
    return [[z], [dz]];
  },
  transpose: notLinear("pow is not linear"),
  batch: batchAligned(() => powPrimitive),
  lower: { kind: "elementwise", scalar: (_, [x, y]) => e.intrinsic("pow", x, e.cast(y, x.dtype)) },
};

export const pow: BinaryFunction = (x, y) => bind1(powPrimitive, alignOperands(x, y), noParams);

/** x, with 1 in place of 0. */
const withoutZeros = (x: NDArray): NDArray => select(eq(x, 0), literal(1, x.dtype), x);

function derivativeInBase(x: NDArray, y: NDArray): NDArray {
  if (isFloat(y.dtype)) return mul(y, pow(x, sub(y, 1)));
  const exponent = convertElementType(y, x.dtype, y.weakType);
  const power = mul(withoutZeros(exponent), pow(x, sub(exponent, 1)));
  return select(eq(exponent, 0), literal(0, x.dtype), power);
}

export const powerPrimitives: readonly Primitive[] = [
  squarePrimitive,
  sqrtPrimitive,
  rsqrtPrimitive,
  cbrtPrimitive,
  integerPowPrimitive,
  powPrimitive,
];
