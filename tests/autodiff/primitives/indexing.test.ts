/** Laws and edge cases of the primitives that move windows: slice, pad, concatenate, dynamic slices, gather, scatter. */
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../../src/autodiff/array.js";
import { concatenate } from "../../../src/autodiff/primitives/concatenation.js";
import { convertElementType } from "../../../src/autodiff/primitives/conversion.js";
import { copy, eye, iota } from "../../../src/autodiff/primitives/creation.js";
import { dynamicSlice, dynamicUpdateSlice } from "../../../src/autodiff/primitives/dynamic-slice.js";
import { gather, scatterAdd } from "../../../src/autodiff/primitives/gather.js";
import type {
  GatherDimensionNumbers,
  ScatterDimensionNumbers,
} from "../../../src/autodiff/primitives/index-geometry.js";
import { scatter, scatterMax, scatterMin, scatterMul } from "../../../src/autodiff/primitives/scatter.js";
import { sin } from "../../../src/autodiff/primitives/trigonometric.js";
import { pad, rev, slice } from "../../../src/autodiff/primitives/windowing.js";
import { linearizeFlat, pullBack } from "../../../src/autodiff/transforms/linearize.js";
import { instantiate } from "../../../src/autodiff/transforms/zeros.js";
import type { Row } from "./primitive-laws.js";
import { array, flatArray, laws, noise, valuesOf } from "./primitive-laws.js";

const int = (value: number): NDArray => flatArray([], [value], "int32");
const ints = (shape: readonly number[], values: readonly number[]): NDArray =>
  flatArray(shape, values, "int32");

/** Rows of a matrix: x[i]. */
const rowsOf: GatherDimensionNumbers = {
  offsetDims: [1],
  collapsedSliceDims: [0],
  startIndexMap: [0],
  operandBatchingDims: [],
  startIndicesBatchingDims: [],
};
const intoRows: ScatterDimensionNumbers = {
  updateWindowDims: [1],
  insertedWindowDims: [0],
  scatterDimsToOperandDims: [0],
  operandBatchingDims: [],
  scatterIndicesBatchingDims: [],
};
/** Windows of two elements of a vector, which may overlap. */
const windowsOfVector: GatherDimensionNumbers = {
  offsetDims: [0],
  collapsedSliceDims: [],
  startIndexMap: [0],
  operandBatchingDims: [],
  startIndicesBatchingDims: [],
};
const intoWindows: ScatterDimensionNumbers = {
  updateWindowDims: [0],
  insertedWindowDims: [],
  scatterDimsToOperandDims: [0],
  operandBatchingDims: [],
  scatterIndicesBatchingDims: [],
};
/** Each row of the operand has indices of its own. */
const alongRows: GatherDimensionNumbers = {
  offsetDims: [],
  collapsedSliceDims: [1],
  startIndexMap: [1],
  operandBatchingDims: [0],
  startIndicesBatchingDims: [0],
};

const matrix = noise([4, 3], 1);
const vector = noise([6], 2);
const rowIndices = ints([5, 1], [2, 0, 2, 3, 2]);
const strayIndices = ints([5, 1], [2, -1, 4, 3, 2]);
const overlapping = ints([4, 1], [0, 1, 4, 9]);
const updates = noise([5, 3], 3);
const windows = noise([2, 4], 4);

