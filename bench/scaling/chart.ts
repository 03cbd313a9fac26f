/** Curves on logarithmic axes, as the text of an SVG file. */
import { scaleLog } from "d3-scale";
import { alternative, element, px, words } from "../../examples/train/svg.js";

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
const plot = { width: 440, height: 300 };
const cell = { width: 560, height: 430 };
const origin = { x: 80, y: 64 };
const columns = 2;
const colours = ["#8a8a8a", "#1f6fb4"];

const powersOfTen = (low: number, high: number): readonly number[] =>
  Array.from({ length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 }, (_, i) =>
    Number(`1e${Math.floor(Math.log10(low)) + i}`),
  ).filter((tick) => tick >= low && tick <= high);

const shortNumber = (x: number): string =>
  x >= 1e6 ? `${x / 1e6}M` : x >= 1000 ? `${x / 1000}k` : String(x);

function panelOf({ title, axis, lines }: Panel, column: number, row: number): string {
  const all = lines.flatMap(({ points }) => points);
  const sizes = all.map(([size]) => size);
  const times = all.map(([, ms]) => ms);
  const low = 10 ** Math.floor(Math.log10(Math.min(...times)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...times)));
  const x = scaleLog([Math.min(...sizes), Math.max(...sizes)], [0, plot.width]);
  const y = scaleLog([low, high], [plot.height, 0]);
  const middle = { "text-anchor": "middle" };
  const end = { "text-anchor": "end" };
  const grid = { stroke: "#ddd" };
  return element(
    "g",
    { transform: `translate(${column * cell.width + origin.x},${row * cell.height + origin.y})` },
    words(0, -14, 17, title, { "font-weight": "bold" }),
    ...powersOfTen(...(x.domain() as [number, number])).map((t) =>
      element("path", { d: `M${px(x(t))},0v${plot.height}`, ...grid }),
    ),
    ...powersOfTen(low, high).map((t) => element("path", { d: `M0,${px(y(t))}h${plot.width}`, ...grid })),
    ...powersOfTen(...(x.domain() as [number, number])).map((t) =>
      words(x(t), plot.height + 20, 13, shortNumber(t), middle),
    ),
    ...powersOfTen(low, high).map((t) => words(-8, y(t) + 4, 13, `${shortNumber(t)} ms`, end)),
    element("rect", { width: plot.width, height: plot.height, fill: "none", stroke: "#333" }),
    words(plot.width / 2, plot.height + 42, 14, axis, middle),
    ...lines.flatMap(({ name, points, exponent }, i) => [
      element("path", {
        d: points.map(([size, ms], j) => `${j === 0 ? "M" : "L"}${px(x(size))},${px(y(ms))}`).join(""),
        fill: "none",
        stroke: colours[i % colours.length],
        "stroke-width": 2.5,
      }),
      ...points.map(([size, ms]) =>
        element("circle", { cx: x(size), cy: y(ms), r: 3.5, fill: colours[i % colours.length] }),
      ),
      words(12, 22 + 20 * i, 14, `${name}: time grows as size^${exponent.toFixed(2)}`, {
        fill: colours[i % colours.length],
      }),
    ]),
  );
}

/** The picture of all panels. */
export function drawCharts(title: string, panels: readonly Panel[]): string {
  const width = columns * cell.width;
  const height = Math.ceil(panels.length / columns) * cell.height;
  const svg = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      "font-family": "Helvetica, Arial, DejaVu Sans, sans-serif",
      fill: "#222",
    },
    alternative(title),
    element("rect", { width, height, fill: "white" }),
    ...panels.map((panel, i) => panelOf(panel, i % columns, Math.floor(i / columns))),
  );
  return `${svg}\n`;
}
