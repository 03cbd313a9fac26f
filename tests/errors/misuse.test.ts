/** Public functions called with wrong types, shapes, trees and options: `npm run fuzz:misuse` makes many more calls. */
import { NDArray, numpy as np } from "cotangent";
import { describe, expect, test } from "vitest";
import { callees, excluded } from "./misuse/calls.js";
import { fuzz } from "./misuse/fuzz.js";
import { faultOfError, faultOfResult, isTame } from "./misuse/judge.js";
import { thrownBy } from "./thrown.js";

const seed = 20261123;

test("3,000 calls, right ones and wrong ones, give a value or a refusal in words", () => {
  const { calls, refusals, faults } = fuzz(seed, 0, 3000);
  const shown = faults.map(({ name, what, args, index }) => `${name}: ${what}\n  ${args} (index ${index})`);
  expect(shown).toEqual([]);
  // Both kinds must be there in numbers, or the calls are not what they are meant to be.
  expect(refusals).toBeGreaterThan(calls / 4);
  expect(calls - refusals).toBeGreaterThan(calls / 4);
});

test("a call is made again by its index alone", () => {
  const all = fuzz(seed, 100, 200);
  const halves = [fuzz(seed, 100, 150), fuzz(seed, 150, 200)];
  expect(halves.reduce((count, { refusals }) => count + refusals, 0)).toBe(all.refusals);
});

test("every public function is among those that are called, but for those with a reason", () => {
  const names = new Set(callees.map(({ name }) => name));
  const numpyFunctions = Object.entries(np).filter(
    ([, value]) => typeof value === "function" && value !== NDArray,
  );
  expect(numpyFunctions.filter(([name]) => !names.has(`numpy.${name}`)).map(([name]) => name)).toEqual([]);
  expect(excluded.every(([, reason]) => reason.length > 20)).toBe(true);
  expect(names.size).toBeGreaterThan(400);
});

describe("the judge finds", () => {
  test.each<[string, unknown]>([
    ["a bare TypeError", thrownBy(() => Object(undefined).x.y)],
    ["an overflowing stack", new RangeError("Maximum call stack size exceeded")],
    ["an error without words", new (class extends Error {})("")],
    ["a thrown string", "no"],
  ])("%s", (_, error) => {
    expect(faultOfError(error)).not.toBeNull();
  });

  test("a silent undefined and a silent NaN, but no NaN that went in", () => {
    expect(faultOfResult("numpy.sum", undefined, true)).toBe("returned undefined");
    expect(faultOfResult("numpy.sum", np.array([Number.NaN]), isTame([1, np.array([2])]))).toBe(
      "returned NaN",
    );
    expect(faultOfResult("numpy.sum", np.array([Number.NaN]), isTame([Number.NaN]))).toBeNull();
  });

  test("a nonsensical shape and a nonsensical dtype", () => {
    const fake = (shape: readonly number[], dtype: string): unknown =>
      Object.create(NDArray.prototype, { aval: { value: { shape, dtype, weakType: false } } });
    expect(faultOfResult("numpy.sum", fake([Number.NaN], "float32"), true)).toMatch(/shape \[NaN\]/);
    expect(faultOfResult("numpy.sum", fake([2], "int8"), true)).toMatch(/int8/);
  });
});
