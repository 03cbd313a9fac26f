/** From a CSV file to a table and to points: what is understood, and the one line with which bad input ends. */
import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { numpy as np, random } from "cotangent";
import { encodePoints, explainNote, type PrepareOptions, preparePoints } from "cotangent/ebm";
import fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { describe, expect, test } from "vitest";
import { rowsOf } from "../../../examples/train/csv.js";
import { inFile, parseTable, readTable } from "../../../examples/train/read-points.js";

const folder = mkdtempSync(join(tmpdir(), "cotangent-points-"));

const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

/** As the command does it: the notes, or the one line, without the folder's name. */
const read = (path: string, options: PrepareOptions = {}): Promise<string | readonly string[]> =>
  pipe(
    readTable(path),
    TE.chainEitherK(({ table }) =>
      pipe(preparePoints(random.key(0), table, options), E.mapLeft(inFile(path))),
    ),
    TE.match(
      (complaint): string | readonly string[] => complaint.replaceAll(`${folder}/`, ""),
      ({ notes }) => notes.map(explainNote),
    ),
  )();

const points = Array.from({ length: 60 }, (_, i) => [Math.sin(i), Math.cos(3 * i)] as const);
const rows = points.map((row) => row.join(","));
const csv = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;

/** The columns of a text, each its name and its values. */
const columnsOf = (text: string): unknown =>
  pipe(
    parseTable(text),
    E.map(({ columns }) => columns.map(({ name, values }) => [name, ...values])),
    E.getOrElseW((complaint) => complaint),
  );

