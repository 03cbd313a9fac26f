/** Sums, products and extremes, over axes and running along one; positions of extremes; sorting. */
import type { Primitive } from "../../../src/autodiff/primitive.js";
import * as cumulative from "../../../src/autodiff/primitives/cumulative.js";
import * as reduction from "../../../src/autodiff/primitives/reduction.js";
import { sortPrimitive } from "../../../src/autodiff/primitives/sort.js";
import { reduceSumPrimitive } from "../../../src/autodiff/primitives/sum-and-broadcast.js";
import { bind } from "../../../src/autodiff/trace.js";
import { type DType, isFloat } from "../../../src/ir/dtype.js";
import { dropAxes, type Shape } from "../../../src/ir/shape.js";
import type { Case, Example, Tolerances } from "../case.js";
import { type Draw, distinct, draw, oneOf } from "../draws.js";
import {
  at,
  indicesOf,
  larger,
  lines,
  ofLines,
  type Plain,
  plainOf,
  plus,
  product,
  smaller,
  tabulated,
} from "../plain.js";

type Combine = (dtype: DType) => (x: number, y: number) => number;
type Drawn = (dtype: DType, shape: Shape, seed: number) => Draw;

/** Powers of two and a few threes: products of all of them are exact. */
const factors: Drawn = (dtype, shape, seed) =>
  isFloat(dtype) ? oneOf(dtype, shape, seed, [0.5, 1.5, -2, 1, -1, 0.75, 2]) : draw(dtype, shape, seed);

const shapesAndAxes: readonly (readonly [Shape, readonly number[]])[] = [
  [[17], [0]],
  [
    [3, 1, 5],
    [0, 2],
  ],
  [[5, 2], [0]],
];

const reducing = (
  primitive: Primitive,
  combine: Combine,
  start: (dtype: DType) => number,
  operand: Drawn,
  {
    empty = () => [0, 3],
    remark,
  }: { readonly empty?: (dtype: DType) => Shape; readonly remark?: string } = {},
): Case => ({
  primitive,
  ...(remark !== undefined && { remark }),
  examples: (dtype) =>
    [...shapesAndAxes, [empty(dtype), [0]] as const].map(([shape, axes], k) => ({
      f: (xs) => bind(primitive, xs, { axes }),
      operands: [operand(dtype, shape, 60 * k)],
      value: ([x]) => [reduced(plainOf(x), axes, combine(dtype), start(dtype))],
    })),
});

/** In ascending order: the elements are such that the order does not matter. */
const reduced = (x: Plain, axes: readonly number[], combine: ReturnType<Combine>, start: number): Plain =>
  tabulated(x.dtype, dropAxes(x.shape, axes), (kept) =>
    indicesOf(axes.map((axis) => x.shape[axis])).reduce((total, inner) => {
      let next = 0;
      const index = x.shape.map((_, axis) =>
        axes.includes(axis) ? inner[axes.indexOf(axis)] : kept[next++],
      );
      return combine(total, at(x, index));
    }, start),
  );

const least = (dtype: DType): number =>
  isFloat(dtype) ? Number.NEGATIVE_INFINITY : dtype === "int32" ? -(2 ** 31) : 0;
const greatest = (dtype: DType): number =>
  isFloat(dtype)
    ? Number.POSITIVE_INFINITY
    : dtype === "int32"
      ? 2 ** 31 - 1
      : dtype === "uint32"
        ? 2 ** 32 - 1
        : 1;

/** Of all bits. */
const allSet = (dtype: DType): number => (dtype === "bool" ? 1 : dtype === "int32" ? -1 : 2 ** 32 - 1);

/** The extreme of no floats has the tangent NaN, the share of none, as JAX's: there an axis that is kept is empty. */
const ofSomething = {
  empty: (dtype: DType): Shape => (isFloat(dtype) ? [3, 0] : [0, 3]),
  remark:
    "the extreme of no floats has the tangent NaN, as JAX's, where differences are 0: not among the examples",
};

const reductionRows: readonly Case[] = [
  reducing(reduceSumPrimitive, plus, () => 0, draw),
  reducing(reduction.reduceProdPrimitive, product, () => 1, factors),
  reducing(reduction.reduceMaxPrimitive, () => larger, least, distinct, ofSomething),
  reducing(reduction.reduceMinPrimitive, () => smaller, greatest, distinct, ofSomething),
  reducing(
    reduction.reduceAndPrimitive,
    () => (x, y) => x & y,
    allSet,
    (dtype, shape, seed) =>
      oneOf(dtype, shape, seed, dtype === "bool" ? [1, 1, 1, 1, 0] : [0x7fffffff, 0x70f0f0ff, 0x3fff, 0xff]),
  ),
  reducing(
    reduction.reduceOrPrimitive,
    () => (x, y) => x | y,
    () => 0,
    (dtype, shape, seed) =>
      oneOf(dtype, shape, seed, dtype === "bool" ? [0, 0, 0, 0, 1] : [0, 1, 0x40, 0x4000, 0x10]),
  ),
  positions(reduction.argmaxPrimitive, (x, best) => x > best),
  positions(reduction.argminPrimitive, (x, best) => x < best),
];

