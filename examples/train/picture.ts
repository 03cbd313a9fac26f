/**
 * The picture of a run: the model's density with the data and with samples of the model on it, and below what was measured
 * over the steps. One column of data gives histograms and the density's curve, more than two the scatter of every pair.
 */
import type { NDArray } from "cotangent";
import { type Curve, curvesPanel, type Score, scorePanel } from "./picture-curves.js";
import { columnsOf, countOutside, type Limits, type LogDensity, limitsOf } from "./picture-limits.js";
import { highest, linePanel } from "./picture-line.js";
import {
  counted,
  ink,
  pageText,
  type SvgElement,
  shortened,
  textFont,
  words,
  wrapped,
} from "./picture-page.js";
import { type Axis, type Box, hues, margins } from "./picture-panel.js";
import { colourKey, landscape, pale, planePanel } from "./picture-plane.js";

export { renderPng } from "./picture-png.js";

export interface Picture {
  readonly title: string;
  readonly subtitle: string;
  /** Scores and settings, a paragraph each, below the panels. */
  readonly caption: readonly string[];
  /** Of the columns, in the units of the data; names.length = d. */
  readonly names: readonly string[];
  /** [n, d], in original units. */
  readonly data: NDArray;
  /** [m, d], in original units. */
  readonly samples: NDArray;
  /** Points of data, and samples, that are drawn at most. */
  readonly drawn: number;
  /** log p in original units up to a constant, f64[k, d] -> f64[k]; null where it is not known. d <= 2. */
  readonly density: LogDensity | null;
  readonly curves: {
    readonly step: readonly number[];
    readonly dataEnergy: readonly number[];
    readonly sampleEnergy: readonly number[];
    readonly loss: readonly number[];
  };
  readonly scores: { readonly name: string; readonly values: readonly Score[] } | null;
  readonly acceptance: readonly {
    readonly name: string;
    readonly step: readonly number[];
    readonly value: readonly number[];
  }[];
}

/** Pixels. */
const page = { width: 1760, leastHeight: 1300, edge: 40, header: 124 };
const inner = page.width - 2 * page.edge;
const curvesHeight = 350;

/** The picture as the text of an SVG file. The same numbers and words give the same text. */
export function drawPicture(picture: Picture): string {
  const points = pointsOf(picture);
  const upper = pointPanels(picture, points);
  const captions = [...picture.caption, ...notes(picture, points)].flatMap((line) => wrapped(line, 150));
  const captionHeight = captions.length * 30 + page.edge;
  const lowerTop = page.header + upper.height + 10;
  const height = Math.max(page.leastHeight, lowerTop + curvesHeight + captionHeight);
  const lowerHeight = height - captionHeight - lowerTop;
  return pageText({
    width: page.width,
    height,
    title: shortened(`${picture.title}: ${picture.subtitle}`, 300),
    children: [
      words(page.edge, 58, shortened(picture.title, 76), { "font-size": 36, "font-weight": "bold" }),
      words(page.edge, 98, shortened(picture.subtitle, 140), { "font-size": textFont, fill: "#555" }),
      ...upper.panels,
      ...measurements(picture, { x: page.edge, y: lowerTop, width: inner, height: lowerHeight }),
      ...captions.map((line, i) =>
        words(page.edge, height - captionHeight + 26 + 30 * i, line, { "font-size": textFont }),
      ),
    ],
  });
}

interface Points {
  readonly data: readonly Float64Array[];
  readonly samples: readonly Float64Array[];
  readonly axes: readonly Axis[];
}

/** Of more columns the first four are drawn. */
const pointsOf = ({ data, samples, names }: Picture): Points => {
  const columns = columnsOf(data).slice(0, 4);
  return {
    data: columns,
    samples: columnsOf(samples).slice(0, 4),
    axes: columns.map((column, i) => ({
      name: shortened(names[i] ?? `x${i + 1}`, 40),
      limits: limitsOf(column),
    })),
  };
};

// points -------------------------------------------------------------------------------------------------------------

interface Panels {
  readonly height: number;
  readonly panels: readonly SvgElement[];
}

function pointPanels(picture: Picture, points: Points): Panels {
  switch (points.axes.length) {
    case 1:
      return lines(picture, points);
    case 2:
      return planes(picture, points);
    default:
      return pairs(picture, points);
  }
}

const keyWidth = 110;
const halfWidth = (inner - keyWidth) / 2;

/** "2,000 of 10,000 points of data" */
const share = (rows: number, drawn: number, what: string): string =>
  drawn < rows ? `${counted(drawn)} of ${counted(rows)} ${what}` : `${counted(rows)} ${what}`;

