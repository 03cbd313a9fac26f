/** The picture: large, legible, the same twice, well formed whatever the words and numbers, and honest about what it leaves out. */

import { Resvg } from "@resvg/resvg-js";
import { type NDArray, numpy as np, random } from "cotangent";
import { DOMParser } from "linkedom";
import { describe, expect, test } from "vitest";
import { drawPicture, type Picture, renderPng } from "../../examples/train/picture.js";
import { columnsOf, countOutside, limitsOf, spread } from "../../examples/train/picture-limits.js";
import { wrapped } from "../../examples/train/picture-page.js";

const [dataKey, samplesKey] = random.split(random.key(0));
const bowl = (points: NDArray): NDArray => points.square().sum(1).mul(-0.5);
const step = Array.from({ length: 100 }, (_, i) => i + 1);
const falling = step.map((i) => 1 / i);

const plane: Picture = {
  title: "A bowl",
  subtitle: "drawn to be looked at",
  caption: ["KL(data || model) = 0.0031 ± 0.0005 nats"],
  names: ["width", "height"],
  data: random.normal(dataKey, [300, 2]),
  samples: random.normal(samplesKey, [200, 2]),
  drawn: 100,
  density: bowl,
  curves: { step, dataEnergy: falling, sampleEnergy: falling, loss: falling },
  scores: { name: "KL", values: step.map((i) => ({ step: i, mean: 1 / i, standardError: 0.02 })) },
  acceptance: [{ name: "hops", step, value: step.map(() => 0.4) }],
};
const columns = (d: number): Partial<Picture> => ({
  names: ["a", "b", "c", "d", "e"].slice(0, d),
  data: random.normal(dataKey, [300, d]),
  samples: random.normal(samplesKey, [200, d]),
  density: d <= 2 ? bowl : null,
});
const nothing = { step: [], dataEnergy: [], sampleEnergy: [], loss: [] };

/** The words of the picture, each with the size that it is written in. */
function wordsOf(svg: string): { readonly text: string; readonly size: number }[] {
  const found: { text: string; size: number }[] = [];
  const visit = (element: Element, inherited: number): void => {
    const size = Number.parseFloat(element.getAttribute("font-size") ?? String(inherited));
    if (element.localName === "text") found.push({ text: element.textContent ?? "", size });
    for (const child of element.children) visit(child, size);
  };
  visit(new DOMParser().parseFromString(svg, "image/svg+xml", undefined).documentElement, 16);
  return found;
}
interface Element {
  readonly localName: string;
  readonly textContent: string | null;
  readonly children: Iterable<Element>;
  getAttribute(name: string): string | null;
}

/** From the header of a PNG file. */
const sizeOf = (png: Uint8Array): readonly [number, number] => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

describe("the picture", () => {
  const svg = drawPicture(plane);

  test("is the same text, and the same pixels, twice", () => {
    expect(drawPicture(plane) === svg).toBe(true);
    expect(Buffer.compare(renderPng(svg), renderPng(svg))).toBe(0);
  });

  test("says what it shows, and writes nothing smaller than 16 pixels", () => {
    const words = wordsOf(svg);
    const texts = words.map(({ text }) => text);
    for (const text of [
      plane.title,
      plane.subtitle,
      ...plane.caption,
      "100 of 300 points of data, on the model's density",
      "100 of 200 samples of the model, on its density",
      "width",
      "height",
      "density / its maximum",
      "E(data)",
      "E(samples)",
      "loss, nats",
      "KL",
      "acceptance",
      "hops",
    ]) {
      expect(texts).toContain(text);
    }
    expect(words.filter(({ size }) => size < 16)).toEqual([]);
  });

  test("draws the density where it is: contours of a bowl lie inside one another", () => {
    const contours = svg.split('<g aria-label="contour">')[1].split("</g>")[0];
    const widths = [...contours.matchAll(/ d="([^"]+)"/g)].map(([, path]) => {
      const xs = [...path.matchAll(/[ML](-?[\d.]+),/g)].map(([, x]) => Number(x));
      return Math.max(...xs) - Math.min(...xs);
    });
    expect(widths.length).toBe(15);
    expect(widths.every((width, i) => i === 0 || width < widths[i - 1])).toBe(true);
  });

  test.each([
    ["a line", columns(1)],
    ["a plane", {}],
    ["three columns", columns(3)],
    ["five columns", columns(5)],
    ["a plane of unknown density", { density: null }],
  ])("is at least 1600 x 1200 pixels: %s", (_, change: Partial<Picture>) => {
    const [width, height] = sizeOf(renderPng(drawPicture({ ...plane, ...change })));
    expect(width).toBeGreaterThanOrEqual(1600);
    expect(height).toBeGreaterThanOrEqual(1200);
  });

  test("of five columns shows the first four in pairs, and says so", () => {
    const texts = wordsOf(drawPicture({ ...plane, ...columns(5) })).map(({ text }) => text);
    expect(texts).toContain("Drawn are the first 4 of 5 columns: a, b, c, d.");
    expect(texts.filter((text) => text === "data (100)").length).toBe(6);
  });
});

