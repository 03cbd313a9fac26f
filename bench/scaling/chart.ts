/** Curves on logarithmic axes, as the text of an SVG file. */
import * as Plot from "@observablehq/plot";
import { asMark, pageText, plotAt, type SvgElement, words } from "../../examples/train/picture-page.js";

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [size: number, ms: number])[];
  /** Of the power law at the upper end. */
  readonly exponent: number;
}

export interface Panel {
  readonly title: string;
  readonly axis: string;
  readonly lines: readonly Line[];
}

/** Pixels. */
const cell = { width: 580, height: 440 };
const margins = { marginTop: 64, marginRight: 40, marginBottom: 66, marginLeft: 110 };
const heading = { "font-weight": "bold", "text-anchor": "start" };
const columns = 2;
const colours = ["#767676", "#0072b2"];

/** 1200 -> "1.2k" */
const shortNumber = (x: number): string =>
  x >= 1e6 ? `${x / 1e6}M` : x >= 1000 ? `${x / 1000}k` : String(x);

const powersOfTen = (low: number, high: number): readonly number[] =>
  Array.from({ length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 }, (_, i) =>
    Number(`1e${Math.floor(Math.log10(low)) + i}`),
  ).filter((tick) => tick >= low && tick <= high);

function panelAt(
  place: { readonly x: number; readonly y: number },
  { title, axis, lines }: Panel,
): SvgElement {
  const all = lines.flatMap(({ points }) => points);
  const sizes = all.map(([size]) => size);
  const times = all.map(([, ms]) => ms);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const low = 10 ** Math.floor(Math.log10(Math.min(...times)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...times)));
  const ticks = { x: powersOfTen(least, most), y: powersOfTen(low, high) };
  const named = { labelAnchor: "center", labelArrow: "none" } as const;
  const colour = (i: number): string => colours[i % colours.length];
  return plotAt(place.x, place.y, {
    ...cell,
    ...margins,
    x: {
      type: "log",
      domain: [least, most],
      ticks: [...ticks.x],
      tickFormat: shortNumber,
      label: axis,
      ...named,
    },
    y: {
      type: "log",
      domain: [low, high],
      ticks: [...ticks.y],
      tickFormat: (ms: number) => `${shortNumber(ms)} ms`,
      label: null,
    },
    marks: [
      Plot.gridX([...ticks.x], { stroke: "#ddd", strokeOpacity: 1 }),
      Plot.gridY([...ticks.y], { stroke: "#ddd", strokeOpacity: 1 }),
      Plot.frame({ stroke: "#333" }),
      ...lines.flatMap(({ points }, i) => [
        Plot.line(points, { x: "0", y: "1", stroke: colour(i), strokeWidth: 2.5 }),
        Plot.dot(points, { x: "0", y: "1", fill: colour(i), r: 3.5 }),
      ]),
      () => asMark(words(margins.marginLeft, margins.marginTop - 18, title, heading)),
      ...lines.map(
        ({ name, exponent }, i): Plot.Markish =>
          () => {
            const text = `${name}: time grows as size^${exponent.toFixed(2)}`;
            const style = { fill: colour(i), "font-size": 16, "text-anchor": "start" };
            return asMark(words(margins.marginLeft + 12, margins.marginTop + 26 + 24 * i, text, style));
          },
      ),
    ],
  });
}

/** The picture of all panels. */
export const drawCharts = (title: string, panels: readonly Panel[]): string =>
  pageText({
    width: columns * cell.width,
    height: Math.ceil(panels.length / columns) * cell.height,
    title,
    children: panels.map((panel, i) =>
      panelAt({ x: (i % columns) * cell.width, y: Math.floor(i / columns) * cell.height }, panel),
    ),
  });