describe("bad input ends with one line that names file, line and column", () => {
  const empty = "line 1, column 1: there are no rows of numbers; give one point a line, such as 0.5,-1.2";
  type Case = readonly [name: string, content: string | Uint8Array, line: string, options?: PrepareOptions];
  const cases: readonly Case[] = [
    ["an empty file", "", empty],
    ["a byte-order mark alone", "\uFEFF", empty],
    ["blank lines alone", "\n\r\n , \n", empty],
    ["a header alone", "x,y\n", 'line 1, column 1: no column holds numbers; the first begins with "x"'],
    [
      "a word",
      csv("x,y", ...rows.slice(0, 9), "0.5,o.7", ...rows),
      'line 11, column 2 (y): "o.7" is not a number',
    ],
    ["a word after blank lines", csv(...rows, "", "", "a,1"), 'line 63, column 1: "a" is not a number'],
    [
      "a word after quoted line ends",
      csv('"x\n(m)",y', ...rows, "1,b"),
      'line 63, column 2 (y): "b" is not a number',
    ],
    [
      "a word and Windows line ends",
      csv(...rows, "1,b").replaceAll("\n", "\r\n"),
      'line 61, column 2: "b" is not a number',
    ],
    [
      "a word and old Macintosh line ends",
      csv(...rows, "1,b").replaceAll("\n", "\r"),
      'line 61, column 2: "b" is not a number',
    ],
    [
      "a decimal comma",
      csv(...rows.map((row) => row.replaceAll(",", ";")), "1,5;2"),
      'line 61, column 1: "1,5" is not a number; write decimals with a point',
    ],
    [
      "decimal commas",
      csv(...rows.map((row) => row.replace(",", ";").replaceAll(".", ","))),
      'line 1, column 1: no column holds numbers; the first begins with "0,8414709848078965"; write decimals with a point',
    ],
    ["a short row", csv(...rows, "4"), "line 61, column 2: the row has 1 cell, and the first has 2"],
    [
      "a line above the header",
      csv("Export, 2020", "x;y;z", ...rows.map((row) => `${row.replace(",", ";")};1`)),
      "line 2, column 2: the row has 3 cells, and the first has 1",
    ],
    ["a long row", csv(...rows, "4,5,6"), "line 61, column 3: the row has 3 cells, and the first has 2"],
    [
      "an open quote",
      csv(...rows, '1,"2', ...rows),
      "line 61, column 2: a quote opens here and is never closed",
    ],
    [
      "an open quote in the first row",
      '"x,y\n1,2\n',
      "line 1, column 1: a quote opens here and is never closed",
    ],
    [
      "text behind a quote",
      csv(...rows, '1,"2"3', ...rows),
      "line 61, column 2: text follows a closing quote",
    ],
    [
      "too many missing cells",
      csv(...rows.map((row, i) => (i % 3 === 2 ? "," : row)).slice(0, 50), ...rows.map(() => "1,")),
      "line 51, column 2: here and elsewhere, 60 of 94 rows lack a finite number, and at most 20% are left out unasked; allow more, or leave out the columns that lack them",
    ],
    [
      "too many NaN",
      csv("x,y", ...rows.map((row, i) => (i % 3 === 0 ? "nan,1" : row))),
      "line 2, column 1 (x): here and elsewhere, 20 of 60 rows lack a finite number, and at most 20% are left out unasked; allow more, or leave out the columns that lack them",
    ],
    [
      "too few rows",
      csv(...rows.slice(0, 49)),
      "49 rows are too few to learn a density from; give 50 or more",
    ],
    [
      "too few rows once others are left out",
      csv(...rows.slice(0, 49), "1e9,1", "NA,NA"),
      "49 of 51 rows are left, too few to learn a density from; give 50 or more",
    ],
    [
      "constant columns alone",
      csv("x,y", ...rows.map(() => "7,1e3")),
      "no column varies: column 1 (x) is always 7 and column 2 (y) is always 1000, which has no density; give points that vary",
    ],
    [
      "words alone",
      csv("one,two", "three,four"),
      'line 1, column 1: no column holds numbers; the first begins with "one"',
    ],
    [
      "an unknown column",
      csv("x,y", ...rows),
      'line 1: there is no column "z"; the columns are x and y',
      { columns: ["z"] },
    ],
    [
      "a column beyond the last",
      csv(...rows),
      "line 1: there is no column 3; the columns are column 1 and column 2",
      { columns: [1, 3] },
    ],
    [
      "a column twice",
      csv("x,y", ...rows),
      "line 1: column 2 (y) is chosen twice; a column beside itself has no density",
      { columns: ["y", 2] },
    ],
    [
      "a column of text by name",
      csv("x,y", ...rows.map((row) => `${row}m`)),
      'line 2, column 2 (y): "1m" is not a number',
      { columns: ["x", "y"] },
    ],
    [
      "two columns of one name",
      csv("x,x", ...rows),
      'line 1: columns 1 and 2 are all named "x"; choose by number',
      { columns: ["x"] },
    ],
    [
      "a column that is a line in the other",
      csv(...points.map(([x]) => `${x},${3 - 2 * x}`)),
      "column 2 is a linear function of the columns before it, which has no density; leave it out",
    ],
    [
      "numbers whose squares overflow",
      csv(...points.map(([x, y]) => `${x},${y}e200`)),
      "column 2 holds 1e+200, too large to reckon with; use larger units",
    ],
    [
      "Latin-1",
      Uint8Array.of(...Buffer.from("x,y\n1,2\n"), 0xe4, 0x0a),
      "line 3: this is not UTF-8; save the file as CSV in UTF-8",
    ],
    [
      "UTF-16",
      Buffer.from("\uFEFF1,2\n", "utf16le"),
      "line 1, column 1: this is UTF-16 text; save it as CSV in UTF-8",
    ],
    [
      "a spreadsheet",
      Uint8Array.of(0x50, 0x4b, 3, 4, 0x0a, 0, 0),
      "line 2: a byte is 0, so this is no text; save the points as CSV in UTF-8",
    ],
  ];
  test.each(cases.map((one) => [one[0], one] as const))("%s", async (_, one) => {
    const [name, content, line, options = {}] = one;
    const path = `${name.replaceAll(" ", "-")}.csv`;
    expect(await read(file(path, content), options)).toBe(`${path}: ${line}`);
  });
  test("a missing file", async () => {
    expect(await read(join(folder, "missing.csv"))).toBe("missing.csv: there is no such file or folder");
  });
  test("a folder", async () => {
    const complaint = await readTable(folder)();
    expect(complaint).toEqual(E.left(`${folder}: this is a folder, not a file`));
  });
});

