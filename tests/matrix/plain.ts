/** Arrays in plain JavaScript: what the values of primitives are written with a second time, from their definitions. */
import type { NDArray } from "../../src/autodiff/array.js";
import { allocate, type DType, isFloat } from "../../src/ir/dtype.js";
import type { Shape } from "../../src/ir/shape.js";
import { elementsOf } from "../../src/testing/arrays.js";

export interface Plain {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Row-major. */
  readonly values: readonly number[];
}

export type Index = readonly number[];

export const plainOf = (x: NDArray): Plain => ({ dtype: x.dtype, shape: x.shape, values: elementsOf(x) });

/** All indices of a shape, row-major. */
export const indicesOf = (shape: Shape): Index[] =>
  shape.reduce<Index[]>(
    (indices, n) => indices.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
    [[]],
  );

/** out[index] = f(index), rounded to the dtype. */
export const tabulated = (dtype: DType, shape: Shape, f: (index: Index) => number): Plain => ({
  dtype,
  shape,
  values: indicesOf(shape).map((index) => rounded(dtype, f(index))),
});

/** x[index] */
export const at = (x: Plain, index: Index): number =>
  x.values[index.reduce((place, i, axis) => place * x.shape[axis] + i, 0)];

/** The number that a dtype has in its place: rounded, wrapped, or a truth value. */
export function rounded(dtype: DType, value: number): number {
  switch (dtype) {
    case "float32":
      return Math.fround(value);
    case "float64":
      return value;
    case "int32":
      return value | 0;
    case "uint32":
      return value >>> 0;
    case "bool":
      return value !== 0 ? 1 : 0;
  }
}

export const plus =
  (dtype: DType) =>
  (x: number, y: number): number =>
    rounded(dtype, x + y);

export const minus =
  (dtype: DType) =>
  (x: number, y: number): number =>
    rounded(dtype, x - y);

export const product =
  (dtype: DType) =>
  (x: number, y: number): number =>
    rounded(dtype, isFloat(dtype) ? x * y : Math.imul(x, y));

/** The larger, NaN winning; of truth values "or". */
export const larger = (x: number, y: number): number => Math.max(x, y);
export const smaller = (x: number, y: number): number => Math.min(x, y);

/** The bits of a list of numbers of one dtype, read as another. */
export function bitsAs(from: DType, values: readonly number[], to: DType): number[] {
  const source = allocate(from, values.length);
  source.set(values);
  switch (to) {
    case "float32":
      return Array.from(new Float32Array(source.buffer));
    case "float64":
      return Array.from(new Float64Array(source.buffer));
    case "int32":
      return Array.from(new Int32Array(source.buffer));
    case "uint32":
      return Array.from(new Uint32Array(source.buffer));
    case "bool":
      return Array.from(new Uint8Array(source.buffer));
  }
}

/** x[..., i, ...] for all i along an axis, in order: one list for each index of the other axes. */
export function lines(
  x: Plain,
  axis: number,
): { readonly rest: Index; readonly values: readonly number[] }[] {
  const kept = x.shape.filter((_, k) => k !== axis);
  return indicesOf(kept).map((rest) => ({
    rest,
    values: Array.from({ length: x.shape[axis] }, (_, i) =>
      at(x, [...rest.slice(0, axis), i, ...rest.slice(axis)]),
    ),
  }));
}

/** An array whose lines along an axis are these, in the order of `lines`. */
export function ofLines(
  dtype: DType,
  shape: Shape,
  axis: number,
  all: readonly (readonly number[])[],
): Plain {
  const kept = shape.filter((_, k) => k !== axis);
  const places = new Map(indicesOf(kept).map((rest, i) => [rest.join(), i]));
  return tabulated(dtype, shape, (index) => {
    const line = places.get(index.filter((_, k) => k !== axis).join());
    return all[line ?? 0][index[axis]];
  });
}
