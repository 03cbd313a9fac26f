/** Which columns of a table are the points' coordinates. */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as RA from "fp-ts/lib/ReadonlyArray.js";
import type { ColumnLabel, PointsFault } from "./fault.js";
import type { Note } from "./note.js";
import type { Table, TableColumn } from "./table.js";

export interface Chosen {
  readonly columns: readonly TableColumn[];
  readonly notes: readonly Note[];
}

/**
 * The columns that are asked for, by name or by number from 1 (digits that are no name count as a number); without a wish all
 * that hold numbers. A column is text when more of its cells are words than numbers; in any other a word is a fault, since it
 * is more likely a slip than a value.
 */
export function chooseColumns(
  table: Table,
  wanted: readonly (string | number)[] | undefined,
): E.Either<PointsFault, Chosen> {
  return pipe(
    wanted === undefined ? numberColumns(table) : wantedColumns(table, wanted),
    E.chain((columns) => refuseWords(columns)),
    E.map((columns) => ({
      columns,
      notes: [...headerNotes(table), ...(wanted === undefined ? leftOut(table) : [])],
    })),
  );
}

/** The column's name, or its place in words. */
export const nameOf = ({ name, column }: ColumnLabel): string => name ?? `column ${column}`;

const isText = ({ words, numbers }: TableColumn): boolean => words > numbers;
const isEmpty = ({ words, numbers }: TableColumn): boolean => words + numbers === 0;

function numberColumns(table: Table): E.Either<PointsFault, readonly TableColumn[]> {
  const columns = table.columns.filter((column) => !isText(column) && !isEmpty(column));
  if (columns.length > 0) return E.right(columns);
  const text = table.columns[0].firstWord?.text ?? "";
  return E.left({ kind: "noNumbers", line: table.lines[0], text });
}

const wantedColumns = (
  table: Table,
  wanted: readonly (string | number)[],
): E.Either<PointsFault, readonly TableColumn[]> =>
  pipe(
    wanted,
    RA.traverse(E.Applicative)((one) => columnOf(table, one)),
    E.chain((columns) => {
      const again = columns.find((column, i) => columns.indexOf(column) < i);
      return again === undefined
        ? E.right(columns)
        : E.left<PointsFault>({ kind: "repeatedColumn", column: again.column, name: again.name });
    }),
  );

function columnOf({ columns }: Table, wanted: string | number): E.Either<PointsFault, TableColumn> {
  const named = columns.filter(({ name }) => name !== null && name === String(wanted).trim());
  if (typeof wanted === "string" && named.length > 1) {
    const name = wanted.trim();
    return E.left({ kind: "ambiguousColumn", name, columns: named.map(({ column }) => column) });
  }
  const found =
    typeof wanted === "string" && named.length === 1
      ? named[0]
      : columns.find(({ column }) => String(column) === String(wanted).trim());
  return found === undefined
    ? E.left({ kind: "unknownColumn", wanted, names: columns.map(nameOf) })
    : E.right(found);
}

/** The first word of all, by its line. */
function refuseWords(columns: readonly TableColumn[]): E.Either<PointsFault, readonly TableColumn[]> {
  const faults = columns.flatMap(({ column, name, firstWord }) =>
    firstWord === null ? [] : [{ kind: "word", column, name, ...firstWord } as const],
  );
  return faults.length === 0
    ? E.right(columns)
    : E.left(faults.reduce((first, fault) => (fault.line < first.line ? fault : first)));
}

const headerNotes = ({ headerLine, columns }: Table): readonly Note[] =>
  headerLine === null ? [] : [{ kind: "header", line: headerLine, names: columns.map(nameOf) }];

const leftOut = (table: Table): readonly Note[] =>
  table.columns.flatMap((each): readonly Note[] => {
    const { column, name, firstWord } = each;
    if (isEmpty(each)) return [{ kind: "emptyColumn", column, name }];
    return isText(each) && firstWord !== null ? [{ kind: "textColumn", column, name, ...firstWord }] : [];
  });
