/**
 * What all scatters share. out = operand with windows of it combined with updates, one after the other in ascending order
 * of their positions: so the result is the same everywhere and always, where windows overlap too.
 */

import { spelled } from "../../ir/arguments.js";
import type { Aval } from "../../ir/aval.js";
import { describeAval, showAval } from "../../ir/aval.js";
import type { BlockBuilder, View } from "../../ir/block-builder.js";
import { read } from "../../ir/block-builder.js";
import type { DType } from "../../ir/dtype.js";
import { DTypeError, ShapeError } from "../../ir/errors.js";
import type { Expr } from "../../ir/loop-ir.js";
import { dropAxes, sameShape, sizeOf } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type {
  BatchRule,
  JvpRule,
  LinearOperand,
  NotDifferentiable,
  NotLinear,
  Primitive,
  TransposeRule,
} from "../primitive.js";
import { bind1 } from "../trace.js";
import type { GatherDimensionNumbers, IndexMode, ScatterDimensionNumbers } from "./index-geometry.js";
import {
  gatherOfScatter,
  gatherShape,
  showDimensionNumbers,
  showMode,
  windowSizes,
} from "./index-geometry.js";
import { materializeBatch } from "./sum-and-broadcast.js";
import { emitWindowLoops } from "./window-loops.js";

export interface ScatterParams {
  readonly dimensionNumbers: ScatterDimensionNumbers;
  /** Updates whose window does not fit are dropped ("fill") or moved inside. */
  readonly mode: IndexMode;
  /** The caller promises that no two windows overlap. */
  readonly uniqueIndices: boolean;
}

export interface ScatterOptions {
  /** By default "fill": updates out of range are dropped. */
  readonly mode?: IndexMode;
  readonly uniqueIndices?: boolean;
}

/** (operand, indices, updates, dimension numbers, options) -> the operand with the updates in it. */
export type ScatterFunction = (
  x: NDArray,
  indices: NDArray,
  updates: NDArray,
  dimensionNumbers: ScatterDimensionNumbers,
  options?: ScatterOptions,
) => NDArray;

export const scatterFunction =
  (primitive: Primitive<ScatterParams>): ScatterFunction =>
  (x, indices, updates, dimensionNumbers, { mode = "fill", uniqueIndices = false } = {}) =>
    bind1(primitive, [x, indices, updates], { dimensionNumbers, mode, uniqueIndices });

export interface ScatterRules {
  readonly accepts: readonly DType[];
  /** (what is there, the update) -> what is there afterwards. */
  readonly combine: (old: Expr, update: Expr) => Expr;
  readonly jvp: JvpRule<ScatterParams> | NotDifferentiable;
  readonly transpose: TransposeRule<ScatterParams> | NotLinear;
}

/** Operands: x, indices, updates. */
export function scatterPrimitiveOf(name: string, rules: ScatterRules): Primitive<ScatterParams> {
  const self: Primitive<ScatterParams> = {
    name,
    abstractEval: ([x, indices, updates], { dimensionNumbers }) => {
      checkScatter(name, x, indices, updates, dimensionNumbers, rules.accepts);
      return [x];
    },
    jvp: rules.jvp,
    transpose: rules.transpose,
    batch: batchScatter(() => self),
    lower: {
      kind: "nest",
      inPlace: 0,
      emit: (b, [x, indices, updates], [out], { params }) => {
        b.copy(x, out);
        emitScatter(b, indices, updates, out, params, rules.combine);
      },
    },
    showParams: ({ dimensionNumbers: dims, mode, uniqueIndices }) => ({
      dimension_numbers: showDimensionNumbers("ScatterDimensionNumbers", [
        ["update_window_dims", dims.updateWindowDims],
        ["inserted_window_dims", dims.insertedWindowDims],
        ["scatter_dims_to_operand_dims", dims.scatterDimsToOperandDims],
        ["operand_batching_dims", dims.operandBatchingDims],
        ["scatter_indices_batching_dims", dims.scatterIndicesBatchingDims],
      ]),
      mode: showMode(mode),
      unique_indices: uniqueIndices,
    }),
  };
  return self;
}

