/** From a table to what training takes: all steps in order, each of which says what it did. */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as RA from "fp-ts/lib/ReadonlyArray.js";
import type { NDArray } from "../../autodiff/array.js";
import { checkInteger, checkList, readOptions } from "../../ir/arguments.js";
import { describe } from "../../ir/describe.js";
import { ArgumentError } from "../../ir/errors.js";
import * as np from "../../numpy/index.js";
import { checkOneKey, type Key, split as splitInTwo, splitKey as splitKeys } from "../../random/key.js";
import { uniform } from "../../random/uniform.js";
import { chooseColumns, nameOf } from "./choose.js";
import { type Cleaned, type Columns, dropConstant, dropMissing, dropOutliers } from "./clean.js";
import type { ColumnLabel, PointsFault } from "./fault.js";
import type { Note } from "./note.js";
import { findRepeats, type Groups, groupRows } from "./repeats.js";
import { fitScaling, type Scaling, scalingMaps, thinnestColumn } from "./scaling.js";
import { foldCount, type RowSplit, splitRows } from "./split.js";
import type { Table } from "./table.js";

export interface PrepareOptions {
  /** Coordinates, each by name or by number from 1; all columns of numbers by default. */
  readonly columns?: readonly (string | number)[] | undefined;
  /** The part of the rows that may lack a number and is left out; 0.2 by default, 1 for any. */
  readonly missing?: number | undefined;
  /** Rows beyond so many robust units are left out; 8 by default, Infinity for none. */
  readonly outliers?: number | undefined;
  /** Fewer rows are refused; 50 by default. */
  readonly leastRows?: number | undefined;
}

/** Rows to learn from and rows to test on, scaled by what the former say. */
export interface Part {
  readonly scaling: Scaling;
  /** f32[n, d], in scaled units */
  readonly train: NDArray;
  /** f32[m, d], in scaled units */
  readonly heldOut: NDArray;
}

export interface PreparedPoints {
  /** One a coordinate. */
  readonly names: readonly string[];
  /** All rows that were kept, in the order and the units of the table: f64[n, d] */
  readonly points: NDArray;
  /** Of the rows to learn from. */
  readonly scaling: Scaling;
  /** The rows to learn from, in scaled units: f32[n, d]. All of them, when there are five folds. */
  readonly train: NDArray;
  /** The rows held out, in scaled units: f32[m, d]. Null when there are five folds, each of which has its own. */
  readonly heldOut: NDArray | null;
  /** One part, the same as above, or five folds of which each row is held out in one. */
  readonly folds: readonly Part[];
  /** What was done, in order. */
  readonly notes: readonly Note[];
}

/**
 * Columns are chosen; rows with missing cells, columns that do not vary and far outliers are left out; columns of few values
 * get noise of one step's width; rows are split, those to learn from scaled or whitened, and the others with them.
 *
 * Equal rows stay on one side of the split. Rows that a coarse lattice made equal (steps above 0.05 sd) are not equal any
 * more once they have their noise, and may part: held together, they would leave holes in what is learned from.
 *
 * @throws ArgumentError when it is no table, and for options that make no sense
 * @example pipe(decodeTable(rows), E.chain((table) => preparePoints(key(0), table, { columns: ["x", "y"] })))
 */
export function preparePoints(
  key: Key,
  table: Table,
  options: PrepareOptions = {},
): E.Either<PointsFault, PreparedPoints> {
  checkOneKey("ebm.preparePoints", key);
  checkTable(table);
  const { columns: wanted, missing, outliers, leastRows } = readPrepareOptions(options);
  const of = table.lines.length;
  const enough = (cleaned: Cleaned): E.Either<PointsFault, Cleaned> => {
    const found = cleaned.columns.lines.length;
    return found >= leastRows ? E.right(cleaned) : E.left({ kind: "fewRows", found, of, least: leastRows });
  };
  return pipe(
    chooseColumns(table, wanted),
    E.map(
      ({ columns, notes }): Cleaned => ({
        columns: {
          labels: columns.map(({ column, name }) => ({ column, name })),
          values: columns.map(({ values }) => values),
          lines: table.lines,
        },
        notes,
      }),
    ),
    E.chain((cleaned) => followed(cleaned, (columns) => dropMissing(columns, missing))),
    E.chain(enough),
    E.chain((cleaned) => followed(cleaned, dropConstant)),
    E.chain((cleaned) => followed(cleaned, (columns) => E.right(dropOutliers(columns, outliers)))),
    E.chain(enough),
    E.chain((cleaned) => partedAndScaled(key, cleaned)),
  );
}

