/** What goes into the functions of lax: arrays as they are, and numbers in their partner's dtype. Nothing is promoted. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import type { BinaryFunction, UnaryFunction } from "../autodiff/primitives/elementwise.js";
import type { DType } from "../ir/dtype.js";
import { isFloat } from "../ir/dtype.js";
import { DTypeError } from "../ir/errors.js";
import { toArray } from "../numpy/promotion.js";

/** The operands as arrays: a number is a weak scalar of the first array's dtype, and must be one of its values. */
export function operandsOf(operation: string, operands: readonly ArrayLike[]): NDArray[] {
  const arrays = operands.map((x) => (typeof x === "number" ? x : toArray(x, operation)));
  const partner = arrays.find((x) => typeof x !== "number");
  return arrays.map((x) =>
    typeof x === "number" ? numberBeside(operation, x, partner?.dtype ?? "float32") : x,
  );
}

function numberBeside(operation: string, value: number, dtype: DType): NDArray {
  if (!isFloat(dtype) && (dtype === "bool" || !Number.isInteger(value))) {
    throw new DTypeError(
      `${operation}: the number ${value} is no ${dtype}, which the other operand is; lax does not promote: use ` +
        "x.astype(dtype), or the function of numpy",
    );
  }
  return literal(value, dtype);
}

export type Unary = (x: ArrayLike) => NDArray;
export type Binary = (x: ArrayLike, y: ArrayLike) => NDArray;

export const unary =
  (operation: string, f: UnaryFunction): Unary =>
  (x) =>
    f(toArray(x, operation));

export const binary =
  (operation: string, f: BinaryFunction): Binary =>
  (x, y) => {
    const [a, b] = operandsOf(operation, [x, y]);
    return f(a, b);
  };
