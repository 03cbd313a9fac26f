/** Reading and writing at computed positions: what happens outside of an array, and at positions that occur twice. */
import { grad, jit, jvp, lax, type NDArray, numpy as np, ShapeError, vmap } from "cotangent";
import { describe, expect, test } from "vitest";
import { bools, everyWay, f32, f64, floats, i32, scalar, show, u32, unchecked } from "./statement.js";

const nan = Number.NaN;
const x = f32(10, 20, 30);
/** In range, one past the end, one before the beginning (-4: negative positions count from the end first). */
const outside = i32(0, 3, -4);
const rows = { offsetDims: [], collapsedSliceDims: [0], startIndexMap: [0] } as const;
const oneByOne = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] } as const;
const gatherAt = (at: NDArray, mode?: "fill" | "clip") => (v: NDArray) =>
  lax.gather(v, at.expandDims(1), rows, [1], mode === undefined ? {} : { mode });

describe("dynamic slices", () => {
  const sliced = (start: NDArray) => (v: NDArray) => lax.dynamicSlice(v, [start], [2]);

  test("dynamic_slice clamps its starts so that the window fits", () => {
    const at = (k: number): string =>
      everyWay((v: NDArray, s: NDArray) => sliced(s)(v), x, scalar(k, "int32"));
    expect([at(0), at(1), at(2), at(99)]).toEqual([
      "float32[2] [10, 20]",
      "float32[2] [20, 30]",
      "float32[2] [20, 30]",
      "float32[2] [20, 30]",
    ]);
    expect([at(-1), at(-2), at(-99)]).toEqual([
      "float32[2] [20, 30]",
      "float32[2] [20, 30]",
      "float32[2] [10, 20]",
    ]);
  });

  test("dynamic_update_slice clamps its starts so that the window fits", () => {
    const write = (v: NDArray, s: NDArray): NDArray => lax.dynamicUpdateSlice(v, f32(1, 2), [s]);
    expect(everyWay(write, x, scalar(99, "int32"))).toBe("float32[3] [10, 1, 2]");
    expect(everyWay(write, x, scalar(-99, "int32"))).toBe("float32[3] [1, 2, 30]");
  });

  test("their derivatives clamp too: tangents and cotangents go where the values went", () => {
    for (const dtype of floats) {
      const v = x.astype(dtype);
      const weights = np.array([1, 10], { dtype });
      expect(jvp(sliced(i32(9).sum()), [v], [v])[1].js()).toEqual([20, 30]);
      const slope = grad((u: NDArray) => sliced(i32(9).sum())(u).mul(weights).sum());
      expect(slope(v).js()).toEqual([0, 1, 10]);
      expect(jit(slope)(v).js()).toEqual([0, 1, 10]);
      const written = grad((u: NDArray) =>
        lax
          .dynamicUpdateSlice(v, u, [i32(9).sum()])
          .mul(v)
          .sum(),
      );
      expect(written(weights).js()).toEqual([20, 30]);
      const kept = grad((u: NDArray) => lax.dynamicUpdateSlice(u, weights, [i32(9).sum()]).sum());
      expect(kept(v).js()).toEqual([1, 0, 0]);
    }
  });
});

