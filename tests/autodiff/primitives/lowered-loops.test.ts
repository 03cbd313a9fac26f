/** What the loops of single primitives say before any pass has seen them: nothing is done that need not be, or outside an array. */
import { lax, type NDArray, numpy as np } from "cotangent";
import { expect, test } from "vitest";
import { lower } from "../../../src/compiler/lower.js";
import { interpret } from "../../../src/ir/interpret.js";
import { showProgram } from "../../../src/ir/print-loops.js";
import { traced } from "../../compiler/simplify/text.js";

const loopsOf = (f: (...xs: NDArray[]) => unknown, ...args: NDArray[]): string =>
  showProgram(lower(traced(f, ...args)).program);

const extentsOf = (text: string): number[] =>
  [...text.matchAll(/ < (\d+) \{/g)].map(([, extent]) => Number(extent));

const x = np.zeros([3, 4, 5]);

test("trailing axes are reduced as one: no index is taken apart", () => {
  expect(loopsOf((v) => lax.reduceSum(v, [1, 2]), x)).not.toMatch(/ [/%&] /);
});

test("indices along sizes that are powers of two are taken apart bit by bit, along others by division", () => {
  expect(loopsOf((v) => lax.reduceSum(v, [0, 1]), x)).not.toContain(" / ");
  expect(loopsOf((v) => lax.reduceSum(v, [0, 1]), np.zeros([4, 3, 5]))).toContain(" / ");
});

test("reduced axes of size 1 leave no trace in the loops", () => {
  const alone = loopsOf((v) => lax.reduceSum(v, [0, 1]), np.zeros([3, 4, 5]));
  const withOnes = loopsOf((v) => lax.reduceSum(v, [0, 1, 2]), np.zeros([3, 4, 1, 5]));
  const body = (text: string): string => text.slice(text.indexOf("{"));
  expect(body(withOnes)).toBe(body(alone));
});

test("a sum of whole blocks writes a partial sum for each of them, and no other", () => {
  const { program } = lower(traced((v: NDArray) => lax.reduceSum(v, [0]), np.zeros([8192])));
  const terms = Float32Array.from({ length: 8192 }, (_, i) => i % 7);
  expect(interpret(program, [terms])[0][0]).toBe(terms.reduce((sum, term) => sum + term));
});

test("nothing is written into an array without elements", () => {
  const dims = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] };
  const f = (v: NDArray, indices: NDArray, updates: NDArray): NDArray =>
    lax.scatter(v, indices, updates, dims);
  const indices = np.zeros([2, 1], { dtype: "int32" });
  const { program } = lower(traced(f, np.zeros([0]), indices, np.zeros([2])));
  expect(interpret(program, [new Float32Array(0), new Int32Array(2), new Float32Array(2)])).toEqual([
    new Float32Array(0),
  ]);
});

test("right-hand sides are solved by fours, the rest once; from eight on row after row", () => {
  const solve = (sides: number): string =>
    loopsOf(
      (a, b) => lax.linalg.triangularSolve(a, b, { leftSide: true, lower: true }),
      np.zeros([6, 6]),
      np.zeros([6, sides]),
    );
  const divisions = (sides: number): number => solve(sides).split(" / ").length - 1;
  expect([1, 3, 4, 5, 7].map(divisions)).toEqual([1, 3, 4, 5, 7]);
  const loops = (sides: number): number => extentsOf(solve(sides)).length;
  expect(loops(4)).toBe(loops(1));
  expect(extentsOf(solve(7))).not.toContain(7);
  expect(extentsOf(solve(8))).toContain(8);
});

test("rows as right-hand sides are solved by fours too", () => {
  const solve = (sides: number): string =>
    loopsOf(
      (a, b) => lax.linalg.triangularSolve(a, b, { leftSide: false, lower: true }),
      np.zeros([6, 6]),
      np.zeros([sides, 6]),
    );
  expect([4, 8, 9].map((sides) => solve(sides).split(" / ").length - 1)).toEqual([4, 4, 5]);
});
