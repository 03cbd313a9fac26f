/** metrics.csv: rows are appended, survive an interruption, and are cut at the checkpoint. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { describe, expect, test } from "vitest";
import {
  appendMetrics,
  encodeRows,
  type MetricsRow,
  resumeMetrics,
  rowsUpTo,
  startMetrics,
} from "../../../examples/train/metrics-file.js";

const folder = mkdtempSync(join(tmpdir(), "cotangent-metrics-"));
const columns = ["step", "loss", "dataEnergy"];
const rowsTo = (step: number): MetricsRow[] =>
  Array.from({ length: step }, (_, i) => [i + 1, Math.fround(Math.sin(i)), 1 / (i + 1)]);

describe("a metrics file", () => {
  test("is the same after an interruption at any byte and a resume as without", async () => {
    const whole = `${columns}\n${encodeRows(rowsTo(30))}`;
    const atTen = `${columns}\n${encodeRows(rowsTo(10))}`;
    const file = join(folder, "interrupted.csv");
    for (let length = atTen.length; length <= whole.length; length += 7) {
      writeFileSync(file, whole.slice(0, length));
      expect(await resumeMetrics(file, columns, 10)()).toEqual(E.right(rowsTo(10)));
      expect(readFileSync(file, "utf8")).toBe(atTen);
      await appendMetrics(file, rowsTo(30).slice(10))();
      expect(readFileSync(file, "utf8")).toBe(whole);
    }
    expect(readdirSync(folder)).toEqual(["interrupted.csv"]);
  });
  test("begins with its header, whatever was there", async () => {
    const file = join(folder, "old.csv");
    writeFileSync(file, "old");
    await startMetrics(file, columns)();
    expect(readFileSync(file, "utf8")).toBe("step,loss,dataEnergy\n");
    expect(await resumeMetrics(file, columns, 0)()).toEqual(E.right([]));
  });
  test("is made at step 0, where a run may have been killed before there was one", async () => {
    const file = join(folder, "killed.csv");
    expect(await resumeMetrics(file, columns, 0)()).toEqual(E.right([]));
    expect(readFileSync(file, "utf8")).toBe("step,loss,dataEnergy\n");
  });
  test("holds every number as it was", () => {
    const row = fc.array(fc.oneof(fc.double(), fc.float(), fc.integer()), { minLength: 2, maxLength: 2 });
    const law = fc.property(fc.array(row, { maxLength: 20 }), (values) => {
      const rows = values.map((value, i): MetricsRow => [i + 1, ...value]);
      const text = `${columns}\n${encodeRows(rows)}`;
      expect(rowsUpTo(text, columns, rows.length)).toEqual(E.right(rows));
    });
    fc.assert(law);
  });
});

describe("what is no metrics file of this run is said in one line", () => {
  const [head, ...rest] = `${columns}\n${encodeRows([...rowsTo(3)])}`.trimEnd().split("\n");
  const joined = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;
  const otherHeader =
    "line 1, column 1: these are no metrics of this program: the header must be step,loss,dataEnergy";
  const cut = "the file is of another run, or was cut";
  test.each<readonly [string, string, string]>([
    ["no text", "", otherHeader],
    ["other columns", joined("step,loss", "1,2"), otherHeader],
    [
      "too few rows",
      joined(head, ...rest.slice(0, 2)),
      `line 4, column 1: the checkpoint is of step 3, and the rows end with step 2: ${cut}`,
    ],
    [
      "half a row",
      joined(head, ...rest).slice(0, -3),
      `line 4, column 1: the checkpoint is of step 3, and the rows end with step 2: ${cut}`,
    ],
    [
      "a row too short",
      joined(head, rest[0], "2,1", rest[2]),
      "line 3, column 3: the row has 2 cells, and the header 3",
    ],
    [
      "a row too long",
      joined(head, rest[0], "2,1,1,1"),
      "line 3, column 4: the row has 4 cells, and the header 3",
    ],
    ["a word", joined(head, rest[0], "2,low,1", rest[2]), 'line 3, column 2: "low" is not a number'],
    ["an empty cell", joined(head, "1,,1"), 'line 2, column 2: "" is not a number'],
    ["zeros of a disk", joined(head, "\0\0\0"), "line 2, column 2: the row has 1 cell, and the header 3"],
    [
      "a step twice",
      joined(head, rest[0], rest[0], rest[1]),
      "line 3, column 1: the row is of step 1, and step 2 comes here",
    ],
  ])("%s", (_, text, line) => {
    expect(rowsUpTo(text, columns, 3)).toEqual(E.left(line));
  });
});

describe("of a checkpoint that came alone", () => {
  const [head, ...rest] = `${columns}\n${encodeRows([...rowsTo(6)])}`.trimEnd().split("\n");
  const joined = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;

  test("the rows begin after its step: with no file, and with one that a kill left without rows", async () => {
    const file = join(folder, "alone.csv");
    for (const _ of [1, 2]) {
      expect(await resumeMetrics(file, columns, 3)()).toEqual(E.right([]));
      expect(readFileSync(file, "utf8")).toBe(joined(head));
    }
    await appendMetrics(file, rowsTo(6).slice(3))();
    expect(await resumeMetrics(file, columns, 5)()).toEqual(E.right(rowsTo(5).slice(3)));
    expect(readFileSync(file, "utf8")).toBe(joined(head, rest[3], rest[4]));
  });
  test("rows that begin later than it are all after it, and go", () => {
    expect(rowsUpTo(joined(head, rest[3], rest[4]), columns, 2)).toEqual(E.right([]));
  });
  test("rows that begin later have no gaps either, and reach its step", () => {
    expect(rowsUpTo(joined(head, rest[2], rest[4]), columns, 5)).toEqual(
      E.left("line 3, column 1: the row is of step 5, and step 4 comes here"),
    );
    expect(rowsUpTo(joined(head, rest[2], rest[3]), columns, 6)).toEqual(
      E.left(
        "line 4, column 1: the checkpoint is of step 6, and the rows end with step 4: " +
          "the file is of another run, or was cut",
      ),
    );
  });
  test("a file that cannot be looked at is a fault, and no missing one", async () => {
    const inFile = join(folder, "alone.csv", "metrics.csv");
    expect(await resumeMetrics(inFile, columns, 1)()).toEqual(
      E.left(`${inFile}: a file stands where a folder is needed`),
    );
  });
});
