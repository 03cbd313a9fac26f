/**
 * What a contraction looks like in memory: the axes of dot_general sorted into batch, rows (of the left operand), columns
 * (of the right one) and the contracted index k, with strides, and axes that follow each other in memory made one.
 */
import type { Aval } from "../../ir/aval.js";
import { describeAval } from "../../ir/aval.js";
import { ShapeError } from "../../ir/errors.js";
import type { Shape } from "../../ir/shape.js";
import { dropAxes, range, sameShape, sizeOf, stridesOf } from "../../ir/shape.js";

/** lhsContracting[i] is summed against rhsContracting[i]; lhsBatch[i] runs along with rhsBatch[i]. */
export interface DotDimensionNumbers {
  readonly lhsContracting: readonly number[];
  readonly rhsContracting: readonly number[];
  readonly lhsBatch: readonly number[];
  readonly rhsBatch: readonly number[];
}

/** The axes of an operand that are neither contracted nor batch axes. */
export const freeAxes = (rank: number, contracting: readonly number[], batch: readonly number[]): number[] =>
  dropAxes(range(rank), [...contracting, ...batch]);

/** [batch..., free of lhs..., free of rhs...]; throws ShapeError where the axes do not fit each other. */
export function dotShape(lhs: Aval, rhs: Aval, dims: DotDimensionNumbers): number[] {
  const fail = (reason: string): never => {
    throw new ShapeError(
      `dotGeneral of ${describeAval(lhs)} and ${describeAval(rhs)}: ${reason}; contracted axes are ` +
        `[${dims.lhsContracting}] and [${dims.rhsContracting}], batch axes [${dims.lhsBatch}] and [${dims.rhsBatch}]`,
    );
  };
  const checkAxes = (side: string, a: Aval, axes: readonly number[]): void => {
    const valid = axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < a.shape.length);
    if (!valid || new Set(axes).size !== axes.length)
      fail(`the axes of the ${side} operand must be its own, each once`);
  };
  checkAxes("left", lhs, [...dims.lhsContracting, ...dims.lhsBatch]);
  checkAxes("right", rhs, [...dims.rhsContracting, ...dims.rhsBatch]);
  const sizes = (a: Aval, axes: readonly number[]): number[] => axes.map((axis) => a.shape[axis]);
  if (!sameShape(sizes(lhs, dims.lhsContracting), sizes(rhs, dims.rhsContracting))) {
    fail("contracted sizes differ; transpose or slice one operand");
  }
  const batch = sizes(lhs, dims.lhsBatch);
  if (!sameShape(batch, sizes(rhs, dims.rhsBatch))) fail("batch sizes differ");
  return [
    ...batch,
    ...sizes(lhs, freeAxes(lhs.shape.length, dims.lhsContracting, dims.lhsBatch)),
    ...sizes(rhs, freeAxes(rhs.shape.length, dims.rhsContracting, dims.rhsBatch)),
  ];
}

/** An axis, or several that one index can walk: how far a step goes in each of some arrays. */
export interface StridedAxis {
  readonly size: number;
  readonly strides: readonly number[];
}

/** A matrix inside an operand: two lists of axes, whose row-major indices are its two coordinates. */
export interface StridedMatrix {
  /** Rows of the left operand, columns of the right one. */
  readonly free: readonly StridedAxis[];
  readonly contracted: readonly StridedAxis[];
}

export interface ContractionGeometry {
  /** Strides in lhs, rhs and out. */
  readonly batch: readonly StridedAxis[];
  readonly lhs: StridedMatrix;
  readonly rhs: StridedMatrix;
  /** The sizes of the product of matrices: out[m, n] += lhs[m, k] * rhs[k, n]. */
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

export function contractionGeometry(lhs: Shape, rhs: Shape, dims: DotDimensionNumbers): ContractionGeometry {
  const lhsStrides = stridesOf(lhs);
  const rhsStrides = stridesOf(rhs);
  const lhsFree = freeAxes(lhs.length, dims.lhsContracting, dims.lhsBatch);
  const rhsFree = freeAxes(rhs.length, dims.rhsContracting, dims.rhsBatch);
  const sizes = (shape: Shape, axes: readonly number[]): number[] => axes.map((axis) => shape[axis]);
  const rows = sizeOf(sizes(lhs, lhsFree));
  const columns = sizeOf(sizes(rhs, rhsFree));
  const batchSizes = sizes(lhs, dims.lhsBatch);
  const outStrides = stridesOf(batchSizes).map((stride) => stride * rows * columns);
  const alone = (shape: Shape, strides: readonly number[], axes: readonly number[]): StridedAxis[] =>
    mergeAxes(axes.map((axis) => ({ size: shape[axis], strides: [strides[axis]] })));
  return {
    batch: mergeAxes(
      dims.lhsBatch.map((axis, i) => ({
        size: lhs[axis],
        strides: [lhsStrides[axis], rhsStrides[dims.rhsBatch[i]], outStrides[i]],
      })),
    ),
    lhs: { free: alone(lhs, lhsStrides, lhsFree), contracted: alone(lhs, lhsStrides, dims.lhsContracting) },
    rhs: { free: alone(rhs, rhsStrides, rhsFree), contracted: alone(rhs, rhsStrides, dims.rhsContracting) },
    rows,
    columns,
    depth: sizeOf(sizes(lhs, dims.lhsContracting)),
  };
}

/** Axes of size 1 go; neighbours become one axis where a step of the outer is `size` steps of the inner, in every array. */
export function mergeAxes(axes: readonly StridedAxis[]): StridedAxis[] {
  const merged: StridedAxis[] = [];
  for (const axis of axes) {
    if (axis.size === 1) continue;
    const outer = merged.at(-1);
    const joins = outer?.strides.every((stride, i) => stride === axis.strides[i] * axis.size);
    if (outer !== undefined && joins)
      merged[merged.length - 1] = { size: outer.size * axis.size, strides: axis.strides };
    else merged.push(axis);
  }
  return merged;
}
