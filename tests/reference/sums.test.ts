/** The order in which sums are taken: one rule, a function of shape and axes alone. */
import { jit, lax, type NDArray, numpy as np, random, vmap } from "cotangent";
import { describe, expect, test } from "vitest";
import { floats, i32 } from "./statement.js";

type Float = "float32" | "float64";
const block = 4096;
const rounder = (dtype: Float): ((x: number) => number) => (dtype === "float32" ? Math.fround : (x) => x);
const noise = (shape: readonly number[], dtype: Float, seed = 1): NDArray =>
  random.normal(random.key(seed), shape, { dtype });

/** Neighbours first, an odd one out carried over. */
function pairwise(values: readonly number[], round: (x: number) => number): number {
  if (values.length <= 1) return values[0] ?? 0;
  const joined = values.flatMap((x, i) =>
    i % 2 === 1 ? [] : [i + 1 < values.length ? round(x + values[i + 1]) : x],
  );
  return pairwise(joined, round);
}

const blocks = (terms: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(terms.length / block) }, (_, k) => terms.slice(k * block, (k + 1) * block));

/** One accumulator, ascending, in each block. */
const ascending = (terms: readonly number[], round: (x: number) => number): number =>
  pairwise(
    blocks(terms).map((part) => part.reduce((sum, x) => round(sum + x), 0)),
    round,
  );

/** 16 interleaved partial sums in each block, joined by the tree j + (j+8), + 4, + 2, + 1. */
const interleaved = (terms: readonly number[], round: (x: number) => number): number =>
  pairwise(
    blocks(terms).map((part) => {
      const partial = new Array<number>(16).fill(0);
      part.forEach((x, r) => {
        partial[r % 16] = round(partial[r % 16] + x);
      });
      for (const half of [8, 4, 2, 1])
        for (let j = 0; j < half; j++) partial[j] = round(partial[j] + partial[j + half]);
      return partial[0];
    }),
    round,
  );

const sizes = [1, 5, 16, 17, 100, 4095, 4096, 4097, 9000, 20_000];

describe("a sum", () => {
  test("over the innermost axis has 16 interleaved partial sums in blocks of 4,096, joined by fixed trees", () => {
    for (const dtype of floats) {
      for (const n of sizes) {
        const x = noise([n], dtype);
        expect(x.sum().item(), `${n} ${dtype}`).toBe(interleaved([...x.dataSync()], rounder(dtype)));
      }
    }
  });

  test("over all axes reads them row-major as one", () => {
    const x = noise([30, 170], "float32");
    expect(x.sum().item()).toBe(x.ravel().sum().item());
  });

  test("over another axis ascends, one accumulator an output, in blocks likewise", () => {
    for (const dtype of floats) {
      for (const n of [3, 100, 4097, 9000]) {
        const x = noise([n, 2], dtype);
        const expected = [...x.T].map((column) => ascending([...column.dataSync()], rounder(dtype)));
        expect([...x.sum(0).dataSync()], `${n} ${dtype}`).toEqual(expected);
      }
    }
  });

  test("is the same under jit, fused with what makes its terms, and under vmap", () => {
    for (const dtype of floats) {
      const x = noise([3, 5000], dtype);
      const f = (v: NDArray): NDArray => np.square(v).add(1).sum();
      const rows = [...x].map((row) => f(row).item());
      expect([...x].map((row) => jit(f)(row).item())).toEqual(rows);
      expect(vmap(f)(x).js()).toEqual(rows);
      expect(jit(vmap(f))(x).js()).toEqual(rows);
    }
  });

  test("counts ones past 2^24 in float32, where one accumulator stops", () => {
    const n = 2 ** 24 + 64;
    expect(np.ones([n]).sum().item()).toBe(n);
    const counter = (start: number): NDArray =>
      lax.foriLoop(0, 3, (_, c: NDArray) => c.add(1), np.array(start));
    expect(counter(2 ** 24).item()).toBe(2 ** 24);
  });

  test("of integers is exact modulo 2^32 in any order", () =>
    expect(i32(2147483647, 1, -1, 5).sum().item()).toBe(-2147483644));
});

describe("a contraction", () => {
  test("adds its products ascending, one accumulator an output, in blocks of 4,096 and a pairwise tree", () => {
    for (const dtype of floats) {
      const round = rounder(dtype);
      for (const n of [1, 5, 33, 4096, 4097, 9000]) {
        const [x, y] = [noise([2, n], dtype, 1), noise([n, 3], dtype, 2)];
        const expected = [...x].map((row) =>
          [...y.T].map((column) => {
            const [a, b] = [row.dataSync(), column.dataSync()];
            return ascending(
              Array.from(a, (v, k) => round(v * b[k])),
              round,
            );
          }),
        );
        expect(np.matmul(x, y).js(), `${n} ${dtype}`).toEqual(expected);
      }
    }
  });

  test("is the same whatever the size of the matrix around it: tiles change no bit", () => {
    const [x, y] = [noise([40, 50], "float32", 1), noise([50, 60], "float32", 2)];
    const whole = np.matmul(x, y);
    const part = np.matmul(x.slice([7, 9]), y.slice([], [30, 33]));
    expect(part.js()).toEqual(whole.slice([7, 9], [30, 33]).js());
    expect(jit((a: NDArray, b: NDArray) => np.matmul(a, b))(x, y).js()).toEqual(whole.js());
  });

  test("of two vectors has no output axis, and interleaves as sums do", () => {
    for (const dtype of floats) {
      const round = rounder(dtype);
      for (const n of [7, 100, 9000]) {
        const [x, y] = [noise([n], dtype, 1), noise([n], dtype, 2)];
        const [a, b] = [x.dataSync(), y.dataSync()];
        const products = Array.from(a, (v, k) => round(v * b[k]));
        expect(np.dot(x, y).item(), `${n} ${dtype}`).toBe(interleaved(products, round));
      }
    }
  });
});

test("NaN equals NaN in what is promised bit for bit: a sum with a NaN is NaN however it is taken", () => {
  const x = np.array([1, Number.NaN, 3]);
  expect([x.sum().item(), jit((v: NDArray) => v.sum())(x).item()]).toEqual([Number.NaN, Number.NaN]);
});
