/**
 * A table of text becomes columns of numbers. Rows are taken one at a time and kept as 8 bytes a cell, so that a million of
 * them are nothing special. Pure; whoever calls reads the file and splits it into cells.
 */
import * as E from "fp-ts/lib/Either.js";
import { checkList, checkString, readOptions } from "../../ir/arguments.js";
import { describe } from "../../ir/describe.js";
import { ArgumentError } from "../../ir/errors.js";
import { type Cell, isBlank, readCell } from "./cell.js";
import type { ColumnLabel, PointsFault } from "./fault.js";

/** One row of a table as text, and the line of the file that it begins on (from 1). */
export interface TextRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface TableColumn extends ColumnLabel {
  /** One a row; NaN where the cell holds no finite number. */
  readonly values: Float64Array;
  /** Cells that hold a finite number, and cells that hold a word; the others are missing. */
  readonly numbers: number;
  readonly words: number;
  readonly firstWord: { readonly line: number; readonly text: string } | null;
}

export interface Table {
  /** Null for a table without a header. */
  readonly headerLine: number | null;
  /** The line that each row begins on. */
  readonly lines: Uint32Array;
  readonly columns: readonly TableColumn[];
}

export interface DecodeTableOptions {
  /** Whether the first row names the columns; by default it is found out. */
  readonly header?: boolean;
}

/**
 * Rows of text -> columns of numbers. Rows without any text are skipped. The first row is a header when one of its cells is a
 * word and the cell below is a number; missing cells are no evidence. A fault is a table without rows, and a row that is
 * shorter or longer than the first.
 *
 * @throws ArgumentError when a row is not { line, cells }
 * @example decodeTable([{ line: 1, cells: ["x", "y"] }, { line: 2, cells: ["0.5", "-1"] }])
 */
export function decodeTable(
  rows: Iterable<TextRow>,
  options: DecodeTableOptions = {},
): E.Either<PointsFault, Table> {
  const { header } = readOptions("ebm.decodeTable", options, { header: "boolean" });
  checkIterable(rows);
  let first: TextRow | null = null;
  let names: TextRow | null = null;
  let reader: TableReader | null = null;
  for (const row of rows) {
    checkRow(row);
    if (row.cells.every(isBlank)) continue;
    if (first === null) {
      first = row;
      continue;
    }
    if (row.cells.length !== first.cells.length) {
      return E.left({
        kind: "ragged",
        line: row.line,
        found: row.cells.length,
        expected: first.cells.length,
      });
    }
    if (reader === null) {
      reader = tableReader(row.cells.length);
      if (header ?? isHeader(first, row)) names = first;
      else reader.read(first);
    }
    reader.read(row);
  }
  if (reader === null) {
    if (first === null || header === true) return E.left({ kind: "empty" });
    reader = tableReader(first.cells.length);
    reader.read(first);
  }
  return E.right(reader.table(names));
}

/** Whether one of the first row's words stands over a number. */
const isHeader = (first: TextRow, second: TextRow): boolean =>
  first.cells.some(
    (cell, i) => readCell(cell).kind === "word" && readCell(second.cells[i]).kind === "number",
  );

interface TableReader {
  readonly read: (row: TextRow) => void;
  readonly table: (names: TextRow | null) => Table;
}

/** Columns that grow as rows come. */
function tableReader(width: number): TableReader {
  const columns = Array.from({ length: width }, columnReader);
  let lines = new Uint32Array(1024);
  let count = 0;
  return {
    read: ({ line, cells }) => {
      if (count === lines.length) {
        const more = new Uint32Array(2 * count);
        more.set(lines);
        lines = more;
      }
      lines[count] = line;
      for (let i = 0; i < width; i++) columns[i].read(count, line, cells[i]);
      count++;
    },
    table: (names) => ({
      headerLine: names === null ? null : names.line,
      lines: lines.slice(0, count),
      columns: columns.map((column, i) => column.finished(count, i + 1, names?.cells[i].trim() || null)),
    }),
  };
}

interface ColumnReader {
  readonly read: (row: number, line: number, text: string) => void;
  readonly finished: (count: number, column: number, name: string | null) => TableColumn;
}

function columnReader(): ColumnReader {
  let values = new Float64Array(16); // of each column, and there may be a million in one line
  let numbers = 0;
  let words = 0;
  let firstWord: TableColumn["firstWord"] = null;
  return {
    read: (row, line, text) => {
      if (row === values.length) {
        const more = new Float64Array(2 * row);
        more.set(values);
        values = more;
      }
      const cell: Cell = readCell(text);
      values[row] = cell.kind === "number" ? cell.value : Number.NaN;
      if (cell.kind === "number") numbers++;
      if (cell.kind === "word") {
        words++;
        firstWord ??= { line, text };
      }
    },
    finished: (count, column, name) => ({
      column,
      name,
      values: values.slice(0, count),
      numbers,
      words,
      firstWord,
    }),
  };
}

function checkIterable(rows: unknown): void {
  const isIterable = typeof rows === "object" && rows !== null && Symbol.iterator in rows;
  if (isIterable && typeof rows[Symbol.iterator] === "function") return;
  throw new ArgumentError(
    `ebm.decodeTable: the rows must be a list of { line, cells }, got ${describe(rows)}`,
  );
}

function checkRow(row: unknown): void {
  const { line, cells } = Object(row);
  if (!Number.isInteger(line)) {
    throw new ArgumentError(`ebm.decodeTable: a row must be { line, cells }, got ${describe(row)}`);
  }
  checkList("ebm.decodeTable", "the cells of a row", cells, "strings");
  for (const cell of cells) checkString("ebm.decodeTable", "a cell", cell);
}
