/**
 * The elementwise primitives as functions. Operands have one dtype and one rank; scalars and axes of size 1 stretch. A number
 * takes its partner's dtype. Wrong shapes throw ShapeError, wrong dtypes DTypeError, naming the primitive.
 */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import * as arithmetic from "../autodiff/primitives/arithmetic.js";
import * as comparison from "../autodiff/primitives/comparison.js";
import * as conversion from "../autodiff/primitives/conversion.js";
import * as elementary from "../autodiff/primitives/elementary.js";
import * as errorFunction from "../autodiff/primitives/error-function.js";
import * as power from "../autodiff/primitives/power.js";
import type { RoundingMethod } from "../autodiff/primitives/rounding-and-sign.js";
import * as rounding from "../autodiff/primitives/rounding-and-sign.js";
import * as selection from "../autodiff/primitives/selection.js";
import * as trigonometric from "../autodiff/primitives/trigonometric.js";
import { checkChoice } from "../ir/arguments.js";
import type { DType } from "../ir/dtype.js";
import { toArray, toDType } from "../numpy/promotion.js";
import { type Binary, binary, operandsOf, type Unary, unary } from "./operands.js";

// arithmetic ---------------------------------------------------------------------------------------------------------

/** x + y, of numbers. Source: jax.lax.add. */
export const add: Binary = binary("add", arithmetic.add);
/** x - y. Source: jax.lax.sub. */
export const sub: Binary = binary("sub", arithmetic.sub);
/** x y. Source: jax.lax.mul. */
export const mul: Binary = binary("mul", arithmetic.mul);
/** x / y; of integers truncated towards zero. @example div(new Int32Array([7]), 2). Source: jax.lax.div. */
export const div: Binary = binary("div", arithmetic.div);
/** x - trunc(x / y) y, with the sign of x; x itself for integers with y = 0. Source: jax.lax.rem. */
export const rem: Binary = binary("rem", rounding.rem);
/** -x. Source: jax.lax.neg. */
export const neg: Unary = unary("neg", arithmetic.neg);
/** |x|, with derivative 1 at 0. Source: jax.lax.abs. */
export const abs: Unary = unary("abs", rounding.abs);
/** 1, 0 or -1; NaN at NaN. Source: jax.lax.sign. */
export const sign: Unary = unary("sign", rounding.sign);
/** The larger, NaN where either is; ties share the derivative. Source: jax.lax.max. */
export const max: Binary = binary("max", selection.max);
/** The smaller, NaN where either is; ties share the derivative. Source: jax.lax.min. */
export const min: Binary = binary("min", selection.min);
/** The next number of the dtype from x in the direction of y. Source: jax.lax.nextafter. */
export const nextafter: Binary = binary("nextafter", rounding.nextafter);

// powers -------------------------------------------------------------------------------------------------------------

/** x^2. Source: jax.lax.square. */
export const square: Unary = unary("square", power.square);
/** The square root. Source: jax.lax.sqrt. */
export const sqrt: Unary = unary("sqrt", power.sqrt);
/** 1 / sqrt(x). Source: jax.lax.rsqrt. */
export const rsqrt: Unary = unary("rsqrt", power.rsqrt);
/** The cube root. Source: jax.lax.cbrt. */
export const cbrt: Unary = unary("cbrt", power.cbrt);
/** x^y of a float x, and y of its dtype or integers. Source: jax.lax.pow. */
export const pow: Binary = binary("pow", power.pow);
/** x^n for an integer n, by repeated squaring. Source: jax.lax.integer_pow. */
export const integerPow = (x: ArrayLike, n: number): NDArray => power.integerPow(toArray(x, "integerPow"), n);

// elementary functions -----------------------------------------------------------------------------------------------

/** e^x. Source: jax.lax.exp. */
export const exp: Unary = unary("exp", elementary.exp);
/** 2^x. Source: jax.lax.exp2. */
export const exp2: Unary = unary("exp2", elementary.exp2);
/** e^x - 1. Source: jax.lax.expm1. */
export const expm1: Unary = unary("expm1", elementary.expm1);
/** The natural logarithm. Source: jax.lax.log. */
export const log: Unary = unary("log", elementary.log);
/** log(1 + x). Source: jax.lax.log1p. */
export const log1p: Unary = unary("log1p", elementary.log1p);
/** 1 / (1 + e^-x). Source: jax.lax.logistic. */
export const logistic: Unary = unary("logistic", elementary.logistic);
/** The sine. Source: jax.lax.sin. */
export const sin: Unary = unary("sin", trigonometric.sin);
/** The cosine. Source: jax.lax.cos. */
export const cos: Unary = unary("cos", trigonometric.cos);
/** The tangent. Source: jax.lax.tan. */
export const tan: Unary = unary("tan", trigonometric.tan);
/** The inverse of the sine. Source: jax.lax.asin. */
export const asin: Unary = unary("asin", trigonometric.asin);
/** The inverse of the cosine. Source: jax.lax.acos. */
export const acos: Unary = unary("acos", trigonometric.acos);
/** The inverse of the tangent. Source: jax.lax.atan. */
export const atan: Unary = unary("atan", trigonometric.atan);
/** The angle of the point (x, y); y comes first. Source: jax.lax.atan2. */
export const atan2: Binary = binary("atan2", trigonometric.atan2);
/** The hyperbolic sine. Source: jax.lax.sinh. */
export const sinh: Unary = unary("sinh", trigonometric.sinh);
/** The hyperbolic cosine. Source: jax.lax.cosh. */
export const cosh: Unary = unary("cosh", trigonometric.cosh);
/** The hyperbolic tangent. Source: jax.lax.tanh. */
export const tanh: Unary = unary("tanh", trigonometric.tanh);
/** The inverse of sinh. Source: jax.lax.asinh. */
export const asinh: Unary = unary("asinh", trigonometric.asinh);
/** The inverse of cosh. Source: jax.lax.acosh. */
export const acosh: Unary = unary("acosh", trigonometric.acosh);
/** The inverse of tanh. Source: jax.lax.atanh. */
export const atanh: Unary = unary("atanh", trigonometric.atanh);
/** The error function, 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x. Source: jax.lax.erf. */
export const erf: Unary = unary("erf", errorFunction.erf);
/** 1 - erf(x). Source: jax.lax.erfc. */
export const erfc: Unary = unary("erfc", errorFunction.erfc);
/** The inverse of erf; infinite at 1 and -1. Source: jax.lax.erf_inv. */
export const erfInv: Unary = unary("erfInv", errorFunction.erfInv);

