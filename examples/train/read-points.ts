/** A table of points from a CSV file. Faults are single lines that begin with the file's name. */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import {
  type DecodeTableOptions,
  decodeTable,
  explainPointsFault,
  type PointsFault,
  type Table,
} from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { MalformedRow, rowsOf } from "./csv.js";
import { type Complaint, reasonOf } from "./reason.js";

export { type Complaint, reasonOf };

export interface TableFile {
  readonly table: Table;
  /** Of the file's bytes, in hexadecimal: the same points have the same. */
  readonly sha256: string;
  /** Whether a cell near the beginning is a number with a decimal comma, which is read as a word. */
  readonly hasDecimalCommas: boolean;
}

/** Longer ones do not fit into one text of the engine's. */
const mostBytes = 2 ** 29 - 2 ** 24;

/** A file -> its table. Columns are chosen, and points made of them, by `preparePoints`. */
export const readTable = (
  file: string,
  options: DecodeTableOptions = {},
): TE.TaskEither<Complaint, TableFile> =>
  pipe(
    TE.tryCatch(() => bytesOf(file), reasonOf),
    TE.chainEitherK((bytes) =>
      pipe(
        decodeText(bytes),
        E.bindTo("text"),
        E.bind("table", ({ text }) => parseTable(text, options)),
        E.map(({ text, table }) => ({
          table,
          sha256: createHash("sha256").update(bytes).digest("hex"),
          hasDecimalCommas: /(^|[;\t|])[+-]?\d+,\d+([;\t|]|$)/m.test(text.slice(0, 10_000)),
        })),
      ),
    ),
    TE.mapLeft((complaint) => `${file}: ${complaint}`),
  );

/** CSV text -> its table. */
export const parseTable = (text: string, options: DecodeTableOptions = {}): E.Either<Complaint, Table> =>
  pipe(
    E.tryCatch(() => decodeTable(rowsOf(text), options), malformation),
    E.chain(E.mapLeft(explainPointsFault)),
  );

/** A fault of the points themselves, found later, in the name of their file. */
export const inFile =
  (file: string) =>
  (fault: PointsFault): Complaint =>
    `${file}: ${explainPointsFault(fault)}`;

/** A malformed row is a complaint; any other error is a fault of the program and goes on. */
function malformation(error: unknown): Complaint {
  if (error instanceof MalformedRow) return error.message;
  throw error;
}

async function bytesOf(file: string): Promise<Uint8Array> {
  const { size } = await stat(file);
  if (size <= mostBytes) return readFile(file);
  throw new Error(
    `${Math.ceil(size / 2 ** 20)} MB are more than the ${mostBytes / 2 ** 20} MB that can be read`,
  );
}

/** UTF-8, with or without a byte-order mark. */
function decodeText(bytes: Uint8Array): E.Either<Complaint, string> {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return E.left("line 1, column 1: this is UTF-16 text; save it as CSV in UTF-8");
  }
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    return E.left(
      `line ${lineAt(bytes, zero)}: a byte is 0, so this is no text; save the points as CSV in UTF-8`,
    );
  }
  return pipe(
    E.tryCatch(
      () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
      () => `line ${lineAt(bytes, firstInvalid(bytes))}: this is not UTF-8; save the file as CSV in UTF-8`,
    ),
  );
}

const lineAt = (bytes: Uint8Array, end: number): number => {
  let line = 1;
  for (let i = 0; i < end; i++) if (bytes[i] === 10) line++;
  return line;
};

/** The first byte up to which the text is no UTF-8 any more, by halves: longer beginnings of a bad text are bad too. */
function firstInvalid(bytes: Uint8Array): number {
  const isGood = (length: number): boolean => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isGood(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