describe("a file", () => {
  test.each([
    ["with commas", csv("x,y", ...rows)],
    ["with semicolons", csv("x;y", ...rows.map((row) => row.replace(",", ";")))],
    ["with tabs", csv("x\ty", ...rows.map((row) => row.replace(",", "\t")))],
    ["with bars", csv("x|y", ...rows.map((row) => row.replace(",", "|")))],
    ["with spaces", csv("x y", ...rows.map((row) => row.replace(",", " ")))],
    ["with commas and spaces", csv("x, y", ...rows.map((row) => row.replace(",", ", ")))],
    ["with quotes", csv('"x","y"', ...points.map(([x, y]) => `"${x}","${y}"`))],
    ["with a byte-order mark and Windows line ends", `\uFEFF${csv("x,y", ...rows)}`.replaceAll("\n", "\r\n")],
    ["with old Macintosh line ends", csv("x,y", ...rows).replaceAll("\n", "\r")],
    [
      "with mixed line ends and none at the end",
      `x,y\r\n${rows.slice(0, 30).join("\r")}\n${rows.slice(30).join("\r\n")}`,
    ],
    ["with blank lines", csv("", "x,y", "", ...rows, "", "")],
    ["with lines that end in a separator", csv("x,y,", ...rows.map((row) => `${row},`))],
  ])("%s is understood", async (name, text) => {
    const path = file(`${name.replaceAll(" ", "-")}.csv`, text);
    const got = await readTable(path)();
    expect(
      E.isRight(got) && got.right.table.columns.slice(0, 2).map(({ name, values }) => [name, ...values]),
    ).toEqual([
      ["x", ...points.map(([x]) => x)],
      ["y", ...points.map(([, y]) => y)],
    ]);
    expect(E.isRight(got) && got.right.sha256).toBe(createHash("sha256").update(text).digest("hex"));
  });
  test("without a header is too", () => {
    expect(columnsOf("1;2\n3;4")).toEqual([
      [null, 1, 3],
      [null, 2, 4],
    ]);
  });
  test("of one column needs no separator", () => {
    expect(columnsOf("income\n1e3\n2e3\n")).toEqual([["income", 1000, 2000]]);
    expect(columnsOf("income in euro\n1e3")).toEqual([["income in euro", 1000]]);
  });
  test("keeps separators within quoted names", () => {
    expect(columnsOf('"a;b, c";"say ""d"""\n1;2\n')).toEqual([
      ["a;b, c", 1],
      ['say "d"', 2],
    ]);
  });
  test("counts lines through quotes, blank lines and pieces", () => {
    const text = 'a,b\r\n\r\n"1","2"\r\n"3\n",4\r\n5,6';
    expect([...rowsOf(text)]).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: [""] },
      { line: 3, cells: ["1", "2"] },
      { line: 4, cells: ["3\n", "4"] },
      { line: 6, cells: ["5", "6"] },
    ]);
    const many = Array.from({ length: 40_000 }, (_, i) => `"${i}","${-i}"`);
    const last = [...rowsOf(csv(...many))].at(-2);
    expect(last).toEqual({ line: 40_000, cells: ["39999", "-39999"] });
  });
  test("longer than a piece within one cell is read whole", () => {
    const long = `"${"x\n".repeat(200_000)}"`;
    const [first, second] = rowsOf(`${long},y\n1,2`);
    expect([first.line, first.cells[0].length, second]).toEqual([
      1,
      400_000,
      { line: 200_002, cells: ["1", "2"] },
    ]);
  });
});

describe("a table of numbers", () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(0, -0, 5e-324, Number.MAX_VALUE),
  );
  const tables = fc
    .integer({ min: 1, max: 5 })
    .chain((d) =>
      fc.array(fc.array(number, { minLength: d, maxLength: d }), { minLength: 1, maxLength: 30 }),
    );
  const shown = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

  test("with any separator, quotes, spaces and line ends is read as itself", () => {
    const style = fc.record({
      separator: fc.constantFrom(",", ";", "\t", "|"),
      quote: fc.constantFrom("", '"'),
      pad: fc.constantFrom("", " "),
      lineEnd: fc.constantFrom("\n", "\r\n", "\r"),
      mark: fc.constantFrom("", "\uFEFF"),
      last: fc.boolean(),
    });
    fc.assert(
      fc.property(tables, style, (table, { separator, quote, pad, lineEnd, mark, last }) => {
        const cell = (value: number): string => quote + pad + shown(value) + quote;
        const text =
          mark + table.map((row) => row.map(cell).join(separator)).join(lineEnd) + (last ? lineEnd : "");
        const { columns } = pipe(
          parseTable(text.replace("\uFEFF", "")),
          E.getOrElseW((complaint) => {
            throw new Error(complaint);
          }),
        );
        expect(columns.map(({ values }) => [...values])).toEqual(
          table[0].map((_, i) => table.map((row) => row[i])),
        );
      }),
      { numRuns: 300 },
    );
  });
  test("that encodePoints wrote is read as itself, names and all", () => {
    const name = fc
      .string({ minLength: 1, maxLength: 8, unit: "grapheme" })
      .filter((text) => text.trim() !== "" && !/[\r\0]/.test(text) && /[a-zä,;"\n\t]/.test(text));
    fc.assert(
      fc.property(tables, fc.array(name, { minLength: 5, maxLength: 5 }), (table, all) => {
        const names = all.map((text) => `n:${text.trimEnd()}`).slice(0, table[0].length);
        const text = encodePoints(names, np.array(table, { dtype: "float64" }));
        expect(columnsOf(text)).toEqual(names.map((one, i) => [one, ...table.map((row) => row[i])]));
      }),
      { numRuns: 300 },
    );
  });
});

test("a million rows are read and prepared", async () => {
  // Multiples of irrational numbers, modulo 1, fill the square evenly and do not repeat.
  const lines = Array.from({ length: 1_000_000 }, (_, i) => `${(i * Math.SQRT2) % 1},${(i * Math.E) % 1}`);
  const path = file("million.csv", csv("x,y", lines.join("\n")));
  expect(await read(path)).toEqual([
    "line 1 names the columns: x and y",
    "800000 rows to learn from, 200000 held out",
    "scaled to mean 0 and standard deviation 1: column 1 (x) and column 2 (y)",
  ]);
});
