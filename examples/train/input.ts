/** Where points come from: a built-in data set, of which there are as many as one likes, or a person's file. */
import { basename } from "node:path";
import type { NDArray, random } from "cotangent";
import {
  type dataSets,
  explainNote,
  type Part,
  type PointsFault,
  preparePoints,
  type Scaling,
} from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { builtInInput } from "./built-in.js";
import { inFile, readTable } from "./read-points.js";
import type { Complaint } from "./reason.js";

export { builtInInput };

export type DataSetName = keyof typeof dataSets;

/** What points came from: with a file's, the hash of its bytes in hexadecimal. */
export type Source =
  | { readonly kind: "dataset"; readonly name: DataSetName }
  | (From & { readonly kind: "file"; readonly sha256: string });

export interface Input {
  readonly title: string;
  readonly source: Source;
  /** One a coordinate. */
  readonly names: readonly string[];
  /** All points in their own units: f64[n, d] */
  readonly points: NDArray;
  readonly scaling: Scaling;
  /** To learn from, in scaled units: f32[n, d] */
  readonly train: NDArray;
  /** Not learned from, in scaled units: f32[m, d]. Null when rows are so few that each is held out in one of five folds. */
  readonly heldOut: NDArray | null;
  /** log p of the rows held out, in their own units, where it is known: f64[m] */
  readonly logDensities: NDArray | null;
  readonly folds: readonly Part[];
  /** What was done to a person's points. */
  readonly notes: readonly string[];
}

/** Where points come from, and how a person's file is read. */
export type From =
  | { readonly kind: "dataset"; readonly name: DataSetName }
  | {
      readonly kind: "file";
      readonly path: string;
      /** Names, or numbers from 1; null for all columns of numbers. */
      readonly columns: readonly (string | number)[] | null;
      /** The share of rows that may lack a number. */
      readonly missing: number;
      /** Rows beyond so many robust units are left out. */
      readonly outliers: number;
      /** Whether the first row names the columns; null to find out. */
      readonly header: boolean | null;
    };

export interface InputKeys {
  readonly data: random.Key;
  readonly heldOut: random.Key;
}

export const inputOf = (from: From, keys: InputKeys): TE.TaskEither<Complaint, Input> =>
  from.kind === "file"
    ? fileInput(from, keys.data)
    : TE.fromIO(() => builtInInput(from.name, keys.data, keys.heldOut));

/** A person's points, cleaned, split and scaled. */
const fileInput = (
  from: From & { readonly kind: "file" },
  key: random.Key,
): TE.TaskEither<Complaint, Input> =>
  pipe(
    readTable(from.path, from.header === null ? {} : { header: from.header }),
    TE.chainEitherK(({ table, sha256, hasDecimalCommas }) =>
      pipe(
        preparePoints(key, table, {
          columns: from.columns ?? undefined,
          missing: from.missing,
          outliers: from.outliers,
        }),
        E.bimap(
          (fault) => inFile(from.path)(fault) + remedyOf(fault, hasDecimalCommas),
          (prepared): Input => ({
            ...prepared,
            title: basename(from.path),
            source: { ...from, sha256 },
            logDensities: null,
            notes: prepared.notes.map((note) => explainNote(note).replace(/\s+/g, " ")),
          }),
        ),
      ),
    ),
  );

/** What the fault's own words cannot know: the options, and what stands below a header. */
const remedyOf = (fault: PointsFault, hasDecimalCommas: boolean): string => {
  if (fault.kind === "missing") return " (--missing, --columns)";
  const isHidden = fault.kind === "noNumbers" && !/\d,\d/.test(fault.text);
  return isHidden && hasDecimalCommas ? "; write decimals with a point" : "";
};
