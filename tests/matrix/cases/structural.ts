/** Shapes, windows, copies, conversions and choices: where elements go. */
import type { NDArray } from "../../../src/autodiff/array.js";
import type { Primitive } from "../../../src/autodiff/primitive.js";
import { concatenatePrimitive } from "../../../src/autodiff/primitives/concatenation.js";
import {
  bitcastConvertTypePrimitive,
  convertElementTypePrimitive,
} from "../../../src/autodiff/primitives/conversion.js";
import { copyPrimitive, iotaPrimitive } from "../../../src/autodiff/primitives/creation.js";
import { selectNPrimitive } from "../../../src/autodiff/primitives/selection.js";
import {
  broadcastInDimPrimitive,
  reshapePrimitive,
  transposePrimitive,
} from "../../../src/autodiff/primitives/sum-and-broadcast.js";
import { padPrimitive, revPrimitive, slicePrimitive } from "../../../src/autodiff/primitives/windowing.js";
import { bind, bind1 } from "../../../src/autodiff/trace.js";
import { type DType, dtypes, isFloat } from "../../../src/ir/dtype.js";
import type { Shape } from "../../../src/ir/shape.js";
import type { Case, Example } from "../case.js";
import { arrayOf, type Draw, draw, integers, oneOf, turning } from "../draws.js";
import { at, bitsAs, type Index, type Plain, plainOf, rounded, tabulated } from "../plain.js";
import { mapped } from "./elementwise.js";

/** One operand, whose elements go where `place` says: out[index] = x[place(index)]. */
const moving = (
  primitive: Primitive,
  rows: readonly {
    readonly shape: Shape;
    readonly params: object;
    readonly out: Shape;
    readonly place: (index: Index) => Index;
  }[],
): Case => ({
  primitive,
  examples: (dtype) =>
    rows.map(({ shape, params, out, place }, k) => ({
      f: (xs) => bind(primitive, xs, params),
      operands: [draw(dtype, shape, 17 * k)],
      value: ([x]) => [tabulated(dtype, out, (index) => at(plainOf(x), place(index)))],
    })),
});

/** The index with this number, row-major. */
const unravelled = (shape: Shape, place: number): Index =>
  shape.map((n, axis) => {
    const below = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
    return Math.floor(place / below) % n;
  });

const ravelled = (shape: Shape, index: Index): number =>
  index.reduce((place, i, axis) => place * shape[axis] + i, 0);

const reshapeRow = (shape: Shape, out: Shape) => ({
  shape,
  out,
  params: { shape: out },
  place: (index: Index) => unravelled(shape, ravelled(out, index)),
});

const transposeRow = (shape: Shape, permutation: readonly number[]) => ({
  shape,
  out: permutation.map((axis) => shape[axis]),
  params: { permutation },
  place: (index: Index) => shape.map((_, axis) => index[permutation.indexOf(axis)]),
});

const broadcastRow = (shape: Shape, out: Shape, broadcastDimensions: readonly number[]) => ({
  shape,
  out,
  params: { shape: out, broadcastDimensions },
  place: (index: Index) => shape.map((n, axis) => (n === 1 ? 0 : index[broadcastDimensions[axis]])),
});

const sliceRow = (
  shape: Shape,
  startIndices: readonly number[],
  limitIndices: readonly number[],
  strides: readonly number[] | null,
) => {
  const stride = (axis: number): number => strides?.[axis] ?? 1;
  return {
    shape,
    out: shape.map((_, k) => Math.ceil((limitIndices[k] - startIndices[k]) / stride(k))),
    params: { startIndices, limitIndices, strides },
    place: (index: Index) => index.map((i, axis) => startIndices[axis] + i * stride(axis)),
  };
};

const revRow = (shape: Shape, dimensions: readonly number[]) => ({
  shape,
  out: shape,
  params: { dimensions },
  place: (index: Index) => index.map((i, axis) => (dimensions.includes(axis) ? shape[axis] - 1 - i : i)),
});

