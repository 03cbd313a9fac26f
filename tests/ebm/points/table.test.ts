/** Cells of text become columns of numbers, or one fault that says where it lies. */
import { decodeTable, explainPointsFault, type TextRow } from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { describe, expect, test } from "vitest";
import { rightOf, rowsOf } from "./tables.js";

/** Names and values of the columns, or the fault as a sentence. */
const decoded = (rows: Iterable<TextRow>, header?: boolean): unknown =>
  pipe(
    decodeTable(rows, header === undefined ? {} : { header }),
    E.match(explainPointsFault, ({ columns }): unknown =>
      columns.map(({ name, values }) => [name, ...values]),
    ),
  );

describe("columns", () => {
  test.each([
    ["of numbers", rowsOf(["1", "-2.5"], ["3e2", "0"]), null, null],
    ["under a header", rowsOf(["x", "y"], ["1", "-2.5"], ["3e2", "0"]), "x", "y"],
    ["under half a header", rowsOf(["", " y "], ["1", "-2.5"], ["3e2", "0"]), null, "y"],
    ["among blank lines", rowsOf([""], [" 1 ", "-2.5"], ["", ""], ["+3.e2", "0 "], [""]), null, null],
  ])("%s", (_, rows, x, y) => {
    expect(decoded(rows)).toEqual([
      [x, 1, 300],
      [y, -2.5, 0],
    ]);
  });
  test("come of rows that are made as they are read", () => {
    const rows = function* (): Generator<TextRow> {
      for (let line = 1; line <= 5000; line++) yield { line, cells: [String(line / 8), "-0"] };
    };
    const { columns, lines } = rightOf(decodeTable(rows()));
    expect(columns[0].values).toEqual(Float64Array.from({ length: 5000 }, (_, i) => (i + 1) / 8));
    expect(Object.is(columns[1].values[4999], -0)).toBe(true);
    expect(lines[4999]).toBe(5000);
  });
  test("count numbers and words, and keep the first word with its line", () => {
    const [first, second] = rightOf(
      decodeTable(rowsOf(["1", "a"], ["NA", ""], ["2", "b"], ["x", "3"])),
    ).columns;
    expect(first).toMatchObject({ numbers: 2, words: 1, firstWord: { line: 4, text: "x" } });
    expect(second).toMatchObject({ numbers: 1, words: 2, firstWord: { line: 1, text: "a" } });
  });
  test("are as small as what is in them, though one line has a hundred thousand", () => {
    const row = { line: 1, cells: new Array<string>(1e5).fill("1") };
    const before = process.memoryUsage().arrayBuffers;
    const { columns } = rightOf(decodeTable([row, { ...row, line: 2 }]));
    expect(columns.length).toBe(1e5);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e8);
  });
  test.each([
    ["digits and a letter", `${"1".repeat(1e6)}x`],
    ["spaces and a letter", `1${" ".repeat(1e6)}x`],
    ["spaces between letters", `n${" ".repeat(1e6)}a`],
    ["spaces before a letter", `${" ".repeat(1e6)}x`],
  ])(
    "a cell of a million %s is a word, in no time that grows with the square",
    { timeout: 2000 },
    (_, cell) => {
      const [column] = rightOf(decodeTable(rowsOf(["1", "2"], [cell, "3"]))).columns;
      expect(column).toMatchObject({ numbers: 1, words: 1 });
    },
  );
  test.each([
    "",
    " ",
    "NA",
    "n/a",
    "#N/A",
    "<NA>",
    "NaN",
    "-nan",
    "null",
    "None",
    "inf",
    "-Infinity",
    "1e999",
  ])("%j is a missing number", (cell) => {
    const [column] = rightOf(decodeTable(rowsOf(["1", "2"], [cell, "3"]))).columns;
    expect(column).toMatchObject({ numbers: 1, words: 0 });
    expect(column.values).toEqual(Float64Array.of(1, Number.NaN));
  });
  test.each(["0x10", "1,5", "1_000", "1 000", "--1", "1e", ".", "5%", "NAN1", "infinite"])(
    "%j is a word",
    (cell) => {
      const [column] = rightOf(decodeTable(rowsOf(["1", "2"], [cell, "3"]))).columns;
      expect(column).toMatchObject({ numbers: 1, words: 1, firstWord: { line: 2, text: cell } });
    },
  );
});

describe("the first row", () => {
  test.each([
    ["is a header where a word stands over a number", ["x", "2"], ["1", "3"], true],
    ["is none where words stand over words", ["x", "2"], ["y", "3"], false],
    ["is none where a missing cell stands over a number", ["NA", "2"], ["1", "3"], false],
    ["is none where a word stands over a missing cell", ["x", "2"], ["", "3"], false],
  ])("%s", (_, first, second, isHeader) => {
    const { headerLine, lines } = rightOf(decodeTable(rowsOf(first, second)));
    expect([headerLine, lines.length]).toEqual(isHeader ? [1, 1] : [null, 2]);
  });
  test("is what the option says", () => {
    const years = rowsOf(["2019", "2020"], ["1", "3"], ["5", "7"]);
    expect(decoded(years, true)).toEqual([
      ["2019", 1, 5],
      ["2020", 3, 7],
    ]);
    expect(rightOf(decodeTable(rowsOf(["x"], ["1"]), { header: false })).columns[0].words).toBe(1);
  });
});

describe("faults", () => {
  const empty = "line 1, column 1: there are no rows of numbers; give one point a line, such as 0.5,-1.2";
  test.each([
    ["nothing", rowsOf(), empty],
    ["blank lines", rowsOf([""], ["", ""]), empty],
    ["a short row", rowsOf(["1", "2"], ["3"]), "line 2, column 2: the row has 1 cell, and the first has 2"],
    [
      "a long row",
      rowsOf(["1", "2"], ["3", "4", "5"]),
      "line 2, column 3: the row has 3 cells, and the first has 2",
    ],
    [
      "a header that is shorter than the rows",
      rowsOf(["x"], ["3", "4"]),
      "line 2, column 2: the row has 2 cells, and the first has 1",
    ],
  ])("%s", (_, rows, sentence) => {
    expect(decoded(rows)).toBe(sentence);
  });
  test("a header alone", () => {
    expect(decoded(rowsOf(["x", "y"]), true)).toBe(empty);
  });
});
