/** A person's points, their scaling, and the selection of a candidate by held-out rows. */
import { numpy as np, random } from "cotangent";
import * as ebm from "cotangent/ebm";
import { type Row, unchecked } from "./row.js";

const key = random.key(0);
const vector = np.array([1, 2, 3]);
const table: ebm.Table = {
  headerLine: null,
  lines: Uint32Array.of(1),
  columns: [{ column: 1, name: null, values: Float64Array.of(1), numbers: 1, words: 0, firstWord: null }],
};
const one: readonly ebm.Candidate[] = [{ iterations: 1, jitter: 0 }];

export const pointsRows: readonly Row[] = [
  [
    "decodeTable takes rows",
    () => ebm.decodeTable(unchecked("1,2")),
    "ArgumentError",
    'ebm.decodeTable: the rows must be a list of { line, cells }, got the string "1,2"',
  ],
  [
    "decodeTable takes rows with lines",
    () => ebm.decodeTable([unchecked(["1", "2"])]),
    "ArgumentError",
    "ebm.decodeTable: a row must be { line, cells }, got a list of 2 entries",
  ],
  [
    "decodeTable takes cells of text",
    () => ebm.decodeTable([{ line: 1, cells: unchecked([1]) }]),
    "ArgumentError",
    "ebm.decodeTable: a cell must be a string, got the number 1",
  ],
  [
    "explainPointsFault takes a fault",
    () => ebm.explainPointsFault(unchecked({ kind: "other" })),
    "ArgumentError",
    'ebm.explainPointsFault: the kind must be one of "empty", "ragged", "word", "noNumbers", "unknownColumn", ' +
      '"ambiguousColumn", "repeatedColumn", "missing", "fewRows", "fewDistinct", "allConstant", "constant", ' +
      '"dependent", "magnitude", got the string "other"',
  ],
  [
    "explainPointsFault takes a fault with its fields",
    () => ebm.explainPointsFault(unchecked({ kind: "unknownColumn", wanted: "x" })),
    "ArgumentError",
    'ebm.explainPointsFault: the names of the kind "unknownColumn" must be a list of strings, got undefined',
  ],
  [
    "explainNote takes a note",
    () => ebm.explainNote(unchecked(null)),
    "ArgumentError",
    'ebm.explainNote: the kind must be one of "header", "textColumn", "emptyColumn", "missing", "constant", ' +
      '"outliers", "repeats", "spike", "lattice", "standardized", "whitened", "split", "folds", got undefined',
  ],
  [
    "explainScalingFault takes a fault",
    () => ebm.explainScalingFault(unchecked({ kind: "empty" })),
    "ArgumentError",
    'ebm.explainScalingFault: the kind must be one of "scaling", got the string "empty"',
  ],
  [
    "preparePoints takes a table",
    () => ebm.preparePoints(key, unchecked(vector)),
    "ArgumentError",
    "ebm.preparePoints: takes a table, the right side of decodeTable(rows), got an array f32[3]",
  ],
  [
    "preparePoints takes names and numbers of columns",
    () => ebm.preparePoints(key, table, { columns: [0.5] }),
    "ArgumentError",
    "ebm.preparePoints: columns must be names, or numbers from 1 on, got [0.5]; give one or more",
  ],
  [
    "preparePoints takes a part of the rows",
    () => ebm.preparePoints(key, table, { missing: 20 }),
    "ArgumentError",
    "ebm.preparePoints: missing is 20; give a part of the rows, 0 to 1",
  ],
  [
    "preparePoints takes a positive number of robust units",
    () => ebm.preparePoints(key, table, { outliers: 0 }),
    "ArgumentError",
    "ebm.preparePoints: outliers is 0; give a positive number of robust units",
  ],
  [
    "preparePoints wants rows that can vary",
    () => ebm.preparePoints(key, table, { leastRows: 1 }),
    "ArgumentError",
    "ebm.preparePoints: leastRows must be an integer from 2 on, got 1",
  ],
  [
    "fitScaling takes points in rows",
    () => ebm.fitScaling(vector),
    "ShapeError",
    "ebm.fitScaling: points are [n, d], got [3]; reshape them",
  ],
  [
    "scalingMaps takes a scaling",
    () => ebm.scalingMaps(unchecked({ kind: "standardize", mean: vector, sd: [1, 2, 3] })),
    "ArgumentError",
    "ebm.scalingMaps: takes a scaling, the right side of fitScaling(points) or decodeScaling(json), got an object " +
      "with the keys kind, mean, sd",
  ],
  [
    "encodePoints takes a name for each coordinate",
    () => ebm.encodePoints(["x", "y"], vector),
    "ShapeError",
    "ebm.encodePoints: 2 names are for points [n, 2], got an array f32[3]",
  ],
  [
    "selectCandidate takes candidates",
    () => ebm.selectCandidate([], 1, () => ({ mean: 0, standardError: 0 })),
    "ArgumentError",
    "ebm.selectCandidate: the candidates must be one or more of { iterations, jitter }, whole and not negative, got " +
      "[]",
  ],
  [
    "selectCandidate takes scores",
    () =>
      ebm.selectCandidate(
        one,
        1,
        unchecked(() => 1.5),
      ),
    "ArgumentError",
    "ebm.selectCandidate: evaluate must return { mean, standardError }, got the number 1.5",
  ],
  [
    "candidatesFor takes a number of rows",
    () => ebm.candidatesFor(0),
    "ArgumentError",
    "ebm.candidatesFor: n, the number of rows, must be an integer from 1 on, got 0",
  ],
  [
    "explainSelectionFault takes a fault",
    () => ebm.explainSelectionFault(unchecked(1)),
    "ArgumentError",
    "ebm.explainSelectionFault: takes the left side of selectCandidate(...), got the number 1",
  ],
];
