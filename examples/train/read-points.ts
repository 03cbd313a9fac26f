/** Points from a CSV file. Faults are single lines that begin with the file's name. */
import { readFile } from "node:fs/promises";
import type { NDArray } from "cotangent";
import { decodePoints, explainPointsFault, type PointsFault, type TextRow } from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { flow, pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import Papa from "papaparse";

/** A fault as one line, its place first. */
export type Complaint = string;

/**
 * CSV text -> its rows, each with the line it begins on. Separators are guessed; quotes and a byte-order mark are understood.
 */
export function rowsOf(text: string): E.Either<Complaint, readonly TextRow[]> {
  const body = text.replace(/^\uFEFF/, "");
  const rows: TextRow[] = [];
  const complaints: Complaint[] = [];
  let start = 0;
  let line = 1;
  Papa.parse<string[]>(body, {
    step: ({ data, errors, meta }) => {
      for (const { code, message } of errors) {
        if (code !== "UndetectableDelimiter")
          complaints.push(`line ${line}, column ${data.length}: ${message}`);
      }
      rows.push({ line, cells: data });
      line += newlinesIn(body.slice(start, meta.cursor));
      start = meta.cursor;
    },
  });
  return complaints.length === 0 ? E.right(rows) : E.left(complaints[0]);
}

const newlinesIn = (text: string): number => text.split(/\r\n|\n|\r/).length - 1;

/** CSV text -> f64[n, 2]. */
export const parsePoints = (text: string): E.Either<Complaint, NDArray> =>
  pipe(rowsOf(text), E.chain(flow(decodePoints, E.mapLeft(explainPointsFault))));

/** A file -> f64[n, 2]. */
export const readPoints = (file: string): TE.TaskEither<Complaint, NDArray> =>
  pipe(
    TE.tryCatch(() => readFile(file, "utf8"), reasonOf),
    TE.chainEitherK(parsePoints),
    TE.mapLeft((complaint) => `${file}: ${complaint}`),
  );

/** A fault of the points themselves, found later, in the name of their file. */
export const inFile =
  (file: string) =>
  (fault: PointsFault): Complaint =>
    `${file}: ${explainPointsFault(fault)}`;

/** What the operating system says, in words for people. */
export function reasonOf(error: unknown): Complaint {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return "there is no such file or folder";
    case "EISDIR":
      return "this is a folder, not a file";
    case "ENOTDIR":
    case "EEXIST":
      return "a file stands where a folder is needed";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "permission denied";
    case "ENOSPC":
      return "the disk is full";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
