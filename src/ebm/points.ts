/**
 * A person's own points: cells of text become an array, or one fault that says where it lies. Pure; whoever calls reads the
 * file and splits it into cells.
 */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as RA from "fp-ts/lib/ReadonlyArray.js";
import type { NDArray } from "../autodiff/array.js";
import { checkChoice, checkList, checkString, readOptions } from "../ir/arguments.js";
import * as np from "../numpy/index.js";

/** One row of a table as text, and the line of the file that it begins on (from 1). */
export interface TextRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What can be wrong with a table of points. Lines and columns count from 1. */
export type PointsFault =
  | { readonly kind: "empty" }
  | { readonly kind: "noNumber"; readonly line: number; readonly column: number; readonly text: string }
  | { readonly kind: "columns"; readonly line: number; readonly found: number; readonly expected: number }
  | { readonly kind: "fewRows"; readonly found: number; readonly least: number }
  | { readonly kind: "constantColumn"; readonly column: number; readonly value: number };

const faultKinds: readonly PointsFault["kind"][] = [
  "empty",
  "noNumber",
  "columns",
  "fewRows",
  "constantColumn",
];

/** The fault as one line, its place first: `line 3, column 2: "abc" is not a number`. */
export function explainPointsFault(fault: PointsFault): string {
  checkChoice("ebm.explainPointsFault", "the kind", Object(fault).kind, faultKinds);
  switch (fault.kind) {
    case "empty":
      return "line 1, column 1: there are no rows of numbers; give one point a line, such as 0.5,-1.2";
    case "noNumber":
      return `line ${fault.line}, column ${fault.column}: ${showCell(fault.text)} is not a finite number`;
    case "columns":
      return (
        `line ${fault.line}, column ${Math.min(fault.found, fault.expected) + 1}: the row has ${fault.found} ` +
        `${fault.found === 1 ? "cell" : "cells"}, and points have ${fault.expected} coordinates`
      );
    case "fewRows":
      return `${fault.found} rows are too few to learn a density from; give ${fault.least} or more`;
    case "constantColumn":
      return `column ${fault.column}: every value is ${fault.value}, which has no density; give points that vary`;
  }
}

/** Quoted, on one line, and no longer than a glance. */
const showCell = (text: string): string =>
  text.trim() === "" ? "an empty cell" : JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);

export interface DecodeOptions {
  /** Coordinates of a point; 2 by default. */
  readonly columns?: number;
  /** Fewer rows are refused; 50 by default. */
  readonly leastRows?: number;
}

/**
 * Rows of text -> f64[n, columns]. Rows without any text are skipped, and the first row when it is a header: when one of its
 * cells is text and the cell below is a number.
 *
 * @example decodePoints([{ line: 1, cells: ["x", "y"] }, { line: 2, cells: ["0.5", "-1"] }], { leastRows: 1 })
 */
export function decodePoints(
  rows: readonly TextRow[],
  options: DecodeOptions = {},
): E.Either<PointsFault, NDArray> {
  const { columns = 2, leastRows = 50 } = readOptions("ebm.decodePoints", options, {
    columns: "integer",
    leastRows: "integer",
  });
  checkRows(rows);
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ""));
  return pipe(
    hasHeader(filled) ? filled.slice(1) : filled,
    E.fromPredicate(RA.isNonEmpty, (): PointsFault => ({ kind: "empty" })),
    E.chain(RA.traverse(E.Applicative)(decodeRow(columns))),
    E.filterOrElse(
      (points) => points.length >= leastRows,
      (points): PointsFault => ({ kind: "fewRows", found: points.length, least: leastRows }),
    ),
    E.map((points) => np.array(points, { dtype: "float64" })),
  );
}

function checkRows(rows: readonly TextRow[]): void {
  checkList("ebm.decodePoints", "the rows", rows, "{ line, cells }");
  for (const row of rows) {
    const { cells } = Object(row);
    checkList("ebm.decodePoints", "the cells of a row", cells, "strings");
    for (const cell of cells) checkString("ebm.decodePoints", "a cell", cell);
  }
}

/** The number that a cell holds; NaN for none, infinite ones included. */
function numberIn(cell: string): number {
  const value = cell.trim() === "" ? Number.NaN : Number(cell);
  return Number.isFinite(value) ? value : Number.NaN;
}

const isNumber = (cell: string): boolean => !Number.isNaN(numberIn(cell));

/** An empty cell is no evidence either way. */
const hasHeader = ([first, second]: readonly TextRow[]): boolean =>
  first !== undefined &&
  second !== undefined &&
  first.cells.some(
    (cell, i) =>
      cell.trim() !== "" && !isNumber(cell) && i < second.cells.length && isNumber(second.cells[i]),
  );

const decodeRow =
  (columns: number) =>
  ({ line, cells }: TextRow): E.Either<PointsFault, readonly number[]> =>
    cells.length !== columns
      ? E.left({ kind: "columns", line, found: cells.length, expected: columns })
      : pipe(
          cells,
          RA.traverseWithIndex(E.Applicative)((i, text) => {
            const value = numberIn(text);
            return Number.isNaN(value)
              ? E.left<PointsFault>({ kind: "noNumber", line, column: i + 1, text })
              : E.right(value);
          }),
        );
