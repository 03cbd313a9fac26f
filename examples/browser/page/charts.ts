/** The two charts over the steps of training, drawn by uPlot. */
import uPlot from "uplot";
import type { History, Score } from "../model/history.js";
import { colour } from "./element.js";

export interface Chart<D> {
  readonly show: (data: D) => void;
}

const height = 150;

/** The mean energies of data and samples. */
export const energyChart = (parent: HTMLElement): Chart<History> =>
  chart(
    parent,
    () => ({
      series: [{}, curve(colour("data")), curve(colour("samples"))],
      scales: { x: { time: false }, y: {} },
    }),
    ({ steps, dataEnergy, sampleEnergy }) => [[...steps], [...dataEnergy], [...sampleEnergy]],
  );

/** KL(data || model) on a logarithmic scale, each with a standard error above and below. */
export const scoreChart = (parent: HTMLElement): Chart<readonly Score[]> =>
  chart(
    parent,
    () => ({
      series: [
        {},
        { ...curve(colour("score")), points: { show: true, size: 5, fill: colour("score") } },
        { ...curve(colour("score")), width: 0.5 },
        { ...curve(colour("score")), width: 0.5 },
      ],
      scales: { x: { time: false }, y: { distr: 3, range: decades } },
      splits: powers,
    }),
    (scores) => [
      scores.map(({ step }) => step),
      ...[0, 1, -1].map((sign) =>
        scores.map(({ mean, standardError }) => positive(mean + sign * standardError)),
      ),
    ],
  );

/** An estimate near 0 may be below it, where there is no logarithm: a gap. */
const positive = (value: number): number | null => (value > leastShown ? value : null);

const leastShown = 1e-4;

/** Whole powers of ten about the values. */
const decades = (_: uPlot, low: number | null, high: number | null): [number, number] => [
  10 ** Math.floor(Math.log10(Math.max(low ?? 0.01, leastShown))),
  10 ** Math.ceil(Math.log10(Math.max(high ?? 1, 2 * leastShown))),
];

const powers = (low: number, high: number): number[] => {
  const [first, last] = [low, high].map((value) => Math.round(Math.log10(value)));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
};

const curve = (stroke: string): uPlot.Series => ({ stroke, width: 1.5, points: { show: false } });

interface Look {
  readonly series: uPlot.Series[];
  readonly scales: uPlot.Scales;
  /** Where the vertical axis has lines and numbers; uPlot's choice by default. */
  readonly splits?: (low: number, high: number) => number[];
}

/** It is as wide as its parent, and made anew when the colours change. */
function chart<D>(
  parent: HTMLElement,
  look: () => Look,
  columnsOf: (data: D) => (number | null)[][],
): Chart<D> {
  let columns: (number | null)[][] = [];
  // Sound: uPlot takes columns of numbers, the first of them x; its type has a list of one length for each arity.
  const aligned = (): uPlot.AlignedData => columns as unknown as uPlot.AlignedData;
  const make = (): uPlot => {
    const { series, scales, splits } = look();
    const ink = colour("quiet");
    const grid = { stroke: colour("line"), width: 1 };
    const axis: uPlot.Axis = {
      stroke: ink,
      grid,
      ticks: { show: false },
      font: "12px system-ui, sans-serif",
    };
    const options: uPlot.Options = {
      width: Math.max(200, parent.clientWidth),
      height,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 24, 0, 0],
      series,
      scales,
      axes: [
        { ...axis, size: 24, space: 70 },
        {
          ...axis,
          size: 48,
          space: 28,
          ...(splits === undefined
            ? {}
            : { splits: (_, __, low, high) => splits(low, high), values: (_, at) => at.map(String) }),
        },
      ],
    };
    return new uPlot(options, aligned(), parent);
  };
  let plot = make();
  new ResizeObserver(() => plot.setSize({ width: Math.max(200, parent.clientWidth), height })).observe(
    parent,
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    plot.destroy();
    plot = make();
  });
  return {
    show: (data) => {
      columns = columnsOf(data);
      plot.setData(aligned());
    },
  };
}
