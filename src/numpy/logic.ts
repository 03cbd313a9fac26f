/** Comparisons, choices, logic and bits: elementwise with broadcasting. What gives bools has no derivative. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { add, mul, sub } from "../autodiff/primitives/arithmetic.js";
import * as core from "../autodiff/primitives/comparison.js";
import type { BinaryFunction } from "../autodiff/primitives/elementwise.js";
import { reduceAnd } from "../autodiff/primitives/reduction.js";
import { abs, isfinite } from "../autodiff/primitives/rounding-and-sign.js";
import { selectN } from "../autodiff/primitives/selection.js";
import { checkList, type OptionKinds, readOptions } from "../ir/arguments.js";
import { ArgumentError } from "../ir/errors.js";
import { range } from "../ir/shape.js";
import { promoteOperands, promoteRanks, promoteTypes, toArray } from "./promotion.js";

type Binary = (x: ArrayLike, y: ArrayLike) => NDArray;

const comparison =
  (operation: string, compare: BinaryFunction): Binary =>
  (x, y) => {
    const [a, b] = promoteOperands(operation, [x, y]);
    return compare(a, b);
  };

// comparisons --------------------------------------------------------------------------------------------------------

/** x = y. False beside NaN. @example equal([1, 2], 2).js() // [false, true]. Source: numpy.equal. */
export const equal: Binary = comparison("equal", core.eq);
/** x and y differ. True beside NaN. Source: numpy.not_equal. */
export const notEqual: Binary = comparison("notEqual", core.ne);
/** x < y. Source: numpy.less. */
export const less: Binary = comparison("less", core.lt);
/** x <= y. Source: numpy.less_equal. */
export const lessEqual: Binary = comparison("lessEqual", core.le);
/** x > y. Source: numpy.greater. */
export const greater: Binary = comparison("greater", core.gt);
/** x >= y. Source: numpy.greater_equal. */
export const greaterEqual: Binary = comparison("greaterEqual", core.ge);

export interface ClosenessOptions {
  /** The tolerance relative to |y|: 1e-5. */
  readonly rtol?: number;
  /** The absolute tolerance: 1e-8. */
  readonly atol?: number;
  /** Whether NaN is close to NaN: false. */
  readonly equalNan?: boolean;
}

const closeness: OptionKinds<ClosenessOptions> = { rtol: "number", atol: "number", equalNan: "boolean" };

/**
 * |x - y| <= atol + rtol |y|, or x = y (infinities of one sign).
 * Source: numpy.isclose.
 *
 * @example isclose(1, 1 + 1e-6).item() // true
 */
export function isclose(x: ArrayLike, y: ArrayLike, options: ClosenessOptions = {}): NDArray {
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = readOptions("isclose", options, closeness);
  const [a, b] = promoteOperands("isclose", [x, y], "inexact");
  const within = core.le(abs(sub(a, b)), add(atol, mul(rtol, abs(b))));
  const close = core.or(core.eq(a, b), core.and(isfinite(b), within));
  return equalNan ? core.or(close, core.and(core.ne(a, a), core.ne(b, b))) : close;
}

/**
 * Whether all elements are close, as a bool scalar.
 * Source: numpy.allclose.
 *
 * @example allclose([1, 2], [1, 2 + 1e-6]).item() // true
 */
export function allclose(x: ArrayLike, y: ArrayLike, options: ClosenessOptions = {}): NDArray {
  const close = isclose(x, y, readOptions("allclose", options, closeness));
  return reduceAnd(close, range(close.ndim));
}

/** Whether shapes and all elements are equal, as a bool scalar. Source: numpy.array_equal. */
export function arrayEqual(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = [toArray(x, "arrayEqual"), toArray(y, "arrayEqual")];
  if (a.shape.length !== b.shape.length || a.shape.some((n, axis) => n !== b.shape[axis]))
    return toArray(false);
  const same = equal(a, b);
  return reduceAnd(same, range(same.ndim));
}

// choices ------------------------------------------------------------------------------------------------------------

