/** Points of the plane as dots, on the model's density where it is known. */
import * as Plot from "@observablehq/plot";
import { type NDArray, numpy as np } from "cotangent";
import { centres, isWithin, type Limits, type LogDensity, spread } from "./picture-limits.js";
import { asMark, element, plotAt, type SvgElement } from "./picture-page.js";
import {
  type Axis,
  type Box,
  labelOffset,
  margins,
  type PanelOptions,
  panel,
  scaleOf,
} from "./picture-panel.js";

/** The density over a rectangle, as a part of its largest value there, row by row. null where nothing is finite. */
export type Landscape = readonly number[];

const cells = 240;

/** p / max p at the centres of 240 x 240 cells. What is not a number counts as 0. */
export function landscape(logDensity: LogDensity, [x, y]: readonly [Limits, Limits]): Landscape | null {
  const [gridX, gridY] = np.meshgrid([centres(x, cells), centres(y, cells)]);
  return relative(logDensity(np.stack([gridX.ravel(), gridY.ravel()], 1)));
}

function relative(logDensities: NDArray): number[] | null {
  const values = Array.from(logDensities.astype("float64").dataSync());
  const top = values.reduce(
    (most, value) => (Number.isFinite(value) ? Math.max(most, value) : most),
    -Infinity,
  );
  return top === -Infinity ? null : values.map((value) => Math.exp(value - top) || 0);
}

/** Parts of the highest density where a colour begins: the root of the density climbs in equal steps. */
const levels = Array.from({ length: 15 }, (_, i) => ((i + 1) / 16) ** 2);

const magma = Plot.scale({ color: { type: "linear", domain: [0, 1], scheme: "magma" } });

/** Colours of the root of the density, so that the tails are seen too; the palest are left out, for dots to stand out. */
const colours: Plot.ScaleOptions = {
  type: "sqrt",
  domain: [0, 1],
  interpolate: (t: number) => String(magma.apply(0.8 * t)),
};

/** Of dots on these colours. */
export const pale = "#c4f5ff";

/** The density as filled contours. */
const ground = (heights: Landscape, [x, y]: readonly [Limits, Limits]): Plot.Markish[] => [
  Plot.frame({ fill: "#000004", stroke: null }),
  Plot.contour([...heights], {
    width: cells,
    height: cells,
    // No position for a value: they are the grid itself, and nothing has to be interpolated.
    x: null,
    y: null,
    x1: x.low,
    x2: x.high,
    y1: y.low,
    y2: y.high,
    thresholds: levels,
    fill: Plot.identity,
    stroke: "none",
  }),
];

/** Dots of several colours in turns, a part of each at a time, so that none hides another. */
function layers(points: readonly Points[], limits: readonly [Limits, Limits], drawn: number): Plot.Markish[] {
  const turns = points.length === 1 ? 1 : 16;
  return Array.from({ length: turns }, (_, turn) =>
    points.map(({ columns, colour }) => {
      const rows = spread(columns[0].length, drawn);
      return dots(
        columns,
        rows.filter((_, i) => i % turns === turn),
        limits,
        colour,
        rows.length,
      );
    }),
  ).flat();
}

/** Round dots, all of them one path: a tenth of the bytes of one circle each. Those outside the limits are left out. */
const dots =
  (
    columns: readonly Float64Array[],
    rows: readonly number[],
    [x, y]: readonly [Limits, Limits],
    colour: string,
    among: number,
  ): Plot.Markish =>
  (_, scales) => {
    const inside = rows.filter((row) => isWithin(columns[0][row], x) && isWithin(columns[1][row], y));
    const place = (row: number): string =>
      `M${tenth(scales.x?.(columns[0][row]))},${tenth(scales.y?.(columns[1][row]))}h0`;
    const path = element("path", {
      d: inside.map(place).join(""),
      fill: "none",
      stroke: colour,
      "stroke-opacity": 0.8,
      "stroke-width": 4 * Math.max(1, Math.min(2, (1000 / Math.max(1, among)) ** 0.25)),
      "stroke-linecap": "round",
    });
    return asMark(path);
  };

const tenth = (value: unknown): number => Math.round(10 * Number(value)) / 10;

/** Two columns, and the colour of their dots. */
export interface Points {
  readonly columns: readonly Float64Array[];
  readonly colour: string;
}

export interface PlanePanel extends Pick<PanelOptions, "heading" | "key"> {
  readonly axes: readonly [Axis, Axis];
  readonly heights: Landscape | null;
  readonly points: readonly Points[];
  /** Of each at most. */
  readonly drawn: number;
}

/** Points of the plane, on the density where there is one. */
export function planePanel(
  box: Box,
  { axes: [x, y], heights, points, drawn, ...above }: PlanePanel,
): SvgElement {
  const limits = [x.limits, y.limits] as const;
  return panel(box, {
    ...above,
    x: { ...scaleOf(x, 6), labelOffset: labelOffset.x },
    y: { ...scaleOf(y, 6), labelOffset: labelOffset.y },
    color: colours,
    marks: [...(heights === null ? [] : ground(heights, limits)), ...layers(points, limits, drawn)],
  });
}

/** The colours and what part of the highest density they stand for. */
export const colourKey = ({ x, y, width, height }: Box): SvgElement =>
  plotAt(x, y, {
    width,
    height,
    marginTop: margins.top,
    marginBottom: margins.bottom,
    marginLeft: 4,
    marginRight: width - 34,
    x: { axis: null, domain: [0, 1] },
    y: {
      type: "sqrt",
      domain: [0, 1],
      axis: "right",
      ticks: [0, 0.01, 0.05, 0.1, 0.25, 0.5, 1],
      tickFormat: "~r",
      label: "density / its maximum",
      labelAnchor: "center",
      labelArrow: "none",
    },
    color: colours,
    marks: [
      Plot.rect([0, ...levels], {
        x1: 0,
        x2: 1,
        y1: Plot.identity,
        y2: (_: number, i: number) => levels[i] ?? 1,
        fill: Plot.identity,
      }),
      Plot.frame({ stroke: "#555" }),
    ],
  });