function planes({ density, drawn }: Picture, { data, samples, axes }: Points): Panels {
  const [x, y] = axes;
  const heights = density === null ? null : landscape(density, [x.limits, y.limits]);
  const height =
    margins.top + margins.bottom + (halfWidth - margins.left - margins.right) * aspect(x.limits, y.limits);
  const one = (at: number, heading: string, columns: readonly Float64Array[], colour: string): SvgElement =>
    planePanel(
      { x: page.edge + at, y: page.header, width: halfWidth, height },
      { heading, axes: [x, y], heights, points: [{ columns, colour }], drawn },
    );
  const place = (whose: string): string => (heights === null ? "" : `, on ${whose} density`);
  const dataColour = heights === null ? hues.data : pale;
  return {
    height,
    panels: [
      one(0, share(data[0].length, drawn, "points of data") + place("the model's"), data, dataColour),
      one(
        halfWidth,
        share(samples[0].length, drawn, "samples of the model") + place("its"),
        samples,
        dataColour,
      ),
      ...(heights === null
        ? []
        : [colourKey({ x: page.edge + 2 * halfWidth, y: page.header, width: keyWidth, height })]),
    ],
  };
}

/** Height to width. Where both axes may have the same units they get the same scale. */
const aspect = (x: Limits, y: Limits): number => {
  const ratio = (y.high - y.low) / (x.high - x.low);
  return ratio >= 0.5 && ratio <= 1.1 ? ratio : 1;
};

function lines({ density }: Picture, { data, samples, axes: [axis] }: Points): Panels {
  const [height, width] = [620, inner / 2];
  const top = highest([data[0], samples[0]], axis.limits, density);
  const curve = density === null ? "" : ", and the model's density";
  const one = (at: number, heading: string, values: Float64Array, colour: string): SvgElement =>
    linePanel(
      { x: page.edge + at, y: page.header, width, height },
      { heading: heading + curve, axis, logDensity: density, values, colour, top },
    );
  return {
    height,
    panels: [
      one(0, `${counted(data[0].length)} points of data`, data[0], hues.data),
      one(width, `${counted(samples[0].length)} samples of the model`, samples[0], hues.samples),
    ],
  };
}

/** Every pair of columns, three to a row: as many points of data as samples, on one another. */
function pairs({ drawn }: Picture, { data, samples, axes }: Points): Panels {
  const [width, height] = [inner / 3, 500];
  const shown = Math.min(drawn, data[0].length, samples[0].length);
  const all = axes.flatMap((_, j) => axes.slice(0, j).map((_, i) => [i, j] as const));
  const panels = all.map(([i, j], k) =>
    planePanel(
      { x: page.edge + (k % 3) * width, y: page.header + Math.floor(k / 3) * height, width, height },
      {
        heading: "",
        key: [
          { name: `data (${counted(shown)})`, colour: hues.data },
          { name: `samples (${counted(shown)})`, colour: hues.samples },
        ],
        axes: [axes[i], axes[j]],
        heights: null,
        points: [
          { columns: [data[i], data[j]], colour: hues.data },
          { columns: [samples[i], samples[j]], colour: hues.samples },
        ],
        drawn: shown,
      },
    ),
  );
  return { height: Math.ceil(all.length / 3) * height, panels };
}

// measurements -------------------------------------------------------------------------------------------------------

/** Energies, the loss, the score and the acceptance rates, those there are, side by side. */
function measurements(
  { curves, scores, acceptance }: Picture,
  { x, y, width, height }: Box,
): readonly SvgElement[] {
  const { step, dataEnergy, sampleEnergy, loss } = curves;
  const energies: readonly Curve[] = [
    { name: "E(data)", colour: hues.data, step, value: dataEnergy },
    { name: "E(samples)", colour: hues.samples, step, value: sampleEnergy },
  ];
  const rates = acceptance.map(
    (rate, i): Curve => ({
      ...rate,
      name: shortened(rate.name, 24),
      colour: rateColours[i % rateColours.length],
    }),
  );
  const panels: readonly ((box: Box) => SvgElement)[] = [
    (box) => curvesPanel(box, energies, { heading: "energy, nats" }),
    (box) =>
      curvesPanel(box, [{ name: "loss", colour: ink, step, value: loss }], {
        heading: "loss, nats",
        key: [{ name: "each step, and means", colour: ink }],
        rule: 0,
      }),
    ...(scores === null ? [] : [(box: Box) => scorePanel(box, shortened(scores.name, 32), scores.values)]),
    ...(rates.length === 0
      ? []
      : [(box: Box) => curvesPanel(box, rates, { heading: "acceptance", domain: [0, 1.02] })]),
  ];
  const each = width / panels.length;
  return panels.map((draw, i) => draw({ x: x + i * each, y, width: each, height }));
}

const rateColours = [hues.third, hues.data, hues.samples, "#cc79a7"];

// notes --------------------------------------------------------------------------------------------------------------

/** What the panels leave out. */
function notes({ data, samples, names }: Picture, points: Points): string[] {
  const limits = points.axes.map((axis) => axis.limits);
  const outside = (columns: readonly Float64Array[], rows: number, what: string): string =>
    `${counted(countOutside(columns, limits))} of ${counted(rows)} ${what}`;
  const [n, m] = [data.shape[0], samples.shape[0]];
  const left =
    `Outside the panels, whose limits are the .5% and 99.5% quantiles of the data widened by 15%: ` +
    `${outside(points.data, n, "points of data")} and ${outside(points.samples, m, "samples")}.`;
  const columns =
    data.shape[1] > 4
      ? [`Drawn are the first 4 of ${data.shape[1]} columns: ${names.slice(0, 4).join(", ")}.`]
      : [];
  return [left, ...columns];
}