const rows: readonly Row[] = [
  { name: "slice", f: ([x]) => [sin(slice(x, [1, 0], [4, 2]))], operands: [matrix] },
  { name: "slice by strides", f: ([x]) => [sin(slice(x, [0, 1], [4, 3], [3, 2]))], operands: [matrix] },
  { name: "slice that is empty", f: ([x]) => [slice(x, [1, 3], [3, 3])], operands: [matrix] },
  {
    name: "pad",
    f: ([x, v]) => [sin(pad(x, v, [[1, 2, 0], [0, 1, 2]]))], // biome-ignore format: axis by axis
    operands: [matrix, array(0.3)],
  },
  {
    name: "pad by negative amounts",
    f: ([x, v]) => [sin(pad(x, v, [[-1, 2, 1], [3, -2, 0]]))], // biome-ignore format: axis by axis
    operands: [matrix, array(0.3)],
  },
  { name: "rev", f: ([x]) => [sin(rev(x, [1]))], operands: [matrix] },
  { name: "copy", f: ([x]) => [sin(copy(x))], operands: [matrix] },
  {
    name: "concatenate",
    f: (xs) => [sin(concatenate(xs, 1))],
    operands: [matrix, noise([4, 1], 5), noise([4, 0], 6)],
  },
  {
    name: "dynamic_slice",
    f: ([x, i, j]) => [sin(dynamicSlice(x, [i, j], [2, 2]))],
    operands: [matrix, int(1), int(7)],
  },
  {
    name: "dynamic_update_slice",
    f: ([x, u, i, j]) => [sin(dynamicUpdateSlice(x, u, [i, j]))],
    operands: [matrix, noise([2, 2], 7), int(-3), int(1)],
  },
  {
    name: "gather of rows",
    f: ([x, i]) => [sin(gather(x, i, rowsOf, [1, 3], "clip"))],
    operands: [matrix, strayIndices],
  },
  {
    name: "gather that fills",
    f: ([x, i]) => [gather(sin(x), i, rowsOf, [1, 3], "fill", 0)],
    operands: [matrix, strayIndices],
  },
  {
    name: "gather of overlapping windows",
    f: ([x, i]) => [sin(gather(x, i, windowsOfVector, [2], "promiseInBounds"))],
    operands: [vector, overlapping],
  },
  {
    name: "gather along rows",
    f: ([x, i]) => [sin(gather(x, i, alongRows, [1, 1], "fill", 0))],
    operands: [matrix, ints([4, 2, 1], [0, 1, 2, 2, 3, 0, 1, -1])],
  },
  {
    name: "scatter_add",
    f: ([x, i, u]) => [sin(scatterAdd(x, i, u, intoRows))],
    operands: [matrix, rowIndices, updates],
  },
  {
    name: "scatter_add that clips",
    f: ([x, i, u]) => [sin(scatterAdd(x, i, u, intoRows, { mode: "clip" }))],
    operands: [matrix, strayIndices, updates],
  },
  {
    name: "scatter with duplicates",
    f: ([x, i, u]) => [sin(scatter(x, i, u, intoRows))],
    operands: [matrix, strayIndices, updates],
  },
  {
    name: "scatter of overlapping windows",
    f: ([x, i, u]) => [sin(scatter(x, i, u, intoWindows, { mode: "clip" }))],
    operands: [vector, overlapping, windows],
  },
  {
    name: "scatter_mul at unique places",
    f: ([x, i, u]) => [sin(scatterMul(x, i, u, intoRows, { uniqueIndices: true }))],
    operands: [matrix, ints([2, 1], [3, 1]), noise([2, 3], 8)],
  },
  {
    name: "scatter_mul with duplicates, of its operand",
    f: ([x, i, u]) => [sin(scatterMul(x, i, convertElementType(u, "float64"), intoRows))],
    operands: [matrix, rowIndices, ints([5, 3], [3, 1, -2, 2, 2, 1, -1, 1, 2, 1, 3, 1, 2, -2, 1])],
  },
  {
    name: "scatter_max",
    f: ([x, i, u]) => [sin(scatterMax(x, i, u, intoRows))],
    operands: [matrix, strayIndices, updates],
  },
  {
    name: "scatter_min",
    f: ([x, i, u]) => [sin(scatterMin(x, i, u, intoWindows))],
    operands: [vector, overlapping, windows],
  },
];

describe.each(rows)("$name", (row) => {
  test.each(Object.entries(laws))("%s", (_, holds) => holds(row));
});

/** The gradient of sum(w * sin(f(x, u))). */
function gradient(f: (x: NDArray, u: NDArray) => NDArray, x: NDArray, u: NDArray): number[][] {
  const linearized = linearizeFlat(([a, b]) => [sin(f(a, b))], [x, u], [true, true]);
  const weights = flatArray(x.shape, [1, 2, 3, 4], "float32");
  return pullBack(linearized, [x, u], [weights])
    .map(instantiate)
    .map((ct) => Array.from(valuesOf(ct)));
}

describe("scatter's gradients where updates meet are JAX's", () => {
  const x = flatArray([4], [1, 0, 3, 2], "float32");
  const u = flatArray([4], [1, 1, -1, 2], "float32");
  const at = ints([4, 1], [0, 0, 1, 3]);
  const elements = { ...intoRows, updateWindowDims: [] };
  // Of jax.grad(lambda x, u: sum(w * sin(x.at[i].op(u)))), JAX 0.10.2.
  const expected = [
    {
      name: "scatter",
      op: scatter,
      ctX: [0, 0, -2.96997749, 0],
      ctU: [0, 0.54030231, 1.08060461, -1.66458735],
    },
    {
      name: "scatter-max",
      op: scatterMax,
      ctX: [0.18010077, 2, -2.96997749, -0.83229367],
      ctU: [0.18010077, 0.18010077, 0, -0.83229367],
    },
    {
      name: "scatter-min",
      op: scatterMin,
      ctX: [0.18010077, 0, -2.96997749, -0.83229367],
      ctU: [0.18010077, 0.18010077, 1.08060461, -0.83229367],
    },
    {
      name: "scatter-add",
      op: scatterAdd,
      ctX: [-0.9899925, 1.08060461, -2.96997749, -2.61457448],
      ctU: [-0.9899925, -0.9899925, 1.08060461, -2.61457448],
    },
  ];
  test.each(expected)("$name", ({ op, ctX, ctU }) => {
    const [gotX, gotU] = gradient((a, b) => op(a, at, b, elements), x, u);
    ctX.forEach((value, i) => {
      expect(gotX[i]).toBeCloseTo(value, 6);
    });
    ctU.forEach((value, i) => {
      expect(gotU[i]).toBeCloseTo(value, 6);
    });
  });

  test("scatter-mul refuses its updates' derivative where they may meet, and takes a single one", () => {
    expect(() => gradient((a, b) => scatterMul(a, at, b, elements), x, u)).toThrow(/uniqueIndices: true/);
    const single = gradient(
      (a, b) => scatterMul(a, ints([1, 1], [2]), slice(b, [3], [4]), elements),
      flatArray([4], [0, 0, 3, 0], "float32"),
      u,
    );
    expect(single[1][3]).toBeCloseTo(3 * 3 * Math.cos(6), 5); // w x cos(x u)
  });
});

