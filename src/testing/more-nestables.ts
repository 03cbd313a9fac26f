/** More transformations that nest in any order, for searches; those of nesting.ts are the ones of a test with all triples. */
import type { NDArray } from "../autodiff/array.js";
import { cond, switch as switch_ } from "../autodiff/control-flow/cond/cond.js";
import { map } from "../autodiff/control-flow/scan/scan.js";
import { foriLoop, whileLoop } from "../autodiff/control-flow/while/loops.js";
import { add, addAny, mul } from "../autodiff/primitives/arithmetic.js";
import { gt, lt } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { floor } from "../autodiff/primitives/rounding-and-sign.js";
import { select, selectN } from "../autodiff/primitives/selection.js";
import { broadcastInDim, reduceSum } from "../autodiff/primitives/sum-and-broadcast.js";
import { sin } from "../autodiff/primitives/trigonometric.js";
import { checkpoint, checkpointPolicies } from "../autodiff/transforms/checkpoint.js";
import { customJvp } from "../autodiff/transforms/custom-jvp.js";
import { customVjp } from "../autodiff/transforms/custom-vjp.js";
import { valueAndGrad } from "../autodiff/transforms/grad.js";
import { hessian, jacfwd, jacrev } from "../autodiff/transforms/jacobian.js";
import { linearize, vjp } from "../autodiff/transforms/linearize.js";
import { range } from "../ir/shape.js";
import { directions, float64Array, int32Array } from "./arrays.js";
import { conditionNumber, expectRounded } from "./comparison.js";
import { weighted } from "./derivatives.js";
import type { Subject } from "./law.js";
import {
  contracted,
  examplesOf,
  looped,
  type Nestable,
  nest,
  nestables,
  type ScalarFunction,
  slope,
  weights,
} from "./nesting.js";

const one = (): NDArray => float64Array([], [1]);
const total = (x: NDArray): NDArray => reduceSum(x, range(x.ndim));

/** The place of a branch: 0, 1 or 2. */
const branchAt = (x: NDArray): NDArray =>
  convertElementType(floor(add(mul(sin(total(x)), 1.4), 1.5)), "int32");

/** f(x), then sin of it, then f(x) again less half of that: three turns of a loop in JavaScript. */
const turned =
  (f: ScalarFunction, turns: number): ScalarFunction =>
  (x) =>
    range(turns).reduce((sum, _) => add(sin(sum), f(x)), mul(total(x), 0));

const turns = 3;

export const moreNestables = {
  ...nestables,
  vjp: { transformed: (f, v) => (x) => contracted(vjp(f, [x])[1](one())[0], v), plain: slope },
  linearize: { transformed: (f, v) => (x) => linearize(f, [x])[1](v), plain: slope },
  valueAndGrad: {
    transformed: (f, v) => (x) => {
      const [value, slopes] = valueAndGrad(f)(x);
      return addAny(value, contracted(slopes, v));
    },
    plain: (f, v) => (x) => addAny(f(x), slope(f, v)(x)),
  },
  jacfwd: { transformed: (f, v) => (x) => contracted(jacfwd(f)(x), v), plain: slope },
  jacrev: { transformed: (f, v) => (x) => contracted(jacrev(f)(x), v), plain: slope },
  /** v^T H v */
  hessian: {
    transformed: (f, v) => (x) => {
      const rows = hessian(f)(x);
      const axes = range(x.ndim).map((axis) => axis + x.ndim);
      const along = broadcastInDim(v, [...x.shape, ...x.shape], axes);
      return contracted(reduceSum(mul(rows, along), axes), v);
    },
    plain: (f, v) => slope(slope(f, v), v),
  },
  map: {
    transformed: (f) => (x) => contracted(map(f, examplesOf(x)), float64Array([weights.length], weights)),
    plain: looped,
  },
  cond: {
    transformed: (f) => (x) => cond(gt(total(x), 0.3), f, (a: NDArray) => mul(f(sin(a)), 0.5), x),
    plain: (f) => (x) => select(gt(total(x), 0.3), f(x), mul(f(sin(x)), 0.5)),
  },
  switch: {
    transformed: (f) => (x) =>
      switch_(branchAt(x), [f, (a: NDArray) => sin(f(a)), (a: NDArray) => mul(total(a), 0.3)], x),
    plain: (f) => (x) => selectN(branchAt(x), f(x), sin(f(x)), mul(total(x), 0.3)),
  },
  /** A loop that closes over x. */
  foriLoop: {
    transformed: (f) => (x) => foriLoop(0, turns, (_, sum: NDArray) => add(sin(sum), f(x)), mul(total(x), 0)),
    plain: (f) => turned(f, turns),
  },
  /** The same with an integer carried beside; it has a derivative in forward mode alone. */
  whileLoop: {
    transformed: (f) => (x) => {
      const start: [NDArray, NDArray] = [int32Array([], [0]), mul(total(x), 0)];
      return whileLoop<[NDArray, NDArray]>(
        ([i]) => lt(i, turns),
        ([i, sum]) => [add(i, 1), add(sin(sum), f(x))],
        start,
      )[1];
    },
    plain: (f) => turned(f, turns),
  },
  "checkpoint of products": {
    transformed: (f) => checkpoint(f, { policy: checkpointPolicies.dotsSaveable }),
    plain: (f) => f,
  },
  /** f with its own derivative as its rule. */
  customJvp: {
    transformed: (f) => customJvp(f).defjvp(([x], [dx]) => [f(x), slope(f, dx)(x)]),
    plain: (f) => f,
  },
  /** The same; it has a derivative in reverse mode alone. */
  customVjp: {
    transformed: (f) => {
      const custom = customVjp(f);
      custom.defvjp(
        (x) => [f(x), x],
        (x: NDArray, ct: NDArray) => [vjp(f, [x])[1](ct)[0]],
      );
      return custom;
    },
    plain: (f) => f,
  },
} satisfies Readonly<Record<string, Nestable>>;

export type AnyNestableName = keyof typeof moreNestables;

/**
 * The transformations of the weighted outputs as a function of the first input, the last name innermost, give what forward mode and
 * loops in JavaScript give, to 1e-10.
 */
export function nestingIsPlain(names: readonly AnyNestableName[], { f, inputs, seed }: Subject): void {
  const weightedSum = weighted(f, directions(f(inputs), seed));
  const [x, ...rest] = inputs;
  const transformations: readonly Nestable[] = names.map((name) => moreNestables[name]);
  const { transformed, plain } = nest(
    transformations,
    (first) => weightedSum(first, ...rest),
    directions(
      names.map(() => x),
      seed,
    ),
  );
  expectRounded(names.join(" of "), [transformed(x)], [plain(x)], 1e-10, () =>
    conditionNumber(([each]) => [plain(each)], [x], 1),
  );
}
