/**
 * Transformations in every order of nesting: each is made a map from scalar functions of one array to such functions, so that they
 * compose freely; and each has a plain counterpart (forward mode and loops alone), which gives the reference.
 */
import type { NDArray } from "../autodiff/array.js";
import { scan } from "../autodiff/control-flow/scan/scan.js";
import { addAny, mul } from "../autodiff/primitives/arithmetic.js";
import { broadcastInDim, reduceSum } from "../autodiff/primitives/sum-and-broadcast.js";
import { checkpoint } from "../autodiff/transforms/checkpoint.js";
import { grad } from "../autodiff/transforms/grad.js";
import { jit } from "../autodiff/transforms/jit-function.js";
import { jvp } from "../autodiff/transforms/linearize.js";
import { vmap } from "../autodiff/transforms/vmap.js";
import { range } from "../ir/shape.js";
import { float64Array } from "./arrays.js";

export type ScalarFunction = (x: NDArray) => NDArray;

/** What a transformation does to a scalar function, given a direction; and the same another way. */
export interface Nestable {
  readonly transformed: (f: ScalarFunction, v: NDArray) => ScalarFunction;
  readonly plain: (f: ScalarFunction, v: NDArray) => ScalarFunction;
}

const scales = [1, 0.9];
/** Of the examples, in the sum that batches become. */
export const weights = [0.7, -1.2];

/** [x, 0.9 x] along a new first axis. */
export const examplesOf = (x: NDArray): NDArray => {
  const shape = [scales.length, ...x.shape];
  const factors = float64Array([scales.length, ...x.shape.map(() => 1)], scales);
  return mul(
    broadcastInDim(
      x,
      shape,
      range(x.ndim).map((axis) => axis + 1),
    ),
    factors,
  );
};

export const contracted = (x: NDArray, v: NDArray): NDArray => reduceSum(mul(x, v), range(x.ndim));

/** x -> 0.7 f(x) - 1.2 f(0.9 x), by a loop in JavaScript. */
export const looped =
  (f: ScalarFunction): ScalarFunction =>
  (x) =>
    scales.map((scale, k) => mul(f(mul(x, scale)), weights[k])).reduce((sum, term) => addAny(sum, term));

/** x -> f'(x) v */
export const slope =
  (f: ScalarFunction, v: NDArray): ScalarFunction =>
  (x) =>
    jvp(f, [x], [v])[1];

export const nestables = {
  /** x -> <v, grad f(x)> */
  grad: {
    transformed: (f, v) => (x) => contracted(grad(f)(x), v),
    plain: slope,
  },
  /** x -> f'(x) v */
  jvp: { transformed: slope, plain: slope },
  /** x -> 0.7 f(x) - 1.2 f(0.9 x), both examples at once */
  vmap: {
    transformed: (f) => (x) => contracted(vmap(f)(examplesOf(x)), float64Array([weights.length], weights)),
    plain: looped,
  },
  /** The same, one example after the other in a compiled loop. */
  scan: {
    transformed: (f) => (x) => {
      const turn = (sum: NDArray, [each, weight]: [NDArray, NDArray]): readonly [NDArray, null] => [
        addAny(sum, mul(f(each), weight)),
        null,
      ];
      const xs: [NDArray, NDArray] = [examplesOf(x), float64Array([weights.length], weights)];
      return scan<NDArray, [NDArray, NDArray], null>(turn, float64Array([], [0]), xs)[0];
    },
    plain: looped,
  },
  /** f itself */
  jit: { transformed: (f) => jit(f), plain: (f) => f },
  checkpoint: { transformed: (f) => checkpoint(f), plain: (f) => f },
} satisfies Readonly<Record<string, Nestable>>;

export type NestableName = keyof typeof nestables;

export const nestableNames: readonly NestableName[] = ["grad", "jvp", "vmap", "scan", "jit", "checkpoint"];

/** f under the transformations, the last name innermost; and the same made plainly. */
export const nested = (names: readonly NestableName[], f: ScalarFunction, vs: readonly NDArray[]): Nest =>
  nest(
    names.map((name) => nestables[name]),
    f,
    vs,
  );

/** f transformed, and the same made plainly. */
export interface Nest {
  readonly transformed: ScalarFunction;
  readonly plain: ScalarFunction;
}

/** f under the transformations, the last one innermost, each with its direction. */
export function nest(transformations: readonly Nestable[], f: ScalarFunction, vs: readonly NDArray[]): Nest {
  return transformations.reduceRight<Nest>(
    (inner, { transformed, plain }, i) => ({
      transformed: transformed(inner.transformed, vs[i]),
      plain: plain(inner.plain, vs[i]),
    }),
    { transformed: f, plain: f },
  );
}
