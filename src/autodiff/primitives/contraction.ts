/** dot_general: products summed over contracted axes, side by side along batch axes. Every matrix product is one. */

import { describeAval } from "../../ir/aval.js";
import type { DType } from "../../ir/dtype.js";
import { DTypeError } from "../../ir/errors.js";
import { range } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type { BatchAxis, Primitive, Tangent } from "../primitive.js";
import { LinearOperand, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import type { DotDimensionNumbers } from "./contraction-geometry.js";
import { dotShape, freeAxes } from "./contraction-geometry.js";
import { emitContraction } from "./contraction-loops.js";
import { addAny, known } from "./elementwise.js";
import { inversePermutation, transpose } from "./sum-and-broadcast.js";

export interface DotParams {
  readonly dimensionNumbers: DotDimensionNumbers;
  /** The dtype of the result: the operands' own, or null, which means the same. */
  readonly preferredElementType: DType | null;
}

/**
 * out[batch, m, n] = sum over k of lhs[batch, m, k] * rhs[batch, k, n], with k row-major over the contracted axes in the
 * order given, and summed in the order of reduction-order.ts. Of bools: `and` joined by `or`.
 */
export const dotGeneralPrimitive: Primitive<DotParams> = {
  name: "dot_general",
  abstractEval: ([lhs, rhs], { dimensionNumbers, preferredElementType }) => {
    if (lhs.dtype !== rhs.dtype || (preferredElementType ?? lhs.dtype) !== lhs.dtype) {
      throw new DTypeError(
        `dotGeneral: ${describeAval(lhs)} and ${describeAval(rhs)} must have one dtype, which is the result's` +
          `${preferredElementType === null ? "" : ` (${preferredElementType} is wanted)`}; use x.astype(dtype)`,
      );
    }
    const shape = dotShape(lhs, rhs, dimensionNumbers);
    return [{ shape, dtype: lhs.dtype, weakType: lhs.weakType && rhs.weakType }];
  },
  jvp: ([lhs, rhs], [dlhs, drhs], params) => {
    const product = (x: NDArray, y: NDArray): NDArray => bind1(dotGeneralPrimitive, [x, y], params);
    const out = product(lhs, rhs);
    let dout: Tangent = new Zero(out.aval);
    if (!(dlhs instanceof Zero)) dout = product(dlhs, rhs);
    if (!(drhs instanceof Zero)) {
      const term = product(lhs, drhs);
      dout = dout instanceof Zero ? term : addAny(dout, term);
    }
    return [[out], [dout]];
  },
  transpose: ([ct], [lhs, rhs], { dimensionNumbers: dims }) => {
    if (ct instanceof Zero) return [null, null];
    if (lhs instanceof LinearOperand)
      return [cotangentOfLhs(ct, lhs.aval.shape.length, known(rhs), dims), null];
    if (!(rhs instanceof LinearOperand)) return [null, null];
    return [null, cotangentOfRhs(ct, lhs, rhs.aval.shape.length, dims)];
  },
  batch: (_, operands, axes, params) => batchDot(operands, axes, params),
  lower: {
    kind: "nest",
    emit: (b, [lhs, rhs], [out], { params }, context) =>
      emitContraction(b, lhs, rhs, out, params.dimensionNumbers, context),
  },
  showParams: ({ dimensionNumbers: dims, preferredElementType }) => ({
    dimension_numbers:
      `(([${dims.lhsContracting.join(", ")}], [${dims.rhsContracting.join(", ")}]), ` +
      `([${dims.lhsBatch.join(", ")}], [${dims.rhsBatch.join(", ")}]))`,
    ...(preferredElementType === null ? {} : { preferred_element_type: preferredElementType }),
  }),
};

export const dotGeneral = (
  lhs: NDArray,
  rhs: NDArray,
  dimensionNumbers: DotDimensionNumbers,
  preferredElementType: DType | null = null,
): NDArray => bind1(dotGeneralPrimitive, [lhs, rhs], { dimensionNumbers, preferredElementType });

/** x . y of the last axis of x with the first of y (the only one of a vector): matrices and vectors without batches. */
export const dot = (lhs: NDArray, rhs: NDArray): NDArray =>
  dotGeneral(lhs, rhs, { lhsContracting: [lhs.ndim - 1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] });

// transposition ------------------------------------------------------------------------------------------------------

/** ctLhs[batch, m, k] = sum over n of ct[batch, m, n] * rhs[batch, k, n], its axes put where the operand has them. */
function cotangentOfLhs(ct: NDArray, rank: number, rhs: NDArray, dims: DotDimensionNumbers): NDArray {
  const { lhsContracting, rhsContracting, lhsBatch, rhsBatch } = dims;
  const kept = freeAxes(rank, lhsContracting, lhsBatch);
  const rhsKept = freeAxes(rhs.ndim, rhsContracting, rhsBatch);
  const product = dotGeneral(ct, rhs, {
    lhsContracting: rhsKept.map((_, i) => lhsBatch.length + kept.length + i),
    rhsContracting: rhsKept,
    lhsBatch: range(lhsBatch.length),
    rhsBatch,
  });
  // The product's axes: batch, kept, then the contracted ones as they stand in rhs.
  const order = sortedBy(lhsContracting, rhsContracting);
  return transpose(product, inversePermutation([...lhsBatch, ...kept, ...order]));
}

/** ctRhs[batch, k, n] = sum over m of ct[batch, m, n] * lhs[batch, m, k], its axes put where the operand has them. */
function cotangentOfRhs(ct: NDArray, lhs: NDArray, rank: number, dims: DotDimensionNumbers): NDArray {
  const { lhsContracting, rhsContracting, lhsBatch, rhsBatch } = dims;
  const kept = freeAxes(rank, rhsContracting, rhsBatch);
  const lhsKept = freeAxes(lhs.ndim, lhsContracting, lhsBatch);
  const product = dotGeneral(ct, lhs, {
    lhsContracting: lhsKept.map((_, i) => lhsBatch.length + i),
    rhsContracting: lhsKept,
    lhsBatch: range(lhsBatch.length),
    rhsBatch: lhsBatch,
  });
  const order = sortedBy(rhsContracting, lhsContracting);
  return transpose(product, inversePermutation([...rhsBatch, ...kept, ...order]));
}

/** `values` in the ascending order of `keys`. */
const sortedBy = (values: readonly number[], keys: readonly number[]): number[] =>
  range(values.length)
    .sort((i, j) => keys[i] - keys[j])
    .map((i) => values[i]);

// batching -----------------------------------------------------------------------------------------------------------

/** Both batched: one more batch axis, in front. One batched: one more free axis, wherever that lands in the output. */
function batchDot(
  [lhs, rhs]: readonly NDArray[],
  [lhsAxis, rhsAxis]: readonly BatchAxis[],
  params: DotParams,
): readonly [NDArray[], BatchAxis[]] {
  const dims = params.dimensionNumbers;
  const lhsContracting = besides(lhsAxis, dims.lhsContracting);
  const rhsContracting = besides(rhsAxis, dims.rhsContracting);
  const lhsBatch = besides(lhsAxis, dims.lhsBatch);
  const rhsBatch = besides(rhsAxis, dims.rhsBatch);
  const bound = (dimensionNumbers: DotDimensionNumbers): NDArray =>
    bind1(dotGeneralPrimitive, [lhs, rhs], { ...params, dimensionNumbers });
  if (lhsAxis !== null && rhsAxis !== null) {
    const batch = { lhsBatch: [lhsAxis, ...lhsBatch], rhsBatch: [rhsAxis, ...rhsBatch] };
    return [[bound({ lhsContracting, rhsContracting, ...batch })], [0]];
  }
  const lhsFree = freeAxes(lhs.ndim, lhsContracting, lhsBatch);
  const rhsFree = freeAxes(rhs.ndim, rhsContracting, rhsBatch);
  // One matrix times vectors: the vectors are rows, side by side with what else the batch has in front.
  if (rhsAxis !== null && rhsFree.length === 1) {
    const swapped = {
      lhsContracting: rhsContracting,
      rhsContracting: lhsContracting,
      lhsBatch: rhsBatch,
      rhsBatch: lhsBatch,
    };
    return [
      [bind1(dotGeneralPrimitive, [rhs, lhs], { ...params, dimensionNumbers: swapped })],
      [lhsBatch.length],
    ];
  }
  const out = bound({ lhsContracting, rhsContracting, lhsBatch, rhsBatch });
  const outAxis =
    lhsAxis !== null
      ? lhsBatch.length + lhsFree.indexOf(lhsAxis)
      : lhsBatch.length + lhsFree.length + rhsFree.indexOf(rhsAxis ?? 0);
  return [[out], [outAxis]];
}

/** Axes of an example as axes of its batch. */
const besides = (batchAxis: BatchAxis, axes: readonly number[]): number[] =>
  axes.map((axis) => (batchAxis !== null && axis >= batchAxis ? axis + 1 : axis));

export const contractionPrimitives: readonly Primitive[] = [dotGeneralPrimitive];
