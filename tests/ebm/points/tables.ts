/** Tables for the tests of points. */
import { type NDArray, random } from "cotangent";
import {
  decodeTable,
  explainNote,
  explainPointsFault,
  type PreparedPoints,
  type PrepareOptions,
  preparePoints,
  type Table,
  type TextRow,
} from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";

/** Rows on the lines 1, 2, ... */
export const rowsOf = (...rows: readonly (readonly string[])[]): TextRow[] =>
  rows.map((cells, i) => ({ line: i + 1, cells }));

export const tableOf = (rows: readonly (readonly (string | number)[])[]): Table =>
  rightOf(decodeTable(rowsOf(...rows.map((row) => row.map(String)))));

export function rightOf<A>(either: E.Either<unknown, A>): A {
  if (E.isRight(either)) return either.right;
  throw new Error(`a fault: ${JSON.stringify(either.left)}`);
}

export const prepared = (
  rows: readonly (readonly (string | number)[])[],
  options: PrepareOptions = {},
): PreparedPoints => rightOf(preparePoints(random.key(0), tableOf(rows), options));

/** The notes as sentences, or the fault as one. */
export const said = (
  rows: readonly (readonly (string | number)[])[],
  options: PrepareOptions = {},
): string | readonly string[] =>
  pipe(
    preparePoints(random.key(0), tableOf(rows), options),
    E.match(
      (fault): string | readonly string[] => explainPointsFault(fault),
      ({ notes }) => notes.map(explainNote),
    ),
  );

/** Standard normal numbers as nested lists. */
export const normals = (key: random.Key, n: number, d = 2): number[][] => nested(random.normal(key, [n, d]));

export const nested = (points: NDArray): number[][] => {
  const [n, d] = points.shape;
  const values = points.dataSync();
  return Array.from({ length: n }, (_, i) => Array.from(values.slice(i * d, (i + 1) * d)));
};
