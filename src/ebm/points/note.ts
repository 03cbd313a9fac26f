/** What was done to a person's points on their way, as data, and the sentence for each: nothing is done in silence. */
import { checkRecord, type FieldsOf } from "./check-record.js";
import { type ColumnLabel, listed, percent, plural, showCell, showColumn, showLabel } from "./fault.js";

export type Note =
  | { readonly kind: "header"; readonly line: number; readonly names: readonly string[] }
  | (ColumnLabel & { readonly kind: "textColumn"; readonly line: number; readonly text: string })
  | (ColumnLabel & { readonly kind: "emptyColumn" })
  /** Rows left out since a cell of them holds no finite number; `line` is the first of them. */
  | { readonly kind: "missing"; readonly count: number; readonly of: number; readonly line: number }
  | (ColumnLabel & { readonly kind: "constant"; readonly value: number })
  /** Rows left out since a coordinate lies beyond so many robust units. */
  | {
      readonly kind: "outliers";
      readonly count: number;
      readonly of: number;
      readonly line: number;
      readonly units: number;
    }
  /** Rows that equal an earlier one; they stay, and on one side of the split unless a coarse lattice made them equal. */
  | { readonly kind: "repeats"; readonly count: number; readonly of: number; readonly isTogether: boolean }
  /** One value that stands in many rows of a column that is no lattice; they stay. */
  | (ColumnLabel & {
      readonly kind: "spike";
      readonly value: number;
      readonly count: number;
      readonly of: number;
    })
  /** A column of few values, all multiples of a step apart, to which uniform noise of that width was added. */
  | (ColumnLabel & { readonly kind: "lattice"; readonly distinct: number; readonly step: number })
  | { readonly kind: "standardized"; readonly columns: readonly ColumnLabel[] }
  /** The column is nearly a linear function of those before it; `correlation` is the multiple one. */
  | (ColumnLabel & { readonly kind: "whitened"; readonly correlation: number })
  | { readonly kind: "split"; readonly train: number; readonly heldOut: number }
  | { readonly kind: "folds"; readonly folds: number; readonly of: number };

const label = { column: "number", name: "string or null" } as const;

const fields: FieldsOf<Note> = {
  header: { line: "number", names: "list of strings" },
  textColumn: { ...label, line: "number", text: "string" },
  emptyColumn: label,
  missing: { count: "number", of: "number", line: "number" },
  constant: { ...label, value: "number" },
  outliers: { count: "number", of: "number", line: "number", units: "number" },
  repeats: { count: "number", of: "number", isTogether: "boolean" },
  spike: { ...label, value: "number", count: "number", of: "number" },
  lattice: { ...label, distinct: "number", step: "number" },
  standardized: { columns: "list of columns" },
  whitened: { ...label, correlation: "number" },
  split: { train: "number", heldOut: "number" },
  folds: { folds: "number", of: "number" },
};

/**
 * The note as one line: `12 of 1000 rows lack a finite number, the first at line 7: left out`.
 *
 * @throws ArgumentError when it is no note
 */
export function explainNote(note: Note): string {
  checkRecord("ebm.explainNote", note, fields);
  switch (note.kind) {
    case "header":
      return `line ${note.line} names the columns: ${listed(note.names.map(showLabel))}`;
    case "textColumn":
      return `${showColumn(note)} holds text, such as ${showCell(note.text)} at line ${note.line}: left out`;
    case "emptyColumn":
      return `${showColumn(note)} is empty: left out`;
    case "missing":
      return `${note.count} of ${plural(note.of, "row")} lack a finite number, the first at line ${note.line}: left out`;
    case "constant":
      return `${showColumn(note)} is always ${note.value}, which has no density: left out`;
    case "outliers":
      return (
        `${note.count} of ${plural(note.of, "row")} lie more than ${note.units} robust units (interquartile range / 1.349) ` +
        `from the median, the first at line ${note.line}: left out`
      );
    case "repeats":
      return (
        `${note.count} of ${note.of} rows (${percent(note.count / note.of)}) equal an earlier row: their density has ` +
        "spikes that no energy can follow" +
        (note.isTogether ? "; equal rows stay on one side of the split" : "")
      );
    case "spike":
      return (
        `${showColumn(note)} is ${note.value} in ${note.count} of ${note.of} rows: a density has no such spike, and ` +
        "the energy there is as deep as training is long"
      );
    case "lattice":
      return (
        `${showColumn(note)} takes only ${plural(note.distinct, "value")}, ${note.step} apart: uniform noise ` +
        "of that width was added"
      );
    case "standardized":
      return `scaled to mean 0 and standard deviation 1: ${listed(note.columns.map(showColumn))}`;
    case "whitened":
      return (
        `${showColumn(note)} is nearly a line in those before it (correlation ${note.correlation.toPrecision(5)}): ` +
        "all columns were whitened"
      );
    case "split":
      return `${note.train} rows to learn from, ${note.heldOut} held out`;
    case "folds":
      return `${note.of} rows are few: scores are of ${note.folds} folds, each held out in turn`;
  }
}