/** The next step, its notes after those so far. */
const followed = (
  { columns, notes }: Cleaned,
  step: (columns: Columns) => E.Either<PointsFault, Cleaned>,
): E.Either<PointsFault, Cleaned> =>
  pipe(
    step(columns),
    E.map((next) => ({ columns: next.columns, notes: [...notes, ...next.notes] })),
  );

function partedAndScaled(key: Key, { columns, notes }: Cleaned): E.Either<PointsFault, PreparedPoints> {
  const [noiseKey, splitKey] = splitInTwo(key);
  const { labels } = columns;
  const { points, groups, notes: repeatNotes } = withNoise(noiseKey, columns);
  return pipe(
    splitRows(splitKey, groups),
    E.bindTo("splits"),
    E.bind("folds", ({ splits }) => pipe(splits, RA.traverse(E.Applicative)(partOf(points, labels)))),
    E.bind("whole", ({ folds }) => wholeOf(points, labels, folds)),
    E.map(({ splits, folds, whole }) => ({
      names: labels.map(nameOf),
      points,
      ...whole,
      folds,
      notes: [...notes, ...repeatNotes, splitNote(splits), scalingNote(whole.scaling, labels)],
    })),
  );
}

/** What is learned from in the end: the one part, or with five folds all rows. */
const wholeOf = (
  points: NDArray,
  labels: readonly ColumnLabel[],
  folds: readonly Part[],
): E.Either<PointsFault, Pick<PreparedPoints, "scaling" | "train" | "heldOut">> =>
  folds.length === 1
    ? E.right(folds[0])
    : pipe(
        fitScaling(points, labels),
        E.map((scaling) => ({ scaling, train: scalingMaps(scaling).forward(points), heldOut: null })),
      );

/** One side of a split fits the scaling, and both are scaled by it. */
const partOf =
  (points: NDArray, labels: readonly ColumnLabel[]) =>
  ({ train, heldOut }: RowSplit): E.Either<PointsFault, Part> => {
    const trainRows = np.take(points, np.array(train), 0);
    return pipe(
      fitScaling(trainRows, labels),
      E.map((scaling) => {
        const { forward } = scalingMaps(scaling);
        return {
          scaling,
          train: forward(trainRows),
          heldOut: forward(np.take(points, np.array(heldOut), 0)),
        };
      }),
    );
  };

interface Noisy {
  /** f64[n, d] */
  readonly points: NDArray;
  /** Which rows are equal, where noise that only hides a copy does not count. */
  readonly groups: Groups;
  readonly notes: readonly Note[];
}

