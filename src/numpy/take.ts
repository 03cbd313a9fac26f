/** Elements and slices at computed positions along one axis. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { add } from "../autodiff/primitives/arithmetic.js";
import { lt } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { gather } from "../autodiff/primitives/gather.js";
import type { IndexMode } from "../autodiff/primitives/index-geometry.js";
import { rem } from "../autodiff/primitives/rounding-and-sign.js";
import { select } from "../autodiff/primitives/selection.js";
import { broadcastTo, moveAxis, reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { describeAval } from "../ir/aval.js";
import { isFloat } from "../ir/dtype.js";
import { DTypeError, ShapeError } from "../ir/errors.js";
import { broadcastShapes, canonicalAxis, insertAt, range, showShape } from "../ir/shape.js";
import { toArray } from "./promotion.js";

/**
 * Positions as int32: integers, or plain numbers (weak floats, which are truncated). Throws DTypeError on others.
 */
export function toIndices(operation: string, indices: ArrayLike): NDArray {
  // Nested arrays of numbers are float32 as operands, but here they can only mean integers.
  if (Array.isArray(indices)) return convertElementType(toArray(indices, operation), "int32");
  const a = toArray(indices, operation);
  if (a.dtype === "bool" || (isFloat(a.dtype) && !a.weakType)) {
    throw new DTypeError(
      `${operation}: indices must be integers, got ${describeAval(a.aval)}; use x.astype("int32")`,
    );
  }
  return convertElementType(a, "int32");
}

/** Negative positions count from the end. */
export const countFromEnd = (indices: NDArray, size: number): NDArray =>
  select(lt(indices, 0), add(indices, size), indices);

/** A position written as a number must lie in the axis. */
export function checkStaticIndex(operation: string, index: ArrayLike, size: number): void {
  if (typeof index !== "number") return;
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw new ShapeError(
      `${operation}: index ${index} is out of range for an axis of size ${size}` +
        (size === 0 ? "; it has no elements" : `; use an integer from ${-size} to ${size - 1}`),
    );
  }
}

export interface TakeOptions {
  /**
   * Positions out of range: "fill" (the default) gives NaN (the least int32, the largest uint32, true), "clip" the nearest
   * element, "wrap" counts around.
   */
  readonly mode?: "fill" | "clip" | "wrap";
  /** What "fill" gives instead. */
  readonly fillValue?: number;
}

const takeOptions: OptionKinds<TakeOptions> = { mode: ["fill", "clip", "wrap"], fillValue: "number" };

function resolved(
  indices: NDArray,
  size: number,
  { mode = "fill" }: TakeOptions,
): { readonly positions: NDArray; readonly gatherMode: IndexMode } {
  if (mode === "clip") return { positions: indices, gatherMode: "clip" };
  if (mode === "fill") return { positions: countFromEnd(indices, size), gatherMode: "fill" };
  return { positions: countFromEnd(rem(indices, size), size), gatherMode: "clip" };
}

/**
 * The slices of x at the positions along an axis, which the axes of `indices` replace; without an axis the elements in
 * row-major order. Negative positions count from the end. Differentiable in x.
 *
 * Source: numpy.take, with jax.numpy's modes.
 *
 * @throws ShapeError where a position written as a number is out of range, DTypeError on float indices.
 * @example take([10, 20, 30], new Int32Array([2, 0])).js() // [30, 10]
 */
export function take(
  x: ArrayLike,
  indices: ArrayLike,
  axis: number | null = null,
  options: TakeOptions = {},
): NDArray {
  const whole = toArray(x, "take");
  const a = axis === null ? reshape(whole, [whole.size]) : whole;
  const along = axis === null ? 0 : canonicalAxis("take", axis, a.ndim);
  readOptions("take", options, takeOptions);
  checkStaticIndex("take", indices, a.shape[along]);
  const { positions, gatherMode } = resolved(toIndices("take", indices), a.shape[along], options);
  const others = range(a.ndim).filter((k) => k !== along);
  return gather(
    a,
    reshape(positions, [...positions.shape, 1]),
    {
      offsetDims: others.map((k) => (k < along ? k : k - 1 + positions.ndim)),
      collapsedSliceDims: [along],
      startIndexMap: [along],
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
    },
    a.shape.map((n, k) => (k === along ? Math.min(1, n) : n)),
    gatherMode,
    options.fillValue ?? null,
  );
}

/**
 * out[..., i, ...] = x[..., indices[..., i, ...], ...]: positions along one axis, each for its own row. The other axes of both
 * broadcast. What argsort gives goes in here.
 *
 * Source: numpy.take_along_axis.
 *
 * @throws ShapeError where ranks differ or the other axes do not broadcast.
 * @example takeAlongAxis(x, argsort(x, 1), 1) // sort(x, 1)
 */
export function takeAlongAxis(
  x: ArrayLike,
  indices: ArrayLike,
  axis: number | null = -1,
  options: TakeOptions = {},
): NDArray {
  const whole = toArray(x, "takeAlongAxis");
  const a = axis === null ? reshape(whole, [whole.size]) : whole;
  readOptions("takeAlongAxis", options, takeOptions);
  const given = toIndices("takeAlongAxis", indices);
  const along = axis === null ? 0 : canonicalAxis("takeAlongAxis", axis, a.ndim);
  if (given.ndim !== a.ndim) {
    throw new ShapeError(
      `takeAlongAxis: indices of shape ${showShape(given.shape)} for an array of shape ${showShape(a.shape)}; ` +
        "the ranks must be equal: use expandDims, or take",
    );
  }
  const without = (shape: readonly number[]): number[] => shape.filter((_, k) => k !== along);
  const batch = broadcastShapes("takeAlongAxis", [without(a.shape), without(given.shape)]);
  const size = a.shape[along];
  // Unlike `take`, JAX counts negative positions from the end here in the mode "clip" too.
  const counted = options.mode === "clip" ? countFromEnd(given, size) : given;
  const { positions, gatherMode } = resolved(counted, size, options);
  const rows = moveAxis(broadcastTo(a, insertAt(batch, along, size)), along, batch.length);
  const columns = moveAxis(
    broadcastTo(positions, insertAt(batch, along, given.shape[along])),
    along,
    batch.length,
  );
  const batchAxes = range(batch.length);
  const out = gather(
    rows,
    reshape(columns, [...columns.shape, 1]),
    {
      offsetDims: [],
      collapsedSliceDims: [batch.length],
      startIndexMap: [batch.length],
      operandBatchingDims: batchAxes,
      startIndicesBatchingDims: batchAxes,
    },
    rows.shape.map((n) => Math.min(1, n)),
    gatherMode,
    options.fillValue ?? null,
  );
  return moveAxis(out, batch.length, along);
}
