/** Rows and columns that no density can be learned from: missing cells, columns that do not vary, far outliers, too few. */
import * as E from "fp-ts/lib/Either.js";
import type { ColumnLabel, PointsFault } from "./fault.js";
import type { Note } from "./note.js";

/** Points in columns. */
export interface Columns {
  readonly labels: readonly ColumnLabel[];
  /** One array a column, of one length. */
  readonly values: readonly Float64Array[];
  /** The line of the file that each row stood on. */
  readonly lines: Uint32Array;
}

/** What was kept, and what to say about it. */
export interface Cleaned {
  readonly columns: Columns;
  readonly notes: readonly Note[];
}

/** Rows with a cell that is not finite are left out; a fault when they are more than the part `most` of all. */
export function dropMissing(columns: Columns, most: number): E.Either<PointsFault, Cleaned> {
  const of = columns.lines.length;
  const isWhole = (row: number): boolean => columns.values.every((values) => !Number.isNaN(values[row]));
  const { kept, first } = keepRows(columns, isWhole);
  const count = of - kept.lines.length;
  if (count === 0) return E.right({ columns, notes: [] });
  const line = columns.lines[first];
  if (count <= most * of) return E.right({ columns: kept, notes: [{ kind: "missing", count, of, line }] });
  const at = columns.values.findIndex((values) => Number.isNaN(values[first]));
  return E.left({ kind: "missing", count, of, most, line, ...columns.labels[at] });
}

/** A standard deviation below this part of the column's magnitude is rounding, not spread. */
export const leastSpread = 1e-9;

/** Columns that do not vary are left out: their density is infinite. A fault when none varies. */
export function dropConstant({ labels, values, lines }: Columns): E.Either<PointsFault, Cleaned> {
  const constant = values.flatMap((column, i) =>
    isConstant(column) ? [{ ...labels[i], value: column[0] }] : [],
  );
  if (constant.length === labels.length) return E.left({ kind: "allConstant", columns: constant });
  const varies = (_: unknown, i: number): boolean =>
    !constant.some(({ column }) => column === labels[i].column);
  return E.right({
    columns: { labels: labels.filter(varies), values: values.filter(varies), lines },
    notes: constant.map((column) => ({ kind: "constant", ...column })),
  });
}

/** Rows beyond so many robust units from a column's median are left out. The unit, IQR / 1.349, is a normal column's sd. */
export function dropOutliers(columns: Columns, units: number): Cleaned {
  const limits = columns.values.map((values) => limitsOf(values, units));
  const isNear = (row: number): boolean =>
    columns.values.every((values, i) => values[row] >= limits[i].low && values[row] <= limits[i].high);
  const { kept, first } = keepRows(columns, isNear);
  const of = columns.lines.length;
  const count = of - kept.lines.length;
  if (count === 0) return { columns, notes: [] };
  return { columns: kept, notes: [{ kind: "outliers", count, of, line: columns.lines[first], units }] };
}

/** Median and quartiles interpolate. Where half of the values are one, there is no unit, and nothing is an outlier. */
function limitsOf(values: Float64Array, units: number): { readonly low: number; readonly high: number } {
  const sorted = values.slice().sort();
  const quantile = (q: number): number => {
    const at = q * (sorted.length - 1);
    const below = Math.floor(at);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] * (1 - (at - below)) + sorted[above] * (at - below);
  };
  const unit = (quantile(0.75) - quantile(0.25)) / 1.349;
  if (!(unit > 0)) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const median = quantile(0.5);
  return { low: median - units * unit, high: median + units * unit };
}

/** Divided by the magnitude first, so that no square overflows. */
function isConstant(values: Float64Array): boolean {
  const magnitude = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (magnitude === 0) return true;
  const mean = values.reduce((sum, value) => sum + value / magnitude, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value / magnitude - mean) ** 2, 0) / values.length;
  return !(Math.sqrt(variance) >= leastSpread);
}

/** The rows that are kept, and the first that is not (-1 where all are). */
function keepRows(
  columns: Columns,
  isKept: (row: number) => boolean,
): { readonly kept: Columns; readonly first: number } {
  const { labels, values, lines } = columns;
  const rows = new Int32Array(lines.length);
  let count = 0;
  let first = -1;
  for (let row = 0; row < lines.length; row++) {
    if (isKept(row)) rows[count++] = row;
    else if (first < 0) first = row;
  }
  if (first < 0) return { kept: columns, first };
  const at = <A extends Float64Array | Uint32Array>(from: A, to: A): A => {
    for (let i = 0; i < count; i++) to[i] = from[rows[i]];
    return to;
  };
  return {
    first,
    kept: {
      labels,
      values: values.map((column) => at(column, new Float64Array(count))),
      lines: at(lines, new Uint32Array(count)),
    },
  };
}
