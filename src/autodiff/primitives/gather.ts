/**
 * gather reads windows of an array at computed places; scatter_add adds updates into them. Each is the other's transpose,
 * which is why they stand in one file.
 */
import { withShape } from "../../ir/aval.js";
import { read } from "../../ir/block-builder.js";
import type { DType } from "../../ir/dtype.js";
import { absurd } from "../../ir/errors.js";
import { add, constant } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import { sizeOf } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type { Primitive, Tangent } from "../primitive.js";
import { LinearOperand, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { zerosLike } from "./creation.js";
import { known } from "./elementwise.js";
import type { GatherDimensionNumbers, IndexMode } from "./index-geometry.js";
import { gatherShape, scatterOfGather, showDimensionNumbers, showMode } from "./index-geometry.js";
import type { ScatterFunction, ScatterParams } from "./scatter-rules.js";
import { inverseGather, scatterFunction, scatterPrimitiveOf } from "./scatter-rules.js";
import { moveAxis } from "./sum-and-broadcast.js";
import { emitWindowLoops } from "./window-loops.js";

// gather -------------------------------------------------------------------------------------------------------------

export interface GatherParams {
  readonly dimensionNumbers: GatherDimensionNumbers;
  readonly sliceSizes: readonly number[];
  readonly mode: IndexMode;
  /** What windows that do not fit read in mode "fill". Null: NaN, the least int32, the largest uint32, true. */
  readonly fillValue: number | null;
}

/** out[window, offset] = x[start(window) + offset]. Operands: x, indices. Linear in x. */
export const gatherPrimitive: Primitive<GatherParams> = {
  name: "gather",
  abstractEval: ([x, indices], { dimensionNumbers, sliceSizes }) => [
    withShape(x, gatherShape("gather", x, indices, dimensionNumbers, sliceSizes)),
  ],
  jvp: ([x, indices], [dx], params) => {
    const out = bind1(gatherPrimitive, [x, indices], params);
    const fillValue = params.mode === "fill" ? 0 : null; // the fill value is a constant
    const dout: Tangent =
      dx instanceof Zero
        ? new Zero(out.aval)
        : bind1(gatherPrimitive, [dx, indices], { ...params, fillValue });
    return [[out], [dout]];
  },
  transpose: ([ct], [x, indices], { dimensionNumbers, mode }) => {
    if (ct instanceof Zero) return [null, null];
    const zeros = zerosLike(ct, x.aval.shape);
    return [scatterAdd(zeros, known(indices), ct, scatterOfGather(dimensionNumbers), { mode }), null];
  },
  accumulation: {
    operands: () => [true, false],
    transpose: ([sum], [ct], [, indices], { dimensionNumbers, mode }) => {
      if (sum === null || ct instanceof Zero) return [sum, null];
      return [scatterAdd(sum, known(indices), ct, scatterOfGather(dimensionNumbers), { mode }), null];
    },
  },
  batch: (axisSize, [x, indices], [xAxis, indicesAxis], params) => {
    const { dimensionNumbers: dims, sliceSizes } = params;
    const up = (axes: readonly number[]): number[] => axes.map((axis) => axis + 1);
    const offsetDims = up(dims.offsetDims);
    const onOperand = {
      collapsedSliceDims: up(dims.collapsedSliceDims),
      startIndexMap: up(dims.startIndexMap),
      operandBatchingDims: up(dims.operandBatchingDims),
    };
    if (xAxis === null) {
      // Every example has windows of its own into the one operand.
      const dimensionNumbers = {
        ...dims,
        offsetDims,
        startIndicesBatchingDims: up(dims.startIndicesBatchingDims),
      };
      const indicesInFront = moveAxis(indices, indicesAxis ?? 0, 0);
      return [[bind1(gatherPrimitive, [x, indicesInFront], { ...params, dimensionNumbers })], [0]];
    }
    const xs = moveAxis(x, xAxis, 0);
    if (indicesAxis === null) {
      // All examples share the windows, which get one more axis.
      const dimensionNumbers = { ...dims, ...onOperand, offsetDims: [0, ...offsetDims] };
      const sizes = [axisSize, ...sliceSizes];
      return [
        [bind1(gatherPrimitive, [xs, indices], { ...params, dimensionNumbers, sliceSizes: sizes })],
        [0],
      ];
    }
    const dimensionNumbers = {
      ...onOperand,
      offsetDims,
      operandBatchingDims: [0, ...onOperand.operandBatchingDims],
      startIndicesBatchingDims: [0, ...up(dims.startIndicesBatchingDims)],
    };
    const operands = [xs, moveAxis(indices, indicesAxis, 0)];
    const sizes = [Math.min(1, axisSize), ...sliceSizes];
    return [[bind1(gatherPrimitive, operands, { ...params, dimensionNumbers, sliceSizes: sizes })], [0]];
  },
  lower: {
    kind: "nest",
    emit: (b, [x, indices], [out], { params, avalsIn: [{ dtype }] }) => {
      const { dimensionNumbers: dims, sliceSizes, mode } = params;
      const fill = fillConstant(dtype, params.fillValue);
      if (sizeOf(x.shape) === 0) {
        b.loop(sizeOf(out.shape), (inner, i) => inner.writeFlat(out, i, fill));
        return;
      }
      emitWindowLoops(
        b,
        { dims, sliceSizes, mode, operand: x.shape, indices, moved: out.shape },
        () => "parallel",
        (inner, to, from) => inner.write(out, to, read(x, from)),
        (inner, to) => inner.write(out, to, fill),
      );
    },
  },
  showParams: ({ dimensionNumbers: dims, sliceSizes, mode, fillValue }) => ({
    dimension_numbers: showDimensionNumbers("GatherDimensionNumbers", [
      ["offset_dims", dims.offsetDims],
      ["collapsed_slice_dims", dims.collapsedSliceDims],
      ["start_index_map", dims.startIndexMap],
      ["operand_batching_dims", dims.operandBatchingDims],
      ["start_indices_batching_dims", dims.startIndicesBatchingDims],
    ]),
    fill_value: fillValue,
    mode: showMode(mode),
    slice_sizes: sliceSizes,
  }),
};

function fillConstant(dtype: DType, fillValue: number | null): Expr {
  switch (dtype) {
    case "float32":
    case "float64":
      return constant(dtype, fillValue ?? Number.NaN);
    case "int32":
      return constant(dtype, fillValue ?? -2147483648);
    case "uint32":
      return constant(dtype, fillValue ?? 4294967295);
    case "bool":
      return constant(dtype, fillValue !== 0);
    default:
      return absurd(dtype);
  }
}

export const gather = (
  x: NDArray,
  indices: NDArray,
  dimensionNumbers: GatherDimensionNumbers,
  sliceSizes: readonly number[],
  mode: IndexMode,
  fillValue: number | null = null,
): NDArray => bind1(gatherPrimitive, [x, indices], { dimensionNumbers, sliceSizes, mode, fillValue });

// scatter_add --------------------------------------------------------------------------------------------------------

/** out = x, and each update added to its place; duplicates accumulate in order. Linear in x and updates together. */
export const scatterAddPrimitive: Primitive<ScatterParams> = scatterPrimitiveOf("scatter-add", {
  accepts: ["float32", "float64", "int32", "uint32"],
  combine: add,
  jvp: ([x, indices, updates], [dx, , dupdates], params) => {
    const out = bind1(scatterAddPrimitive, [x, indices, updates], params);
    if (dx instanceof Zero && dupdates instanceof Zero) return [[out], [new Zero(out.aval)]];
    if (dupdates instanceof Zero) return [[out], [dx]];
    const start = dx instanceof Zero ? zerosLike(x) : dx;
    return [[out], [bind1(scatterAddPrimitive, [start, indices, dupdates], params)]];
  },
  transpose: ([ct], [x, indices, updates], { dimensionNumbers, mode }) => {
    if (ct instanceof Zero) return [null, null, null];
    const places = known(indices);
    const ctX = x instanceof LinearOperand ? ct : null;
    if (!(updates instanceof LinearOperand)) return [ctX, null, null];
    return [ctX, null, gatherWindows(ct, places, updates, { dimensionNumbers, mode })];
  },
});

export const scatterAdd: ScatterFunction = scatterFunction(scatterAddPrimitive);

/** What a scatter's updates were written over: x at their places, 0 for those that were dropped. */
export function gatherWindows(
  x: NDArray,
  indices: NDArray,
  updates: NDArray | LinearOperand,
  { dimensionNumbers, mode }: Pick<ScatterParams, "dimensionNumbers" | "mode">,
): NDArray {
  const { dims, sliceSizes } = inverseGather(x.aval, updates.aval, dimensionNumbers);
  return gather(x, indices, dims, sliceSizes, mode, mode === "fill" ? 0 : null);
}

export const gatherPrimitives: readonly Primitive[] = [gatherPrimitive, scatterAddPrimitive];
