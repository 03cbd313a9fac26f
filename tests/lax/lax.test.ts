/** lax: the primitives as functions, without promotion. */
import { DTypeError, grad, lax, type NDArray, numpy as np, ShapeError, vmap } from "cotangent";
import { describe, expect, test } from "vitest";

const int32s = (values: readonly number[]): NDArray => np.array(values, { dtype: "int32" });

describe("operands", () => {
  test("a number takes its partner's dtype; dtypes that differ are refused", () => {
    expect(lax.add(np.arange(2), 3).dtype).toBe("int32");
    expect(() => lax.add(np.arange(2), 0.5)).toThrow(/lax does not promote/);
    expect(() => lax.add(np.arange(2), np.ones(2))).toThrow(DTypeError);
  });

  test("ranks that differ are refused", () => {
    expect(() => lax.add(np.ones([2, 3]), np.ones(3))).toThrow(ShapeError);
  });

  test("integers divide towards zero, and the remainder has the sign of the dividend", () => {
    const [x, y] = [int32s([-7, 7, 5]), int32s([2, -2, 0])];
    expect(lax.div(x, y).js()).toEqual([-3, -3, -1]);
    expect(lax.rem(x, y).js()).toEqual([-1, 1, 5]);
  });

  test("round goes away from zero unless told otherwise", () => {
    expect(lax.round([0.5, 1.5, -0.5]).js()).toEqual([1, 2, -1]);
    expect(lax.round([0.5, 1.5], "toNearestEven").js()).toEqual([0, 2]);
  });

  test("clamp has derivative 0 at its bounds", () => {
    const g = grad((x: NDArray) => lax.reduceSum(lax.clamp(0, x, 1), [0]))(np.array([-1, 0, 0.5, 1, 2]));
    expect(g.js()).toEqual([0, 0, 1, 0, 0]);
  });

  test("select and selectN choose by bool and by number", () => {
    expect(lax.select([true, false], [1, 2], 0).js()).toEqual([1, 0]);
    expect(lax.selectN(int32s([0, 1, 2]), [1, 1, 1], [2, 2, 2], [3, 3, 3]).js()).toEqual([1, 2, 3]);
  });

  test("bits are what they are", () => {
    expect(lax.bitcastConvertType(np.array(1), "uint32").item()).toBe(0x3f800000);
    expect(lax.bitcastConvertType(lax.bitcastConvertType([1.5, -2], "int32"), "float32").js()).toEqual([
      1.5, -2,
    ]);
    expect(lax.populationCount(int32s([7, -1])).js()).toEqual([3, 32]);
  });
});