/** The first position of the extreme along an axis; ties among few values. */
function positions(primitive: Primitive, isBetter: (x: number, best: number) => boolean): Case {
  const few: Drawn = (dtype, shape, seed) =>
    dtype === "bool"
      ? draw(dtype, shape, seed)
      : oneOf(dtype, shape, seed, dtype === "uint32" ? [1, 5, 2 ** 31 + 1] : [-3, 1, 5]);
  return {
    primitive,
    examples: (dtype) =>
      (
        [
          [[17], 0, "int32", distinct],
          [[3, 7], 1, "uint32", few],
          [[7, 1, 2], 0, "int32", few],
        ] as const
      ).map(([shape, axis, indexDtype, operand], k) => ({
        f: (xs) => bind(primitive, xs, { axes: [axis], indexDtype }),
        operands: [operand(dtype, shape, 70 * k)],
        value: ([x]) => [
          {
            dtype: indexDtype,
            shape: dropAxes(shape, [axis]),
            values: lines(plainOf(x), axis).map(({ values }) =>
              values.reduce((best, value, i) => (isBetter(value, values[best]) ? i : best), 0),
            ),
          },
        ],
      })),
  };
}

// running --------------------------------------------------------------------------------------------------------------

const running = (primitive: Primitive, combine: Combine, operand: Drawn, options: Tolerances = {}): Case => ({
  primitive,
  ...options,
  examples: (dtype) =>
    (
      [
        [[9], 0, false],
        [[3, 5], 1, true],
        [[5, 3], 0, false],
        [[2, 0], 1, false],
      ] as const
    ).map(([shape, axis, reverse], k) => ({
      f: (xs) => bind(primitive, xs, { axis, reverse }),
      operands: [operand(dtype, shape, 80 * k)],
      value: ([x]) => [
        ofLines(
          dtype,
          shape,
          axis,
          lines(plainOf(x), axis).map(({ values }) => prefixes(values, combine(dtype), reverse)),
        ),
      ],
    })),
});

function prefixes(values: readonly number[], combine: ReturnType<Combine>, reverse: boolean): number[] {
  const ordered = reverse ? [...values].reverse() : values;
  const out: number[] = [];
  ordered.forEach((value, i) => {
    out.push(i === 0 ? value : combine(out[i - 1], value));
  });
  return reverse ? out.reverse() : out;
}

const logAddExp = (x: number, y: number): number => Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)));

const runningRows: readonly Case[] = [
  running(cumulative.cumsumPrimitive, plus, draw),
  running(cumulative.cumprodPrimitive, product, factors),
  running(cumulative.cummaxPrimitive, () => larger, distinct),
  running(cumulative.cumminPrimitive, () => smaller, distinct),
  running(cumulative.cumlogsumexpPrimitive, () => logAddExp, draw, { ulps: { float32: 16, float64: 16 } }),
];

// sort -----------------------------------------------------------------------------------------------------------------

/** Stable; NaN last. Further operands follow the keys. */
function sortExample(shape: Shape, dimension: number, numKeys: number, operands: readonly Draw[]): Example {
  return {
    f: (xs) => bind(sortPrimitive, xs, { dimension, isStable: true, numKeys }),
    operands,
    value: (xs) => {
      const all = xs.map((x) => lines(plainOf(x), dimension));
      const orders = all[0].map((_, line) => {
        const places = all[0][line].values.map((_value, i) => i);
        return places.sort((i, j) => {
          for (const key of all.slice(0, numKeys)) {
            const order = compared(key[line].values[i], key[line].values[j]);
            if (order !== 0) return order;
          }
          return i - j;
        });
      });
      return xs.map((x, k) =>
        ofLines(
          x.dtype,
          shape,
          dimension,
          orders.map((order, line) => order.map((i) => all[k][line].values[i])),
        ),
      );
    },
  };
}

const compared = (x: number, y: number): number => {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return x < y ? -1 : x > y ? 1 : 0;
};

const sortCase: Case = {
  primitive: sortPrimitive,
  examples: (dtype) => [
    sortExample([17], 0, 1, [distinct(dtype, [17], 1)]),
    sortExample([3, 5], 1, 1, [distinct(dtype, [3, 5], 2), draw("float64", [3, 5], 3)]),
    sortExample([5, 2], 0, 2, [
      oneOf("int32", [5, 2], 4, [0, 1]),
      distinct(dtype, [5, 2], 5),
      draw("int32", [5, 2], 6),
    ]),
    sortExample([0, 2], 0, 1, [distinct(dtype, [0, 2], 7)]),
  ],
};

export const reductionCases: readonly Case[] = [...reductionRows, ...runningRows, sortCase];
