/**
 * The schedule of contractions: tiles, panels, blocks of rows and of k, tails of all of them, transposes and copies change no bit of
 * what three plain loops compute in the order of summation that is part of the meaning (reduction-order.ts).
 */
import { jit, lax, type NDArray, numpy as np } from "cotangent";
import { describe, expect, test } from "vitest";
import { lower } from "../../../src/compiler/lower.js";
import { allocate, type DType, dtypes, type TypedArray } from "../../../src/ir/dtype.js";
import { interpret } from "../../../src/ir/interpret.js";
import { showProgram } from "../../../src/ir/print-loops.js";
import { generator } from "../random-program.js";
import { traced } from "../simplify/text.js";

interface Sizes {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

const arithmetic: {
  readonly [D in DType]: { add(x: number, y: number): number; mul(x: number, y: number): number };
} = {
  float32: { add: (x, y) => Math.fround(x + y), mul: (x, y) => Math.fround(x * y) },
  float64: { add: (x, y) => x + y, mul: (x, y) => x * y },
  int32: { add: (x, y) => (x + y) | 0, mul: Math.imul },
  uint32: { add: (x, y) => (x + y) >>> 0, mul: (x, y) => Math.imul(x, y) >>> 0 },
  bool: { add: (x, y) => x | y, mul: (x, y) => x & y },
};

/** out[b, m, n] = sum over k of x[b, m, k] y[b, k, n] */
function plainLoops(dtype: DType, x: TypedArray, y: TypedArray, sizes: Sizes): TypedArray {
  const { batch, rows, columns, depth } = sizes;
  const { add, mul } = arithmetic[dtype];
  const out = allocate(dtype, batch * rows * columns);
  const isSingle = rows === 1 && columns === 1;
  for (let b = 0; b < batch; b++) {
    for (let m = 0; m < rows; m++) {
      for (let n = 0; n < columns; n++) {
        const term = (k: number): number =>
          mul(x[(b * rows + m) * depth + k], y[(b * depth + k) * columns + n]);
        const blocks: number[] = [];
        for (let start = 0; start < depth; start += 4096) {
          const end = Math.min(depth, start + 4096);
          blocks.push(isSingle ? interleaved(term, start, end, add) : ascending(term, start, end, add));
        }
        out[(b * rows + m) * columns + n] = pairwise(blocks, add);
      }
    }
  }
  return out;
}

type Add = (x: number, y: number) => number;

function ascending(term: (k: number) => number, start: number, end: number, add: Add): number {
  let total = 0;
  for (let k = start; k < end; k++) total = add(total, term(k));
  return total;
}

/** 16 partial sums, and the tree p[j] + p[j + 8], then 4, 2, 1. */
function interleaved(term: (k: number) => number, start: number, end: number, add: Add): number {
  const partials = new Array<number>(16).fill(0);
  for (let k = start; k < end; k++) partials[(k - start) % 16] = add(partials[(k - start) % 16], term(k));
  for (let width = 8; width >= 1; width /= 2) {
    for (let j = 0; j < width; j++) partials[j] = add(partials[j], partials[j + width]);
  }
  return partials[0];
}

/** Neighbours first; an odd one out is carried over. */
function pairwise(sums: readonly number[], add: Add): number {
  let left = sums;
  while (left.length > 1) {
    const pairs = left;
    left = Array.from({ length: Math.ceil(pairs.length / 2) }, (_, p) =>
      2 * p + 1 < pairs.length ? add(pairs[2 * p], pairs[2 * p + 1]) : pairs[2 * p],
    );
  }
  return left[0] ?? 0;
}

// operands -----------------------------------------------------------------------------------------------------------

function noise(dtype: DType, size: number, random: () => number): TypedArray {
  const values = allocate(dtype, size);
  for (let i = 0; i < size; i++) {
    const value = random() * 2 - 1;
    // Some -0, which 0 + -0 must make 0.
    values[i] =
      dtype === "bool"
        ? Number(value > 0.6)
        : dtype === "float32" || dtype === "float64"
          ? value < -0.95
            ? -0
            : value
          : value * 3e9;
  }
  return values;
}

/** The axes of an operand in the order in which they lie in memory: 0 the batch, 1 rows or depth, 2 depth or columns. */
type Layout = readonly [number, number, number];
const layouts: readonly Layout[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [2, 0, 1],
  [1, 2, 0],
  [2, 1, 0],
];

const contract =
  (lhs: Layout, rhs: Layout) =>
  (x: NDArray, y: NDArray): NDArray =>
    lax.dotGeneral(x, y, [
      [[lhs.indexOf(2)], [rhs.indexOf(1)]],
      [[lhs.indexOf(0)], [rhs.indexOf(0)]],
    ]);

/** Of whole arrays [batch, rows, depth] and [batch, depth, columns], whatever their layout and the target. */
function expectPlainLoops(
  title: string,
  dtype: DType,
  sizes: Sizes,
  seed: number,
  targets = ["js", "wasm"],
): void {
  const { batch, rows, columns, depth } = sizes;
  const random = generator(seed);
  const xs = noise(dtype, batch * rows * depth, random);
  const ys = noise(dtype, batch * depth * columns, random);
  const expected = plainLoops(dtype, xs, ys, sizes);
  const pick = (): Layout => layouts[Math.floor(random() * layouts.length)];
  const [lhs, rhs] = [pick(), pick()];
  const array = (values: TypedArray, shape: number[], layout: Layout): NDArray =>
    np
      .array(dtype === "bool" ? Array.from(values, Boolean) : values, { dtype })
      .reshape(shape)
      .transpose([...layout]);
  const x = array(xs, [batch, rows, depth], lhs);
  const y = array(ys, [batch, depth, columns], rhs);
  for (const target of targets) {
    const actual = jit(contract(lhs, rhs), { target })(x, y);
    expect(actual.dataSync(), `${title}, ${lhs} by ${rhs}, on ${target}`).toEqual(expected);
  }
}

const sizesText = ({ batch, rows, columns, depth }: Sizes): string =>
  `${batch} x [${rows},${depth}][${depth},${columns}]`;

describe("what plain loops compute, to the bit, on js and on wasm:", () => {
  test.each(dtypes)("products of %s of many small sizes, batches and layouts", (dtype) => {
    const around = [0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 16, 17, 23, 32, 33];
    const random = generator(7);
    const pick = (from: readonly number[]): number => from[Math.floor(random() * from.length)];
    const count = dtype.startsWith("float") ? 24 : 8;
    for (let i = 0; i < count; i++) {
      const sizes = {
        batch: pick([1, 1, 2, 3, 0]),
        rows: pick(around),
        columns: pick(around),
        depth: pick(around),
      };
      expectPlainLoops(sizesText(sizes), dtype, sizes, i);
    }
  });

  test.each<[string, Sizes, DType]>([
    ["every tail of a tile, a panel and a vector", { batch: 1, rows: 19, columns: 29, depth: 37 }, "float32"],
    ["one row", { batch: 1, rows: 1, columns: 37, depth: 65 }, "float32"],
    ["one column, whose transpose is computed", { batch: 1, rows: 37, columns: 1, depth: 65 }, "float32"],
    ["three columns", { batch: 2, rows: 21, columns: 3, depth: 18 }, "float64"],
    [
      "a row that is updated while a large matrix passes by",
      { batch: 1, rows: 2, columns: 131, depth: 502 },
      "float32",
    ],
    [
      "several blocks of rows for the second cache",
      { batch: 1, rows: 203, columns: 18, depth: 515 },
      "float32",
    ],
    ["blocks of k, joined by a tree", { batch: 1, rows: 3, columns: 5, depth: 4097 }, "float32"],
    ["three blocks of k, an odd one out", { batch: 1, rows: 17, columns: 18, depth: 8200 }, "float32"],
    ["blocks of k of few columns", { batch: 1, rows: 5, columns: 2, depth: 4100 }, "float64"],
    ["a single output: 16 partial sums", { batch: 1, rows: 1, columns: 1, depth: 4097 + 35 }, "float32"],
    ["single outputs of a batch", { batch: 5, rows: 1, columns: 1, depth: 21 }, "float64"],
    ["no products at all: zeros", { batch: 2, rows: 3, columns: 4, depth: 0 }, "float32"],
  ])("%s", (title, sizes, dtype) => {
    for (let seed = 0; seed < 2; seed++) expectPlainLoops(title, dtype, sizes, seed);
  });
});

test("the loops as they are lowered say so already, before any target, and stay within the operands", () => {
  const cases: readonly (readonly [DType, Sizes])[] = [
    ["float32", { batch: 2, rows: 5, columns: 9, depth: 7 }],
    ["float32", { batch: 1, rows: 17, columns: 18, depth: 5 }],
    ["float32", { batch: 1, rows: 1, columns: 1, depth: 37 }],
    // A block of 12 rows and one of what is left.
    ["float64", { batch: 1, rows: 18, columns: 16, depth: 1540 }],
  ];
  for (const [i, [dtype, sizes]] of cases.entries()) {
    const { batch, rows, columns, depth } = sizes;
    const random = generator(i);
    const xs = noise(dtype, batch * rows * depth, random);
    const ys = noise(dtype, batch * depth * columns, random);
    const f = contract([0, 1, 2], [0, 1, 2]);
    const zeros = (...shape: number[]): NDArray => np.zeros(shape, { dtype });
    const { program } = lower(traced(f, zeros(batch, rows, depth), zeros(batch, depth, columns)));
    expect(interpret(program, [xs, ys])).toEqual([plainLoops(dtype, xs, ys, sizes)]);
  }
});

/** The loops of a product of whole matrices, as they are lowered. */
const loopsOf = ({ batch, rows, columns, depth }: Sizes): string =>
  showProgram(
    lower(
      traced(
        contract([0, 1, 2], [0, 1, 2]),
        np.zeros([batch, rows, depth]),
        np.zeros([batch, depth, columns]),
      ),
    ).program,
  );

test("one or two rows are updated while the rows of a large matrix pass by, in each of a batch", () => {
  for (const rows of [1, 2, 3]) {
    const sizes = { batch: 2, rows, columns: 131, depth: 502 };
    const dtype = "float32";
    const random = generator(rows);
    const xs = noise(dtype, 2 * rows * 502, random);
    const ys = noise(dtype, 2 * 502 * 131, random);
    const x = np.array(xs).reshape([2, rows, 502]);
    const y = np.array(ys).reshape([2, 502, 131]);
    for (const target of ["js", "wasm"]) {
      const product = jit(contract([0, 1, 2], [0, 1, 2]), { target })(x, y);
      expect(product.dataSync()).toEqual(plainLoops(dtype, xs, ys, sizes));
    }
    // The output is read again only where its rows are what accumulates.
    expect(/output0\[.*\] = .*output0\[/.test(loopsOf(sizes)), `${rows} rows`).toBe(rows < 3);
  }
});

test("blocks of rows are whole tiles, and have no loop where there is nothing left", () => {
  // 203 rows in three blocks: 17 tiles of 4 rows, twice, and 16 tiles and 3 rows.
  const text = loopsOf({ batch: 1, rows: 203, columns: 16, depth: 515 });
  const extents = [...text.matchAll(/ < (\d+) \{/g)].map(([, extent]) => Number(extent));
  expect(extents).toContain(17);
  expect(extents).toContain(16);
  expect(extents).not.toContain(0);
});

test("operands of several rows' and products' axes are matrices all the same", () => {
  const random = generator(3);
  const sizes = { batch: 1, rows: 6, columns: 35, depth: 20 };
  const xs = noise("float32", 120, random);
  const ys = noise("float32", 700, random);
  // Rows (2, 3), products (4, 5), columns (5, 7), interleaved in memory.
  const x = np.array(xs).reshape([2, 3, 4, 5]).transpose([2, 0, 3, 1]);
  const y = np.array(ys).reshape([4, 5, 5, 7]).transpose([3, 1, 2, 0]);
  const f = (lhs: NDArray, rhs: NDArray) =>
    lax.dotGeneral(lhs, rhs, [
      [
        [0, 2],
        [3, 1],
      ],
      [[], []],
    ]);
  // Columns lie as (7, 5) in y, and so they come out.
  const expected = np
    .array(plainLoops("float32", xs, ys, sizes))
    .reshape([2, 3, 5, 7])
    .transpose([0, 1, 3, 2]);
  for (const target of ["js", "wasm"]) expect(jit(f, { target })(x, y).js()).toEqual(expected.js());
});

test("a matrix that a loop leaves as it is, is packed once before it, and no bit changes", () => {
  const random = generator(4);
  const ws = noise("float32", 40 * 40, random);
  const w = np.array(ws).reshape([40, 40]);
  const start = np.array(noise("float32", 120, random)).reshape([3, 40]);
  const f = (w: NDArray, x: NDArray) =>
    lax.scan((y: NDArray) => [np.dot(y, w.transpose()).mul(0.25), null], x, null, { length: 3 })[0];
  let expected = start.dataSync();
  const transposed = w.transpose().dataSync();
  for (let turn = 0; turn < 3; turn++) {
    expected = plainLoops("float32", expected, transposed, { batch: 1, rows: 3, columns: 40, depth: 40 }).map(
      (value) => Math.fround(value * 0.25),
    );
  }
  for (const target of ["js", "wasm"]) {
    const stages = jit(f, { target }).lower(w, start);
    const [before] = stages.loops.split("serial");
    expect(before).toContain("hoisted");
    expect(jit(f, { target })(w, start).dataSync()).toEqual(expected);
  }
});

const extentsIn = (text: string): number[] =>
  [...text.matchAll(/ < (\d+) \{/g)].map(([, extent]) => Number(extent));

test("blocks of rows are equal where whole tiles allow it: 208 rows are four blocks of 13 tiles", () => {
  const extents = extentsIn(loopsOf({ batch: 1, rows: 208, columns: 16, depth: 515 }));
  expect(extents).toContain(13);
  expect(extents).not.toContain(18);
});

test("192 KiB of the left operand are one block of rows; with one row more they are two", () => {
  const tilesOf = (rows: number, depth: number): number[] =>
    extentsIn(loopsOf({ batch: 1, rows, columns: 16, depth }));
  expect(tilesOf(192, 256)).toContain(48);
  expect(tilesOf(193, 256)).not.toContain(48);
  expect(tilesOf(1024, 48)).toContain(256);
  expect(tilesOf(1025, 48)).not.toContain(256);
});

test("an axis of size 1 between the axes of an operand asks for no copy of it", () => {
  const loops = (lhs: readonly number[]): number[] =>
    extentsIn(
      showProgram(
        lower(
          traced(
            (x: NDArray, y: NDArray) =>
              lax.dotGeneral(x, y, [
                [[lhs.length - 2], [0]],
                [[], []],
              ]),
            np.zeros(lhs),
            np.zeros([4, 5]),
          ),
        ).program,
      ),
    );
  expect(loops([1, 4, 3])).toEqual(loops([4, 3]));
});

test("element by element, too, blocks of k begin where the last one ended", () => {
  const sizes = { batch: 1, rows: 2, columns: 3, depth: 4100 };
  const random = generator(11);
  const xs = noise("float32", 2 * 4100, random);
  const ys = noise("float32", 4100 * 3, random);
  const jaxpr = traced(contract([0, 1, 2], [0, 1, 2]), np.zeros([1, 2, 4100]), np.zeros([1, 4100, 3]));
  const { program } = lower(jaxpr, "elements");
  expect(interpret(program, [xs, ys])).toEqual([plainLoops("float32", xs, ys, sizes)]);
});

test("from 16 rows and 16 columns on the right operand is packed; of fewer than four columns the transpose is computed", () => {
  const isPacked = (rows: number, columns: number): boolean =>
    loopsOf({ batch: 1, rows, columns, depth: 9 }).includes("temp");
  expect([isPacked(16, 16), isPacked(15, 16), isPacked(16, 15)]).toEqual([true, false, false]);
  // Four columns are one vector of columns; three are three rows of a transposed product.
  const rowsAreColumns = (columns: number): boolean =>
    extentsIn(loopsOf({ batch: 1, rows: 12, columns, depth: 9 })).includes(3);
  expect([rowsAreColumns(4), rowsAreColumns(3)]).toEqual([true, false]);
});

test("rows are updated while the right operand passes by from 65,536 of its elements on", () => {
  const isUpdated = (columns: number): boolean =>
    /output0\[.*\] = .*output0\[/.test(loopsOf({ batch: 1, rows: 1, columns, depth: 512 }));
  expect([isUpdated(128), isUpdated(127)]).toEqual([true, false]);
});
