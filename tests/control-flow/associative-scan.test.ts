/** associativeScan of an operation that does not commute: affine maps v -> a v + b, one after another. */
import { grad, jit, lax, type NDArray, numpy as np } from "cotangent";
import { describe, expect, test } from "vitest";

interface Affine {
  readonly a: NDArray;
  readonly b: NDArray;
}
/** First `left`, then `right`. */
const then = (left: Affine, right: Affine): Affine => ({
  a: left.a.mul(right.a),
  b: left.b.mul(right.a).add(right.b),
});
const scanned = (maps: Affine, axis: number, reverse: boolean): Affine =>
  lax.associativeScan(then, maps, { axis, reverse });
const flipped = ({ a, b }: Affine, axis: number): Affine => ({ a: np.flip(a, axis), b: np.flip(b, axis) });

const f64 = (values: number[][]): NDArray => np.array(values, { dtype: "float64" });
const maps: Affine = {
  a: f64([
    [2, 3, -1, 2, 1],
    [1, -2, 2, 3, 2],
  ]),
  b: f64([
    [1, 4, 2, -3, 5],
    [0, 1, 3, 2, -1],
  ]),
};

describe.each([0, 1, -1])("along axis %i", (axis) => {
  test("reverse composes from the last on: it is the flipped scan of the flipped", () => {
    const expected = flipped(scanned(flipped(maps, axis), axis, false), axis);
    const found = scanned(maps, axis, true);
    expect([found.a.js(), found.b.js()]).toEqual([expected.a.js(), expected.b.js()]);
    expect(jit((m: Affine) => scanned(m, axis, true).b)(maps).js()).toEqual(expected.b.js());
  });

  test("so is its gradient", () => {
    const weights = maps.b.add(1);
    const of = (scan: (m: Affine) => Affine) => grad((m: Affine) => scan(m).b.mul(weights).sum())(maps);
    const found = of((m) => scanned(m, axis, true));
    const expected = of((m) => flipped(scanned(flipped(m, axis), axis, false), axis));
    expect([found.a.js(), found.b.js()]).toEqual([expected.a.js(), expected.b.js()]);
  });
});

test("the maps that come out are the compositions, one after another, from either end", () => {
  const row: Affine = { a: maps.a.slice(0), b: maps.b.slice(0) };
  // v -> 2v + 1, 3v + 4, -v + 2, 2v - 3, v + 5
  const forward = scanned(row, 0, false);
  expect([forward.a.js(), forward.b.js()]).toEqual([
    [2, 6, -6, -12, -12],
    [1, 7, -5, -13, -8],
  ]);
  const backward = scanned(row, 0, true);
  expect([backward.a.js(), backward.b.js()]).toEqual([
    [-12, -6, -2, 2, 1],
    [-21, -11, -5, 7, 5],
  ]);
});