describe("what is drawn is well formed", () => {
  const nan = np.full([4, 2], Number.NaN);
  const broken: readonly (readonly [string, Partial<Picture>])[] = [
    ["hostile words", { title: `</text><script>"'&\u0000\u001b[31m\uD800\uFFFF`, names: ['<b>&"', "'"] }],
    [
      "words without end",
      { title: "long ".repeat(500), caption: ["x".repeat(5000)], subtitle: "y".repeat(999) },
    ],
    ["no words", { title: "", subtitle: "", caption: [], names: [] }],
    ["no curves", { curves: nothing, scores: null, acceptance: [] }],
    ["a score that never was taken", { scores: { name: "KL", values: [] } }],
    ["one step", { curves: { step: [1], dataEnergy: [2], sampleEnergy: [2], loss: [0] } }],
    [
      "energies that are not numbers",
      {
        curves: {
          step,
          dataEnergy: step.map(() => Number.NaN),
          sampleEnergy: step.map(() => Infinity),
          loss: [],
        },
        scores: { name: "KL", values: [{ step: 1, mean: Number.NaN, standardError: Number.NaN }] },
      },
    ],
    [
      "scores of both signs",
      { scores: { name: "KL", values: [-1, 1].map((mean) => ({ step: 1, mean, standardError: 0 })) } },
    ],
    ["one sample", { samples: np.zeros([1, 2]) }],
    ["no samples", { samples: np.zeros([0, 2]) }],
    ["samples that are not numbers", { samples: nan }],
    ["a density that is not a number", { density: (points) => points.sum(1).mul(Number.NaN) }],
    ["a density that is nowhere", { density: (points) => points.sum(1).mul(0).sub(Infinity) }],
    ["a line of unknown density", { ...columns(1), density: null }],
    [
      "a line whose density is not a number",
      { ...columns(1), density: (points) => points.sum(1).mul(Number.NaN) },
    ],
    ["one point many times", { data: np.ones([60, 2]) }],
    ["zeros", { data: np.zeros([60, 2]) }],
    ["huge units", { data: plane.data.astype("float64").mul(1e300) }],
    ["tiny units", { data: plane.data.astype("float64").mul(1e-300) }],
    ["large numbers that differ little", { data: plane.data.astype("float64").add(1.7e9) }],
  ];
  test.each(broken)("with %s", (_, change) => {
    const svg = drawPicture({ ...plane, density: null, ...change });
    // resvg throws at what is not XML.
    expect(new Resvg(svg, { font: { loadSystemFonts: false } }).width).toBe(1760);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|<script/);
  });
});

describe("limits", () => {
  test("are the .5% and 99.5% quantiles, widened by 15%", () => {
    const { low, high } = limitsOf(Float64Array.from({ length: 1001 }, (_, i) => i));
    expect([low, high]).toEqual([5 - 0.15 * 990, 995 + 0.15 * 990]);
  });
  test("do not follow an outlier, which is counted", () => {
    const column = Float64Array.from({ length: 1000 }, (_, i) => (i === 500 ? 1e9 : i / 1000));
    const limits = limitsOf(column);
    expect(limits.high).toBeLessThan(2);
    expect(countOutside([column], [limits])).toBe(1);
    expect(countOutside([Float64Array.of(Number.NaN, 0.5)], [limits])).toBe(1);
  });
  test("have low < high whatever the column", () => {
    for (const column of [[], [0], [5, 5], [Number.NaN], [1e308, -1e308], [5e-324], [-1e308, -1e308]]) {
      const { low, high } = limitsOf(Float64Array.from(column));
      expect([column, low < high, Number.isFinite(high - low)]).toEqual([column, true, true]);
    }
  });
});

test("rows are spread evenly over a file, which may be sorted", () => {
  expect(spread(10, 5)).toEqual([0, 2, 4, 6, 8]);
  expect(spread(3, 5)).toEqual([0, 1, 2]);
});
test("columns are those of the rows", () => {
  expect(
    columnsOf(
      np.array([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    ).map((column) => [...column]),
  ).toEqual([
    [1, 3, 5],
    [2, 4, 6],
  ]);
});
test("lines are broken between words, and nothing is lost", () => {
  const text = "one two three four five six seven";
  expect(wrapped(text, 9).every((line) => line.length <= 9)).toBe(true);
  expect(wrapped(text, 9).join(" ")).toBe(text);
});
