/** Concrete float64 arrays, and the vector arithmetic that laws are stated with. It uses no primitive under test. */
import { ConcreteArray, type NDArray } from "../autodiff/array.js";
import { aval } from "../ir/aval.js";
import type { Shape } from "../ir/shape.js";
import { insertAt, range, sizeOf } from "../ir/shape.js";

/** A float64 array of these values, row-major. */
export const float64Array = (shape: Shape, values: readonly number[]): NDArray =>
  new ConcreteArray(aval(shape, "float64"), Float64Array.from(values));

/** An int32 array of these values, row-major. */
export const int32Array = (shape: Shape, values: readonly number[]): NDArray =>
  new ConcreteArray(aval(shape, "int32"), Int32Array.from(values));

/** The elements, row-major. */
export const elementsOf = (x: NDArray): number[] => Array.from(x.concrete("a law").values);

/** The elements of all the arrays, one after the other. */
export const allElements = (xs: readonly NDArray[]): number[] => xs.flatMap(elementsOf);

/** The same array with other elements: in its own dtype, or in float64. */
export function withElements(x: NDArray, values: readonly number[], dtype = x.dtype): NDArray {
  const stored = dtype === "float32" ? Float32Array.from(values) : Float64Array.from(values);
  return new ConcreteArray(aval(x.shape, dtype), stored);
}

/** x + step * v, element by element, rounded to x's dtype. */
export const moved = (xs: readonly NDArray[], vs: readonly NDArray[], step: number): NDArray[] =>
  xs.map((x, i) => {
    const v = elementsOf(vs[i]);
    return withElements(
      x,
      elementsOf(x).map((value, k) => value + step * v[k]),
    );
  });

/** sum_i x_i y_i over all arrays. */
export function innerProduct(xs: readonly NDArray[], ys: readonly NDArray[]): number {
  const y = allElements(ys);
  return allElements(xs).reduce((total, value, i) => total + value * y[i], 0);
}

/** sum_i |x_i y_i|: what the inner product's rounding is relative to. */
export function absoluteProduct(xs: readonly NDArray[], ys: readonly NDArray[]): number {
  const y = allElements(ys);
  return allElements(xs).reduce((total, value, i) => total + Math.abs(value * y[i]), 0);
}

/** max |x_i|; NaN where any is NaN. */
export const maxNorm = (values: readonly number[]): number =>
  values.reduce((most, value) => (Number.isNaN(value) || Math.abs(value) > most ? Math.abs(value) : most), 0);

/** max |x_i - y_i|; NaN where any difference is NaN. */
export const distance = (xs: readonly number[], ys: readonly number[]): number =>
  maxNorm(xs.map((x, i) => x - ys[i]));

/**
 * Numbers in (-1, 1) that look random, the same for the same seed: a counter put through the 32-bit finalizer of MurmurHash3
 * (Appleby), which spreads every bit of seed and position.
 */
export function noise(shape: Shape, seed: number): NDArray {
  return float64Array(
    shape,
    range(sizeOf(shape)).map((i) => scrambled(Math.imul(seed + 1, 0x9e3779b1) + i) / 2 ** 31 - 1 + 2 ** -32),
  );
}

function scrambled(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A direction for each array. */
export const directions = (xs: readonly NDArray[], seed: number): NDArray[] =>
  xs.map((x, i) => withElements(x, elementsOf(noise(x.shape, seed + 7919 * i))));

// stacks -------------------------------------------------------------------------------------------------------------

/** Arrays of one shape, stacked along a new axis. */
export function stack(xs: readonly NDArray[], axis: number): NDArray {
  const [{ shape }] = xs;
  const inner = shape.slice(axis).reduce((n, size) => n * size, 1);
  const outer = shape.slice(0, axis).reduce((n, size) => n * size, 1);
  const all = xs.map(elementsOf);
  const values = range(outer).flatMap((row) => all.flatMap((x) => x.slice(row * inner, (row + 1) * inner)));
  return float64Array(insertAt(shape, axis, xs.length), values);
}

/** x[k] */
export function unstack(x: NDArray, k: number): NDArray {
  const shape = x.shape.slice(1);
  const size = shape.reduce((n, each) => n * each, 1);
  return float64Array(shape, elementsOf(x).slice(k * size, (k + 1) * size));
}
