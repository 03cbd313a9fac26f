/** Arithmetic, elementwise with broadcasting. Dtypes promote; numbers take their partner's dtype. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import * as core from "../autodiff/primitives/arithmetic.js";
import { and, eq, lt, ne, or, shiftRightLogical } from "../autodiff/primitives/comparison.js";
import { onesLike } from "../autodiff/primitives/creation.js";
import * as powers from "../autodiff/primitives/power.js";
import * as rounding from "../autodiff/primitives/rounding-and-sign.js";
import { max, min, select } from "../autodiff/primitives/selection.js";
import { isFloat } from "../ir/dtype.js";
import { promoteOperand, promoteOperands, promoteRanks, toArray } from "./promotion.js";

// sums and products --------------------------------------------------------------------------------------------------

/**
 * x + y; of bools: or.
 * Source: numpy.add.
 *
 * @example add([1, 2], 10).js() // [11, 12]
 */
export function add(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteOperands("add", [x, y]);
  return a.dtype === "bool" ? or(a, b) : core.add(a, b);
}

/** x - y. Throws DTypeError on two bools. Source: numpy.subtract. */
export function subtract(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteOperands("subtract", [x, y]);
  return core.sub(a, b);
}

/** x y; of bools: and. Source: numpy.multiply. */
export function multiply(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteOperands("multiply", [x, y]);
  return a.dtype === "bool" ? and(a, b) : core.mul(a, b);
}

/** x / y in floats: integers become float32. Source: numpy.divide. */
export function divide(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteOperands("divide", [x, y], "inexact");
  return core.div(a, b);
}

/** -x. Throws DTypeError on bools. Source: numpy.negative. */
export const negative = (x: ArrayLike): NDArray => core.neg(toArray(x, "negative"));

/** x itself, as an array. Source: numpy.positive. */
export const positive = (x: ArrayLike): NDArray => toArray(x, "positive");

/** 1 / x in floats. Source: numpy.reciprocal. */
export const reciprocal = (x: ArrayLike): NDArray =>
  powers.integerPow(promoteOperand(x, "inexact", "reciprocal"), -1);

// division with remainder --------------------------------------------------------------------------------------------

/** Where the signs differ and something is left over: there the floor is one below the truncation. */
const roundsDown = (remainderOfX: NDArray, y: NDArray): NDArray =>
  and(ne(remainderOfX, 0), ne(lt(remainderOfX, 0), lt(y, 0)));

/**
 * floor(x / y). Of integers with y = 0 it is what JAX gives: -1 or -2 for int32, all ones for uint32.
 * Source: numpy.floor_divide.
 *
 * @example floorDivide(-7, 2).item() // -4
 */
export function floorDivide(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteOperands("floorDivide", [x, y], "numeric");
  if (isFloat(a.dtype)) return floatDivmod(a, b)[0];
  const quotient = core.div(a, b);
  if (a.dtype === "uint32") return quotient;
  const down = and(ne(rounding.sign(a), rounding.sign(b)), ne(rounding.rem(a, b), 0));
  return select(down, core.sub(quotient, 1), quotient);
}

/** The quotient is rounded, since (x - remainder) / y is whole but for rounding errors. */
function floatDivmod(x: NDArray, y: NDArray): readonly [NDArray, NDArray] {
  const remainderOfX = rounding.rem(x, y);
  const whole = select(eq(y, 0), x, core.sub(x, remainderOfX));
  const quotient = core.div(whole, y);
  const down = and(ne(remainderOfX, 0), ne(rounding.sign(y), rounding.sign(remainderOfX)));
  return [
    rounding.round(select(down, core.sub(quotient, 1), quotient)),
    select(down, core.add(remainderOfX, y), remainderOfX),
  ];
}

/**
 * x - floor(x / y) y, with the sign of y; 0 for integers with y = 0, NaN for floats.
 * Source: numpy.remainder.
 *
 * @example remainder(-7, 2).item() // 1
 */
export function remainder(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteOperands("remainder", [x, y], "numeric");
  const divisor = isFloat(b.dtype) ? b : select(eq(b, 0), onesLike(b), b);
  const truncated = rounding.rem(a, divisor);
  return select(roundsDown(truncated, divisor), core.add(truncated, divisor), truncated);
}

/** The same as `remainder`. Source: numpy.mod. */
export const mod = (x: ArrayLike, y: ArrayLike): NDArray => remainder(x, y);

/** x - trunc(x / y) y, with the sign of x; 0 for integers with y = 0. Source: numpy.fmod. */
export function fmod(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteOperands("fmod", [x, y], "numeric");
  return rounding.rem(a, isFloat(b.dtype) ? b : select(eq(b, 0), onesLike(b), b));
}

