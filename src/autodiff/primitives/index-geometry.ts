/**
 * The dimension numbers of gather and scatter, and the arithmetic of their indices (those of XLA and JAX, with the index
 * vector always along the last axis of the indices).
 *
 * Both move windows of the operand. The indices' axes but the last count the windows; the last holds a window's start,
 * component p along the operand's axis startIndexMap[p]. In the output (updates, for scatter) the axes in offsetDims run
 * inside a window and the others over the windows. A window has size 1 along collapsed axes, which the output lacks. Along
 * operandBatchingDims the operand is indexed by the window's own position: the axes that vmap makes.
 */
import type { Aval } from "../../ir/aval.js";
import { showAval } from "../../ir/aval.js";
import { isInteger } from "../../ir/dtype.js";
import { DTypeError, ShapeError } from "../../ir/errors.js";
import { add, and, cast, constant, ge, i32, le, max, min } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { Shape } from "../../ir/shape.js";
import { range, sameShape, showShape } from "../../ir/shape.js";

export interface GatherDimensionNumbers {
  readonly offsetDims: readonly number[];
  readonly collapsedSliceDims: readonly number[];
  readonly startIndexMap: readonly number[];
  readonly operandBatchingDims: readonly number[];
  readonly startIndicesBatchingDims: readonly number[];
}

export interface ScatterDimensionNumbers {
  readonly updateWindowDims: readonly number[];
  readonly insertedWindowDims: readonly number[];
  readonly scatterDimsToOperandDims: readonly number[];
  readonly operandBatchingDims: readonly number[];
  readonly scatterIndicesBatchingDims: readonly number[];
}

/**
 * Windows that do not fit into the operand: `clip` moves them inside; `fill` reads the fill value and drops updates.
 * `promiseInBounds` says that all fit: those that do not are clipped.
 */
export type IndexMode = "clip" | "fill" | "promiseInBounds";

/** As a jaxpr of JAX shows it. */
export const showMode = (mode: IndexMode): string => {
  switch (mode) {
    case "clip":
      return "GatherScatterMode.CLIP";
    case "fill":
      return "GatherScatterMode.FILL_OR_DROP";
    case "promiseInBounds":
      return "GatherScatterMode.PROMISE_IN_BOUNDS";
  }
};

/** `name=(a, b)` for each of the numbers, as Python shows a named tuple. */
export const showDimensionNumbers = (
  name: string,
  numbers: readonly (readonly [string, readonly number[]])[],
): string =>
  `${name}(${numbers.map(([key, axes]) => `${key}=(${axes.join(", ")}${axes.length === 1 ? "," : ""})`).join(", ")})`;

/** The gather that reads the windows which a scatter writes. */
export const gatherOfScatter = (dims: ScatterDimensionNumbers): GatherDimensionNumbers => ({
  offsetDims: dims.updateWindowDims,
  collapsedSliceDims: dims.insertedWindowDims,
  startIndexMap: dims.scatterDimsToOperandDims,
  operandBatchingDims: dims.operandBatchingDims,
  startIndicesBatchingDims: dims.scatterIndicesBatchingDims,
});

/** The scatter that writes the windows which a gather reads. */
export const scatterOfGather = (dims: GatherDimensionNumbers): ScatterDimensionNumbers => ({
  updateWindowDims: dims.offsetDims,
  insertedWindowDims: dims.collapsedSliceDims,
  scatterDimsToOperandDims: dims.startIndexMap,
  operandBatchingDims: dims.operandBatchingDims,
  scatterIndicesBatchingDims: dims.startIndicesBatchingDims,
});

/** The operand's axes that a window keeps, in order: offsetDims[j] of the output runs along the j-th. */
export const windowAxes = (rank: number, dims: GatherDimensionNumbers): number[] =>
  range(rank).filter(
    (axis) => !dims.collapsedSliceDims.includes(axis) && !dims.operandBatchingDims.includes(axis),
  );

/** The sizes of a scatter's windows along every axis of the operand: 1 along dropped axes (0 where the operand is empty). */
export function windowSizes(operand: Shape, updates: Shape, dims: ScatterDimensionNumbers): number[] {
  const kept = windowAxes(operand.length, gatherOfScatter(dims));
  return operand.map((_, axis) => {
    const j = kept.indexOf(axis);
    return j < 0 ? Math.min(1, operand[axis]) : updates[dims.updateWindowDims[j]];
  });
}

