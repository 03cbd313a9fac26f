/** What the page computes without a page: paintings, histories, colours, and places on the plane. */

import { dataSets } from "cotangent/ebm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { brightness, palette, pixelsOf } from "../../../examples/browser/model/colours.js";
import {
  emptyHistory,
  extended,
  type History,
  mostEntries,
  mostScores,
  type Score,
  withScore,
} from "../../../examples/browser/model/history.js";
import {
  centreOf,
  dabAt,
  decodeDabs,
  emptyPainting,
  encodeDabs,
  extent,
  logDensityOf,
  mostDabs,
  type Point,
  steps,
  stroke,
  strokeEnd,
} from "../../../examples/browser/model/painting.js";
import { dataSetNames, defaults } from "../../../examples/browser/model/settings.js";
import { middles, toPixel, toPoint } from "../../../examples/browser/model/view.js";
import { recipeOf } from "../../../examples/browser/training/recipe.js";
import { recipes } from "../../../examples/train/recipes.js";

test("the page has all data sets, and its usual settings are the command's", () => {
  expect(dataSetNames).toEqual(Object.keys(dataSets));
  expect(recipeOf(defaults)).toEqual(recipes.default);
});

const coordinate = fc.double({ min: -extent, max: extent, noNaN: true });
const point = fc.tuple(coordinate, coordinate);

describe("a painting", () => {
  test("keeps a point as its cell, at most half a cell away", () => {
    const law = fc.property(point, (p) => {
      const [x, y] = centreOf(dabAt(p));
      expect(Math.max(Math.abs(x - p[0]), Math.abs(y - p[1]))).toBeLessThanOrEqual(extent / steps + 1e-12);
      expect(dabAt([x, y])).toEqual(dabAt(p));
    });
    fc.assert(law);
  });
  test("takes points beyond its plane to the edge", () => {
    expect(dabAt([1e9, -1e9])).toEqual({ column: steps - 1, row: 0 });
  });
  test("has dabs a brush apart along a stroke, however the stroke is cut into moves", () => {
    const law = fc.property(
      point,
      point,
      fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      (from, to, part) => {
        const start = stroke(emptyPainting, null, from);
        const middle: Point = [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
        const { brush } = start;
        const straight = stroke(start, from, to).dabs.length;
        const half = stroke(start, from, middle);
        const halves = stroke(half, strokeEnd(from, middle, brush), to).dabs.length;
        expect(straight).toBe(1 + Math.floor(Math.hypot(to[0] - from[0], to[1] - from[1]) / brush));
        expect(Math.abs(halves - straight)).toBeLessThanOrEqual(1); // by rounding
      },
    );
    fc.assert(law);
  });
  test("has no more dabs than there is room for", () => {
    const full = Array.from({ length: 100 }).reduce<typeof emptyPainting>(
      (painting) => stroke(painting, [-extent, 0], [extent, 0]),
      emptyPainting,
    );
    expect(full.dabs).toHaveLength(mostDabs);
  });
  test("is the same after it was a text, and other texts are none", () => {
    const cell = fc.nat(steps - 1);
    const law = fc.property(fc.array(fc.record({ column: cell, row: cell })), (dabs) => {
      expect(decodeDabs(encodeDabs(dabs))).toEqual(dabs);
    });
    fc.assert(law);
    expect(decodeDabs("A".repeat(3 * mostDabs + 3))).toBeNull();
    expect(decodeDabs("AAAé--")).toBeNull();
  });
  test("has a density whose integral is 1, and which far away is no NaN", () => {
    const painting = { dabs: [dabAt([0, 0]), dabAt([1, 2]), dabAt([1, 2])], brush: 0.5 };
    const cells = 160;
    const density = logDensityOf(painting, middles({ lower: [-4, -4], upper: [6, 6] }, cells));
    const mass = density.reduce((sum, log) => sum + Math.exp(log), 0) * (10 / cells) ** 2;
    expect(mass).toBeCloseTo(1, 6);
    expect(logDensityOf(painting, [1e6, 0])[0]).toBeLessThan(-1e9);
    expect(logDensityOf(painting, [1e6, 0])[0]).toBeGreaterThan(Number.NEGATIVE_INFINITY);
  });
});

describe("a history", () => {
  const filledTo = (steps: number, frame: number): History => {
    let history = emptyHistory;
    for (let step = 0; step < steps; ) {
      const count = Math.min(frame, steps - step);
      const values = Array.from({ length: count }, (_, i) => step + i + 1);
      step += count;
      history = extended(
        history,
        step,
        values,
        values.map((value) => -value),
      );
    }
    return history;
  };
  test("has every step while there is room", () => {
    const { steps, dataEnergy, sampleEnergy } = filledTo(mostEntries, 7);
    expect(steps).toEqual(Array.from({ length: mostEntries }, (_, i) => i + 1));
    expect(dataEnergy).toEqual(steps);
    expect(sampleEnergy).toEqual(steps.map((step) => -step));
  });
  test("stays within its bound, in order, and every entry is the mean of its steps", () => {
    const law = fc.property(
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 1, max: 500 }),
      (total, frame) => {
        const { steps, dataEnergy, stride } = filledTo(total, frame);
        expect(steps.length).toBeLessThanOrEqual(mostEntries);
        expect(steps.at(-1)).toBe(total);
        steps.forEach((step, i) => {
          const first = (steps[i - 1] ?? 0) + 1;
          expect(step - first + 1).toBeLessThanOrEqual(stride);
          expect(dataEnergy[i]).toBeCloseTo((first + step) / 2, 6); // of the whole numbers from first to step
        });
      },
    );
    fc.assert(law, { numRuns: 15 });
  });
  test("does not depend on how its steps came", () => {
    expect(filledTo(5000, 1)).toEqual(filledTo(5000, 333));
  });
  test("of scores keeps the last, in order, and is bounded", () => {
    let scores = withScore([], { step: 0, mean: 2, standardError: 0 });
    for (let step = 1; step < 5000; step++)
      scores = withScore(scores, { step, mean: 1 / step, standardError: 0 });
    expect(scores.length).toBeLessThanOrEqual(300);
    expect(scores.at(-1)?.step).toBe(4999);
    expect(scores.map(({ step }) => step)).toEqual([...scores.map(({ step }) => step)].sort((a, b) => a - b));
    expect(withScore(scores, { step: 4999, mean: 7, standardError: 0 }).at(-1)?.mean).toBe(7);
  });

  test("of scores shows the whole run evenly, however long it is, and however often scores came", () => {
    const arrivals = [(k: number) => 7 * k, (k: number) => Math.round(k ** 1.5)];
    for (const stepOf of arrivals) {
      for (const count of [301, 450, 600, 3001]) {
        const scores = Array.from({ length: count }).reduce<readonly Score[]>(
          (all, _, k) => withScore(all, { step: stepOf(k), mean: 1, standardError: 0 }),
          [],
        );
        const gaps = scores.slice(1).map(({ step }, k) => step - scores[k].step);
        const last = stepOf(count - 1);
        const title = `${count} scores up to step ${last}`;
        expect([scores[0].step, scores.at(-1)?.step], title).toEqual([0, last]);
        expect(scores.length, title).toBe(mostScores);
        // Of evenly spread ones none is further than one step of the spread from its neighbours; halving makes it two.
        expect(Math.max(...gaps), title).toBeLessThanOrEqual((2.1 * last) / (mostScores - 1));
      }
    }
  });
});