const movingCases: readonly Case[] = [
  moving(reshapePrimitive, [
    reshapeRow([17], [17, 1]),
    reshapeRow([2, 1, 6], [3, 4]),
    reshapeRow([0, 3], [3, 0]),
    reshapeRow([1, 1], []),
  ]),
  moving(transposePrimitive, [
    transposeRow([3, 17], [1, 0]),
    transposeRow([2, 1, 3], [2, 0, 1]),
    transposeRow([0, 3], [1, 0]),
  ]),
  moving(broadcastInDimPrimitive, [
    broadcastRow([], [17], []),
    broadcastRow([3, 1], [2, 3, 5], [1, 2]),
    broadcastRow([2, 3], [2, 4, 3], [0, 2]),
    broadcastRow([1], [0], [0]),
  ]),
  moving(slicePrimitive, [
    sliceRow([17], [2], [17], null),
    sliceRow([4, 7], [1, 0], [3, 7], [1, 3]),
    sliceRow([3, 4], [1, 2], [1, 4], null),
  ]),
  moving(revPrimitive, [
    revRow([17], [0]),
    revRow([3, 1, 4], [0, 2]),
    revRow([2, 5], [1]),
    revRow([0, 2], [0]),
  ]),
  moving(copyPrimitive, [
    { shape: [17], out: [17], params: {}, place: (index) => index },
    { shape: [3, 5], out: [3, 5], params: {}, place: (index) => index },
    { shape: [0, 3], out: [0, 3], params: {}, place: (index) => index },
  ]),
];

// pad, concatenate, iota -----------------------------------------------------------------------------------------------

type Config = readonly (readonly [low: number, high: number, interior: number])[];

const padCase: Case = {
  primitive: padPrimitive,
  examples: (dtype) =>
    (
      [
        [[17], [[2, 1, 0]]],
        [
          [3, 4],
          [
            [1, 0, 1],
            [-1, 2, 0],
          ],
        ],
        [[5], [[-1, -2, 2]]],
        [
          [0, 2],
          [
            [1, 2, 1],
            [0, 0, 0],
          ],
        ],
      ] as const satisfies readonly (readonly [Shape, Config])[]
    ).map(([shape, paddingConfig], k) => padExample(dtype, shape, paddingConfig, k)),
};

function padExample(dtype: DType, shape: Shape, paddingConfig: Config, k: number): Example {
  const out = shape.map((n, axis) => {
    const [low, high, interior] = paddingConfig[axis];
    return low + high + (n === 0 ? 0 : n + (n - 1) * interior);
  });
  return {
    f: (xs) => [bind1(padPrimitive, xs, { paddingConfig })],
    operands: [draw(dtype, shape, 31 * k), draw(dtype, [], 31 * k + 1)],
    value: ([x, value]) => [
      tabulated(dtype, out, (index) => {
        const source = index.map((i, axis) => (i - paddingConfig[axis][0]) / (paddingConfig[axis][2] + 1));
        const isInside = source.every((i, axis) => Number.isInteger(i) && i >= 0 && i < shape[axis]);
        return isInside ? at(plainOf(x), source) : plainOf(value).values[0];
      }),
    ],
  };
}

const concatenateExample = (
  dtype: DType,
  shapes: readonly Shape[],
  dimension: number,
  k: number,
): Example => {
  const length = shapes.reduce((total, shape) => total + shape[dimension], 0);
  return {
    f: (xs) => [bind1(concatenatePrimitive, xs, { dimension })],
    operands: shapes.map((shape, i) => draw(dtype, shape, 40 * k + i)),
    value: (xs) => [
      tabulated(
        dtype,
        shapes[0].map((n, axis) => (axis === dimension ? length : n)),
        (index) => {
          let i = index[dimension];
          let part = 0;
          while (i >= shapes[part][dimension]) i -= shapes[part++][dimension];
          return at(
            plainOf(xs[part]),
            index.map((each, axis) => (axis === dimension ? i : each)),
          );
        },
      ),
    ],
  };
};

const concatenateCase: Case = {
  primitive: concatenatePrimitive,
  examples: (dtype) => [
    concatenateExample(dtype, [[9], [1], [7]], 0, 0),
    concatenateExample(
      dtype,
      [
        [2, 3],
        [2, 0],
        [2, 1],
      ],
      1,
      1,
    ),
    concatenateExample(
      dtype,
      [
        [1, 2],
        [3, 2],
      ],
      0,
      2,
    ),
  ],
};

const iotaExample = (dtype: DType, shape: Shape, dimension: number): Example => ({
  f: () => [bind1(iotaPrimitive, [], { dtype, shape, dimension })],
  operands: [],
  value: () => [tabulated(dtype, shape, (index) => index[dimension])],
});

const iotaCase: Case = {
  primitive: iotaPrimitive,
  examples: (dtype) => [
    iotaExample(dtype, [17], 0),
    iotaExample(dtype, [3, 5], 1),
    iotaExample(dtype, [0, 2], 1),
  ],
};

// conversions ----------------------------------------------------------------------------------------------------------

/** Truncated and saturated; NaN gives 0; bool is what is not 0. */
function converted(from: DType, to: DType, x: number): number {
  if (!isFloat(from) || isFloat(to) || to === "bool") return rounded(to, x);
  if (Number.isNaN(x)) return 0;
  const [least, greatest] = to === "int32" ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  return Math.min(Math.max(Math.trunc(x), least), greatest);
}

