/** What is done to a person's points, said in full; and what ends it, as one line. */
import { numpy as np, random } from "cotangent";
import { preparePoints } from "cotangent/ebm";
import { describe, expect, test } from "vitest";
import { nested, normals, prepared, rightOf, said, tableOf } from "./tables.js";

const points = normals(random.key(1), 60);
const many = normals(random.key(2), 600);
const named = (names: readonly string[], rows: readonly (readonly (string | number)[])[]) => [names, ...rows];
const fiveFolds = "60 rows are few: scores are of 5 folds, each held out in turn";
const scaled = "scaled to mean 0 and standard deviation 1: column 1 and column 2";

describe("columns", () => {
  const cities = named(
    ["city", "x", "", "y"],
    points.map(([x, y], i) => [i % 2 ? "Rome" : "Oslo", x, "", y]),
  );
  test("of text and of nothing are left out, and said to be", () => {
    expect(said(cities)).toEqual([
      "line 1 names the columns: city, x, column 3 and y",
      'column 1 (city) holds text, such as "Oslo" at line 2: left out',
      "column 3 is empty: left out",
      fiveFolds,
      "scaled to mean 0 and standard deviation 1: column 2 (x) and column 4 (y)",
    ]);
    expect(nested(prepared(cities).points)).toEqual(points);
  });
  test.each<[string, readonly (string | number)[]]>([
    ["by name", ["y", "x"]],
    ["by number", [4, 2]],
    ["by number as text", ["4", " 2"]],
  ])("are chosen %s, in the order given", (_, columns) => {
    const { names, points: chosen } = prepared(cities, { columns });
    expect(names).toEqual(["y", "x"]);
    expect(nested(chosen)).toEqual(points.map(([x, y]) => [y, x]));
  });
  test("of strangers are named on one line, without what a terminal would obey or nobody sees", () => {
    const hostile = named(
      ["a\nb", "c\u001b[2J", "\u202edne", `${"w".repeat(39)}\u009b0m`],
      points.map(([x, y]) => [x, y, 0, "\u001b[31mred"]),
    );
    const sentences = said(hostile);
    expect(sentences.slice(0, 2)).toEqual([
      `line 1 names the columns: a b, c [2J, dne and ${"w".repeat(37)}...`,
      `column 4 (${"w".repeat(37)}...) holds text, such as "\\u001b[31mred" at line 2: left out`,
    ]);
    expect(said(hostile, { columns: ["\u009bz"] })).toBe(
      `line 1: there is no column "\\u{9b}z"; the columns are a b, c [2J, dne and ${"w".repeat(37)}...`,
    );
  });
  test("named by digits are found by name before number", () => {
    const years = named(
      ["2", "1", "z"],
      points.map(([x, y]) => [x, y, 0]),
    );
    expect(nested(prepared(years, { columns: ["1"] }).points)).toEqual(points.map(([, y]) => [y]));
    expect(nested(prepared(years, { columns: [1] }).points)).toEqual(points.map(([x]) => [x]));
  });
  test.each<[string, readonly (string | number)[], string]>([
    [
      "an unknown name",
      ["x", "z"],
      'line 1: there is no column "z"; the columns are city, x, column 3 and y',
    ],
    ["number 0", [0], "line 1: there is no column 0; the columns are city, x, column 3 and y"],
    ["number 5", ["5"], 'line 1: there is no column "5"; the columns are city, x, column 3 and y'],
    ["one twice", ["x", 2], "line 1: column 2 (x) is chosen twice; a column beside itself has no density"],
    ["text", ["x", "city"], 'line 2, column 1 (city): "Oslo" is not a number'],
    [
      "nothing",
      ["x", 3],
      "line 2, column 3: here and elsewhere, 60 of 60 rows lack a finite number, and at most 20% are left " +
        "out unasked; allow more, or leave out the columns that lack them",
    ],
  ])("%s cannot be chosen", (_, columns, sentence) => {
    expect(said(cities, { columns })).toBe(sentence);
  });
  test("of one name cannot be told apart", () => {
    const twins = named(["x", "x"], points);
    expect(said(twins, { columns: ["x"] })).toBe(
      'line 1: columns 1 and 2 are all named "x"; choose by number',
    );
    expect(prepared(twins, { columns: [2] }).names).toEqual(["x"]);
  });
  test.each([
    ["a word among numbers", [...points, ["1", "o.7"]], 'line 61, column 2: "o.7" is not a number'],
    [
      "the first of two words",
      named(["x", "y"], [...points.slice(0, 9), ["oh", 1], [1, "ah"], ...points]),
      'line 11, column 1 (x): "oh" is not a number',
    ],
    [
      "a decimal comma",
      [...points, ["1,5", "2"]],
      'line 61, column 1: "1,5" is not a number; write decimals with a point',
    ],
    [
      "a long word",
      [...points, ["1", "x".repeat(50)]],
      `line 61, column 2: "${"x".repeat(37)}..." is not a number`,
    ],
    ["a word of several lines", [...points, ["1", "a\nb"]], 'line 61, column 2: "a\\nb" is not a number'],
    [
      "words alone",
      [["one", "two"]],
      'line 1, column 1: no column holds numbers; the first begins with "one"',
    ],
    [
      "decimal commas alone",
      points.map(() => ["1,5", "2,5"]),
      'line 1, column 1: no column holds numbers; the first begins with "1,5"; write decimals with a point',
    ],
    [
      "missing cells alone",
      [["NA"]],
      "line 1, column 1: no column holds numbers; the first begins with an empty cell",
    ],
  ])("%s is a fault", (_, rows, sentence) => {
    expect(said(rows)).toBe(sentence);
  });
});

