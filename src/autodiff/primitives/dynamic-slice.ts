/**
 * Windows at computed places. A start that would push the window over an edge is clamped, so a window always fits: this
 * holds for derivatives too. dynamic_slice and dynamic_update_slice are each other's transpose.
 *
 * Batched starts make the window a different one for each example: that is a gather or a scatter.
 */

import { spelled } from "../../ir/arguments.js";
import type { Aval } from "../../ir/aval.js";
import { describeAval, showAval, withShape } from "../../ir/aval.js";
import { read, readFlat } from "../../ir/block-builder.js";
import { isInteger } from "../../ir/dtype.js";
import { DTypeError, ShapeError } from "../../ir/errors.js";
import { add, i32 } from "../../ir/expr.js";
import { insertAt, range, showShape } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import { literal } from "../array.js";
import type { BatchAxis, Primitive, Tangent } from "../primitive.js";
import { LinearOperand, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { concatenate } from "./concatenation.js";
import { zerosLike } from "./creation.js";
import { addAny, known } from "./elementwise.js";
import { gather } from "./gather.js";
import { clip } from "./index-geometry.js";
import { scatter } from "./scatter.js";
import { broadcastInDim, materializeBatch, moveAxis } from "./sum-and-broadcast.js";

// dynamic_slice ------------------------------------------------------------------------------------------------------

/** out[i...] = x[clamp(start) + i ...]. Operands: x, then one integer scalar for each axis. */
export const dynamicSlicePrimitive: Primitive<{ readonly sliceSizes: readonly number[] }> = {
  name: "dynamic_slice",
  abstractEval: ([x, ...starts], { sliceSizes }) => {
    checkWindow("dynamic_slice", x, sliceSizes);
    checkStarts("dynamic_slice", x, starts);
    return [withShape(x, sliceSizes)];
  },
  jvp: ([x, ...starts], [dx], { sliceSizes }) => {
    const out = dynamicSlice(x, starts, sliceSizes);
    return [[out], [dx instanceof Zero ? new Zero(out.aval) : dynamicSlice(dx, starts, sliceSizes)]];
  },
  transpose: ([ct], [x, ...starts]) => {
    const others = starts.map(() => null);
    if (ct instanceof Zero) return [null, ...others];
    return [dynamicUpdateSlice(zerosLike(ct, x.aval.shape), ct, starts.map(known)), ...others];
  },
  accumulation: {
    operands: () => [true],
    transpose: ([sum], [ct], [, ...starts], { sliceSizes }) => {
      if (sum === null || ct instanceof Zero) return [sum];
      const at = starts.map(known);
      return [dynamicUpdateSlice(sum, addAny(dynamicSlice(sum, at, sliceSizes), ct), at)];
    },
  },
  batch: (axisSize, [x, ...starts], [xAxis, ...startAxes], { sliceSizes }) => {
    if (xAxis !== null && startAxes.every((axis) => axis === null)) {
      const zero = startLike(starts);
      const sizes = insertAt(sliceSizes, xAxis, axisSize);
      return [[dynamicSlice(x, insertAt(starts, xAxis, zero), sizes)], [xAxis]];
    }
    const indices = stackStarts(starts, startAxes, axisSize);
    const axes = range(sliceSizes.length);
    const oneOn = axes.map((axis) => axis + 1);
    const out =
      xAxis === null
        ? gather(
            x,
            indices,
            {
              offsetDims: oneOn,
              collapsedSliceDims: [],
              startIndexMap: axes,
              operandBatchingDims: [],
              startIndicesBatchingDims: [],
            },
            sliceSizes,
            "clip",
          )
        : gather(
            moveAxis(x, xAxis, 0),
            indices,
            {
              offsetDims: oneOn,
              collapsedSliceDims: [],
              startIndexMap: oneOn,
              operandBatchingDims: [0],
              startIndicesBatchingDims: [0],
            },
            [Math.min(1, axisSize), ...sliceSizes],
            "clip",
          );
    return [[out], [0]];
  },
  lower: {
    kind: "element",
    element: (_, index, readOperand, { params: { sliceSizes }, avalsIn: [x] }) =>
      readOperand(
        0,
        index.map((i, axis) => {
          const last = x.shape[axis] - sliceSizes[axis];
          return last === 0 ? i : add(clip(readOperand(1 + axis, []), last), i);
        }),
      ),
  },
  showParams: ({ sliceSizes }) => ({ slice_sizes: sliceSizes }),
};

export const dynamicSlice = (
  x: NDArray,
  starts: readonly NDArray[],
  sliceSizes: readonly number[],
): NDArray => bind1(dynamicSlicePrimitive, [x, ...starts], { sliceSizes });

// dynamic_update_slice -----------------------------------------------------------------------------------------------

/** out = x, but update[i...] at clamp(start) + i. Operands: x, update, then one integer scalar for each axis. */
export const dynamicUpdateSlicePrimitive: Primitive = {
  name: "dynamic_update_slice",
  abstractEval: ([x, update, ...starts]) => {
    if (x.dtype !== update.dtype) {
      throw new DTypeError(
        `dynamicUpdateSlice: ${describeAval(x)} and its update ${describeAval(update)} differ in dtype; ` +
          "use update.astype(dtype)",
      );
    }
    checkWindow("dynamic_update_slice", x, update.shape);
    checkStarts("dynamic_update_slice", x, starts);
    return [{ ...x, weakType: x.weakType && update.weakType }];
  },
  jvp: ([x, update, ...starts], [dx, dupdate]) => {
    const out = dynamicUpdateSlice(x, update, starts);
    const dout: Tangent =
      dx instanceof Zero && dupdate instanceof Zero
        ? new Zero(out.aval)
        : dynamicUpdateSlice(
            dx instanceof Zero ? zerosLike(x) : dx,
            dupdate instanceof Zero ? zerosLike(update) : dupdate,
            starts,
          );
    return [[out], [dout]];
  },
  transpose: ([ct], [x, update, ...startOperands]) => {
    const others = startOperands.map(() => null);
    if (ct instanceof Zero) return [null, null, ...others];
    const starts = startOperands.map(known);
    const { shape } = update.aval;
    return [
      x instanceof LinearOperand ? dynamicUpdateSlice(ct, zerosLike(ct, shape), starts) : null,
      update instanceof LinearOperand ? dynamicSlice(ct, starts, shape) : null,
      ...others,
    ];
  },
  batch: (axisSize, [x, update, ...starts], [xAxis, updateAxis, ...startAxes]) => {
    const xs = materializeBatch(x, xAxis, axisSize);
    const updates = materializeBatch(update, updateAxis, axisSize);
    if (startAxes.every((axis) => axis === null)) {
      return [[dynamicUpdateSlice(xs, updates, [startLike(starts), ...starts])], [0]];
    }
    const indices = stackStarts(starts, startAxes, axisSize);
    const oneOn = range(starts.length).map((axis) => axis + 1);
    const dims = {
      updateWindowDims: oneOn,
      insertedWindowDims: [],
      scatterDimsToOperandDims: oneOn,
      operandBatchingDims: [0],
      scatterIndicesBatchingDims: [0],
    };
    return [[scatter(xs, indices, updates, dims, { mode: "clip", uniqueIndices: true })], [0]];
  },
  lower: {
    kind: "nest",
    inPlace: 0,
    emit: (b, [x, update, ...starts], [out]) => {
      b.copy(x, out);
      const origin = starts.map((start, axis) =>
        b.local(clip(readFlat(start, i32(0)), out.shape[axis] - update.shape[axis])),
      );
      b.loops(update.shape, (inner, index) => {
        inner.write(
          out,
          index.map((i, axis) => add(origin[axis], i)),
          read(update, index),
        );
      });
    },
  },
};

export const dynamicUpdateSlice = (x: NDArray, update: NDArray, starts: readonly NDArray[]): NDArray =>
  bind1(dynamicUpdateSlicePrimitive, [x, update, ...starts], {});

// what they share ----------------------------------------------------------------------------------------------------

function checkWindow(name: string, x: Aval, sizes: readonly number[]): void {
  if (sizes.length !== x.shape.length || sizes.some((n, axis) => n < 0 || n > x.shape[axis])) {
    throw new ShapeError(
      `${spelled(name)}: a window of ${showShape(sizes)} does not fit into ${showAval(x)}; ranks must be equal and no size larger`,
    );
  }
}

function checkStarts(name: string, x: Aval, starts: readonly Aval[]): void {
  if (starts.length !== x.shape.length) {
    throw new ShapeError(
      `${spelled(name)}: ${starts.length} starts for ${showAval(x)}; give one for each axis`,
    );
  }
  for (const start of starts) {
    if (start.shape.length !== 0 || !isInteger(start.dtype) || start.dtype !== starts[0].dtype) {
      throw new DTypeError(
        `${spelled(name)}: starts are integer scalars of one dtype, got ${starts.map(showAval).join(", ")}; ` +
          'use start.astype("int32")',
      );
    }
  }
}

/** A start of 0 in the dtype of the others. */
const startLike = (starts: readonly NDArray[]): NDArray =>
  literal(0, starts.length === 0 ? "int32" : starts[0].dtype, false);

/** int32[axisSize, n] from n starts, each a scalar or batched. */
function stackStarts(starts: readonly NDArray[], axes: readonly BatchAxis[], axisSize: number): NDArray {
  const columns = starts.map((start, i) => broadcastInDim(start, [axisSize, 1], axes[i] === null ? [] : [0]));
  return concatenate(columns, 1);
}

export const dynamicSlicePrimitives: readonly Primitive[] = [
  dynamicSlicePrimitive,
  dynamicUpdateSlicePrimitive,
];