describe("a gather out of range", () => {
  test("is clamped by lax.gather, whose default mode promises that it does not happen", () => {
    expect(everyWay(gatherAt(i32(0, 3, -4)), x)).toBe("float32[3] [10, 30, 10]");
    expect(everyWay(gatherAt(i32(0, 3, -4), "clip"), x)).toBe("float32[3] [10, 30, 10]");
  });

  test("is clamped by index arrays in x.slice, after negative positions have counted from the end", () => {
    expect(everyWay((v: NDArray, at: NDArray) => v.slice(at), x, i32(0, 3, -1, -4))).toBe(
      "float32[4] [10, 30, 30, 10]",
    );
    expect(show(x.at(i32(0, 3)).get())).toBe("float32[2] [10, 30]");
  });

  test("is filled by numpy's take: NaN, the least int32, the largest uint32, true", () => {
    const taken = (v: NDArray): string => everyWay((u: NDArray, at: NDArray) => np.take(u, at), v, outside);
    expect(taken(x)).toBe("float32[3] [10, NaN, NaN]");
    expect(taken(f64(1, 2, 3))).toBe("float64[3] [1, NaN, NaN]");
    expect(taken(i32(1, 2, 3))).toBe("int32[3] [1, -2147483648, -2147483648]");
    expect(taken(u32(1, 2, 3))).toBe("uint32[3] [1, 4294967295, 4294967295]");
    expect(taken(bools(false, false, false))).toBe("bool[3] [false, true, true]");
  });

  test("is filled by takeAlongAxis likewise", () => {
    const taken = (v: NDArray): string =>
      everyWay((u: NDArray, at: NDArray) => np.takeAlongAxis(u, at, 0), v, outside);
    expect(taken(x)).toBe("float32[3] [10, NaN, NaN]");
    expect(taken(i32(1, 2, 3))).toBe("int32[3] [1, -2147483648, -2147483648]");
    expect(taken(u32(1, 2, 3))).toBe("uint32[3] [1, 4294967295, 4294967295]");
    expect(taken(bools(false, false, false))).toBe("bool[3] [false, true, true]");
  });

  test("takes another fill value, the nearest element or counts around where asked to", () => {
    expect(np.take(x, outside, null, { fillValue: 7 }).js()).toEqual([10, 7, 7]);
    expect(np.take(x, outside, null, { mode: "clip" }).js()).toEqual([10, 30, 10]);
    expect(np.take(x, outside, null, { mode: "wrap" }).js()).toEqual([10, 10, 30]);
  });

  test("has no gradient where it was filled, and that of the element read where it was clamped", () => {
    const filled = grad((v: NDArray) => np.take(v, i32(0, 5)).mul(f32(1, 10)).sum());
    expect(filled(x).js()).toEqual([1, 0, 0]);
    const clamped = grad((v: NDArray) => gatherAt(i32(0, 5), "clip")(v).mul(f32(1, 10)).sum());
    expect(clamped(x).js()).toEqual([1, 0, 10]);
  });

  test("that fills has the tangent 0 there", () =>
    expect(jvp((v: NDArray) => np.take(v, outside), [x], [f32(1, 2, 3)])[1].js()).toEqual([1, 0, 0]));
});

describe("a static index out of range", () => {
  const isThrown = (f: () => unknown, message: RegExp): void => {
    expect(f).toThrow(ShapeError);
    expect(f).toThrow(message);
  };

  test("throws in x.slice, x.at and take, eagerly and while jit traces", () => {
    for (const at of [3, -4, 1.5, nan]) {
      isThrown(() => x.slice(at), /slice: index (3|-4|1\.5|NaN) is out of range for an axis of size 3/);
      isThrown(() => x.at(at).set(0), /at\(\.\.\.\)\.set: index .* is out of range/);
      isThrown(() => np.take(x, at), /take: index .* is out of range/);
      isThrown(() => jit((v: NDArray) => v.slice(at))(x), /is out of range/);
    }
  });

  test("throws on an empty axis, whatever it is", () =>
    isThrown(() => np.zeros([0]).slice(0), /out of range/));

  test("is no matter for ranges, which end where the axis does", () =>
    expect(show(x.slice([1, 99]))).toBe("float32[2] [20, 30]"));
});