/** x + step (u - 1/2), u uniform on [0, 1), in lattices that show, and in all lattices when rows repeat. */
function withNoise(key: Key, columns: Columns): Noisy {
  const { labels, values, lines } = columns;
  const { rows, groups, columns: repeats } = findRepeats(columns);
  const isNoisy = repeats.map(({ lattice }) => lattice !== null && (lattice.isCoarse || rows > 0));
  const keys = splitKeys(key, labels.length);
  const noisy = values.map((column, i) => {
    const x = np.array(column);
    const { lattice } = repeats[i];
    if (lattice === null || !isNoisy[i]) return x;
    return x.add(uniform(keys[i], x.shape, { dtype: "float64" }).sub(0.5).mul(lattice.step));
  });
  const isCoarse = repeats.map(({ lattice }) => lattice?.isCoarse === true);
  const parted = values.map((column, i) => (isCoarse[i] ? Float64Array.from(noisy[i].dataSync()) : column));
  const columnNotes = labels.flatMap(({ column, name }, i): readonly Note[] => {
    const { lattice, spike } = repeats[i];
    const found: Note[] = [];
    if (lattice !== null && isNoisy[i]) {
      found.push({ kind: "lattice", column, name, distinct: lattice.distinct, step: lattice.step });
    }
    if (spike !== null) found.push({ kind: "spike", column, name, ...spike, of: lines.length });
    return found;
  });
  const isTogether = !isCoarse.includes(true);
  const rowNotes: readonly Note[] =
    rows > 0 ? [{ kind: "repeats", count: rows, of: lines.length, isTogether }] : [];
  return {
    points: np.stack(noisy, 1),
    groups: isTogether ? groups : groupRows(parted),
    notes: [...rowNotes, ...columnNotes],
  };
}

const splitNote = (splits: readonly RowSplit[]): Note => {
  const [{ train, heldOut }] = splits;
  return splits.length === 1
    ? { kind: "split", train: train.length, heldOut: heldOut.length }
    : { kind: "folds", folds: foldCount, of: train.length + heldOut.length };
};

function scalingNote(scaling: Scaling, labels: readonly ColumnLabel[]): Note {
  if (scaling.kind === "standardize") {
    return { kind: "standardized", columns: labels };
  }
  const { column: at, correlation } = thinnestColumn(scaling.factor);
  return { kind: "whitened", ...labels[at], correlation };
}

interface Settings {
  readonly columns: readonly (string | number)[] | undefined;
  readonly missing: number;
  readonly outliers: number;
  readonly leastRows: number;
}

function readPrepareOptions(options: PrepareOptions): Settings {
  const {
    columns,
    missing = 0.2,
    outliers = 8,
    leastRows = 50,
  } = readOptions("ebm.preparePoints", options, {
    columns: "any",
    missing: "number",
    outliers: "number",
    leastRows: "integer",
  });
  if (!(missing >= 0 && missing <= 1)) {
    throw new ArgumentError(`ebm.preparePoints: missing is ${missing}; give a part of the rows, 0 to 1`);
  }
  if (!(outliers > 0)) {
    throw new ArgumentError(
      `ebm.preparePoints: outliers is ${outliers}; give a positive number of robust units`,
    );
  }
  checkInteger("ebm.preparePoints", "leastRows", leastRows, 2);
  if (columns !== undefined) checkWanted(columns);
  return { columns, missing, outliers, leastRows };
}

function checkWanted(columns: unknown): void {
  checkList("ebm.preparePoints", "columns", columns, "names and numbers");
  const isName = (one: unknown): boolean => typeof one === "string" || Number.isInteger(one);
  if (columns.length > 0 && columns.every(isName)) return;
  throw new ArgumentError(
    `ebm.preparePoints: columns must be names, or numbers from 1 on, got ${describe(columns)}; give one or more`,
  );
}

function checkTable(table: unknown): void {
  const { lines, columns } = Object(table);
  const isColumn = (column: unknown): boolean => {
    const { column: place, name, values, numbers, words, firstWord } = Object(column);
    return (
      values instanceof Float64Array &&
      values.length === lines.length &&
      [place, numbers, words].every(Number.isInteger) &&
      (name === null || typeof name === "string") &&
      (firstWord === null || typeof Object(firstWord).text === "string")
    );
  };
  const isTable =
    lines instanceof Uint32Array && Array.isArray(columns) && Array.from(columns).every(isColumn);
  if (isTable && lines.length > 0 && columns.length > 0) return;
  throw new ArgumentError(
    `ebm.preparePoints: takes a table, the right side of decodeTable(rows), got ${describe(table)}`,
  );
}
