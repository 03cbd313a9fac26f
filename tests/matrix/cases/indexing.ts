/** Windows at computed places, against the definitions of gather and scatter taken element by element. */

import type { Primitive } from "../../../src/autodiff/primitive.js";
import {
  dynamicSlicePrimitive,
  dynamicUpdateSlicePrimitive,
} from "../../../src/autodiff/primitives/dynamic-slice.js";
import { gatherPrimitive, scatterAddPrimitive } from "../../../src/autodiff/primitives/gather.js";
import type { GatherDimensionNumbers, IndexMode } from "../../../src/autodiff/primitives/index-geometry.js";
import { scatterOfGather } from "../../../src/autodiff/primitives/index-geometry.js";
import * as scatter from "../../../src/autodiff/primitives/scatter.js";
import { bind } from "../../../src/autodiff/trace.js";
import { type DType, isFloat } from "../../../src/ir/dtype.js";
import type { Shape } from "../../../src/ir/shape.js";
import type { Case, Example } from "../case.js";
import { type Draw, distinct, draw, fixed, integers, oneOf, turning } from "../draws.js";
import {
  at,
  type Index,
  indicesOf,
  larger,
  type Plain,
  plainOf,
  plus,
  product,
  smaller,
  tabulated,
} from "../plain.js";

// dynamic slices -------------------------------------------------------------------------------------------------------

const clamped = (start: number, last: number): number => Math.min(Math.max(start, 0), last);

/** Starts within and outside: they are clamped, so that the window fits. */
const starts = (dtype: "int32" | "uint32", shape: Shape, seed: number): Draw[] =>
  shape.map((n, axis) => turning(dtype, [], [1 + ((seed + axis) % 2), n, dtype === "int32" ? -1 : 0]));

const dynamicSliceExample = (
  dtype: DType,
  shape: Shape,
  sliceSizes: Shape,
  index: "int32" | "uint32",
): Example => ({
  f: (xs) => bind(dynamicSlicePrimitive, xs, { sliceSizes }),
  operands: [draw(dtype, shape, 3), ...starts(index, shape, 90 + shape.length)],
  value: ([x, ...at0]) => [
    tabulated(dtype, sliceSizes, (offset) =>
      at(
        plainOf(x),
        offset.map((i, axis) => clamped(plainOf(at0[axis]).values[0], shape[axis] - sliceSizes[axis]) + i),
      ),
    ),
  ],
});

const updateExample = (dtype: DType, shape: Shape, update: Shape): Example => ({
  f: (xs) => bind(dynamicUpdateSlicePrimitive, xs, {}),
  operands: [draw(dtype, shape, 4), draw(dtype, update, 5), ...starts("int32", shape, 95)],
  value: ([x, y, ...at0]) => {
    const origin = at0.map((start, axis) => clamped(plainOf(start).values[0], shape[axis] - update[axis]));
    return [
      tabulated(dtype, shape, (index) => {
        const offset = index.map((i, axis) => i - origin[axis]);
        const isInside = offset.every((i, axis) => i >= 0 && i < update[axis]);
        return isInside ? at(plainOf(y), offset) : at(plainOf(x), index);
      }),
    ];
  },
});

const windowCases: readonly Case[] = [
  {
    primitive: dynamicSlicePrimitive,
    examples: (dtype) => [
      dynamicSliceExample(dtype, [17], [5], "int32"),
      dynamicSliceExample(dtype, [4, 3], [2, 1], "uint32"),
      dynamicSliceExample(dtype, [3], [0], "int32"),
    ],
  },
  {
    primitive: dynamicUpdateSlicePrimitive,
    examples: (dtype) => [
      updateExample(dtype, [17], [5]),
      updateExample(dtype, [4, 3], [2, 1]),
      updateExample(dtype, [3], [0]),
    ],
  },
];

// gather and scatter ---------------------------------------------------------------------------------------------------

interface Windows {
  readonly shape: Shape;
  readonly indices: Draw;
  readonly dims: GatherDimensionNumbers;
  readonly sliceSizes: readonly number[];
  readonly mode: IndexMode;
  /** The shape of the windows side by side: a gather's output, a scatter's updates. */
  readonly moved: Shape;
}

const rowsOf = (indices: Draw, mode: IndexMode): Windows => ({
  shape: [5, 3],
  indices,
  dims: {
    offsetDims: [1],
    collapsedSliceDims: [0],
    startIndexMap: [0],
    operandBatchingDims: [],
    startIndicesBatchingDims: [],
  },
  sliceSizes: [1, 3],
  mode,
  moved: [4, 3],
});

/** Rows; windows of a plane, some outside; a place in each of several rows; no windows. */
const windows: readonly Windows[] = [
  rowsOf(integers("int32", [4, 1], 7, 0, 4), "promiseInBounds"),
  {
    shape: [4, 6],
    indices: integers("int32", [2, 2], 8, -1, 5),
    dims: {
      offsetDims: [0, 2],
      collapsedSliceDims: [],
      startIndexMap: [1, 0],
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
    },
    sliceSizes: [2, 3],
    mode: "clip",
    moved: [2, 2, 3],
  },
  {
    shape: [3, 17],
    indices: integers("uint32", [3, 5, 1], 9, 0, 18),
    dims: {
      offsetDims: [],
      collapsedSliceDims: [1],
      startIndexMap: [1],
      operandBatchingDims: [0],
      startIndicesBatchingDims: [0],
    },
    sliceSizes: [1, 1],
    mode: "fill",
    moved: [3, 5],
  },
  { ...rowsOf(fixed("int32", [0, 1], []), "fill"), moved: [0, 3] },
];