describe("windows", () => {
  test("dynamicSlice clamps its start and counts negative ones from the end", () => {
    const x = np.arange(5);
    expect(lax.dynamicSlice(x, [9], [2]).js()).toEqual([3, 4]);
    expect(lax.dynamicSlice(x, [-2], [2]).js()).toEqual([3, 4]);
    expect(lax.dynamicSlice(x, int32s([-2]), [2]).js()).toEqual([3, 4]);
  });

  test("dynamicUpdateSlice writes what dynamicSlice reads, under vmap too", () => {
    const x = np.arange(12).reshape([3, 4]);
    const moved = lax.dynamicUpdateSlice(x, lax.neg(lax.dynamicSlice(x, [1, 1], [2, 2])), [1, 1]);
    expect(lax.abs(moved).js()).toEqual(x.js());
    const rows = vmap((row: NDArray, k: NDArray) => lax.dynamicSlice(row, [k], [2]))(x, int32s([0, 1, 2]));
    expect(rows.js()).toEqual([
      [0, 1],
      [5, 6],
      [10, 11],
    ]);
  });

  test("one axis at a time", () => {
    const x = np.arange(12).reshape([3, 4]);
    expect(lax.dynamicIndexInDim(x, 2, 1, false).js()).toEqual([2, 6, 10]);
    expect(lax.indexInDim(x, -1).js()).toEqual([[8, 9, 10, 11]]);
    expect(lax.sliceInDim(x, 1, null, 2, 1).js()).toEqual([
      [1, 3],
      [5, 7],
      [9, 11],
    ]);
    expect(
      lax
        .dynamicUpdateIndexInDim(x, int32s([0, 0, 0, 0]), 1, 0)
        .slice(1)
        .js(),
    ).toEqual([0, 0, 0, 0]);
  });

  test("a window too large and a wrong number of starts are refused", () => {
    expect(() => lax.dynamicSlice(np.arange(5), [0], [6])).toThrow(ShapeError);
    expect(() => lax.dynamicSlice(np.arange(5), [0, 0], [1])).toThrow(/2 starts for i32\[5\]/);
    expect(() => lax.dynamicSlice(np.arange(5), [np.array(1)], [1])).toThrow(DTypeError);
  });

  test("gather reads and scatterAdd accumulates", () => {
    const x = np.arange(5).astype("float32");
    const indices = int32s([1, 1, 4]).reshape([3, 1]);
    const read = lax.gather(x, indices, { offsetDims: [], collapsedSliceDims: [0], startIndexMap: [0] }, [1]);
    expect(read.js()).toEqual([1, 1, 4]);
    const dims = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] };
    expect(lax.scatterAdd(x, indices, [10, 20, 30], dims).js()).toEqual([0, 31, 2, 3, 34]);
  });

  test("pad puts elements between, and takes away", () => {
    expect(lax.pad([1, 2], 0, [[1, -1, 2]]).js()).toEqual([0, 1, 0, 0]);
  });
});

describe("reductions and order", () => {
  test("axes are dropped; over nothing the extreme is the identity", () => {
    expect(lax.reduceSum(np.ones([2, 3]), [-1]).js()).toEqual([3, 3]);
    expect(lax.reduceMax(np.zeros(0), [0]).item()).toBe(Number.NEGATIVE_INFINITY);
  });

  test("running sums go both ways", () => {
    expect(lax.cumsum(np.arange(4)).js()).toEqual([0, 1, 3, 6]);
    expect(lax.cumsum(np.arange(4), 0, { reverse: true }).js()).toEqual([6, 6, 5, 3]);
  });

  test("sortMany sorts by several keys", () => {
    const [a, b] = lax.sortMany([int32s([2, 1, 2]), np.array([1, 2, 0])], { numKeys: 2 });
    expect([a.js(), b.js()]).toEqual([
      [1, 2, 2],
      [2, 0, 1],
    ]);
  });

  test("topK gives the largest in descending order, first come first", () => {
    const [values, positions] = lax.topK(np.array([1, Number.NaN, 3, 3, -1]), 3);
    expect(values.js()).toEqual([Number.NaN, 3, 3]);
    expect(positions.js()).toEqual([1, 2, 3]);
    const g = grad((x: NDArray) => lax.topK(x, 2)[0].sum())(np.array([1, 5, 3]));
    expect(g.js()).toEqual([0, 1, 1]);
    expect(() => lax.topK(np.ones(2), 3)).toThrow(ShapeError);
  });

  test("dotGeneral takes JAX's dimension numbers", () => {
    const x = np.arange(12).reshape([2, 2, 3]);
    const product = lax.dotGeneral(x, x, [
      [[2], [2]],
      [[0], [0]],
    ]);
    expect(product.js()).toEqual(np.einsum("bik,bjk->bij", x, x).js());
  });
});

describe("control flow", () => {
  test("is exported under its names", () => {
    const names = [
      "scan",
      "whileLoop",
      "foriLoop",
      "cond",
      "switch",
      "map",
      "associativeScan",
      "stopGradient",
    ];
    for (const name of names) expect(lax).toHaveProperty(name);
  });

  test("a loop may update a part of its carry", () => {
    const squares = lax.foriLoop(0, 4, (k, x) => x.at(k).set(k.mul(k)), np.zeros(4, { dtype: "int32" }));
    expect(squares.js()).toEqual([0, 1, 4, 9]);
  });
});
