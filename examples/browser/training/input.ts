/** The points of a run, as `npm start` makes them ready: of a built-in data set, or painted. */

import type { NDArray } from "cotangent";
import {
  decodeTable,
  encodePoints,
  explainPointsFault,
  preparePoints,
  rangeOf,
  type Scaling,
  scalingMaps,
  type TextRow,
} from "cotangent/ebm";
import * as np from "cotangent/numpy";
import * as random from "cotangent/random";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { builtInInput } from "../../train/built-in.js";
import { keysOf } from "../../train/keys.js";
import { limitsOf } from "../../train/picture-limits.js";
import { centreOf, extent, logDensityOf, type Painting, pointsPerDab } from "../model/painting.js";
import type { Settings } from "../model/settings.js";
import type { Box } from "../model/view.js";

export interface PageInput {
  /** To learn from, in scaled units: f32[n, 2] */
  readonly train: NDArray;
  readonly scaling: Scaling;
  /** To score by: scaled rows f32[m, 2], and the logarithm of their true density in the units of the data, f64[m]. */
  readonly heldOut: NDArray;
  readonly logDensities: Float64Array;
  /** Of the scaled points that are learned from. */
  readonly range: Box;
  /** What is seen, in the units of the data. */
  readonly box: Box;
  /** Some of the points in the units of the data: f32[2 n] */
  readonly shown: Float32Array;
  /** Painted points as the file that the command reads; null for a built-in set. */
  readonly csv: string | null;
}

/** On the left one sentence that says what is wrong with the points. */
export function inputOf({ source, seed }: Settings): E.Either<string, PageInput> {
  const keys = keysOf(seed);
  switch (source.kind) {
    case "dataset": {
      const input = builtInInput(source.name, keys.data, keys.heldOut);
      const { train, scaling, points, heldOut, logDensities } = input;
      if (heldOut === null || logDensities === null) return E.left("there are no rows to score by");
      return E.right({
        train,
        scaling,
        heldOut,
        logDensities: Float64Array.from(logDensities.dataSync()),
        range: boxOf(rangeOf(train)),
        ...seen(points.slice([0, mostShown])),
        csv: null,
      });
    }
    case "painting":
      return paintedInput(source.painting, keys.data, keys.heldOut);
  }
}

/** Points that are drawn. */
const mostShown = 1500;
/** Rows that a painting is scored by. */
const heldOutRows = 4000;

/** What the command does with a file of the same points. */
function paintedInput(
  painting: Painting,
  key: random.Key,
  heldOutKey: random.Key,
): E.Either<string, PageInput> {
  const csv = encodePoints(["x", "y"], pointsOf(painting));
  return pipe(
    decodeTable(rowsOf(csv), { header: true }),
    E.chain((table) => preparePoints(key, table, paintedRules)),
    E.bimap(
      (fault) => `The painting cannot be learned: ${explainPointsFault(fault).replace(/\s+/g, " ")}`,
      ({ train, scaling, points }): PageInput => {
        const fresh = drawn(painting, heldOutKey, heldOutRows);
        return {
          train,
          scaling,
          heldOut: scalingMaps(scaling).forward(fresh),
          logDensities: logDensityOf(painting, fresh.dataSync()),
          range: boxOf(rangeOf(train)),
          box: { lower: [-extent, -extent], upper: [extent, extent] },
          shown: thinned(Float32Array.from(points.dataSync()), mostShown),
          csv,
        };
      },
    ),
  );
}

/** How the command is told to read painted points: none of them is an outlier. */
export const paintedRules = { missing: 0.2, outliers: 1000 } as const;

/** The points of a painting, the same each time: so many about each dab, one dab after the other. f32[n, 2] */
function pointsOf(painting: Painting): NDArray {
  const centres = np.array(painting.dabs.map((dab) => [...centreOf(dab)]));
  return scattered(painting, random.key(0), np.repeat(centres, pointsPerDab, 0));
}

/** Fresh points of the mixture that a painting is. f64[count, 2] */
function drawn(painting: Painting, key: random.Key, count: number): NDArray {
  const [dabKey, noiseKey] = random.split(key);
  const dabs = random.randint(dabKey, [count], 0, painting.dabs.length).dataSync();
  const centres = np.array(Array.from(dabs, (i) => [...centreOf(painting.dabs[i])]));
  return scattered(painting, noiseKey, centres).astype("float64");
}

const scattered = ({ brush }: Painting, key: random.Key, centres: NDArray): NDArray =>
  centres.add(random.normal(key, centres.shape).mul(brush));

function* rowsOf(csv: string): Generator<TextRow, void> {
  let line = 0;
  for (const text of csv.trimEnd().split("\n")) yield { line: ++line, cells: text.split(",") };
}

const boxOf = ({ lower, upper }: { lower: readonly number[]; upper: readonly number[] }): Box => ({
  lower: [lower[0], lower[1]],
  upper: [upper[0], upper[1]],
});

/** Points, and the box that holds all but a few of them. f64[n, 2] */
function seen(points: NDArray): Pick<PageInput, "box" | "shown"> {
  const shown = Float32Array.from(points.dataSync());
  const [x, y] = [0, 1].map((column) =>
    limitsOf(Float64Array.from(shown).filter((_, i) => i % 2 === column)),
  );
  return { box: { lower: [x.low, y.low], upper: [x.high, y.high] }, shown };
}

/** Evenly spaced pairs of a list of pairs. */
function thinned(pairs: Float32Array, most: number): Float32Array {
  const count = pairs.length / 2;
  if (count <= most) return pairs;
  return Float32Array.from(
    { length: 2 * most },
    (_, i) => pairs[2 * Math.floor(((i >> 1) * count) / most) + (i % 2)],
  );
}
