/**
 * metrics.csv: a header, then one row a step, appended. Nothing in it depends on the clock, so that the same run writes the same
 * bytes, also when it was interrupted: on resuming, the rows after the checkpoint's step are cut. Rows begin with step 1, or, where
 * a checkpoint came alone, with the step after its own.
 */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { appendText, isThere, readText, writeAtomically } from "./files.js";
import type { Complaint } from "./reason.js";

/** The step, from 1 on, then a number for each further column. */
export type MetricsRow = readonly [step: number, ...values: number[]];

/** A new file that has its header alone. The first column is the step. */
export const startMetrics = (file: string, columns: readonly string[]): TE.TaskEither<Complaint, void> =>
  writeAtomically(file, `${columns.join(",")}\n`);

/** Appends rows and flushes them to the disk. Do so before the checkpoint of the last of them is written. */
export const appendMetrics = (file: string, rows: readonly MetricsRow[]): TE.TaskEither<Complaint, void> =>
  appendText(file, encodeRows(rows));

/**
 * Cuts the rows after the checkpoint's step, atomically, and gives those that stay. A row of which a killed process wrote half
 * is after it, and goes too. Where there is no file, a checkpoint came alone: a new one begins after its step.
 */
export const resumeMetrics = (
  file: string,
  columns: readonly string[],
  step: number,
): TE.TaskEither<Complaint, readonly MetricsRow[]> =>
  pipe(
    // At step 0 no row stays, whatever the file: a run may have been killed before it made one.
    step === 0 ? TE.right(false) : isThere(file),
    TE.chain((hasRows) => (hasRows ? readRows(file, columns, step) : TE.right([]))),
    TE.chainFirst((rows) => writeAtomically(file, `${columns.join(",")}\n${encodeRows(rows)}`)),
  );

const readRows = (
  file: string,
  columns: readonly string[],
  step: number,
): TE.TaskEither<Complaint, readonly MetricsRow[]> =>
  pipe(
    readText(file, { atMost: mostBytes }),
    TE.chainEitherK((text) =>
      pipe(
        rowsUpTo(text, columns, step),
        E.mapLeft((complaint) => `${file}: ${complaint}`),
      ),
    ),
  );

/** Ten million rows of ten columns. */
const mostBytes = 1e9;

/** Numbers as the shortest decimals that read back as the same. */
export const encodeRows = (rows: readonly MetricsRow[]): string =>
  rows.map((row) => `${row.map(encodeNumber).join(",")}\n`).join("");

const encodeNumber = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/**
 * The rows of the steps up to this one in a file's text, or what is wrong with it. One row a step: the last must be this one's.
 * None, where the file begins with a later step or ends with its header: the checkpoint came alone.
 */
export function rowsUpTo(
  text: string,
  columns: readonly string[],
  step: number,
): E.Either<Complaint, readonly MetricsRow[]> {
  const lines = text.split("\n");
  const header = columns.join(",");
  if (lines[0] !== header) {
    return E.left(`line 1, column 1: these are no metrics of this program: the header must be ${header}`);
  }
  const rows: MetricsRow[] = [];
  // The last of the parts is what follows the last newline: a row that is not whole.
  const whole = lines.length - 1;
  const first = whole === 1 ? step + 1 : firstStep(lines[1] ?? "");
  for (let i = 1; first + i - 1 <= step; i++) {
    if (i >= whole) {
      return E.left(
        `line ${i + 1}, column 1: the checkpoint is of step ${step}, and the rows end with step ${first + i - 2}: ` +
          "the file is of another run, or was cut",
      );
    }
    const row = decodeRow(lines[i], columns, first + i - 1);
    if (E.isLeft(row)) return E.left(`line ${i + 1}, ${row.left}`);
    rows.push(row.right);
  }
  return E.right(rows);
}

/** What is no step is complained of as a row: it must be that of the first. */
const firstStep = (line: string): number => {
  const step = Number(/^[1-9]\d*(?=,)/.exec(line)?.[0]);
  return Number.isSafeInteger(step) ? step : 1;
};

function decodeRow(line: string, columns: readonly string[], step: number): E.Either<Complaint, MetricsRow> {
  const cells = line.split(",");
  if (cells.length !== columns.length) {
    const column = Math.min(cells.length, columns.length) + 1;
    return E.left(
      `column ${column}: the row has ${cells.length} ${cells.length === 1 ? "cell" : "cells"}, and the header ${columns.length}`,
    );
  }
  const bad = cells.findIndex((cell) => !number.test(cell));
  if (bad >= 0)
    return E.left(`column ${bad + 1}: ${JSON.stringify(cells[bad].slice(0, 40))} is not a number`);
  const [found, ...values] = cells.map(Number);
  return found === step
    ? E.right([found, ...values])
    : E.left(`column 1: the row is of step ${found}, and step ${step} comes here`);
}

/** What encodeNumber writes. */
const number = /^(NaN|-?(Infinity|\d+(\.\d+)?(e[+-]\d+)?))$/;
