/** The article's figure: an energy over the plane, with data and samples on it, drawn by Observable Plot. */
import * as Plot from "@observablehq/plot";
import { type NDArray, numpy as np } from "cotangent";
import { DOMParser } from "linkedom";

/** Half the side of the square that is drawn, and cells along it. */
const [reach, cells] = [2.5, 200];
/** Energies are drawn up to here, in nats above the lowest; what lies higher looks alike. */
const highest = 9;

/** The text of an SVG file. Energies of points: f32[n, 2] -> f32[n]; data in white, samples in cyan, each [n, 2]. */
export function drawEnergy(energies: (points: NDArray) => NDArray, data: NDArray, samples: NDArray): string {
  const ticks = np.linspace(-reach, reach, cells);
  const plane = energies(np.stack(np.meshgrid([ticks, ticks]), 2).reshape([cells * cells, 2]));
  const heights = plane.sub(plane.min()).clip(0, highest).dataSync();
  const square = { width: cells, height: cells, x1: -reach, x2: reach, y1: -reach, y2: reach };
  const figure = Plot.plot({
    document: new DOMParser().parseFromString("<svg/>", "image/svg+xml", undefined),
    width: 840,
    height: 800,
    marginRight: 40,
    x: { ticks: 5 },
    y: { ticks: 5 },
    style: { fontSize: "16px", fontFamily: "sans-serif" },
    // The domain begins below 0, so that the wells are not so pale that dots vanish in them.
    color: { scheme: "magma", domain: [-2, highest], reverse: true },
    marks: [
      Plot.contour(heights, { ...square, fill: Plot.identity, interval: 1 }),
      Plot.dot(rowsOf(data), { x: "0", y: "1", fill: "white", r: 1.8 }),
      Plot.dot(rowsOf(samples), { x: "0", y: "1", fill: "cyan", r: 1.8 }),
    ],
  });
  figure.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${figure.outerHTML}\n`;
}

const rowsOf = (points: NDArray): [number, number][] => {
  const values = points.dataSync();
  return Array.from({ length: points.shape[0] }, (_, i) => [values[2 * i], values[2 * i + 1]]);
};