/**
 * test ? x : y. A test that is no bool is true where it is not 0. The derivative flows to the side that was chosen; a NaN or
 * an infinity on the other side still spoils it (0 * inf), so make both sides safe.
 * Source: numpy.where, of three arguments.
 *
 * @example where([true, false], 1, [10, 20]).js() // [1, 20]
 */
export function where(test: ArrayLike, x: ArrayLike, y: ArrayLike): NDArray {
  const [which, yes, no] = promoteRanks("where", [toBool(test, "where"), ...promoteTypes("where", [x, y])]);
  return selectN(which, no, yes);
}

/**
 * The first choice whose test is true, else `otherwise`.
 * Source: numpy.select.
 *
 * @example select([x.less(0), x.less(1)], [0, x], 1)
 */
export const select = (
  tests: readonly ArrayLike[],
  choices: readonly ArrayLike[],
  otherwise: ArrayLike = 0,
): NDArray => {
  checkList("select", "the tests", tests, "arrays");
  checkList("select", "the choices", choices, "arrays");
  if (tests.length !== choices.length) {
    throw new ArgumentError(`select: ${tests.length} tests for ${choices.length} choices; give one for each`);
  }
  const chosen = tests.reduceRight<ArrayLike>((rest, test, i) => where(test, choices[i], rest), otherwise);
  return toArray(chosen, "select");
};

// logic --------------------------------------------------------------------------------------------------------------

/** True where it is not 0. */
export const toBool = (x: ArrayLike, operation?: string): NDArray => {
  const a = toArray(x, operation);
  return a.dtype === "bool" ? a : core.ne(a, 0);
};

const logical =
  (operation: string, combine: BinaryFunction): Binary =>
  (x, y) => {
    const [a, b] = promoteRanks(operation, [toBool(x, operation), toBool(y, operation)]);
    return combine(a, b);
  };

/** Both are true; numbers are true where they are not 0. Source: numpy.logical_and. */
export const logicalAnd: Binary = logical("logicalAnd", core.and);
/** Either is true. Source: numpy.logical_or. */
export const logicalOr: Binary = logical("logicalOr", core.or);
/** Exactly one is true. Source: numpy.logical_xor. */
export const logicalXor: Binary = logical("logicalXor", core.xor);
/** It is not true. Source: numpy.logical_not. */
export const logicalNot = (x: ArrayLike): NDArray => core.not(toBool(x, "logicalNot"));

// bits ---------------------------------------------------------------------------------------------------------------

const bitwise =
  (operation: string, combine: BinaryFunction): Binary =>
  (x, y) => {
    const [a, b] = promoteOperands(operation, [x, y]);
    return combine(a, b);
  };

/** Bit by bit and, of integers and bools. @example bitwiseAnd(x, 1). Source: numpy.bitwise_and. */
export const bitwiseAnd: Binary = bitwise("bitwiseAnd", core.and);
/** Bit by bit or, of integers and bools. Source: numpy.bitwise_or. */
export const bitwiseOr: Binary = bitwise("bitwiseOr", core.or);
/** Bit by bit exclusive or, of integers and bools. Source: numpy.bitwise_xor. */
export const bitwiseXor: Binary = bitwise("bitwiseXor", core.xor);
/** Every bit turned around: of bools, not. Source: numpy.bitwise_not. */
export const bitwiseNot = (x: ArrayLike): NDArray => core.not(toArray(x, "bitwiseNot"));
/** The same as `bitwiseNot`. Source: numpy.invert. */
export const invert: (x: ArrayLike) => NDArray = bitwiseNot;
/** x 2^y, without the bits that leave; 0 for y of 32 and more. Source: numpy.left_shift. */
export const leftShift: Binary = bitwise("leftShift", core.shiftLeft);
/** x shifted right: int32 keeps its sign, uint32 fills with zeros. Source: numpy.right_shift. */
export function rightShift(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteOperands("rightShift", [x, y], "numeric");
  return a.dtype === "uint32" ? core.shiftRightLogical(a, b) : core.shiftRightArithmetic(a, b);
}