/** For an index of `moved`: the element of the operand it stands for, null outside of it. */
function elementOf({ shape, dims, sliceSizes, mode }: Windows, indices: Plain, index: Index): Index | null {
  const position = index.filter((_, axis) => !dims.offsetDims.includes(axis));
  const offset = dims.offsetDims.map((axis) => index[axis]);
  let kept = 0;
  let fits = true;
  const element = shape.map((size, axis) => {
    const batching = dims.operandBatchingDims.indexOf(axis);
    if (batching >= 0) return position[dims.startIndicesBatchingDims[batching]];
    const component = dims.startIndexMap.indexOf(axis);
    const given = component < 0 ? 0 : at(indices, [...position, component]);
    const last = size - sliceSizes[axis];
    if (given < 0 || given > last) fits = false;
    const start = mode === "fill" ? given : clamped(given, last);
    return start + (dims.collapsedSliceDims.includes(axis) ? 0 : offset[kept++]);
  });
  return mode === "fill" && !fits ? null : element;
}

const missing = (dtype: DType): number =>
  isFloat(dtype) ? Number.NaN : dtype === "int32" ? -(2 ** 31) : dtype === "uint32" ? 2 ** 32 - 1 : 1;

const gatherCase: Case = {
  primitive: gatherPrimitive,
  examples: (dtype) =>
    windows.flatMap((each, k) =>
      (each.mode === "fill" ? [0.5, null] : [null])
        // NaN has no differences: derivatives are taken with a value to fill in.
        .filter((fill) => fill !== null || each.mode !== "fill" || !isFloat(dtype))
        .map((fill): Example => {
          const fillValue = fill === null || isFloat(dtype) ? fill : 1;
          const params = {
            dimensionNumbers: each.dims,
            sliceSizes: each.sliceSizes,
            mode: each.mode,
            fillValue,
          };
          return {
            f: (xs) => bind(gatherPrimitive, xs, params),
            operands: [draw(dtype, each.shape, 10 * k), each.indices],
            value: ([x, indices]) => [
              tabulated(dtype, each.moved, (index) => {
                const element = elementOf(each, plainOf(indices), index);
                return element === null ? (fillValue ?? missing(dtype)) : at(plainOf(x), element);
              }),
            ],
          };
        }),
    ),
};

type Combine = (dtype: DType) => (old: number, update: number) => number;

type Drawn = (dtype: DType, shape: Shape, seed: number) => Draw;

interface ScatterRow {
  readonly combine: Combine;
  readonly operand: Drawn;
  readonly update?: Drawn;
  /** Said of examples whose windows may meet, where updates have no derivative then. */
  readonly needsUnique?: string;
}

/** Different rows: no two windows meet. */
const apart = rowsOf(
  (lane) =>
    fixed(
      "int32",
      [4, 1],
      [3, 0, 4, 1].map((row) => (row + lane) % 5),
    )(lane),
  "clip",
);

const scattering = (primitive: Primitive, row: ScatterRow): Case => ({
  primitive,
  examples: (dtype) => [
    ...windows.map((each, k) => scatterExample(primitive, row, dtype, each, k, false)),
    ...(row.needsUnique === undefined ? [] : [scatterExample(primitive, row, dtype, apart, 7, true)]),
  ],
});

/** Updates one after the other, in ascending order of their positions. */
function scatterExample(
  primitive: Primitive,
  { combine, operand, update = operand, needsUnique }: ScatterRow,
  dtype: DType,
  each: Windows,
  k: number,
  uniqueIndices: boolean,
): Example {
  const params = { dimensionNumbers: scatterOfGather(each.dims), mode: each.mode, uniqueIndices };
  return {
    f: (xs) => bind(primitive, xs, params),
    operands: [operand(dtype, each.shape, 10 * k), each.indices, update(dtype, each.moved, 10 * k + 5)],
    value: ([x, indices, y]) => {
      const values = [...plainOf(x).values];
      for (const index of indicesOf(each.moved)) {
        const element = elementOf(each, plainOf(indices), index);
        if (element === null) continue;
        const place = element.reduce((p, i, axis) => p * each.shape[axis] + i, 0);
        values[place] = combine(dtype)(values[place], at(plainOf(y), index));
      }
      return [{ dtype, shape: each.shape, values }];
    },
    ...(needsUnique !== undefined &&
      !uniqueIndices &&
      isFloat(dtype) &&
      each.moved[0] > 0 && { constants: new Map([[2, needsUnique]]) }),
  };
}

const factors = (dtype: DType, shape: Shape, seed: number): Draw =>
  isFloat(dtype) ? oneOf(dtype, shape, seed, [0.5, 1.5, -2, -1, 0.75]) : draw(dtype, shape, seed);

/** On a grid between that of `distinct`, and all different: no two tie. */
const between = (dtype: DType, shape: Shape, seed: number): Draw => {
  const first = distinct(dtype, shape, seed);
  if (!isFloat(dtype)) return first;
  return (lane) => {
    const x = first(lane);
    const values = Array.from(x.concrete("a case").values, (value) => value + 1 / 16);
    return fixed(dtype, shape, values)(lane);
  };
};

export const indexingCases: readonly Case[] = [
  ...windowCases,
  gatherCase,
  scattering(scatter.scatterPrimitive, { combine: () => (_, update) => update, operand: draw }),
  scattering(scatterAddPrimitive, { combine: plus, operand: draw }),
  scattering(scatter.scatterMulPrimitive, {
    combine: product,
    operand: factors,
    needsUnique: "has a derivative with respect to its updates only with uniqueIndices: true",
  }),
  scattering(scatter.scatterMinPrimitive, { combine: () => smaller, operand: distinct, update: between }),
  scattering(scatter.scatterMaxPrimitive, { combine: () => larger, operand: distinct, update: between }),
];
