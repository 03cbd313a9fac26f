/** What a draft knows of a value, and random arrays for one. */
import { type DType, type NDArray, numpy as np } from "cotangent";
import { type EncodedArray, encode, isEncodedArray } from "../jax/encoding.js";
import type { Expression } from "./program.js";
import type { Choices } from "./random-choices.js";

/** The least and the greatest number an element can be. */
export type Interval = readonly [low: number, high: number];

export interface Value {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly interval: Interval;
}

export type Kind = "float" | "int" | "uint" | "bool";

/** Values keep to this where nothing else is asked for. */
export const usual: Interval = [-4, 4];

export const isFloat = (dtype: DType): dtype is "float32" | "float64" =>
  dtype === "float32" || dtype === "float64";

export const kindOf = (dtype: DType): Kind =>
  isFloat(dtype) ? "float" : dtype === "int32" ? "int" : dtype === "uint32" ? "uint" : "bool";

export const dtypeOf = (kind: Kind, float: "float32" | "float64"): DType =>
  kind === "float" ? float : kind === "int" ? "int32" : kind === "uint" ? "uint32" : "bool";

export const ref = ({ id }: Value): Expression => ({ ref: id });
export const options = (entries: Readonly<Record<string, Expression>>): Expression => ({ options: entries });

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
export const sameShape = (x: readonly number[], y: readonly number[]): boolean =>
  x.length === y.length && x.every((n, axis) => n === y[axis]);

/** The shape both broadcast to; null where they do not. */
export function broadcast(x: readonly number[], y: readonly number[]): number[] | null {
  const rank = Math.max(x.length, y.length);
  const at = (shape: readonly number[], axis: number): number => shape[axis - rank + shape.length] ?? 1;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  if (axes.some((k) => at(x, k) !== at(y, k) && at(x, k) !== 1 && at(y, k) !== 1)) return null;
  return axes.map((k) => (at(x, k) === 1 ? at(y, k) : at(x, k)));
}

/** The interval that holds both. */
export const hull = (...intervals: readonly Interval[]): Interval => [
  Math.min(...intervals.map(([low]) => low)),
  Math.max(...intervals.map(([, high]) => high)),
];

/** Random elements within the interval, or within [-4, 4] of it. */
export function sampleOf({ dtype, shape, interval }: Omit<Value, "id">, choices: Choices): NDArray {
  const [low, high] = [Math.max(interval[0], -4), Math.min(interval[1], 4)];
  const [least, most] = low < high ? [low, high] : interval;
  const element = (): number => {
    if (isFloat(dtype)) return choices.uniform(least, most);
    if (dtype === "bool") return choices.integer(0, 1);
    const [first, last] = dtype === "uint32" ? [0, 2 ** 32 - 1] : [-(2 ** 31), 2 ** 31 - 1];
    return choices.integer(Math.max(first, interval[0]), Math.min(last, interval[1]));
  };
  const values = Float64Array.from({ length: sizeOf(shape) }, element);
  return np.array(values).reshape(shape).astype(dtype);
}

export function encoded(x: NDArray): EncodedArray {
  const json = encode(x);
  if (!isEncodedArray(json)) throw new Error("an array is encoded as an array");
  return json;
}
