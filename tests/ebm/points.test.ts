/** Tables of text become points, or one fault that says where it lies. */
import { type NDArray, numpy as np, random } from "cotangent";
import {
  decodePoints,
  explainPointsFault,
  restore,
  type Standardization,
  standardization,
  standardize,
  type TextRow,
} from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { describe, expect, test } from "vitest";

const table = (...rows: readonly (readonly string[])[]): TextRow[] =>
  rows.map((cells, i) => ({ line: i + 1, cells }));

/** The points as nested numbers, or the fault as a sentence. */
const decoded = (rows: readonly TextRow[], leastRows = 1): unknown =>
  pipe(
    decodePoints(rows, { leastRows }),
    E.match(explainPointsFault, (points): unknown => points.js()),
  );

describe("points", () => {
  const expected = [
    [1, -2.5],
    [3e2, 0],
  ];
  test.each([
    ["plain", table(["1", "-2.5"], ["3e2", "0"])],
    ["with a header", table(["x", "y"], ["1", "-2.5"], ["3e2", "0"])],
    ["with half a header", table(["", "y"], ["1", "-2.5"], ["3e2", "0"])],
    ["with blanks", table([""], [" 1 ", "-2.5"], ["", ""], ["3e2", "0 "], [""])],
  ])("%s", (_, rows) => {
    expect(decoded(rows)).toEqual(expected);
  });
  test("are float64, as they were written", () => {
    const points = decodePoints(table(["0.1", "0.2"]), { leastRows: 1 });
    expect(E.isRight(points) && points.right.dtype).toBe("float64");
    expect(E.isRight(points) && points.right.js()).toEqual([[0.1, 0.2]]);
  });
});

describe("faults", () => {
  test.each([
    [
      "nothing",
      table(),
      "line 1, column 1: there are no rows of numbers; give one point a line, such as 0.5,-1.2",
    ],
    [
      "blank lines",
      table([""], ["", ""]),
      "line 1, column 1: there are no rows of numbers; give one point a line, such as 0.5,-1.2",
    ],
    ["a word", table(["1", "2"], ["3", "four"]), 'line 2, column 2: "four" is not a finite number'],
    [
      "a word under a header",
      table(["x", "y"], ["1", "2"], ["a", "4"]),
      'line 3, column 1: "a" is not a finite number',
    ],
    ["NaN", table(["1", "2"], ["NaN", "4"]), 'line 2, column 1: "NaN" is not a finite number'],
    ["infinity", table(["1", "2"], ["3", "1e999"]), 'line 2, column 2: "1e999" is not a finite number'],
    ["an empty cell", table(["1", "2"], ["", "4"]), "line 2, column 1: an empty cell is not a finite number"],
    [
      "a short row",
      table(["1", "2"], ["3"]),
      "line 2, column 2: the row has 1 cell, and points have 2 coordinates",
    ],
    [
      "a long row",
      table(["1", "2"], ["3", "4", "5"]),
      "line 2, column 3: the row has 3 cells, and points have 2 coordinates",
    ],
    ["text alone", table(["one", "two"]), 'line 1, column 1: "one" is not a finite number'],
  ])("%s", (_, rows, sentence) => {
    expect(decoded(rows)).toBe(sentence);
  });
  test("too few rows", () => {
    expect(decoded(table(["1", "2"], ["3", "4"]), 50)).toBe(
      "2 rows are too few to learn a density from; give 50 or more",
    );
  });
});

describe("standardisation", () => {
  const points = random
    .normal(random.key(0), [500, 2])
    .astype("float64")
    .mul(np.array([3000, 0.02], { dtype: "float64" }))
    .add(np.array([12000, 0.5], { dtype: "float64" }));
  const unitsOf = (x: NDArray): Standardization =>
    pipe(
      standardization(x),
      E.getOrElse((fault): Standardization => {
        throw new Error(explainPointsFault(fault));
      }),
    );

  test("gives every column mean 0 and variance 1", () => {
    const y = standardize(unitsOf(points))(points).astype("float64");
    for (const value of y.mean(0)) expect(Math.abs(Number(value.item()))).toBeLessThan(1e-6);
    for (const value of y.std(0)) expect(Math.abs(Number(value.item()) - 1)).toBeLessThan(1e-6);
  });
  test("is undone by restore", () => {
    const units = unitsOf(points);
    const back = restore(units)(standardize(units)(points));
    const error = back.sub(points).div(units.sd).abs().max();
    expect(error.item()).toBeLessThan(1e-6);
  });
  test("refuses a constant column", () => {
    const flat = np.stack([np.linspace(0, 1, 60), np.full([60], 7)], 1);
    expect(pipe(standardization(flat), E.mapLeft(explainPointsFault))).toEqual(
      E.left("column 2: every value is 7, which has no density; give points that vary"),
    );
  });
});