/** [floorDivide(x, y), remainder(x, y)]. Source: numpy.divmod. */
export const divmod = (x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] => [
  floorDivide(x, y),
  remainder(x, y),
];

// powers and roots ---------------------------------------------------------------------------------------------------

/**
 * x^y. An integer written as a number is a repeated product: exact at 0, and for negative x. Integers to a power that is an
 * array of integers multiply too, wrapping; a negative exponent there gives what JAX gives (0 for bases above 1).
 *
 * Source: numpy.power.
 *
 * @throws DTypeError where integers are raised to a negative number: use x.astype("float32").
 * @example power([1, 2, 3], 2).js() // [1, 4, 9]
 */
export function power(x: ArrayLike, y: ArrayLike): NDArray {
  if (typeof y === "number" && Number.isInteger(y))
    return powers.integerPow(promoteOperand(x, "numeric", "power"), y);
  const [a, b] = promoteOperands("power", [x, y], "numeric");
  if (!isFloat(a.dtype)) return integerPower(a, b);
  // A float to an integer array keeps the integers: the derivative at 0 then knows them to be whole.
  const exponent = toArray(y, "power");
  if (isFloat(exponent.dtype) || exponent.dtype === "bool") return powers.pow(a, b);
  const [base, integers] = promoteRanks("power", [a, exponent]);
  return powers.pow(base, integers);
}

/** Six squarings are enough: any power above 63 of a base above 1 has overflowed, and wraps. */
function integerPower(x: NDArray, y: NDArray): NDArray {
  const one = literal(1, x.dtype);
  let result = select(and(eq(x, 0), ne(y, 0)), literal(0, x.dtype), one);
  let base = x;
  let exponent = y;
  for (let bit = 0; bit < 6; bit++) {
    result = select(ne(and(exponent, 1), 0), core.mul(result, base), result);
    base = core.mul(base, base);
    exponent = shiftRightLogical(exponent, 1);
  }
  return result;
}

/** x^2. Source: numpy.square. */
export const square = (x: ArrayLike): NDArray => powers.square(promoteOperand(x, "numeric", "square"));

/** The square root; NaN below 0. Its derivative at 0 is infinite. Source: numpy.sqrt. */
export const sqrt = (x: ArrayLike): NDArray => powers.sqrt(promoteOperand(x, "inexact", "sqrt"));

/** The cube root, of negative numbers too. Source: numpy.cbrt. */
export const cbrt = (x: ArrayLike): NDArray => powers.cbrt(promoteOperand(x, "inexact", "cbrt"));

/**
 * sqrt(x^2 + y^2), without overflow.
 * Source: numpy.hypot.
 *
 * @example hypot(3, 4).item() // 5
 */
export function hypot(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteOperands("hypot", [x, y], "inexact").map(rounding.abs);
  const infinite = or(eq(a, Number.POSITIVE_INFINITY), eq(b, Number.POSITIVE_INFINITY));
  const [large, small] = [max(a, b), min(a, b)];
  const isZero = eq(large, 0);
  const ratio = core.div(small, select(isZero, literal(1, large.dtype), large));
  const length = core.mul(large, powers.sqrt(core.add(1, powers.square(ratio))));
  return select(infinite, literal(Number.POSITIVE_INFINITY, large.dtype), select(isZero, large, length));
}

// sign and extremes --------------------------------------------------------------------------------------------------

/** |x|, with derivative 1 at 0. Source: numpy.abs. */
export function abs(x: ArrayLike): NDArray {
  const a = toArray(x, "abs");
  return a.dtype === "bool" || a.dtype === "uint32" ? a : rounding.abs(a);
}

/** 1, 0 or -1; NaN at NaN. Source: numpy.sign. */
export const sign = (x: ArrayLike): NDArray => rounding.sign(toArray(x, "sign"));

/** The larger of x and y; NaN where either is. Ties share the derivative. Source: numpy.maximum. */
export function maximum(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteOperands("maximum", [x, y]);
  return max(a, b);
}

/** The smaller of x and y; NaN where either is. Ties share the derivative. Source: numpy.minimum. */
export function minimum(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteOperands("minimum", [x, y]);
  return min(a, b);
}

/**
 * minimum(maximum(low, x), high); null leaves a side open.
 * Source: numpy.clip.
 *
 * @example clip([-1, 0.5, 2], 0, 1).js() // [0, 0.5, 1]
 */
export function clip(x: ArrayLike, low: ArrayLike | null = null, high: ArrayLike | null = null): NDArray {
  const above = low === null ? x : maximum(low, x);
  return high === null ? toArray(above, "clip") : minimum(high, above);
}
