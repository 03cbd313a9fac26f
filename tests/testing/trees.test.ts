/** closeToTree, withinUlps, ulpDistance, and the matchers made of them. */
import { strictEqual } from "node:assert";
import { numpy as np } from "cotangent";
import { closeToTree, matchers, TreeMismatchError, ulpDistance, withinUlps } from "cotangent/testing";
import { describe, expect, test } from "vitest";

const f64 = (...values: number[]) => np.array(values, { dtype: "float64" });

describe("closeToTree", () => {
  test("takes numbers beside leaves of any dtype, and NaN and infinities beside themselves", () => {
    closeToTree({ w: np.array([1, 2]), b: [f64(0.5), null] }, { b: [f64(0.5), null], w: np.array([1, 2]) });
    closeToTree({ b: np.array(0.1), n: np.array(3, { dtype: "int32" }) }, { b: 0.1, n: 3 });
    closeToTree(f64(Number.NaN, Infinity, -0), f64(Number.NaN, Infinity, 0), { atol: 0, rtol: 0 });
  });

  test.each<[string, unknown, unknown, string]>([
    [
      "a number that is too far off",
      { w: f64(1, 2, 3) },
      { w: f64(1, 2.5, 3.25) },
      "closeToTree: at .w 2 of 3 elements are off; element [1] of f64[3] is 2 and should be 2.5: off by 0.5, allowed 3.5e-15",
    ],
    [
      "an infinity beside a number",
      f64(Infinity),
      f64(1),
      "closeToTree: 1 of 1 elements are off; element [0] of f64[1] is Infinity and should be 1: off by Infinity, allowed 2e-15",
    ],
    [
      "a number beside an infinity",
      f64(1),
      f64(Infinity),
      "closeToTree: 1 of 1 elements are off; element [0] of f64[1] is 1 and should be Infinity: off by Infinity, allowed 0",
    ],
    [
      "NaN beside a number",
      f64(Number.NaN),
      f64(1),
      "closeToTree: 1 of 1 elements are off; element [0] of f64[1] is NaN and should be 1: off by NaN, allowed 2e-15",
    ],
    [
      "another dtype",
      np.array([1]),
      f64(1),
      "closeToTree: the actual leaf is f32[1], the expected one f64[1]",
    ],
    [
      "another shape",
      np.ones([2, 1]),
      np.ones([2]),
      "closeToTree: the actual leaf is f32[2,1], the expected one f32[2]",
    ],
    [
      "a list of numbers for an array",
      np.array([1, 2]),
      [1, 2],
      "closeToTree: the actual tree is an array, the expected one [*, *]; a JavaScript array is a tuple of leaves, " +
        "np.array([...]) one leaf",
    ],
  ])("refuses %s", (_, actual, expected, message) => {
    expect(() => closeToTree(actual, expected)).toThrow(TreeMismatchError);
    expect(() => closeToTree(actual, expected)).toThrow(message);
  });

  test("allows atol + rtol |expected|, no more", () => {
    closeToTree(f64(1.25), f64(1), { atol: 0.25, rtol: 0 });
    closeToTree(f64(5), f64(4), { atol: 0, rtol: 0.25 });
    expect(() => closeToTree(f64(4), f64(5), { atol: 0, rtol: 0.125 })).toThrow(/off by 1, allowed 0\.625/);
  });
});

test("ulpDistance counts the floats between", () => {
  strictEqual(ulpDistance(1, 1 + 2 ** -52), 1);
  strictEqual(ulpDistance(1, 1 - 2 ** -52), 2); // below 1 floats lie half as far apart
  strictEqual(ulpDistance(1, 1 + 2 ** -23, "float32"), 1);
  strictEqual(ulpDistance(0, -0), 0);
  strictEqual(ulpDistance(-5e-324, 5e-324), 2);
  strictEqual(ulpDistance(Number.MAX_VALUE, Infinity), 1);
  strictEqual(ulpDistance(Number.NaN, Number.NaN), 0);
  strictEqual(ulpDistance(Number.NaN, 1), Infinity);
  expect(() => ulpDistance(0.1, 0.1, "float32")).toThrow(/0\.1 is no float32/);
});

test("withinUlps says how many", () => {
  withinUlps(np.array([1, 2]), np.array([1, 2 + 2 ** -22]), 1);
  expect(() => withinUlps([np.array([1, 2 + 2 ** -21])], [np.array([1, 2])], 1)).toThrow(
    "withinUlps: at [0] 1 of 2 elements are off; element [1] of f32[2] is 2.000000476837158 and should be 2: " +
      "off by 2 ulp, allowed 1 ulp",
  );
});

describe("the matchers", () => {
  expect.extend(matchers);
  interface Extended {
    toBeCloseToTree(expected: unknown, options?: object): void;
    toBeWithinUlps(expected: unknown, most: number): void;
    readonly not: Extended;
  }
  // What a user declares once for the whole project, and a test of its own must not.
  const extended = (value: unknown): Extended => expect(value) as unknown as Extended;

  test("work with expect, and with not", () => {
    extended({ a: f64(1) }).toBeCloseToTree({ a: f64(1) });
    extended(f64(1)).not.toBeCloseToTree(1);
    extended(f64(1)).not.toBeCloseToTree(f64(1.1));
    extended(f64(1)).toBeWithinUlps(f64(1 + 2 ** -52), 1);
    expect(() => extended(f64(1)).toBeCloseToTree(f64(2))).toThrow(
      /^toBeCloseToTree: 1 of 1 elements are off/,
    );
    expect(() => extended(f64(1)).not.toBeWithinUlps(f64(1), 0)).toThrow(/are that close, and should not be/);
  });

  test("are plain functions, for any runner", () => {
    const { pass, message } = matchers.toBeWithinUlps(f64(1), f64(2), 3);
    strictEqual(pass, false);
    expect(message()).toMatch(/allowed 3 ulp/);
  });
});