describe("a scatter", () => {
  const ones = f32(1, 1, 1);

  test("drops what is out of range, in every kind of update", () => {
    const at = i32(0, 5, -7);
    expect(show(x.at(at).set(9))).toBe("float32[3] [9, 20, 30]");
    expect(show(x.at(at).add(9))).toBe("float32[3] [19, 20, 30]");
    expect(show(x.at(at).multiply(2))).toBe("float32[3] [20, 20, 30]");
    expect(show(x.at(at).min(1))).toBe("float32[3] [1, 20, 30]");
    expect(show(x.at(at).max(99))).toBe("float32[3] [99, 20, 30]");
    for (const write of [lax.scatter, lax.scatterAdd, lax.scatterMul, lax.scatterMin, lax.scatterMax]) {
      expect(write(x, i32(3, -1, 99).expandDims(1), ones, oneByOne).js()).toEqual([10, 20, 30]);
    }
    expect(everyWay((v: NDArray, i: NDArray) => v.at(i).set(9), x, at)).toBe("float32[3] [9, 20, 30]");
  });

  test("scatter_add accumulates at positions that occur more than once", () => {
    const add = (v: NDArray, i: NDArray): NDArray => v.at(i).add([1, 10, 100]);
    expect(everyWay(add, x, i32(0, 0, 2))).toBe("float32[3] [21, 20, 130]");
    expect(
      show(
        i32(1, 2)
          .at(i32(1, 1, 1))
          .add([1, 1, 1]),
      ),
    ).toBe("int32[2] [1, 5]");
  });

  test("scatter keeps the last update of a position, in order, and the derivative follows it", () => {
    const write = (u: NDArray): NDArray => x.at(i32(1, 1)).set(u);
    expect(show(write(f32(5, 6)))).toBe("float32[3] [10, 6, 30]");
    expect(grad((u: NDArray) => write(u).sum())(f32(5, 6)).js()).toEqual([0, 1]);
  });

  test("a value that would not fit the array's dtype is refused", () => {
    expect(() => i32(1, 2).at(0).set(1.5)).toThrow(/1\.5 does not fit into i32\[2\]/);
    expect(() => i32(1, 2).at(0).add(f32(1))).toThrow(/does not fit into i32\[2\]/);
    expect(() => bools(true).at(0).set(1)).toThrow(/does not fit into bool\[1\]/);
    expect(show(f32(1, 2).at(0).set(i32(7).sum()))).toBe("float32[2] [7, 2]");
  });

  test("the array itself stays as it was", () => {
    const y = x.at(0).set(99);
    expect([x.js(), y.js()]).toEqual([
      [10, 20, 30],
      [99, 20, 30],
    ]);
  });
});

test("the transpose of gather is scatter_add: an element read twice gets both cotangents", () => {
  for (const dtype of floats) {
    const weights = np.array([1, 10, 100], { dtype });
    const slope = grad((v: NDArray) =>
      v
        .slice(i32(2, 0, 2))
        .mul(weights)
        .sum(),
    );
    expect(slope(x.astype(dtype)).js()).toEqual([10, 0, 101]);
    expect(vmap(slope)(np.stack([x, x]).astype(dtype)).js()).toEqual([
      [10, 0, 101],
      [10, 0, 101],
    ]);
  }
});

test("the gradient of gathers in a loop scatters into the accumulator in place: n reads cost O(n)", () => {
  const reads = (v: NDArray): NDArray =>
    lax.foriLoop(0, v.size, (i, c: NDArray) => c.add(np.square(v.slice(i))), np.zeros([]).astype(v.dtype));
  const time = (n: number): number => {
    const slope = jit(grad(reads));
    const v = np.ones([n]);
    expect(slope(v).slice([0, 2]).js()).toEqual([2, 2]);
    return Math.min(
      ...[1, 2, 3].map(() => {
        const start = performance.now();
        slope(v);
        return performance.now() - start;
      }),
    );
  };
  // 16 times the elements take 16 times the time, not 256 times.
  expect(time(64_000)).toBeLessThan(64 * Math.max(time(4_000), 0.25));
});

describe("an index", () => {
  test("that is a weak float is read as int32, truncated", () => {
    expect(everyWay((v: NDArray) => v.slice(np.asarray(2)), x)).toBe("float32[] 30");
    expect(show(jit((v: NDArray, i: NDArray) => v.slice(i))(x, 1.75))).toBe("float32[] 20");
    expect(show(lax.dynamicSlice(x, [np.asarray(1)], [2]))).toBe("float32[2] [20, 30]");
    expect(show(np.take(x, np.asarray(2)))).toBe("float32[] 30");
  });

  test("that is a strong float is refused, by name", () => {
    const at = f32(2);
    expect(() => x.slice(at)).toThrow(
      /slice: an index array must be of integers, got f32\[1\]; use x\.astype/,
    );
    expect(() => np.take(x, at)).toThrow(/take: indices must be integers, got f32\[1\]/);
    expect(() => x.at(at).set(0)).toThrow(/must be of integers/);
    expect(() => lax.dynamicSlice(x, [at.sum()], [2])).toThrow(/must be integers/);
  });

  test("may be uint32", () => expect(show(x.slice(u32(2, 0)))).toBe("float32[2] [30, 10]"));

  test("that is none says what one is", () => {
    expect(() => x.slice(unchecked("1"))).toThrow(/slice: .*"?1"? is no index/);
  });
});
