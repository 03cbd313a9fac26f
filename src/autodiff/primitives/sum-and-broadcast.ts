/**
 * The linear operations on axes that every other rule stands on: reshape, transpose, broadcast and sum. Broadcast and sum
 * are each other's transpose; reshape and transpose undo themselves.
 */
import { showAval, withShape } from "../../ir/aval.js";
import type { BlockBuilder, Elements, View } from "../../ir/block-builder.js";
import { elementsOf } from "../../ir/block-builder.js";
import { DTypeError, InternalError, ShapeError } from "../../ir/errors.js";
import { constant, i32 } from "../../ir/expr.js";
import type { Shape } from "../../ir/shape.js";
import { dropAxes, insertAt, range, sameShape, showShape, sizeOf } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type { BatchAxis, LoweringContext, LoweringSite, Primitive } from "../primitive.js";
import { bind1 } from "../trace.js";
import { emitReduction } from "./reduction-order.js";
import { batchUnary, linearJvp, linearTranspose1 } from "./rules.js";

// reshape ------------------------------------------------------------------------------------------------------------

/** The same elements in row-major order under another shape. */
export const reshapePrimitive: Primitive<{ readonly shape: Shape }> = {
  name: "reshape",
  abstractEval: ([x], { shape }) => {
    if (sizeOf(x.shape) !== sizeOf(shape)) {
      throw new ShapeError(
        `reshape: ${showAval(x)} has ${sizeOf(x.shape)} elements, ${showShape(shape)} has ${sizeOf(shape)}; the sizes must multiply to ` +
          `${sizeOf(x.shape)}`,
      );
    }
    return [withShape(x, shape)];
  },
  jvp: linearJvp(() => reshapePrimitive),
  transpose: linearTranspose1((ct, x) => reshape(ct, x.shape)),
  batch: batchUnary((axisSize, x, axis, { shape }) => [
    reshape(moveAxis(x, axis, 0), [axisSize, ...shape]),
    0,
  ]),
  lower: { kind: "alias" },
  showParams: ({ shape }) => ({ new_sizes: shape }),
};

export const reshape = (x: NDArray, shape: Shape): NDArray =>
  sameShape(x.shape, shape) ? x : bind1(reshapePrimitive, [x], { shape });

// transpose ----------------------------------------------------------------------------------------------------------

/** out[i...] with axis k of the output being axis permutation[k] of the operand. */
export const transposePrimitive: Primitive<{ readonly permutation: readonly number[] }> = {
  name: "transpose",
  abstractEval: ([x], { permutation }) => {
    const sorted = [...permutation].sort((a, b) => a - b);
    if (!sameShape(sorted, range(x.shape.length))) {
      throw new ShapeError(
        `transpose: ${showShape(permutation)} is no permutation of the ${x.shape.length} axes of ${showAval(x)}`,
      );
    }
    return [
      withShape(
        x,
        permutation.map((axis) => x.shape[axis]),
      ),
    ];
  },
  jvp: linearJvp(() => transposePrimitive),
  transpose: linearTranspose1((ct, _, { permutation }) => transpose(ct, inversePermutation(permutation))),
  batch: batchUnary((_, x, axis, { permutation }) => [
    transpose(x, [axis, ...permutation.map((k) => (k >= axis ? k + 1 : k))]),
    0,
  ]),
  lower: {
    kind: "element",
    element: (_, index, read, { params: { permutation } }) =>
      read(
        0,
        inversePermutation(permutation).map((k) => index[k]),
      ),
  },
};

export const transpose = (x: NDArray, permutation: readonly number[]): NDArray =>
  permutation.every((axis, i) => axis === i) && permutation.length === x.ndim
    ? x
    : bind1(transposePrimitive, [x], { permutation });

export function inversePermutation(permutation: readonly number[]): number[] {
  const inverse = new Array<number>(permutation.length);
  permutation.forEach((axis, i) => {
    inverse[axis] = i;
  });
  return inverse;
}

/** The axis at `from` put at `to`, the others in order. */
export function moveAxis(x: NDArray, from: number, to: number): NDArray {
  if (from === to) return x;
  return transpose(x, insertAt(dropAxes(range(x.ndim), [from]), to, from));
}

// broadcast ----------------------------------------------------------------------------------------------------------

interface BroadcastParams {
  readonly shape: Shape;
  /** broadcastDimensions[k] is the axis of the output that the operand's axis k becomes: strictly ascending. */
  readonly broadcastDimensions: readonly number[];
}

