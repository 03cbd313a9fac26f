/**
 * Makers of elementwise primitives. Operands have equal rank, or rank 0; a size of 1 stretches: so the transpose of a
 * linear one sums over what was stretched, and no broadcast is ever materialised.
 */

import { spelled } from "../../ir/arguments.js";
import type { Aval } from "../../ir/aval.js";
import { aval, describeAval } from "../../ir/aval.js";
import type { BlockBuilder } from "../../ir/block-builder.js";
import type { DType } from "../../ir/dtype.js";
import { DifferentiationError, DTypeError, ShapeError } from "../../ir/errors.js";
import { add } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { Shape } from "../../ir/shape.js";
import { range, sameShape } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import { NDArray as Arr, literal } from "../array.js";
import type {
  BatchRule,
  JvpRule,
  LoweringSite,
  NotDifferentiable,
  NotLinear,
  Primitive,
  Tangent,
  TransposeRule,
} from "../primitive.js";
import { LinearOperand, notLinear, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { alignBatch } from "./batch-alignment.js";
import { broadcastInDim, unbroadcast } from "./sum-and-broadcast.js";

/** An operand of an elementwise function: a number takes its partner's dtype. */
export type Operand = NDArray | number;

export interface ElementwiseRules<P extends object> {
  /** The dtypes it takes; all operands must have the same one. */
  readonly accepts: readonly DType[];
  /** The output's dtype, where it is not the operands'. */
  readonly dtype?: (operand: DType, params: P) => DType;
  /**
   * The derivative as terms: dy = sum over operands of term_i(dx_i, y, x), null where the derivative in an operand is zero;
   * "zero" where all are.
   */
  readonly jvp: readonly (TangentTerm | null)[] | "zero" | NotDifferentiable;
  readonly transpose?: TransposeRule<P> | NotLinear;
  readonly scalar: (b: BlockBuilder, operands: readonly Expr[], site: LoweringSite<P>) => Expr;
}

/** An elementwise primitive: shapes, batching and loops follow from it being so. */
export function elementwise<P extends object = object>(
  name: string,
  rules: ElementwiseRules<P>,
): Primitive<P> {
  const self: Primitive<P> = {
    name,
    abstractEval: (avals, params) => {
      checkDTypes(name, avals, rules.accepts);
      const dtype = rules.dtype ? rules.dtype(avals[0].dtype, params) : avals[0].dtype;
      const weak = avals.every((a) => a.weakType);
      return [aval(elementwiseShape(name, avals), dtype, weak && dtype !== "bool")];
    },
    jvp: jvpOf(() => self, rules.jvp),
    transpose: rules.transpose ?? notLinear(`${name} is not linear`),
    batch: batchElementwise(() => self),
    lower: { kind: "elementwise", scalar: rules.scalar },
  };
  return self;
}

/** Batch axes already agree: keep them. Otherwise they move to the front, and ranks are made equal with sizes of 1. */
const batchElementwise =
  <P extends object>(primitive: () => Primitive<P>): BatchRule<P> =>
  (_, operands, axes, params) => {
    const batched = operands.filter((_x, i) => axes[i] !== null);
    const first = batched[0];
    const agreed = axes.find((axis) => axis !== null) ?? 0;
    const alike = operands.every((x, i) =>
      axes[i] === null ? x.ndim === 0 : axes[i] === agreed && x.ndim === first.ndim,
    );
    if (alike) return [[bind1(primitive(), operands, params)], [agreed]];
    return [[bind1(primitive(), alignBatch(operands, axes), params)], [0]];
  };

/** The common shape: equal ranks (scalars aside), and sizes that are equal or 1. */
export function elementwiseShape(name: string, avals: readonly Aval[]): readonly number[] {
  const ranked = avals.filter((a) => a.shape.length > 0);
  if (ranked.length === 0) return [];
  const shape = [...ranked[0].shape];
  for (const a of ranked) {
    const fits =
      a.shape.length === shape.length && a.shape.every((n, k) => n === shape[k] || n === 1 || shape[k] === 1);
    if (!fits) {
      throw new ShapeError(
        `${spelled(name)}: ${avals.map(describeAval).join(" and ")} do not go together elementwise: ranks must be equal ` +
          "(or 0) and sizes equal (or 1); the functions of numpy broadcast, those of lax do not",
      );
    }
    a.shape.forEach((n, k) => {
      if (shape[k] === 1) shape[k] = n;
    });
  }
  return shape;
}

function checkDTypes(name: string, avals: readonly Aval[], accepts: readonly DType[]): void {
  for (const a of avals) {
    if (a.dtype !== avals[0].dtype) {
      throw new DTypeError(
        `${spelled(name)}: operands have dtypes ${avals.map((each) => each.dtype).join(" and ")}; ` +
          "the functions of numpy promote, those of lax do not: use x.astype(dtype)",
      );
    }
    if (!accepts.includes(a.dtype)) {
      throw new DTypeError(
        `${spelled(name)}: does not take ${describeAval(a)}; it takes ${accepts.join(", ")}: use x.astype(dtype)`,
      );
    }
  }
}

export type UnaryFunction = (x: NDArray) => NDArray;
export type BinaryFunction = (x: Operand, y: Operand) => NDArray;

/** Makes the function of one operand. */
export const unaryFunction =
  (primitive: Primitive): UnaryFunction =>
  (x) =>
    bind1(primitive, [x], noParams);

/** Makes the function of two operands, where a number takes its partner's dtype. */
export const binaryFunction =
  (primitive: Primitive): BinaryFunction =>
  (x, y) =>
    bind1(primitive, alignOperands(x, y), noParams);

export const noParams: object = {};

/** Numbers become weak literals of the partner's dtype. */
export function alignOperands(x: Operand, y: Operand): readonly [NDArray, NDArray] {
  if (typeof x === "number") {
    return typeof y === "number" ? [literal(x), literal(y)] : [literal(x, dtypeOf(y)), y];
  }
  return [x, typeof y === "number" ? literal(y, dtypeOf(x)) : y];
}

/** What is no array is for `bind` to refuse, which knows the operation. */
const dtypeOf = (x: NDArray): DType => (x instanceof Arr ? x.dtype : "float32");

/** The tangent contributed by one operand: (its tangent, the output, the primals) -> a term of the output's tangent. */
export type TangentTerm = (dx: NDArray, out: NDArray, primals: readonly NDArray[]) => NDArray;

function jvpOf<P extends object>(
  primitive: () => Primitive<P>,
  rule: readonly (TangentTerm | null)[] | "zero" | NotDifferentiable,
): JvpRule<P> | NotDifferentiable {
  if ("reason" in Object(rule)) return rule as NotDifferentiable; // of the three, only it has a reason
  const terms = rule === "zero" ? [] : (rule as readonly (TangentTerm | null)[]); // what is left
  return (primals, tangents, params) => {
    const out = bind1(primitive(), primals, params);
    let total: Tangent = new Zero(out.aval);
    terms.forEach((term, i) => {
      const dx = tangents[i];
      if (term === null || dx instanceof Zero) return;
      const contribution = term(dx, out, primals);
      total = total instanceof Zero ? contribution : addAny(total, contribution);
    });
    return [[out], [total]];
  };
}

const numbers: readonly DType[] = ["float32", "float64", "int32", "uint32"];

/** z = x + y of two tangents or cotangents of one type: what accumulation writes (JAX's add_any). */
export const addAnyPrimitive: Primitive = elementwise("add_any", {
  accepts: numbers,
  jvp: [(dx) => dx, (dy) => dy],
  transpose: ([ct], operands) => operands.map((x) => cotangentTo(x, ct, (c) => c)),
  scalar: (_, [x, y]) => add(x, y),
});
export const addAny: BinaryFunction = binaryFunction(addAnyPrimitive);

/** The operand's cotangent, summed over what elementwise broadcasting stretched; null where none is wanted. */
export function cotangentTo(
  x: NDArray | LinearOperand,
  ct: Tangent,
  rule: (ct: NDArray) => NDArray,
): Tangent | null {
  if (!(x instanceof LinearOperand)) return null;
  return ct instanceof Zero ? new Zero(x.aval) : unbroadcast(rule(ct), x.aval.shape);
}

/** The value of an operand that a bilinear rule needs known. */
export function known(x: NDArray | LinearOperand): NDArray {
  if (x instanceof LinearOperand) {
    throw new DifferentiationError(
      "a product is not linear in both of its operands at once, so it has no transpose; use vjp, which differentiates it",
    );
  }
  return x;
}

/** A tangent in the shape of the output: elementwise operands may have been stretched. */
export const stretch = (dx: NDArray, shape: Shape): NDArray =>
  sameShape(dx.shape, shape)
    ? dx
    : dx.ndim === 0
      ? broadcastInDim(dx, shape, [])
      : broadcastInDim(dx, shape, range(shape.length));
