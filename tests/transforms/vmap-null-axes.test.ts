import { type NDArray, numpy as np, vmap } from "cotangent";
import { describe, expect, test } from "vitest";

describe("null as axes of vmap", () => {
  const identity = (x: NDArray): NDArray => x;

  test("outAxes null on a mapped output throws, in both spellings", () => {
    expect(() => vmap(identity, 0, null)(np.zeros([3]))).toThrow(
      /outAxes is null for an output that depends on/,
    );
    expect(() => vmap(identity, { outAxes: null })(np.zeros([3]))).toThrow(/outAxes is null/);
  });

  test("outAxes null passes an output that is not mapped as it is", () => {
    const constant = vmap((_: NDArray) => np.ones([2]), 0, null);
    expect(constant(np.zeros([3])).shape).toEqual([2]);
  });

  test("inAxes null maps nothing, and axisSize says how often", () => {
    expect(() => vmap(identity, null)(np.zeros([3]))).toThrow(/no argument is mapped/);
    expect(vmap(identity, { inAxes: null, axisSize: 4 })(np.zeros([3])).shape).toEqual([4, 3]);
  });
});
