/**
 * How operands of different kinds meet: first their dtypes, then their ranks.
 *
 * A plain number takes its partner's dtype, weakly; where the partner cannot hold it, a number that is no integer is a weak
 * float32, and an integer beside a bool a weak int32. Two numbers are two weak float32 scalars. Nested and typed arrays are
 * arrays of their own dtype. The common dtype is the least upper bound in the chain of ir/dtype.ts.
 *
 * Sizes of 1 are never copied: elementwise primitives stretch them, so only ranks are made equal.
 */
import type { ArrayLike } from "../autodiff/array.js";
import { literal, NDArray } from "../autodiff/array.js";
import { fromNested, leafToArray } from "../autodiff/convert.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { broadcastTo, reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { checkDType } from "../ir/arguments.js";
import type { DType, PromotionType } from "../ir/dtype.js";
import { isFloat, promote } from "../ir/dtype.js";
import { ArgumentError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { broadcastShapes, sameShape } from "../ir/shape.js";

/** What a function computes in: the common dtype; that with bool as int32; that with all but floats as float32. */
export type Arithmetic = "any" | "numeric" | "inexact";

/** Any operand as an array; a number is a weak float32 scalar. `operation` is whose operand it is. */
export const toArray = (x: ArrayLike, operation?: string): NDArray =>
  x instanceof NDArray
    ? x
    : Array.isArray(x)
      ? fromNested(x, undefined, operation)
      : leafToArray(x, operation);

/** The type a plain number takes beside a partner. */
export function typeOfNumber(value: number, partner: PromotionType): PromotionType {
  if (isFloat(partner.dtype)) return { dtype: partner.dtype, weakType: true };
  if (!Number.isInteger(value)) return { dtype: "float32", weakType: true };
  return { dtype: partner.dtype === "bool" ? "int32" : partner.dtype, weakType: true };
}

function adjusted({ dtype, weakType }: PromotionType, arithmetic: Arithmetic): PromotionType {
  if (arithmetic === "inexact" && !isFloat(dtype)) return { dtype: "float32", weakType };
  if (arithmetic === "numeric" && dtype === "bool") return { dtype: "int32", weakType };
  return { dtype, weakType };
}

/**
 * The dtype that the operands have in common, weak where all of them are.
 *
 * @example resultType([int32s, 2.5]) // { dtype: "float32", weakType: true }
 */
export function resultType(operands: readonly ArrayLike[], arithmetic: Arithmetic = "any"): PromotionType {
  let partner: PromotionType | null = null;
  for (const x of operands) {
    if (typeof x === "number") continue;
    const type = typeof x === "boolean" ? { dtype: "bool" as const, weakType: false } : toArray(x);
    partner = partner === null ? type : promote(partner, type);
  }
  if (partner === null) return { dtype: "float32", weakType: true };
  let common = partner;
  for (const x of operands) if (typeof x === "number") common = promote(common, typeOfNumber(x, partner));
  return adjusted(common, arithmetic);
}

/** An operand in the common type: weak ones of that dtype stay weak, since they give way anyway. */
function convert(operation: string, x: ArrayLike, common: PromotionType): NDArray {
  if (typeof x !== "number") {
    const array = toArray(x, operation);
    return array.dtype === common.dtype ? array : convertElementType(array, common.dtype, common.weakType);
  }
  if (common.dtype === "int32" || common.dtype === "uint32") {
    const limit = common.dtype === "int32" ? 2 ** 31 : 2 ** 32;
    if (x >= limit || x < -(2 ** 31)) {
      throw new ArgumentError(
        `${operation}: the number ${x} does not fit into ${common.dtype}; use x.astype("float32") on the other operand`,
      );
    }
  }
  return literal(x, common.dtype);
}

/** The operands in their common dtype, ranks untouched. */
export function promoteTypes(
  operation: string,
  operands: readonly ArrayLike[],
  arithmetic: Arithmetic = "any",
): NDArray[] {
  const arrays = operands.map((x) => (typeof x === "number" ? x : toArray(x, operation)));
  const common = resultType(arrays, arithmetic);
  return arrays.map((x) => convert(operation, x, common));
}

/**
 * The operands with leading axes of size 1, so that all that are not scalars have one rank.
 *
 * @throws ShapeError where the shapes do not broadcast.
 */
export function promoteRanks(operation: string, operands: readonly NDArray[]): NDArray[] {
  const ranked = operands.filter((x) => x.ndim > 0);
  if (ranked.length < 2 || ranked.every((x) => sameShape(x.shape, ranked[0].shape))) return [...operands];
  const { length: rank } = broadcastShapes(
    operation,
    operands.map((x) => x.shape),
  );
  return operands.map((x) =>
    x.ndim === 0 || x.ndim === rank
      ? x
      : reshape(x, [...new Array<number>(rank - x.ndim).fill(1), ...x.shape]),
  );
}

/** Both promotions: what an elementwise primitive takes. */
export function promoteOperands(
  operation: string,
  operands: readonly ArrayLike[],
  arithmetic: Arithmetic = "any",
): readonly NDArray[] {
  const alike = operands.length === 2 ? alreadyAlike(operands[0], operands[1], arithmetic) : null;
  return alike ?? promoteRanks(operation, promoteTypes(operation, operands, arithmetic));
}

/** The common cases at once, since every eager operation passes here: two arrays of one type, a float array and a number. */
function alreadyAlike(x: ArrayLike, y: ArrayLike, arithmetic: Arithmetic): readonly NDArray[] | null {
  if (!(x instanceof NDArray)) return null;
  const { dtype } = x;
  if (typeof y === "number") return isFloat(dtype) ? [x, literal(y, dtype)] : null;
  const fits = arithmetic === "any" || isFloat(dtype) || (arithmetic === "numeric" && dtype !== "bool");
  return fits && y instanceof NDArray && y.dtype === dtype && sameShape(x.shape, y.shape) ? [x, y] : null;
}

/** One operand, in the dtype that the arithmetic asks for. */
export function promoteOperand(x: ArrayLike, arithmetic: Arithmetic, operation?: string): NDArray {
  const array = toArray(x, operation);
  const { dtype, weakType } = adjusted(array, arithmetic);
  return dtype === array.dtype ? array : convertElementType(array, dtype, weakType);
}

/** The operands repeated to their common shape: for primitives that do not stretch. */
export function broadcastOperands(operation: string, operands: readonly NDArray[]): NDArray[] {
  const shape: Shape = broadcastShapes(
    operation,
    operands.map((x) => x.shape),
  );
  return operands.map((x) => broadcastTo(x, shape));
}

/** The array in another dtype; strong, unless `weakType` is asked for. */
export const astype = (x: ArrayLike, dtype: DType): NDArray => {
  return toDType(x, dtype, "astype");
};

/** An operand in that dtype, strong. Numbers and lists are rounded to it once, not to float32 before. */
export function toDType(x: ArrayLike, dtype: DType, operation?: string): NDArray {
  checkDType(operation ?? "astype", dtype);
  if (typeof x === "number") return literal(x, dtype, false);
  if (Array.isArray(x)) return fromNested(x, dtype, operation);
  return convertElementType(toArray(x, operation), dtype);
}