/** Repeats along new axes, and along axes of size 1. */
export const broadcastInDimPrimitive: Primitive<BroadcastParams> = {
  name: "broadcast_in_dim",
  abstractEval: ([x], { shape, broadcastDimensions }) => {
    const fits =
      broadcastDimensions.length === x.shape.length &&
      broadcastDimensions.every(
        (axis, k) =>
          axis >= 0 &&
          axis < shape.length &&
          (k === 0 || broadcastDimensions[k - 1] < axis) &&
          (x.shape[k] === 1 || x.shape[k] === shape[axis]),
      );
    if (!fits) {
      throw new ShapeError(
        `broadcastInDim: ${showAval(x)} does not broadcast to ${showShape(shape)} with its axes at ` +
          `${showShape(broadcastDimensions)}; each size must be 1 or that of the target's axis`,
      );
    }
    return [withShape(x, shape)];
  },
  jvp: linearJvp(() => broadcastInDimPrimitive),
  transpose: linearTranspose1((ct, x, { shape, broadcastDimensions }) => {
    const stretched = range(shape.length).filter((axis) => {
      const k = broadcastDimensions.indexOf(axis);
      return k < 0 || (x.shape[k] === 1 && shape[axis] !== 1);
    });
    return reshape(reduceSum(ct, stretched), x.shape);
  }),
  batch: batchUnary((axisSize, x, axis, { shape, broadcastDimensions }) => [
    broadcastInDim(moveAxis(x, axis, 0), [axisSize, ...shape], [0, ...broadcastDimensions.map((k) => k + 1)]),
    0,
  ]),
  lower: {
    kind: "element",
    element: (_, index, read, { params: { broadcastDimensions }, avalsIn: [x] }) =>
      read(
        0,
        broadcastDimensions.map((axis, k) => (x.shape[k] === 1 ? i32(0) : index[axis])),
      ),
  },
  // The shape is that of the output.
  showParams: ({ broadcastDimensions }) =>
    broadcastDimensions.length === 0 ? {} : { broadcast_dimensions: broadcastDimensions },
};

export const broadcastInDim = (x: NDArray, shape: Shape, broadcastDimensions: readonly number[]): NDArray =>
  sameShape(x.shape, shape) ? x : bind1(broadcastInDimPrimitive, [x], { shape, broadcastDimensions });

/** NumPy's broadcastTo: aligned at the last axis. */
export const broadcastTo = (x: NDArray, shape: Shape): NDArray =>
  broadcastInDim(
    x,
    shape,
    range(x.ndim).map((k) => k + shape.length - x.ndim),
  );

/** A new axis of size 1 at each of the positions (of the result). */
export const expandDims = (x: NDArray, axes: readonly number[]): NDArray => {
  let k = 0;
  return reshape(
    x,
    range(x.ndim + axes.length).map((axis) => (axes.includes(axis) ? 1 : x.shape[k++])),
  );
};

// reduce_sum ---------------------------------------------------------------------------------------------------------

/** The sum over `axes`, which are dropped: in the order that reduction-order.ts fixes. */
export const reduceSumPrimitive: Primitive<{ readonly axes: readonly number[] }> = {
  name: "reduce_sum",
  abstractEval: ([x], { axes }) => {
    if (x.dtype === "bool")
      throw new DTypeError(`reduceSum: takes numbers, got ${showAval(x)}; cast it to int32`);
    return [withShape(x, dropAxes(x.shape, axes))];
  },
  jvp: linearJvp(() => reduceSumPrimitive),
  transpose: linearTranspose1((ct, x, { axes }) =>
    broadcastInDim(ct, x.shape, dropAxes(range(x.shape.length), axes)),
  ),
  batch: batchUnary((_, x, axis, { axes }) => {
    const moved = axes.map((k) => (k >= axis ? k + 1 : k));
    return [reduceSum(x, moved), axis - moved.filter((k) => k < axis).length];
  }),
  lower: {
    kind: "nest",
    emit: (b, [x], [out], site, context) => emitSum(b, elementsOf(x), out, site, context),
    reduce: {
      axes: ({ axes }) => axes,
      emit: (b, x, out, site, context) => emitSum(b, x, out, site, context),
    },
  },
};

const emitSum = (
  b: BlockBuilder,
  x: Elements,
  out: View,
  { params: { axes } }: LoweringSite<{ readonly axes: readonly number[] }>,
  { schedule }: LoweringContext,
): void => emitReduction(b, x, out, axes, { identity: constant(x.dtype, 0), op: "add" }, schedule);

/** Axes are canonical and ascending. */
export const reduceSum = (x: NDArray, axes: readonly number[]): NDArray =>
  axes.length === 0 ? x : bind1(reduceSumPrimitive, [x], { axes });

/** Sums a cotangent down to the shape an operand had before elementwise broadcasting stretched it. */
export function unbroadcast(ct: NDArray, shape: Shape): NDArray {
  if (sameShape(ct.shape, shape)) return ct;
  if (shape.length === 0) return reduceSum(ct, range(ct.ndim));
  if (shape.length !== ct.ndim) {
    throw new InternalError(`unbroadcast: ${showShape(ct.shape)} to ${showShape(shape)}`);
  }
  const stretched = range(ct.ndim).filter((axis) => shape[axis] === 1 && ct.shape[axis] !== 1);
  return reshape(reduceSum(ct, stretched), shape);
}

// batching -----------------------------------------------------------------------------------------------------------

/** The operand with its batch axis in front; one that is not batched is repeated `axisSize` times. */
export function materializeBatch(x: NDArray, axis: BatchAxis, axisSize: number): NDArray {
  return axis === null
    ? broadcastInDim(
        x,
        [axisSize, ...x.shape],
        range(x.ndim).map((k) => k + 1),
      )
    : moveAxis(x, axis, 0);
}