describe("the plane", () => {
  const box = { lower: [-3, 10], upper: [1, 30] } as const;
  test("has its lower left corner below and left of its upper right one", () => {
    expect(toPixel(box, 100, -3, 10)).toEqual([0, 100]);
    expect(toPixel(box, 100, 1, 30)).toEqual([100, 0]);
  });
  test("has the point of each pixel at that pixel", () => {
    const law = fc.property(fc.nat(99), fc.nat(99), (column, row) => {
      const [x, y] = toPixel(box, 100, ...toPoint(box, 100, column, row));
      expect([x, y]).toEqual([expect.closeTo(column, 9), expect.closeTo(row, 9)]);
    });
    fc.assert(law);
  });
  test("is sampled row by row from the top", () => {
    expect(Array.from(middles(box, 2))).toEqual([-2, 25, 0, 25, -2, 15, 0, 15]);
  });
});

describe("colours", () => {
  test("fall with the energy, and are brightest at the least one", () => {
    for (const kind of ["energy", "density"] as const) {
      expect(brightness(kind, 0)).toBe(1);
      const shades = Array.from({ length: 60 }, (_, i) => brightness(kind, i / 4));
      expect(shades).toEqual([...shades].sort((a, b) => b - a));
    }
  });
  test("become pixels: the least energy has the last shade, what is no number or far above the first", () => {
    const pixels = new Uint8ClampedArray(16);
    pixelsOf(Float32Array.of(5, Number.NaN, Number.POSITIVE_INFINITY, 500), "energy", pixels);
    const dark = [...palette.slice(0, 3), 255];
    expect(Array.from(pixels)).toEqual([...palette.slice(-3), 255, ...dark, ...dark, ...dark]);
  });
  test("become darker step by step", () => {
    const lightness = Array.from(
      { length: 256 },
      (_, i) => 0.3 * palette[3 * i] + 0.6 * palette[3 * i + 1] + 0.1 * palette[3 * i + 2],
    );
    expect(lightness).toEqual([...lightness].sort((a, b) => a - b));
  });
});
