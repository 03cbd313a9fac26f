/**
 * When our results are JAX's. Types, integers and bools are the same. Floats agree to what rounding may do, which is measured:
 * all float inputs are moved by about `step` of themselves, and kappa = (how far the result moves) / (step * its size), where
 * a result's size is its largest element, or 1. Then the difference is at most
 *
 *     size * (base + 100 eps kappa),   base = 1e-9 for programs of float64, 1000 eps for those of float32.
 *
 * Beyond a kappa of 10^6 (float32: 10^3), or where an integer or bool result moves, rounding decides what the program gives:
 * it cannot be judged, and another one is drawn.
 */
import { type NDArray, numpy as np } from "cotangent";
import { decodeElements, type EncodedArray } from "../jax/encoding.js";
import type { Quantity } from "./quantities.js";
import { Choices } from "./random-choices.js";
import { isFloat } from "./values.js";

interface Precision {
  readonly epsilon: number;
  readonly base: number;
  readonly step: number;
  readonly limit: number;
}

const wide: Precision = { epsilon: 2 ** -52, base: 1e-9, step: 2 ** -40, limit: 1e6 };
const narrow: Precision = { epsilon: 2 ** -23, base: 1000 * 2 ** -23, step: 2 ** -18, limit: 1e3 };

export const precisionOf = (isWide: boolean): Precision => (isWide ? wide : narrow);

/** The program's results depend on rounding. */
export class IllConditioned extends Error {}

/** The tolerance of each result. Throws IllConditioned. */
export function tolerances(quantity: Quantity, results: readonly NDArray[], isWide: boolean): number[] {
  const { step, base, epsilon, limit } = precisionOf(isWide);
  const moved = [1, 2, 3].map((seed) => {
    const inputs = quantity.inputs.map((x, i) => (isFloat(x.dtype) ? perturbed(x, step, seed, i) : x));
    return quantity.jitted(...inputs);
  });
  return results.map((result, i) => {
    const elements = result.dataSync();
    const size = sizeOf(elements);
    const distance = Math.max(...moved.map((other) => distanceOf(elements, other[i].dataSync())));
    if (!isFloat(result.dtype)) {
      if (distance > 0) throw new IllConditioned(`${quantity.name}: an integer result moves`);
      return 0;
    }
    const kappa = distance / (step * size);
    if (kappa > limit) throw new IllConditioned(`${quantity.name}: kappa is ${kappa}`);
    return size * (base + 100 * epsilon * kappa);
  });
}

function perturbed(x: NDArray, step: number, seed: number, position: number): NDArray {
  const choices = new Choices(seed, position);
  const values = Float64Array.from(x.dataSync(), (value) => value * (1 + step * choices.uniform(-1, 1)));
  return np.array(values).reshape(x.shape).astype(x.dtype);
}

/** What is wrong with our result, in words; null if nothing is. */
export function difference(ours: NDArray, theirs: EncodedArray, tolerance: number): string | null {
  const type = (dtype: string, shape: readonly number[]): string => `${dtype}[${shape.join(",")}]`;
  const [mine, other] = [type(ours.dtype, ours.shape), type(theirs.dtype, theirs.shape)];
  if (mine !== other) return `is ${mine} and JAX's ${other}`;
  const [x, y] = [ours.dataSync(), decodeElements(theirs)];
  const distance = distanceOf(x, y);
  if (distance <= tolerance) return null;
  const show = (list: ArrayLike<number>): string => `[${Array.from(list).slice(0, 12).join(", ")}]`;
  return `is off by ${distance}, tolerance ${tolerance}\n      ours ${show(x)}\n      JAX  ${show(y)}`;
}

/** max |x - y|; infinite where one is NaN or infinite and the other is not the same. */
function distanceOf(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) {
    if (x[i] === y[i] || (x[i] !== x[i] && y[i] !== y[i])) continue;
    const distance = Math.abs(x[i] - y[i]);
    most = Math.max(most, distance === distance ? distance : Infinity);
  }
  return most;
}

const sizeOf = (x: ArrayLike<number>): number => {
  let most = 1;
  for (let i = 0; i < x.length; i++) if (Number.isFinite(x[i])) most = Math.max(most, Math.abs(x[i]));
  return most;
};
