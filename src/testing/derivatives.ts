/** Derivatives of functions of lists of arrays, as such functions: so that laws can differentiate them again. */
import type { NDArray } from "../autodiff/array.js";
import { addAny, mul } from "../autodiff/primitives/arithmetic.js";
import { reduceSum } from "../autodiff/primitives/sum-and-broadcast.js";
import { grad } from "../autodiff/transforms/grad.js";
import { jvp, vjp } from "../autodiff/transforms/linearize.js";
import { range } from "../ir/shape.js";
import type { ArraysFunction } from "./law.js";

/** x -> f'(x) v */
export const pushforward =
  (f: ArraysFunction, vs: readonly NDArray[]): ArraysFunction =>
  (xs) =>
    jvp((...args: NDArray[]) => [...f(args)], [...xs], [...vs])[1];

/** x -> f'(x)^T ct */
export const pullback =
  (f: ArraysFunction, cts: readonly NDArray[]): ArraysFunction =>
  (xs) =>
    vjp((...args: NDArray[]) => [...f(args)], [...xs])[1]([...cts]);

/** The scalar sum of weights times outputs: what gradients are taken of. */
export function weighted(f: ArraysFunction, weights: readonly NDArray[]): (...xs: NDArray[]) => NDArray {
  return (...xs) =>
    f(xs)
      .map((out, i) => reduceSum(mul(out, weights[i]), range(out.ndim)))
      .reduce((x, y) => addAny(x, y));
}

/** x -> the gradient of a scalar function in all its arguments. */
export const gradient =
  (s: (...xs: NDArray[]) => NDArray): ArraysFunction =>
  (xs) =>
    grad(s, { argnums: range(xs.length) })(...xs);