describe("rows", () => {
  test.each([
    [10, 60, ["10 of 60 rows lack a finite number, the first at line 4: left out", "50 rows are few"]],
    [12, 72, ["12 of 72 rows lack a finite number, the first at line 4: left out", "60 rows are few"]],
  ])("%d of %d without a number are left out", (count, of, [first, second]) => {
    const rows = [...points, ...many]
      .slice(0, of)
      .map((row, i) => (i >= 3 && i < 3 + count ? [row[0], "NA"] : row));
    const sentences = said(rows);
    expect(sentences[0]).toBe(first);
    expect(sentences[1]).toContain(second);
  });
  const holes = points.map(([x, y], i) => (i % 4 === 1 ? [x, "inf"] : [x, y]));
  test("of which more than a fifth lack a number are refused, unless asked for", () => {
    expect(said(holes)).toBe(
      "line 2, column 2: here and elsewhere, 15 of 60 rows lack a finite number, and at most 20% are left " +
        "out unasked; allow more, or leave out the columns that lack them",
    );
    expect(prepared(holes, { missing: 0.25, leastRows: 45 }).points.shape).toEqual([45, 2]);
    expect(said(holes, { missing: 1 })).toBe(
      "45 of 60 rows are left, too few to learn a density from; give 50 or more",
    );
  });
  test("that are too few are refused", () => {
    expect(said(points.slice(0, 49))).toBe("49 rows are too few to learn a density from; give 50 or more");
    expect(said([[1, 2]])).toBe("1 row is too few to learn a density from; give 50 or more");
  });
  test("far out are left out; near ones stay; and all do when asked for", () => {
    const rows = [...many, [0, 1e9], [-9, 0], [0, 7.5]];
    expect(said(rows)[0]).toBe(
      "2 of 603 rows lie more than 8 robust units (interquartile range / 1.349) from the median, " +
        "the first at line 601: left out",
    );
    expect(prepared(rows, { outliers: Number.POSITIVE_INFINITY }).points.shape).toEqual([603, 2]);
  });
  test("in which every column is constant are refused", () => {
    expect(said(points.map(() => [7, 0]))).toBe(
      "no column varies: column 1 is always 7 and column 2 is always 0, which has no density; give points that vary",
    );
  });
  test("keep their order, and their numbers to the last bit", () => {
    expect(nested(prepared(points).points)).toEqual(points);
    expect(said(points)).toEqual([fiveFolds, scaled]);
  });
});

describe("columns that do not vary", () => {
  test("are left out, and one column that is left is enough", () => {
    const rows = named(
      ["x", "unit"],
      points.map(([x]) => [x, 1e9 + 0.25]),
    );
    const { names, train } = prepared(rows);
    expect([names, train.shape]).toEqual([["x"], [60, 1]]);
    expect(said(rows)[1]).toBe("column 2 (unit) is always 1000000000.25, which has no density: left out");
  });
  test("are those whose spread is below a billionth of their size", () => {
    const nearly = (spread: number) => points.map(([x], i) => [x, 1 + (i % 2) * spread]);
    expect(prepared(nearly(1e-9)).names).toEqual(["column 1"]);
    expect(prepared(nearly(4e-9)).names).toEqual(["column 1", "column 2"]);
  });
});

describe("values that no scaling can hold", () => {
  test.each([
    [
      "too large ones",
      points.map(([x, y]) => [x, y * 1e200]),
      /^column 2 holds .*e\+200, too large to reckon with; use larger units$/,
    ],
    [
      "a linear function of the other columns",
      points.map(([x, y]) => [x, y, 2 * x - y + 3]),
      /^column 3 is a linear function of the columns before it, which has no density; leave it out$/,
    ],
    [
      "a column twice",
      points.map(([x]) => [x, x]),
      /^column 2 is a linear function of the columns before it/,
    ],
  ])("%s are a fault", (_, rows, sentence) => {
    expect(said(rows)).toMatch(sentence);
  });
});

describe("the same key", () => {
  const dice = many.map(([x, y]) => [Math.round(2 * x), Math.round(2 * y)]);
  const prepare = (seed: number) => rightOf(preparePoints(random.key(seed), tableOf(dice)));
  test("gives the same rows and the same noise, and another key others", () => {
    const [one, again, other] = [prepare(5), prepare(5), prepare(6)];
    expect(nested(again.train)).toEqual(nested(one.train));
    expect(nested(again.points)).toEqual(nested(one.points));
    expect(nested(other.points)).not.toEqual(nested(one.points));
    expect(np.allclose(other.train, one.train).item()).toBe(false);
  });
});
