/** The picture: the learned energy over the plane, once with the data on it and once with the samples. */
import type { NDArray } from "cotangent";
import { scaleLinear, scaleSequential } from "d3-scale";
import { interpolateViridis } from "d3-scale-chromatic";
import { type Band, bands, type EnergyGrid, type Frame } from "./contours.js";

export interface Picture {
  readonly title: string;
  readonly subtitle: string;
  readonly grid: EnergyGrid;
  /** [n, 2] */
  readonly data: NDArray;
  /** [m, 2] */
  readonly samples: NDArray;
}

/** Pixels. */
const page = { width: 1680, height: 960 };
const panel = { size: 680, top: 160, left: [90, 850] };
const key = { left: 1580, width: 26 };

/** Energies are drawn up to here, in nats above the lowest; what lies higher looks alike. */
const highest = 12;
const levels = Array.from({ length: highest }, (_, i) => i + 1);
const colour = scaleSequential(interpolateViridis).domain([0, highest]);

/** Sizes and positions of 0.1 pixels are fine enough. */
const px = (value: number): string => String(Math.round(value * 10) / 10);

const text = (x: number, y: number, size: number, content: string, attributes = ""): string =>
  `<text x="${px(x)}" y="${px(y)}" font-size="${size}" ${attributes}>${escaped(content)}</text>`;

const escaped = (content: string): string =>
  content.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[^\P{Cc}\n]/gu, " ");

/** Where a panel's data lie on the page: y points up. */
interface Scales {
  readonly x: ReturnType<typeof scaleLinear<number, number>>;
  readonly y: ReturnType<typeof scaleLinear<number, number>>;
}

const scalesOf = (frame: Frame, left: number): Scales => ({
  x: scaleLinear([...frame.x], [left, left + panel.size]),
  y: scaleLinear([...frame.y], [panel.top + panel.size, panel.top]),
});

function axes({ x, y }: Scales, left: number): string {
  const bottom = panel.top + panel.size;
  const showX = x.tickFormat(7);
  const showY = y.tickFormat(7);
  const alongX = x
    .ticks(7)
    .map(
      (t) =>
        `<path d="M${px(x(t))},${bottom}v7"/>${text(x(t), bottom + 27, 18, showX(t), 'text-anchor="middle" stroke="none"')}`,
    );
  const alongY = y
    .ticks(7)
    .map(
      (t) =>
        `<path d="M${left},${px(y(t))}h-7"/>${text(left - 12, y(t) + 6, 18, showY(t), 'text-anchor="end" stroke="none"')}`,
    );
  const frame = `<rect x="${left}" y="${panel.top}" width="${panel.size}" height="${panel.size}" fill="none"/>`;
  return `<g stroke="#333">${frame}${alongX.join("")}${alongY.join("")}</g>`;
}

/** The energy: the lowest colour everywhere, then each region above a level. */
const landscape = (left: number, regions: readonly Band[]): string => {
  const ground = `<rect x="${left}" y="${panel.top}" width="${panel.size}" height="${panel.size}" fill="${colour(0.5)}"/>`;
  const painted = regions.map(
    ({ level, path }) =>
      `<path d="${path}" fill="${colour(Math.min(level + 0.5, highest))}" fill-rule="evenodd"/>`,
  );
  return ground + painted.join("\n");
};

/** Round dots, all of them one path; and how many lie outside the frame. */
function dots(
  points: NDArray,
  { x, y }: Scales,
  fill: string,
): { readonly svg: string; readonly outside: number } {
  const values = points.dataSync();
  const inside: string[] = [];
  for (let i = 0; i < values.length; i += 2) {
    const [u, v] = [values[i], values[i + 1]];
    if (isWithin(u, x.domain()) && isWithin(v, y.domain())) inside.push(`M${px(x(u))},${px(y(v))}h0`);
  }
  const path = `<path d="${inside.join("")}" fill="none" stroke="${fill}" stroke-opacity="0.75" stroke-width="3.4" stroke-linecap="round"/>`;
  return { svg: path, outside: values.length / 2 - inside.length };
}

const isWithin = (value: number, [low, high]: readonly number[]): boolean => value >= low && value <= high;

/** The colours and the energies that they stand for. */
function colourKey(): string {
  const step = panel.size / (highest + 1);
  const bottom = panel.top + panel.size;
  const boxes = Array.from({ length: highest + 1 }, (_, i) => {
    const y = bottom - (i + 1) * step;
    const fill = colour(Math.min(i + 0.5, highest));
    return `<rect x="${key.left}" y="${px(y)}" width="${key.width}" height="${px(step + 0.5)}" fill="${fill}"/>`;
  });
  const labels = Array.from({ length: highest / 2 + 1 }, (_, i) =>
    text(key.left + key.width + 8, bottom - 2 * i * step + 6, 18, String(2 * i)),
  );
  const caption = text(
    0,
    0,
    18,
    "E - min E, nats",
    `text-anchor="middle" transform="translate(${key.left - 12},${panel.top + panel.size / 2}) rotate(-90)"`,
  );
  return boxes.join("") + labels.join("") + caption;
}

/** The picture as the text of an SVG file. The same points and energies give the same text. */
export function drawPicture({ title, subtitle, grid, data, samples }: Picture): string {
  const side = (left: number, name: string, points: NDArray, fill: string): string => {
    const scales = scalesOf(grid.frame, left);
    const cell = panel.size / grid.size;
    const regions = bands(grid, levels, (column, row) => [
      left + column * cell,
      panel.top + panel.size - row * cell,
    ]);
    const { svg, outside } = dots(points, scales, fill);
    const count = `${points.shape[0]} ${name}${outside === 0 ? "" : `, ${outside} of them outside the picture`}`;
    return [
      landscape(left, regions),
      svg,
      axes(scales, left),
      text(left + panel.size / 2, panel.top - 14, 22, count, 'text-anchor="middle"'),
    ].join("\n");
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${page.width}" height="${page.height}" viewBox="0 0 ${page.width} ${page.height}" font-family="Helvetica, Arial, DejaVu Sans, sans-serif" fill="#222">`,
    '<rect width="100%" height="100%" fill="white"/>',
    text(panel.left[0], 62, 34, title, 'font-weight="bold"'),
    text(panel.left[0], 100, 20, subtitle),
    side(panel.left[0], "points of data", data, "#ffffff"),
    side(panel.left[1], "samples of the model", samples, "#ffb14e"),
    colourKey(),
    "</svg>\n",
  ].join("\n");
}

/** The frame that holds nearly all points: the 0.5% and 99.5% quantiles, widened by 15% of their distance. */
export function frameAround(points: NDArray): Frame {
  const side = (axis: 0 | 1): readonly [number, number] => {
    const sorted = points.slice([], axis).astype("float64").dataSync().sort();
    const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))];
    const margin = 0.15 * (at(0.995) - at(0.005));
    return [at(0.005) - margin, at(0.995) + margin];
  };
  return { x: side(0), y: side(1) };
}
