/** Which part of the line or the plane a picture shows. */
import { type NDArray, numpy as np } from "cotangent";

/** log p of positions, f64[k, d] -> f64[k]. */
export type LogDensity = (points: NDArray) => NDArray;

/** From low to high, low < high. */
export interface Limits {
  readonly low: number;
  readonly high: number;
}

/** [n, d] -> its d columns. */
export function columnsOf(points: NDArray): readonly Float64Array[] {
  const [n, d] = points.shape;
  const values = np.transpose(points).astype("float64").dataSync();
  return Array.from({ length: d }, (_, column) =>
    Float64Array.from(values.slice(column * n, (column + 1) * n)),
  );
}

/**
 * The .5% and 99.5% quantiles, widened by 15% of their distance: an outlier does not shrink the rest to a spot. Where the
 * quantiles are one value the whole range, and where that is one value too, some room on both sides. Only finite values count.
 */
export function limitsOf(column: Float64Array): Limits {
  const sorted = column.filter(Number.isFinite).sort();
  if (sorted.length === 0) return { low: -1, high: 1 };
  const at = (q: number): number => clamped(sorted[Math.round(q * (sorted.length - 1))]);
  const [low, high] = at(0.005) < at(0.995) ? [at(0.005), at(0.995)] : [at(0), at(1)];
  const size = Math.max(Math.abs(low), Math.abs(high));
  // Less than that is rounding, and no room for the ticks of an axis.
  const isWide = high - low > Math.max(1e-12 * size, 1e-305);
  const margin = isWide ? 0.15 * (high - low) : size < 1e-300 ? 1 : 0.5 * size;
  return { low: low - margin, high: high + margin };
}

/** Of such values even the widened distance is a number. */
const clamped = (value: number): number => Math.min(1e307, Math.max(-1e307, value));

export const isWithin = (value: number, { low, high }: Limits): boolean => value >= low && value <= high;

/** How many rows lie outside in any of the columns. What is not a number lies outside. */
export function countOutside(columns: readonly Float64Array[], limits: readonly Limits[]): number {
  let outside = 0;
  for (let row = 0; row < (columns[0]?.length ?? 0); row++) {
    if (!limits.every((limit, column) => isWithin(columns[column][row], limit))) outside++;
  }
  return outside;
}

/** At most `most` of the rows, evenly spaced: a file may be sorted, so the first ones would not do. */
export function spread(rows: number, most: number): readonly number[] {
  const shown = Math.max(0, Math.min(rows, Math.floor(most)));
  return Array.from({ length: shown }, (_, i) => Math.floor((i * rows) / shown));
}

/** The centres of `count` equal cells. */
export const centres = ({ low, high }: Limits, count: number): NDArray =>
  np
    .arange(count)
    .astype("float64")
    .add(0.5)
    .mul((high - low) / count)
    .add(low);