/** The gather of the windows that a scatter writes: dimension numbers and window. */
export function inverseGather(
  x: Aval,
  updates: Aval,
  dims: ScatterDimensionNumbers,
): { readonly dims: GatherDimensionNumbers; readonly sliceSizes: readonly number[] } {
  return { dims: gatherOfScatter(dims), sliceSizes: windowSizes(x.shape, updates.shape, dims) };
}

/** No two windows overlap: promised, or there is but one (for each position along the batching axes). */
export function isUnique(indices: NDArray | LinearOperand, params: ScatterParams): boolean {
  const { scatterIndicesBatchingDims } = params.dimensionNumbers;
  return (
    params.uniqueIndices || sizeOf(dropAxes(indices.aval.shape.slice(0, -1), scatterIndicesBatchingDims)) <= 1
  );
}

function checkScatter(
  name: string,
  x: Aval,
  indices: Aval,
  updates: Aval,
  dims: ScatterDimensionNumbers,
  accepts: readonly DType[],
): void {
  if (x.dtype !== updates.dtype || !accepts.includes(x.dtype)) {
    throw new DTypeError(
      `${spelled(name)}: ${describeAval(x)} with updates ${describeAval(updates)}; both must have one dtype of ` +
        `${accepts.join(", ")}: use x.astype(dtype)`,
    );
  }
  const gathered = inverseGather(x, updates, dims);
  const expected = gatherShape(name, x, indices, gathered.dims, gathered.sliceSizes);
  if (!sameShape(expected, updates.shape)) {
    throw new ShapeError(
      `${spelled(name)} into ${showAval(x)} at ${showAval(indices)}: the updates must have shape [${expected}], ` +
        `got ${showAval(updates)}; broadcast them`,
    );
  }
}

/** Indices that are not batched: windows get one more axis. Otherwise each example has windows of its own. */
const batchScatter =
  (primitive: () => Primitive<ScatterParams>): BatchRule<ScatterParams> =>
  (axisSize, [x, indices, updates], [xAxis, indicesAxis, updatesAxis], params) => {
    const up = (axes: readonly number[]): number[] => axes.map((axis) => axis + 1);
    const dims = params.dimensionNumbers;
    const shared = {
      insertedWindowDims: up(dims.insertedWindowDims),
      scatterDimsToOperandDims: up(dims.scatterDimsToOperandDims),
    };
    const dimensionNumbers: ScatterDimensionNumbers =
      indicesAxis === null
        ? {
            ...shared,
            updateWindowDims: [0, ...up(dims.updateWindowDims)],
            operandBatchingDims: up(dims.operandBatchingDims),
            scatterIndicesBatchingDims: dims.scatterIndicesBatchingDims,
          }
        : {
            ...shared,
            updateWindowDims: up(dims.updateWindowDims),
            operandBatchingDims: [0, ...up(dims.operandBatchingDims)],
            scatterIndicesBatchingDims: [0, ...up(dims.scatterIndicesBatchingDims)],
          };
    const operands = [
      materializeBatch(x, xAxis, axisSize),
      indicesAxis === null ? indices : materializeBatch(indices, indicesAxis, axisSize),
      materializeBatch(updates, updatesAxis, axisSize),
    ];
    return [[bind1(primitive(), operands, { ...params, dimensionNumbers })], [0]];
  };

/** Windows one after the other where they may meet. */
function emitScatter(
  b: BlockBuilder,
  indices: View,
  updates: View,
  out: View,
  { dimensionNumbers, mode, uniqueIndices }: ScatterParams,
  combine: (old: Expr, update: Expr) => Expr,
): void {
  if (sizeOf(out.shape) === 0 || sizeOf(updates.shape) === 0) return;
  const dims = gatherOfScatter(dimensionNumbers);
  const sliceSizes = windowSizes(out.shape, updates.shape, dimensionNumbers);
  emitWindowLoops(
    b,
    { dims, sliceSizes, mode, operand: out.shape, indices, moved: updates.shape },
    (axis) => (uniqueIndices || dims.startIndicesBatchingDims.includes(axis) ? "parallel" : "serial"),
    (inner, from, to) => inner.write(out, to, combine(read(out, to), read(updates, from))),
    null,
  );
}
