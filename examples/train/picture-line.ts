/** Points of the line as histograms, with the curve of the model's density where it is known. */
import * as Plot from "@observablehq/plot";
import { numpy as np } from "cotangent";
import { centres, isWithin, type Limits, type LogDensity } from "./picture-limits.js";
import type { SvgElement } from "./picture-page.js";
import { type Axis, type Box, hues, labelOffset, panel, scaleOf } from "./picture-panel.js";

export interface LinePanel {
  readonly heading: string;
  readonly axis: Axis;
  readonly logDensity: LogDensity | null;
  readonly values: Float64Array;
  readonly colour: string;
  /** The vertical axis ends here. */
  readonly top: number;
}

const bins = 60;

/**
 * The density at the centres of 600 cells. It is normalised over three times the interval, all cells counted equal. What is
 * not a number is a gap.
 */
const curveOf = (
  logDensity: LogDensity,
  { low, high }: Limits,
): { readonly x: number; readonly density: number }[] => {
  const width = high - low;
  const x = centres({ low: low - width, high: high + width }, 3 * curveCells);
  const logs = logDensity(x.reshape([3 * curveCells, 1])).astype("float64");
  const finite = np.where(np.isnan(logs), Number.NEGATIVE_INFINITY, logs);
  const logMass = np.logsumexp(finite).add(Math.log(width / curveCells));
  const [places, values] = [x.dataSync(), np.exp(logs.sub(logMass)).dataSync()];
  return Array.from({ length: curveCells }, (_, i) => ({
    x: places[curveCells + i],
    density: values[curveCells + i],
  }));
};

const curveCells = 600;

/** Shares of the bins divided by their width: an estimate of the density. Values outside count for the whole. */
function histogram(
  values: Float64Array,
  { low, high }: Limits,
): { x1: number; x2: number; density: number }[] {
  const width = (high - low) / bins;
  const counts = new Float64Array(bins);
  for (const value of values) {
    if (isWithin(value, { low, high })) counts[Math.min(bins - 1, Math.floor((value - low) / width))]++;
  }
  return Array.from(counts, (count, i) => ({
    x1: low + i * width,
    x2: low + (i + 1) * width,
    density: count / Math.max(1, values.length) / width,
  }));
}

/** The highest density of the histograms and of the curve. */
export function highest(
  columns: readonly Float64Array[],
  limits: Limits,
  logDensity: LogDensity | null,
): number {
  const curve = logDensity === null ? [] : curveOf(logDensity, limits);
  const all = [...columns.flatMap((column) => histogram(column, limits)), ...curve];
  const top = all.reduce(
    (most, { density }) => (Number.isFinite(density) ? Math.max(most, density) : most),
    0,
  );
  return top === 0 ? 1 : top;
}

/** A histogram, and the density's curve on it. */
export const linePanel = (
  box: Box,
  { heading, axis, logDensity, values, colour, top }: LinePanel,
): SvgElement =>
  panel(box, {
    heading,
    x: { ...scaleOf(axis, 6), labelOffset: labelOffset.x },
    y: {
      ...scaleOf({ name: "density", limits: { low: 0, high: 1.05 * top } }, 6),
      labelOffset: labelOffset.y,
    },
    marks: [
      Plot.rectY(histogram(values, axis.limits), {
        x1: "x1",
        x2: "x2",
        y: "density",
        fill: colour,
        fillOpacity: 0.45,
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
      ...(logDensity === null
        ? []
        : [
            Plot.lineY(curveOf(logDensity, axis.limits), {
              x: "x",
              y: "density",
              stroke: hues.model,
              strokeWidth: 3,
            }),
          ]),
    ],
  });
