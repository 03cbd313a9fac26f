/** How dtypes, numbers and shapes meet. */
import { type DType, DTypeError, jit, makeJaxpr, numpy as np, ShapeError } from "cotangent";
import { describe, expect, test } from "vitest";

describe("dtypes", () => {
  const dtypes: readonly DType[] = ["bool", "uint32", "int32", "float32", "float64"];
  // The least upper bound in the chain bool < uint32 < int32 < float32 < float64.
  const table: Readonly<Record<DType, readonly DType[]>> = {
    bool: ["bool", "uint32", "int32", "float32", "float64"],
    uint32: ["uint32", "uint32", "int32", "float32", "float64"],
    int32: ["int32", "int32", "int32", "float32", "float64"],
    float32: ["float32", "float32", "float32", "float32", "float64"],
    float64: ["float64", "float64", "float64", "float64", "float64"],
  };

  for (const x of dtypes) {
    test(`${x} with each dtype gives the larger one, strongly`, () => {
      const sums = dtypes.map((y) => np.add(np.ones(2, { dtype: x }), np.ones(2, { dtype: y })));
      expect(sums.map((z) => z.dtype)).toEqual(table[x]);
      expect(sums.some((z) => z.weakType)).toBe(false);
    });
  }

  test("a number takes its partner's dtype and leaves the result as strong as the partner", () => {
    for (const dtype of ["uint32", "int32", "float32", "float64"] as const) {
      const z = np.multiply(np.ones(2, { dtype }), 3);
      expect([z.dtype, z.weakType]).toEqual([dtype, false]);
    }
  });

  test("a fraction beside integers or bools gives weak float32, an integer beside bools weak int32", () => {
    const types = [
      np.add(np.arange(2), 0.5),
      np.add([true, false], 0.5),
      np.add([true, false], 1),
      np.maximum(np.arange(2), Number.POSITIVE_INFINITY),
    ];
    expect(types.map((z) => [z.dtype, z.weakType])).toEqual([
      ["float32", true],
      ["float32", true],
      ["int32", true],
      ["float32", true],
    ]);
  });

  test("numbers alone are weak float32 scalars", () => {
    const z = np.add(1, 2);
    expect([z.dtype, z.weakType, z.shape, z.item()]).toEqual(["float32", true, [], 3]);
    expect(np.exp(0).weakType).toBe(true);
  });

  test("a weak result gives way to the next strong partner", () => {
    const weak = np.add(np.arange(2), 0.5);
    expect(weak.add(np.ones(2, { dtype: "float64" })).dtype).toBe("float64");
    expect(weak.add(np.ones(2)).weakType).toBe(false);
  });

  test("nested arrays are float32 or bool, typed arrays keep their dtype", () => {
    expect(np.add([1, 2], np.arange(2)).dtype).toBe("float32");
    expect(np.add(new Float64Array([1, 2]), np.arange(2)).dtype).toBe("float64");
    expect(np.asarray([true, false]).dtype).toBe("bool");
  });

  test("an integer too large for the partner is refused, with the way out", () => {
    expect(() => np.arange(3).add(3e9)).toThrow(
      /add: the number 3000000000 does not fit into int32; use x\.astype/,
    );
    expect(np.arange(3).astype("float32").add(3e9).dtype).toBe("float32");
  });

  test("bools do not subtract or negate", () => {
    expect(() => np.subtract([true], [true])).toThrow(DTypeError);
    expect(() => np.negative([true])).toThrow(DTypeError);
  });

  test("integers to a negative number are refused", () => {
    expect(() => np.arange(3).pow(-1)).toThrow(DTypeError);
  });
});

describe("shapes", () => {
  test("broadcasting aligns at the last axis and stretches sizes of 1", () => {
    const x = np.arange(6).reshape([2, 1, 3]);
    const y = np.arange(4).reshape([4, 1]);
    const z = x.add(y);
    expect(z.shape).toEqual([2, 4, 3]);
    expect(z.slice(1, 2, 0).item()).toBe(5);
  });

  test("sizes that differ are refused, naming the function and both shapes", () => {
    expect(() => np.add(np.ones([2, 3]), np.ones([2]))).toThrow(ShapeError);
    expect(() => np.add(np.ones([2, 3]), np.ones([2]))).toThrow(
      /add: shapes \[2,3\] and \[2\] do not broadcast/,
    );
  });

  test("creation is staged under jit, values that are written out are constants", () => {
    const text = makeJaxpr((x: np.NDArray) => x.add(np.zeros(3)).add(np.arange(3)))(np.ones(3)).toString();
    expect(text).toContain("broadcast_in_dim");
    expect(text).toContain("iota");
  });

  test("a jitted expression of every kind equals the eager one", () => {
    const f = (x: np.NDArray): np.NDArray =>
      np.where(x.greater(0), x.mul(2.5), np.mod(x, 3)).at(0).add(1).slice([0, 2]).sum(0, { keepdims: true });
    const x = np.array([
      [1, -2],
      [-3, 4],
      [5, 6],
    ]);
    expect(jit(f)(x).js()).toEqual(f(x).js());
  });
});
