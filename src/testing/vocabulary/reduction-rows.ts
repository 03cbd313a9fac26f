/** Rows of the primitives that combine elements along axes: reductions, running reductions, sorting, products of arrays. */
import type { NDArray } from "../../autodiff/array.js";
import { dotGeneral } from "../../autodiff/primitives/contraction.js";
import { cumlogsumexp, cummax, cummin, cumprod, cumsum } from "../../autodiff/primitives/cumulative.js";
import { reduceMax, reduceMin, reduceProd } from "../../autodiff/primitives/reduction.js";
import { sort } from "../../autodiff/primitives/sort.js";
import { reduceSum } from "../../autodiff/primitives/sum-and-broadcast.js";
import { spelled } from "../../ir/arguments.js";
import { dropAxes, range, sameShape, sizeOf } from "../../ir/shape.js";
import type { Interval } from "../program.js";
import { usual } from "./draft.js";
import { list, type Row, times } from "./row.js";
import { someAxes } from "./structural-rows.js";

/** What n elements of an interval combine to. */
type Combined = (interval: Interval, n: number) => Interval;

const sums: Combined = ([low, high], n) => [n * low, n * high];
const extremes: Combined = (interval) => interval;
/** Of factors that are led into `factors(n)`. */
const products: Combined = () => [-4, 4];
const factors = (n: number): Interval => [-(4 ** (1 / Math.max(n, 1))), 4 ** (1 / Math.max(n, 1))];
const same = (): Interval => usual;

const reduction = (
  name: string,
  f: (x: NDArray, axes: readonly number[]) => NDArray,
  combined: Combined,
  domain: (n: number) => Interval,
  hasEmpty = true,
): Row => ({
  name,
  plan: (draft) => {
    const any = hasEmpty ? draft.any(1) : draft.solid(1);
    const shape = draft.shape(any);
    const axes = someAxes(draft, shape.length);
    const n = sizeOf(axes.map((axis) => shape[axis]));
    const x = draft.into(any, domain(n));
    return {
      operands: [x],
      shape: dropAxes(shape, axes),
      interval: combined(draft.interval(x), n),
      apply: ([a]) => f(a, axes),
      text: ([a]) => `lax.${spelled(name)}(${a}, ${list(axes)})`,
    };
  },
});

const running = (
  name: string,
  f: (x: NDArray, axis: number, reverse: boolean) => NDArray,
  combined: Combined,
  domain: (n: number) => Interval,
): Row => ({
  name,
  plan: (draft) => {
    const any = draft.any(1);
    const shape = draft.shape(any);
    const axis = draft.choose(shape.length);
    const x = draft.into(any, domain(shape[axis]));
    const reverse = draft.flag();
    const [low, high] = combined(draft.interval(x), shape[axis]);
    const [first, last] = draft.interval(x);
    return {
      operands: [x],
      shape,
      interval: [Math.min(low, first), Math.max(high, last)],
      apply: ([a]) => f(a, axis, reverse),
      text: ([a]) => `lax.${spelled(name)}(${a}, ${axis}${reverse ? ", { reverse: true }" : ""})`,
    };
  },
});

/** The second operand, if there is one, is a second key or moves with the first. */
const sortRow: Row = {
  name: "sort",
  plan: (draft) => {
    const x = draft.into(draft.any(1), usual);
    const shape = draft.shape(x);
    const axis = draft.choose(shape.length);
    const single = draft.flag();
    const y = draft.into(
      draft.value(
        (s) => sameShape(s, shape),
        () => shape,
      ),
      usual,
    );
    const numKeys = single ? 1 : 1 + draft.choose(2);
    const wanted = single ? 0 : draft.oneOf([1, 0]);
    return {
      operands: single ? [x] : [x, y],
      shape,
      interval: usual,
      apply: (xs) => sort(xs, axis, numKeys)[wanted],
      text: (names) =>
        `lax.sortMany([${names.join(", ")}], { dimension: ${axis}, numKeys: ${numKeys} })[${wanted}]`,
    };
  },
};

/** One pair of contracted axes, and one of batch axes where sizes allow. */
const dotRow: Row = {
  name: "dot_general",
  plan: (draft) => {
    const lhs = draft.into(draft.solid(1), [-2, 2]);
    const shape = draft.shape(lhs);
    const contracted = draft.choose(shape.length);
    const n = shape[contracted];
    const rhs = draft.into(
      draft.value(
        (s) => s.includes(n) && (sizeOf(s) / n) * (sizeOf(shape) / n) <= draft.style.sizeLimit,
        () => draft.oneOf([[n, 2], [n], [3, n], [...dropAxes(shape, [contracted]).slice(0, 1), 2, n]]),
      ),
      [-2, 2],
    );
    const other = draft.shape(rhs);
    const contractedRhs = other.indexOf(n);
    const pairs = range(shape.length).flatMap((i) =>
      range(other.length)
        .filter((j) => i !== contracted && j !== contractedRhs && shape[i] === other[j])
        .map((j) => [i, j] as const),
    );
    const picked = draft.choose(pairs.length + 1);
    const batch = picked === 0 ? [] : [pairs[picked - 1]];
    const dims = {
      lhsContracting: [contracted],
      rhsContracting: [contractedRhs],
      lhsBatch: batch.map(([i]) => i),
      rhsBatch: batch.map(([, j]) => j),
    };
    const out = [
      ...dims.lhsBatch.map((i) => shape[i]),
      ...dropAxes(shape, [contracted, ...dims.lhsBatch]),
      ...dropAxes(other, [contractedRhs, ...dims.rhsBatch]),
    ];
    return {
      operands: [lhs, rhs],
      shape: out,
      interval: sums(times(draft.interval(lhs), draft.interval(rhs)), n),
      apply: ([a, b]) => dotGeneral(a, b, dims),
      text: ([a, b]) =>
        `lax.dotGeneral(${a}, ${b}, ${JSON.stringify([
          [dims.lhsContracting, dims.rhsContracting],
          [dims.lhsBatch, dims.rhsBatch],
        ])})`,
    };
  },
};

export const reductionRows: readonly Row[] = [
  reduction("reduce_sum", reduceSum, sums, same),
  reduction("reduce_prod", reduceProd, products, factors),
  reduction("reduce_max", reduceMax, extremes, same, false),
  reduction("reduce_min", reduceMin, extremes, same, false),
  running("cumsum", cumsum, sums, same),
  running("cumprod", cumprod, products, factors),
  running("cummax", cummax, extremes, same),
  running("cummin", cummin, extremes, same),
  running("cumlogsumexp", cumlogsumexp, ([low, high], n) => [low, high + Math.log(Math.max(n, 1))], same),
  sortRow,
  dotRow,
];
