/**
 * Operands: values that look random and are the same in every run. Floats lie on a grid of binary fractions, so that float32 and
 * float64 examples stand at the same point and sums of them are exact in any order.
 */
import { ConcreteArray, type NDArray } from "../../src/autodiff/array.js";
import { aval } from "../../src/ir/aval.js";
import { allocate, type DType, isFloat } from "../../src/ir/dtype.js";
import { type Shape, sizeOf } from "../../src/ir/shape.js";
import { elementsOf, noise } from "../../src/testing/arrays.js";

/** An operand for each lane of a batch; lane 0 is the example's own. */
export type Draw = (lane: number) => NDArray;

/** Where floats lie: multiples of `step` plus `offset` in an interval. */
export interface Domain {
  readonly from: number;
  readonly to: number;
  readonly step?: number;
  readonly offset?: number;
}

export const usual: Domain = { from: -4, to: 4, step: 2 ** -6 };

/** At least 1/16 from every multiple of 1/8: away from integers, halves, and what lies on such a grid. */
export const offGrid: Domain = { from: -4, to: 4, step: 1 / 8, offset: 1 / 16 };

/** An array of these values, in any dtype. */
export function arrayOf(dtype: DType, shape: Shape, values: readonly number[]): NDArray {
  const stored = allocate(dtype, sizeOf(shape));
  stored.set(values);
  return new ConcreteArray(aval(shape, dtype), stored);
}

/** In [0, 1). */
const units = (shape: Shape, seed: number, lane: number): number[] =>
  elementsOf(noise(shape, seed + 101 * lane)).map((u) => Math.min((u + 1) / 2, 1 - 2 ** -40));

/** Floats of a domain; integers small and large, of both signs; coins. */
export const draw =
  (dtype: DType, shape: Shape, seed: number, domain: Domain = usual): Draw =>
  (lane) => {
    const u = units(shape, seed, lane);
    switch (dtype) {
      case "float32":
      case "float64":
        return arrayOf(
          dtype,
          shape,
          u.map((each) => onGrid(each, domain)),
        );
      case "int32":
        return arrayOf(
          dtype,
          shape,
          u.map((each, i) => integer(each, i, 2 ** 31)),
        );
      case "uint32":
        return arrayOf(
          dtype,
          shape,
          u.map((each, i) => integer(each, i, 2 ** 31) + (i % 3 === 0 ? 2 ** 31 : 9)),
        );
      case "bool":
        return arrayOf(
          dtype,
          shape,
          u.map((each) => (each < 0.5 ? 0 : 1)),
        );
    }
  };

function onGrid(u: number, { from, to, step = 2 ** -8, offset = 0 }: Domain): number {
  const first = Math.ceil((from - offset) / step);
  const count = Math.floor((to - offset) / step) - first + 1;
  return (first + Math.floor(u * count)) * step + offset;
}

/** Every third anywhere between -limit and limit, the others within -9 ... 9. */
const integer = (u: number, i: number, limit: number): number =>
  i % 3 === 0 ? Math.floor((2 * u - 1) * limit) : Math.floor(19 * u) - 9;

/** Integers in from ... to. */
export const integers =
  (dtype: DType, shape: Shape, seed: number, from: number, to: number): Draw =>
  (lane) =>
    arrayOf(
      dtype,
      shape,
      units(shape, seed, lane).map((u) => from + Math.floor(u * (to - from + 1))),
    );

/** All different, by 1/8 at least: floats about 0; integers over all of their range. Coins as they fall. */
export const distinct =
  (dtype: DType, shape: Shape, seed: number): Draw =>
  (lane) => {
    if (dtype === "bool") return draw(dtype, shape, seed)(lane);
    const u = units(shape, seed, lane);
    const n = u.length;
    const order = u.map((_, i) => i).sort((i, j) => u[i] - u[j]);
    const values = new Array<number>(n);
    const spacing = Math.floor((2 ** 32 - 1) / Math.max(n, 1));
    order.forEach((place, rank) => {
      if (isFloat(dtype)) values[place] = (rank - Math.floor(n / 2)) / 8 + 1 / 16;
      else values[place] = rank * spacing + 1 - (dtype === "int32" ? 2 ** 31 : 0);
    });
    return arrayOf(dtype, shape, values);
  };

/** One of these, element for element. */
export const oneOf =
  (dtype: DType, shape: Shape, seed: number, values: readonly number[]): Draw =>
  (lane) =>
    arrayOf(
      dtype,
      shape,
      units(shape, seed, lane).map((u) => values[Math.floor(u * values.length)]),
    );

/** The same in every lane. */
export const fixed =
  (dtype: DType, shape: Shape, values: readonly number[]): Draw =>
  () =>
    arrayOf(dtype, shape, values);

/** These, each lane beginning one further. */
export const turning =
  (dtype: DType, shape: Shape, values: readonly number[]): Draw =>
  (lane) =>
    arrayOf(
      dtype,
      shape,
      Array.from({ length: sizeOf(shape) }, (_, i) => values[(i + lane) % values.length]),
    );
