/** The picture: the learned energy over the plane, once with the data on it and once with the samples. */
import type { NDArray } from "cotangent";
import { type ScaleLinear, scaleLinear, scaleSequential } from "d3-scale";
import { interpolateViridis } from "d3-scale-chromatic";
import { bands, type EnergyGrid, type Frame } from "./contours.js";
import { alternative, element, px, words } from "./svg.js";

export interface Picture {
  readonly title: string;
  readonly subtitle: string;
  readonly grid: EnergyGrid;
  /** [n, 2] */
  readonly data: NDArray;
  /** Points of data that are drawn, at most. */
  readonly drawn: number;
  /** [m, 2] */
  readonly samples: NDArray;
}

/** Pixels. Two square panels, and beside them the key to the colours. */
const page = { width: 1680, height: 930 };
const side = 680;
const top = 150;
const left = { data: 96, samples: 852, key: 1580 };

/** Energies are drawn up to here, in nats above the lowest; what lies higher looks alike. */
const highest = 12;
const levels = Array.from({ length: highest }, (_, i) => i + 1);
const scale = scaleSequential(interpolateViridis).domain([0, highest]);
/** Of the energies from a level to the next. */
const colour = (level: number): string => scale(Math.min(level + 0.5, highest));

/** Where a point of the plane lies in a panel, whose y points up. */
interface Scales {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
}

const scalesOf = (frame: Frame): Scales => ({
  x: scaleLinear([...frame.x], [0, side]),
  y: scaleLinear([...frame.y], [side, 0]),
});

/** The lowest colour everywhere, then each region above a level. */
function landscape(grid: EnergyGrid): string {
  const cell = side / grid.size;
  const regions = bands(grid, levels, (column, row) => `${px(column * cell)},${px(side - row * cell)}`);
  const ground = element("rect", { width: side, height: side, fill: colour(0) });
  const painted = regions.map(({ level, path }) =>
    element("path", { d: path, fill: colour(level), "fill-rule": "evenodd" }),
  );
  return element("g", { id: "energy" }, ground, ...painted);
}

function axes({ x, y }: Scales): string {
  const [showX, showY] = [x.tickFormat(7), y.tickFormat(7)];
  const middle = { "text-anchor": "middle", stroke: "none" };
  const end = { "text-anchor": "end", stroke: "none" };
  return element(
    "g",
    { stroke: "#333" },
    element("rect", { width: side, height: side, fill: "none" }),
    ...x.ticks(7).map((t) => element("path", { d: `M${px(x(t))},${side}v7` })),
    ...x.ticks(7).map((t) => words(x(t), side + 27, 18, showX(t), middle)),
    ...y.ticks(7).map((t) => element("path", { d: `M0,${px(y(t))}h-7` })),
    ...y.ticks(7).map((t) => words(-12, y(t) + 6, 18, showY(t), end)),
    words(side / 2, side + 54, 18, "x", middle),
    words(-54, side / 2 + 6, 18, "y", middle),
  );
}

/** Round dots, all of them one path, and how many lie outside the frame. */
function dots(
  points: NDArray,
  { x, y }: Scales,
  colour: string,
): { readonly svg: string; readonly outside: number } {
  const values = points.dataSync();
  const inside: string[] = [];
  for (let i = 0; i < values.length; i += 2) {
    const [u, v] = [values[i], values[i + 1]];
    if (isWithin(u, x.domain()) && isWithin(v, y.domain())) inside.push(`M${px(x(u))},${px(y(v))}h0`);
  }
  const svg = element("path", {
    d: inside.join(""),
    fill: "none",
    stroke: colour,
    "stroke-opacity": "0.75",
    "stroke-width": 3.4,
    "stroke-linecap": "round",
  });
  return { svg, outside: values.length / 2 - inside.length };
}

const isWithin = (value: number, [low, high]: readonly number[]): boolean => value >= low && value <= high;

/** One panel: energy, points, axes, and a line that counts the points. */
function panel(at: number, { frame }: EnergyGrid, points: NDArray, colour: string, count: string): string {
  const scales = scalesOf(frame);
  const { svg, outside } = dots(points, scales, colour);
  const caption = outside === 0 ? count : `${count}, ${outside} outside the picture`;
  return element(
    "g",
    { transform: `translate(${at},${top})` },
    element("use", { href: "#energy" }),
    svg,
    axes(scales),
    words(side / 2, -14, 22, caption, { "text-anchor": "middle" }),
  );
}

/** The colours and the energies that they stand for. */
function key(): string {
  const step = side / (highest + 1);
  return element(
    "g",
    { transform: `translate(${left.key},${top})` },
    ...[0, ...levels].map((level) =>
      element("rect", { y: side - (level + 1) * step, width: 26, height: step + 0.5, fill: colour(level) }),
    ),
    ...[0, ...levels]
      .filter((level) => level % 2 === 0)
      .map((level) => words(34, side - level * step + 6, 18, String(level))),
    words(0, 0, 18, "E - min E, nats", {
      "text-anchor": "middle",
      transform: `translate(-12,${side / 2}) rotate(-90)`,
    }),
  );
}

/** The picture as the text of an SVG file. The same points and energies give the same text. */
export function drawPicture({ title, subtitle, grid, data, drawn, samples }: Picture): string {
  const n = data.shape[0];
  const shown = Math.min(drawn, n);
  const count = shown < n ? `${shown} of ${n} points of data` : `${n} points of data`;
  const svg = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      ...page,
      viewBox: `0 0 ${page.width} ${page.height}`,
      "font-family": "Helvetica, Arial, DejaVu Sans, sans-serif",
      fill: "#222",
    },
    alternative(`${title}: ${subtitle}`),
    element("rect", { ...page, fill: "white" }),
    element("defs", {}, landscape(grid)),
    words(left.data, 62, 34, title, { "font-weight": "bold" }),
    words(left.data, 100, 20, subtitle),
    panel(left.data, grid, data.slice([0, shown]), "#ffffff", count),
    panel(left.samples, grid, samples, "#ffb14e", `${samples.shape[0]} samples of the model`),
    key(),
  );
  return `${svg}\n`;
}

/**
 * The frame that holds nearly all points: the 0.5% and 99.5% quantiles, widened by 15% of their distance; the whole range
 * where those are one value.
 */
export function frameAround(points: NDArray): Frame {
  const range = (axis: 0 | 1): readonly [number, number] => {
    const sorted = points.slice([], axis).astype("float64").dataSync().sort();
    const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))];
    const [low, high] = at(0.005) < at(0.995) ? [at(0.005), at(0.995)] : [at(0), at(1)];
    const margin = 0.15 * (high - low);
    return [low - margin, high + margin];
  };
  return { x: range(0), y: range(1) };
}