// rounding -----------------------------------------------------------------------------------------------------------

/** The largest integer not above x, as a float. Source: jax.lax.floor. */
export const floor: Unary = unary("floor", rounding.floor);
/** The smallest integer not below x, as a float. Source: jax.lax.ceil. */
export const ceil: Unary = unary("ceil", rounding.ceil);
/** The nearest integer; halves away from zero, or to the even neighbour. Source: jax.lax.round. */
export const round = (x: ArrayLike, method: RoundingMethod = "awayFromZero"): NDArray => {
  checkChoice("round", "the method", method, ["awayFromZero", "toNearestEven"]);
  return rounding.round(toArray(x, "round"), method);
};
/** Neither infinite nor NaN. Source: jax.lax.is_finite. */
const finite: Unary = unary("isFinite", rounding.isfinite);

export { finite as isFinite };

// comparisons and bits -----------------------------------------------------------------------------------------------

/** x = y. Source: jax.lax.eq. */
export const eq: Binary = binary("eq", comparison.eq);
/** x and y differ, or are NaN. Source: jax.lax.ne. */
export const ne: Binary = binary("ne", comparison.ne);
/** x < y. Source: jax.lax.lt. */
export const lt: Binary = binary("lt", comparison.lt);
/** x <= y. Source: jax.lax.le. */
export const le: Binary = binary("le", comparison.le);
/** x > y. Source: jax.lax.gt. */
export const gt: Binary = binary("gt", comparison.gt);
/** x >= y. Source: jax.lax.ge. */
export const ge: Binary = binary("ge", comparison.ge);
/** And, bit by bit on integers. Source: jax.lax.bitwise_and. */
export const bitwiseAnd: Binary = binary("and", comparison.and);
/** Or, bit by bit on integers. Source: jax.lax.bitwise_or. */
export const bitwiseOr: Binary = binary("or", comparison.or);
/** Exclusive or, bit by bit on integers. Source: jax.lax.bitwise_xor. */
export const bitwiseXor: Binary = binary("xor", comparison.xor);
/** Not, bit by bit on integers. Source: jax.lax.bitwise_not. */
export const bitwiseNot: Unary = unary("bitwiseNot", comparison.not);
/** x 2^y without the bits that leave; 0 for 32 and more. Source: jax.lax.shift_left. */
export const shiftLeft: Binary = binary("shiftLeft", comparison.shiftLeft);
/** Shifted right, zeros coming in. Source: jax.lax.shift_right_logical. */
export const shiftRightLogical: Binary = binary("shiftRightLogical", comparison.shiftRightLogical);
/** Shifted right, the sign coming in. Source: jax.lax.shift_right_arithmetic. */
export const shiftRightArithmetic: Binary = binary("shiftRightArithmetic", comparison.shiftRightArithmetic);
/** How many bits are set. Source: jax.lax.population_count. */
export const populationCount: Unary = unary("populationCount", comparison.populationCount);
/** How many zeros come before the first bit set: 32 for 0. Source: jax.lax.clz. */
export const clz: Unary = unary("clz", comparison.clz);

// choices and conversions --------------------------------------------------------------------------------------------

/** test ? yes : no, elementwise; `test` is bool. Source: jax.lax.select. */
export function select(test: ArrayLike, yes: ArrayLike, no: ArrayLike): NDArray {
  const [onFalse, onTrue] = operandsOf("select", [no, yes]);
  return selection.selectN(toArray(test, "select"), onFalse, onTrue);
}

/**
 * cases[which], elementwise: `which` is bool (false is the first case) or int32, brought into range.
 *
 * Source: jax.lax.select_n.
 */
export const selectN = (which: ArrayLike, ...cases: readonly ArrayLike[]): NDArray =>
  selection.selectN(toArray(which, "selectN"), ...operandsOf("selectN", cases));

/**
 * min(max(x, low), high), with derivative 0 at both bounds (numpy's `clip` has 1/2).
 * Source: jax.lax.clamp.
 *
 * @example clamp(0, x, 1)
 */
export function clamp(low: ArrayLike, x: ArrayLike, high: ArrayLike): NDArray {
  const [value, lowest, highest] = operandsOf("clamp", [x, low, high]);
  return selection.clamp(lowest, value, highest);
}

/** The values in another dtype: floats truncate to integers and saturate. Source: jax.lax.convert_element_type. */
export const convertElementType = (x: ArrayLike, dtype: DType): NDArray =>
  toDType(x, dtype, "convertElementType");

/**
 * The same bits as another dtype of 32 bits; a float64 is two words, low before high, along a new last axis.
 * Source: jax.lax.bitcast_convert_type.
 *
 * @example bitcastConvertType(1, "uint32").item() // 0x3f800000
 */
export const bitcastConvertType = (x: ArrayLike, dtype: DType): NDArray =>
  conversion.bitcastConvertType(toArray(x, "bitcastConvertType"), dtype);