/** The output's shape; throws ShapeError or DTypeError where dimension numbers, sizes and operands do not fit. */
export function gatherShape(
  operation: string,
  operand: Aval,
  indices: Aval,
  dims: GatherDimensionNumbers,
  sliceSizes: readonly number[],
): number[] {
  if (!isInteger(indices.dtype)) {
    throw new DTypeError(
      `${operation}: indices must be integers, got ${showAval(indices)}; use x.astype("int32")`,
    );
  }
  const fail = (reason: string): never => {
    throw new ShapeError(
      `${operation} of ${showAval(operand)} at ${showAval(indices)}: ${reason}; ` +
        `the dimension numbers are ${JSON.stringify(dims)}, the window is ${showShape(sliceSizes)}`,
    );
  };
  const rank = operand.shape.length;
  const batchRank = indices.shape.length - 1;
  const outRank = batchRank + dims.offsetDims.length;
  const areAxes = (axes: readonly number[], bound: number): boolean =>
    axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < bound) &&
    new Set(axes).size === axes.length;
  const ascend = (axes: readonly number[]): boolean => axes.every((axis, i) => i === 0 || axes[i - 1] < axis);

  if (batchRank < 0) fail("indices need a last axis that holds the components of each start");
  if (!areAxes(dims.offsetDims, outRank) || !ascend(dims.offsetDims))
    fail("window axes must ascend within the output");
  const dropped = [...dims.collapsedSliceDims, ...dims.operandBatchingDims];
  if (!areAxes(dropped, rank) || !ascend(dims.collapsedSliceDims) || !ascend(dims.operandBatchingDims)) {
    fail("collapsed and batching axes must be distinct axes of the operand, each in ascending order");
  }
  if (!areAxes([...dims.startIndexMap, ...dims.operandBatchingDims], rank)) {
    fail("indexed and batching axes must be distinct axes of the operand");
  }
  if (indices.shape[batchRank] !== dims.startIndexMap.length) {
    fail(
      `each start has ${indices.shape[batchRank]} components for ${dims.startIndexMap.length} indexed axes`,
    );
  }
  if (sliceSizes.length !== rank || dims.offsetDims.length !== rank - dropped.length) {
    fail(
      "the window must have a size for each axis of the operand, and an output axis for each that is kept",
    );
  }
  if (sliceSizes.some((size, axis) => size < 0 || size > operand.shape[axis]))
    fail("the window is larger than the operand");
  if (dropped.some((axis) => sliceSizes[axis] > 1)) fail("the window must have size 1 along dropped axes");
  if (
    !areAxes(dims.startIndicesBatchingDims, batchRank) ||
    !sameShape(
      dims.operandBatchingDims.map((axis) => operand.shape[axis]),
      dims.startIndicesBatchingDims.map((axis) => indices.shape[axis]),
    )
  ) {
    fail("the batching axes of operand and indices must have equal sizes");
  }
  const kept = windowAxes(rank, dims);
  let batch = 0;
  return range(outRank).map((axis) => {
    const j = dims.offsetDims.indexOf(axis);
    return j < 0 ? indices.shape[batch++] : sliceSizes[kept[j]];
  });
}

/** A window's start along each axis of the operand, and whether the window fits: null where all windows are made to. */
export interface WindowStart {
  readonly start: readonly Expr[];
  readonly fits: Expr | null;
}

/**
 * The start of the window at `position` (an index over the axes of the indices but the last): clipped, or in mode "fill" as
 * it is given, to be used where the window fits.
 */
export function windowStart(
  position: readonly Expr[],
  readIndex: (index: readonly Expr[]) => Expr,
  operand: Shape,
  dims: GatherDimensionNumbers,
  sliceSizes: readonly number[],
  mode: IndexMode,
): WindowStart {
  const tests: Expr[] = [];
  const start = operand.map((size, axis) => {
    const batching = dims.operandBatchingDims.indexOf(axis);
    if (batching >= 0) return position[dims.startIndicesBatchingDims[batching]];
    const component = dims.startIndexMap.indexOf(axis);
    if (component < 0) return i32(0);
    const given = readIndex([...position, i32(component)]);
    const last = size - sliceSizes[axis];
    if (mode !== "fill") return clip(given, last);
    tests.push(fitsBelow(given, last));
    return cast(given, "int32");
  });
  return { start, fits: tests.length === 0 ? null : tests.reduce(and) };
}

/** 0 <= start <= last, of an int32 or uint32. */
const fitsBelow = (start: Expr, last: number): Expr =>
  start.dtype === "uint32"
    ? le(start, constant("uint32", last))
    : and(ge(start, i32(0)), le(start, i32(last)));

/** min(max(start, 0), last) as an int32, of an int32 or uint32. */
export const clip = (start: Expr, last: number): Expr =>
  last === 0
    ? i32(0)
    : start.dtype === "uint32"
      ? cast(min(start, constant("uint32", last)), "int32")
      : min(max(start, i32(0)), i32(last));

/** The operand's element at an offset (an index over the window's kept axes) in the window at `start`. */
export function elementInWindow(
  start: readonly Expr[],
  offset: readonly Expr[],
  dims: GatherDimensionNumbers,
): Expr[] {
  const kept = windowAxes(start.length, dims);
  return start.map((s, axis) => {
    const j = kept.indexOf(axis);
    return j < 0 ? s : add(s, offset[j]);
  });
}