describe("what is read out of range", () => {
  const read = (x: NDArray): number[] =>
    Array.from(valuesOf(gather(x, ints([2, 1], [0, 9]), { ...windowsOfVector, collapsedSliceDims: [0], offsetDims: [] }, [1], "fill"))); // biome-ignore format: one call
  test("is NaN, the least int32, the largest uint32 or true", () => {
    expect(read(flatArray([2], [5, 6], "float32"))).toEqual([5, Number.NaN]);
    expect(read(flatArray([2], [5, 6], "int32"))).toEqual([5, -2147483648]);
    expect(read(flatArray([2], [5, 6], "uint32"))).toEqual([5, 4294967295]);
    expect(read(flatArray([2], [0, 0], "bool"))).toEqual([0, 1]);
  });
  test("uint32 indices above 2^31 clip to the last window and do not fit", () => {
    const x = flatArray([3], [1, 2, 3], "float32");
    const at = flatArray([1, 1], [4294967295], "uint32");
    const dims = { ...windowsOfVector, collapsedSliceDims: [0], offsetDims: [] };
    expect(Array.from(valuesOf(gather(x, at, dims, [1], "clip")))).toEqual([3]);
    expect(Array.from(valuesOf(gather(x, at, dims, [1], "fill", 7)))).toEqual([7]);
  });
});

describe("nothing to do is done", () => {
  const none = ints([0, 1], []);
  test("gather of no windows, scatter of no updates", () => {
    expect(gather(matrix, none, rowsOf, [1, 3], "fill").shape).toEqual([0, 3]);
    expect(valuesOf(scatter(matrix, none, noise([0, 3], 1), intoRows))).toEqual(valuesOf(matrix));
  });
  test("windows into an array without elements are filled, updates to it dropped", () => {
    const empty = noise([0, 3], 1);
    const at = ints([2, 1], [0, 5]);
    expect(Array.from(valuesOf(gather(empty, at, rowsOf, [0, 3], "fill", 7)))).toEqual([7, 7, 7, 7, 7, 7]);
    expect(scatterAdd(empty, at, noise([2, 3], 1), intoRows).shape).toEqual([0, 3]);
  });
  test("windows of no size", () => {
    expect(dynamicSlice(matrix, [int(9), int(9)], [0, 3]).shape).toEqual([0, 3]);
    const updated = dynamicUpdateSlice(matrix, noise([0, 3], 1), [int(2), int(0)]);
    expect(valuesOf(updated)).toEqual(valuesOf(matrix));
  });
});

describe("mistakes name the operation and the shapes", () => {
  test.each([
    [/slice: \[2\] to \[9\].*f64\[6\]/, () => slice(vector, [2], [9])],
    [/pad: .*f64\[6\]/, () => pad(vector, array(0), [[-4, -4, 0]])],
    [/rev: \[1\]/, () => rev(vector, [1])],
    [/concatenate: .*axis 0/, () => concatenate([vector, matrix], 0)],
    [/dynamicSlice: a window of \[7\]/, () => dynamicSlice(vector, [int(0)], [7])],
    [/dynamicSlice: starts are integer scalars/, () => dynamicSlice(vector, [array(0)], [1])],
    [/gather of f64\[4,3\].*window is larger/, () => gather(matrix, rowIndices, rowsOf, [1, 4], "clip")],
    [/scatterAdd into f64\[4,3\].*updates must have shape/, () => scatterAdd(matrix, rowIndices, noise([4, 3], 1), intoRows)], // biome-ignore format: one row
    [/iota: dimension 1/, () => iota("int32", [3], 1)],
  ])("%s", (message, mistake) => {
    expect(mistake).toThrow(message);
  });
});

test("iota counts along its axis, and eye is 1 on the diagonal", () => {
  expect(Array.from(valuesOf(iota("float32", [2, 3], 1)))).toEqual([0, 1, 2, 0, 1, 2]);
  expect(Array.from(valuesOf(eye(2, { dtype: "float32", weakType: false })))).toEqual([1, 0, 0, 1]);
});
