/** Laws of dot_general, and its order of summation: tiles, packing and layouts change no bit. */
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../../src/autodiff/array.js";
import { dot, dotGeneral } from "../../../src/autodiff/primitives/contraction.js";
import { transpose } from "../../../src/autodiff/primitives/sum-and-broadcast.js";
import { sin } from "../../../src/autodiff/primitives/trigonometric.js";
import { batchFlat } from "../../../src/autodiff/transforms/batching.js";
import type { DType } from "../../../src/ir/dtype.js";
import { range } from "../../../src/ir/shape.js";
import type { Row } from "./primitive-laws.js";
import { array, flatArray, laws, noise, valuesOf } from "./primitive-laws.js";

const matrices = { lhsContracting: [1], rhsContracting: [0], lhsBatch: [], rhsBatch: [] };

const rows: readonly Row[] = [
  {
    name: "a matrix product",
    f: ([x, y]) => [sin(dot(x, y))],
    operands: [noise([3, 4], 1), noise([4, 2], 2)],
  },
  {
    name: "a product with a vector",
    f: ([x, y]) => [sin(dot(x, y))],
    operands: [noise([3, 2], 3), noise([2], 4)],
  },
  { name: "an inner product", f: ([x, y]) => [sin(dot(x, y))], operands: [noise([2], 5), noise([2], 6)] },
  {
    name: "an outer product",
    f: ([x, y]) => [
      sin(dotGeneral(x, y, { lhsContracting: [], rhsContracting: [], lhsBatch: [], rhsBatch: [] })),
    ],
    operands: [noise([3], 7), noise([2], 8)],
  },
  {
    name: "a batch of products",
    f: ([x, y]) => [
      sin(dotGeneral(x, y, { lhsContracting: [0], rhsContracting: [2], lhsBatch: [1], rhsBatch: [0] })),
    ],
    operands: [noise([3, 2, 4], 9), noise([2, 5, 3], 10)],
  },
  {
    name: "a product over two axes in another order",
    f: ([x, y]) => [
      sin(dotGeneral(x, y, { lhsContracting: [3, 1], rhsContracting: [0, 1], lhsBatch: [0], rhsBatch: [2] })),
    ],
    operands: [noise([2, 3, 2, 2], 11), noise([2, 3, 2, 3], 12)],
  },
];

describe.each(rows)("$name", (row) => {
  test.each(Object.entries(laws))("%s", (_, holds) => holds(row));
});

/** Ascending k in float32, blocks of 4,096 joined by the pairwise tree: written once more, without tiles. */
function reference(x: NDArray, y: NDArray): number[] {
  const [m, depth] = x.shape;
  const [, n] = y.shape;
  const xs = valuesOf(x);
  const ys = valuesOf(y);
  return range(m * n).map((at) => {
    const i = Math.floor(at / n);
    const j = at % n;
    let sums: number[] = [];
    for (let start = 0; start < depth; start += 4096) {
      let total = 0;
      for (let k = start; k < Math.min(depth, start + 4096); k++) {
        total = Math.fround(total + Math.fround(xs[i * depth + k] * ys[k * n + j]));
      }
      sums.push(total);
    }
    while (sums.length > 1) {
      sums = range(Math.ceil(sums.length / 2)).map((p) =>
        2 * p + 1 < sums.length ? Math.fround(sums[2 * p] + sums[2 * p + 1]) : sums[2 * p],
      );
    }
    return sums[0];
  });
}

const noise32 = (shape: readonly number[], seed: number): NDArray => {
  const source = noise(shape, seed);
  return flatArray(shape, valuesOf(source), "float32");
};

describe("the order of summation is that of the reference", () => {
  test.each([
    [1, 7, 5],
    [2, 9, 6],
    [3, 5, 1],
    [4, 3, 2],
    [9, 11, 1],
    [17, 6, 19],
    [16, 5, 32],
    [1, 4100, 2],
    [3, 9000, 2],
    [16, 4097, 17],
  ])("[%i,%i] times [.,%i], whatever the layout", (m, depth, n) => {
    const x = noise32([m, depth], 1);
    const y = noise32([depth, n], 2);
    const expected = reference(x, y);
    const xT = transpose(x, [1, 0]);
    const yT = transpose(y, [1, 0]);
    for (const [left, right, lhsAxis, rhsAxis] of [
      [x, y, 1, 0],
      [xT, y, 0, 0],
      [x, yT, 1, 1],
      [xT, yT, 0, 1],
    ] as const) {
      const dims = { lhsContracting: [lhsAxis], rhsContracting: [rhsAxis], lhsBatch: [], rhsBatch: [] };
      expect(Array.from(valuesOf(dotGeneral(left, right, dims)))).toEqual(expected);
    }
  });
});

describe("batching makes one contraction", () => {
  const shapes = (lhsAxis: number | null, rhsAxis: number | null): readonly [number[], (number | null)[]] => {
    const put = (shape: number[], axis: number | null): number[] =>
      axis === null ? shape : [...shape.slice(0, axis), 7, ...shape.slice(axis)];
    const lhs = noise(put([2, 3], lhsAxis), 1);
    const rhs = noise(put([3, 4], rhsAxis), 2);
    const [[out], axes] = batchFlat(
      ([x, y]) => [dotGeneral(x, y, matrices)],
      7,
      [lhs, rhs],
      [lhsAxis, rhsAxis],
    );
    return [[...out.shape], axes];
  };
  test("both batched: a batch axis in front; one batched: a free axis where it is", () => {
    expect(shapes(0, 2)).toEqual([[7, 2, 4], [0]]);
    expect(shapes(1, null)).toEqual([[2, 7, 4], [1]]);
    expect(shapes(2, null)).toEqual([[2, 7, 4], [1]]);
    expect(shapes(null, 0)).toEqual([[2, 7, 4], [1]]);
    expect(shapes(null, 2)).toEqual([[2, 4, 7], [2]]);
  });
});

test("of bools: or of ands", () => {
  const bools = (values: number[]): NDArray => flatArray([2, 2], values, "bool");
  expect(Array.from(valuesOf(dot(bools([1, 0, 1, 1]), bools([0, 1, 1, 0]))))).toEqual([0, 1, 1, 1]);
});

test("integers wrap", () => {
  const wrapped = dot(flatArray([1, 2], [65536, 1], "int32"), flatArray([2, 1], [65536, 5], "int32"));
  expect(Array.from(valuesOf(wrapped))).toEqual([5]);
});

describe("mistakes name the shapes", () => {
  const of = (dtype: DType): NDArray => flatArray([2, 2], [1, 2, 3, 4], dtype);
  test.each([
    [/f64\[2,3\] and f64\[2,3\]: contracted sizes differ/, () => dot(noise([2, 3], 1), noise([2, 3], 1))],
    [/must have one dtype/, () => dot(of("float32"), of("int32"))],
    [/float64 is wanted/, () => dotGeneral(of("float32"), of("float32"), matrices, "float64")],
    [/axes of the left operand/, () => dot(array(1), of("float64"))],
  ])("%s", (message, mistake) => {
    expect(mistake).toThrow(message);
  });
});
