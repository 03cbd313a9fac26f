/** Panels of what was measured while the model was trained, over the steps. */
import * as Plot from "@observablehq/plot";
import type { SvgElement } from "./picture-page.js";
import { type Box, hues, labelOffset, type PanelOptions, panel } from "./picture-panel.js";

/** One number a step. What is not finite is a gap. */
export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly step: readonly number[];
  readonly value: readonly number[];
}

export interface Score {
  readonly step: number;
  readonly mean: number;
  readonly standardError: number;
}

interface Reading {
  readonly step: number;
  readonly value: number;
}

export interface CurvesOptions {
  readonly heading: string;
  /** The curves' names and colours by default. */
  readonly key?: PanelOptions["key"];
  /** Where the vertical axis begins and ends; by default it holds 99% of the values. */
  readonly domain?: readonly [number, number];
  /** A horizontal line. */
  readonly rule?: number;
}

/** Of the raw curve at most this many values are drawn. */
const most = 1000;
/** A smoothed curve has the means over at most this many equal parts of the steps. */
const parts = 60;

/** Curves that share their axes: as they are, faint, and smoothed. */
export function curvesPanel(
  box: Box,
  curves: readonly Curve[],
  { heading, key = curves, domain, rule }: CurvesOptions,
): SvgElement {
  const readings = curves.map(({ step, value }) =>
    step.flatMap((at, i): Reading[] => (i < value.length ? [{ step: at, value: value[i] }] : [])),
  );
  const lines = (
    choose: (all: readonly Reading[]) => readonly Reading[],
    style: Plot.LineYOptions,
  ): Plot.Markish[] =>
    readings.map((all, i) =>
      Plot.lineY(choose(all), { x: "step", y: "value", stroke: curves[i].colour, clip: true, ...style }),
    );
  return panel(box, {
    heading,
    key,
    ...room,
    x: stepAxis(readings.flat().map(({ step }) => step)),
    y: { domain: [...(domain ?? central(readings.flat().map(({ value }) => value)))], ...quiet },
    marks: [
      Plot.gridY({ ticks: 5, stroke: "#e4e4e4", strokeOpacity: 1 }),
      ...(rule === undefined ? [] : [Plot.ruleY([rule], { stroke: "#888" })]),
      ...lines(thinned, { strokeOpacity: 0.3, strokeWidth: 1 }),
      ...lines(smoothed, { strokeWidth: 3 }),
    ],
  });
}

/** A score over the steps, with bars of one standard error. Scores that fall by a factor of 20 are drawn on a log scale. */
export function scorePanel(box: Box, name: string, scores: readonly Score[]): SvgElement {
  const finite = scores.filter(({ mean }) => Number.isFinite(mean));
  const bars = finite.map(({ step, mean, standardError }) => {
    const error = Number.isFinite(standardError) ? standardError : 0;
    return { step, mean, low: mean - error, high: mean + error };
  });
  const means = finite.map(({ mean }) => mean);
  const logarithmic =
    means.length > 0 && Math.min(...means) > 0 && Math.max(...means) > 20 * Math.min(...means);
  const domain = logarithmic
    ? [Math.min(...means) / 2, 1.5 * Math.max(...bars.map(({ high }) => high))]
    : widened(Math.min(...bars.map(({ low }) => low)), Math.max(...bars.map(({ high }) => high)));
  return panel(box, {
    heading: name,
    key: [{ name: `± one s.e.${logarithmic ? ", log scale" : ""}`, colour: hues.data }],
    ...room,
    x: stepAxis(finite.map(({ step }) => step)),
    y: logarithmic
      ? { ...quiet, domain, type: "log", ticks: logTicks(domain), tickFormat: "~r" }
      : { ...quiet, domain },
    marks: [
      Plot.gridY({ ticks: logarithmic ? logTicks(domain) : 5, stroke: "#e4e4e4", strokeOpacity: 1 }),
      Plot.ruleX(bars, {
        x: "step",
        y1: ({ low }: { low: number }) => (logarithmic ? Math.max(low, domain[0]) : low),
        y2: "high",
        stroke: hues.data,
        strokeWidth: 2,
      }),
      Plot.lineY(bars, { x: "step", y: "mean", stroke: hues.data, strokeWidth: 2.5 }),
      Plot.dot(bars, { x: "step", y: "mean", fill: hues.data, r: 4.5 }),
    ],
  });
}

const room = { marginLeft: 86, marginRight: 34 };

const quiet = { ticks: 5, label: null } as const;

/** Powers of ten; where there are few, also twice and five times those. */
function logTicks([low, high]: readonly number[]): number[] {
  const powers = Array.from(
    { length: Math.floor(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, i) => 10 ** (Math.floor(Math.log10(low)) + i),
  );
  const ticks = powers.length > 3 ? powers : powers.flatMap((power) => [power, 2 * power, 5 * power]);
  return ticks.filter((tick) => tick >= low && tick <= high);
}

function stepAxis(steps: readonly number[]): Plot.ScaleOptions {
  const [low, high] = widest(steps);
  return {
    domain: low < high ? [low, high] : [low - 1, high + 1],
    ticks: high >= 1000 ? 3 : 5, // wider numbers need more room
    tickFormat: high >= 100_000 ? "~s" : ",d",
    label: "step",
    labelAnchor: "center",
    labelArrow: "none",
    labelOffset: labelOffset.x,
  };
}

/** Every k-th reading. */
const thinned = (readings: readonly Reading[]): readonly Reading[] => {
  const every = Math.ceil(readings.length / most);
  return readings.filter((_, i) => i % every === 0);
};

/** The means over equal parts, each at its mean step; what is not finite is left out of them. */
function smoothed(readings: readonly Reading[]): readonly Reading[] {
  const size = Math.max(1, Math.ceil(readings.length / parts));
  const mean = (values: readonly number[]): number => {
    const finite = values.filter(Number.isFinite);
    return finite.reduce((sum, value) => sum + value, 0) / finite.length;
  };
  return Array.from({ length: Math.ceil(readings.length / size) }, (_, i) => {
    const part = readings.slice(i * size, (i + 1) * size);
    return { step: mean(part.map(({ step }) => step)), value: mean(part.map(({ value }) => value)) };
  });
}

/** From the .5% to the 99.5% quantile of the finite values, and some room: the first steps may be far from the rest. */
function central(values: readonly number[]): [number, number] {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))];
  return sorted.length === 0 ? [-1, 1] : widened(at(0.005), at(0.995));
}

const widened = (low: number, high: number): [number, number] => {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [-1, 1];
  const room = low < high ? 0.08 * (high - low) : Math.max(1e-3, Math.abs(low) / 10);
  return [low - room, high + room];
};

/** Least and greatest; 0 and 1 of none. */
const widest = (values: readonly number[]): [number, number] =>
  values.length === 0
    ? [0, 1]
    : values.reduce(
        ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
        [Infinity, -Infinity],
      );