/** Fractions, what no integer can hold, and no number. */
const beyond: Draw = (lane) => arrayOf("float64", [5], [1e10, -1e10, Number.NaN, 2.75 + lane, -0.5]);
const convertible = (dtype: DType): Draw =>
  isFloat(dtype)
    ? (lane) => arrayOf(dtype, [5], Array.from(beyond(lane).concrete("a case").values))
    : draw(dtype, [5], 3);

const convertExample = (from: DType, to: DType, operand: Draw): Example => ({
  f: ([x]) => [bind1(convertElementTypePrimitive, [x], { newDtype: to, weakType: false })],
  operands: [operand],
  value: ([x]) => [mapped(to, (each) => converted(from, to, each), [x])],
  // Rounded to float32 a float64 cannot be told from its neighbours by differences.
  ...(isFloat(to) && {
    tangent: ([x]: readonly NDArray[], [dx]: readonly NDArray[]): readonly Plain[] => [
      mapped(to, (each) => (isFloat(x.dtype) ? each : 0), [dx]),
    ],
  }),
});

const convertCase: Case = {
  primitive: convertElementTypePrimitive,
  remark: "tangents are held against plain ones: differences cannot see through a rounding to float32",
  examples: (dtype) => [
    ...dtypes.map((to, k) => convertExample(dtype, to, draw(dtype, k % 2 === 0 ? [17] : [3, 5], k))),
    ...dtypes.filter((to) => !isFloat(to)).map((to) => convertExample(dtype, to, convertible(dtype))),
    convertExample(dtype, "float32", draw(dtype, [0, 2], 1)),
  ],
};

/** Words as words; a float64 as two of them. */
const bitcastExample = (from: DType, to: DType, operand: Draw): Example => ({
  f: ([x]) => [bind1(bitcastConvertTypePrimitive, [x], { newDtype: to })],
  operands: [operand],
  value: ([x]) => {
    const values = bitsAs(from, plainOf(x).values, to);
    const shape =
      from === "float64" && to !== "float64"
        ? [...x.shape, 2]
        : to === "float64" && from !== "float64"
          ? x.shape.slice(0, -1)
          : x.shape;
    return [{ dtype: to, shape, values }];
  },
});

const bitcastCase: Case = {
  primitive: bitcastConvertTypePrimitive,
  examples: (dtype) => {
    const targets: readonly DType[] =
      dtype === "float64" ? ["int32", "uint32"] : ["int32", "uint32", "float32"];
    // Small whole numbers: words that are no NaN, whose bits are nobody's promise.
    const words = (shape: Shape): Draw =>
      isFloat(dtype) || dtype === "bool" ? draw(dtype, shape, 4) : integers(dtype, shape, 4, 1, 2 ** 20);
    const doubles: readonly Example[] =
      dtype === "int32" || dtype === "uint32"
        ? [bitcastExample(dtype, "float64", integers(dtype, [3, 2], 5, 2 ** 29, 2 ** 30))]
        : [];
    return [
      ...targets
        .filter((to) => to !== dtype)
        .map((to, k) => bitcastExample(dtype, to, words(k === 0 ? [17] : [3, 1]))),
      ...doubles,
    ];
  },
};

// select_n -------------------------------------------------------------------------------------------------------------

/** Selectors out of range go to the nearest case. */
const selectExample = (dtype: DType, which: Draw, cases: readonly Shape[], k: number): Example => ({
  f: (xs) => [bind1(selectNPrimitive, xs, {})],
  operands: [which, ...cases.map((shape, i) => draw(dtype, shape, 50 * k + i))],
  value: (xs) => [mapped(dtype, (w, ...values) => values[Math.min(Math.max(w, 0), values.length - 1)], xs)],
});

const selectCase: Case = {
  primitive: selectNPrimitive,
  examples: (dtype) => [
    selectExample(dtype, draw("bool", [17], 1), [[17], [17]], 0),
    selectExample(
      dtype,
      turning("int32", [5, 1], [-1, 2, 0, 4, 1]),
      [
        [5, 3],
        [1, 3],
        [5, 1],
      ],
      1,
    ),
    selectExample(dtype, oneOf("bool", [], 3, [0, 1]), [[4], []], 2),
    selectExample(
      dtype,
      draw("bool", [0, 2], 4),
      [
        [0, 2],
        [0, 2],
      ],
      3,
    ),
  ],
};

export const structuralCases: readonly Case[] = [
  ...movingCases,
  padCase,
  concatenateCase,
  iotaCase,
  convertCase,
  bitcastCase,
  selectCase,
];
