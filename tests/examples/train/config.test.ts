/** The configuration of a run: what is written is read, and what is wrong is named. */
import { numpy as np } from "cotangent";
import { encodeScaling } from "cotangent/ebm";
import fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { describe, expect, test } from "vitest";
import {
  type Config,
  configVersion,
  decodeConfig,
  encodeConfig,
  recipeOf,
  type Source,
} from "../../../examples/train/config.js";
import { recipes } from "../../../examples/train/recipes.js";

const config: Config = {
  version: configVersion,
  ...recipes.default,
  source: { kind: "dataset", name: "8gaussians" },
  seed: 0,
  samples: 4000,
  scaling: {
    kind: "standardize",
    mean: np.array([0, -0.5], { dtype: "float64" }),
    sd: np.array([1, 2], { dtype: "float64" }),
  },
  checkpointEvery: 100,
};
const text = encodeConfig(config);
const file = {
  kind: "file",
  path: "points.csv",
  columns: null,
  missing: 0.2,
  outliers: 8,
  header: null,
  sha256: "0123456789abcdef".repeat(4),
} as const satisfies Source;

/** As values that can be compared. */
const plain = (c: Config): unknown => ({ ...c, scaling: encodeScaling(c.scaling) });
const read = (json: string): unknown =>
  pipe(
    decodeConfig(json),
    E.match((complaint): unknown => complaint, plain),
  );

describe("a configuration", () => {
  test("is one field a line, in one order", () => {
    expect(text.split("\n").slice(0, 8)).toEqual([
      "{",
      '  "version": 1,',
      '  "source": {',
      '    "kind": "dataset",',
      '    "name": "8gaussians"',
      "  },",
      '  "hidden": [64, 64, 64],',
      '  "gain": 2,',
    ]);
    const reversed = Object.fromEntries(Object.entries(config).reverse()) as unknown as Config; // the same record
    expect(encodeConfig(reversed)).toBe(text);
  });
  test("holds its recipe", () => {
    for (const recipe of Object.values(recipes)) expect(recipeOf({ ...config, ...recipe })).toEqual(recipe);
  });
  test("of a file tells how it is read", () => {
    for (const columns of [null, ["x", 2]]) {
      const source: Source = { ...file, columns, header: columns === null ? null : true };
      expect(read(encodeConfig({ ...config, source }))).toEqual({
        ...config,
        scaling: encodeScaling(config.scaling),
        source,
      });
    }
  });
  test("read again is the same, and writes the same text", () => {
    const numbers = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 2,
      maxLength: 2,
    });
    const law = fc.property(
      numbers,
      fc.maxSafeNat(),
      fc.array(fc.string({ unit: "grapheme" })),
      values,
      fc.boolean(),
      (rate, seed, columns, mean, metropolis) => {
        const other: Config = {
          ...config,
          source: {
            kind: "file",
            path: columns.join(),
            columns,
            missing: 0.2,
            outliers: 8,
            header: null,
            sha256: "0123456789abcdef".repeat(4),
          },
          learningRate: rate,
          seed,
          metropolis,
          scaling: {
            kind: "standardize",
            mean: np.array(mean, { dtype: "float64" }),
            sd: np.array([rate, 1], { dtype: "float64" }),
          },
        };
        expect(read(encodeConfig(other))).toEqual(plain(other));
        expect(pipe(decodeConfig(encodeConfig(other)), E.map(encodeConfig))).toEqual(
          E.right(encodeConfig(other)),
        );
      },
    );
    fc.assert(law);
  });
});

describe("what is wrong is said in one line", () => {
  const changed = (change: object): string => JSON.stringify({ ...JSON.parse(text), ...change });
  const without = (name: string): string => changed({ [name]: undefined });
  const lines = text.split("\n");

  test.each<readonly [string, string, string]>([
    ["no text", "", "line 1, column 1: this is no JSON"],
    ["half a text", lines.slice(0, 8).join("\n"), "line 8, column 13: this is no JSON"],
    ["a word", text.replace('"gain": 2', '"gain": four'), "line 8, column 11: this is no JSON"],
    ["a list", "[]", "the configuration must be an object, got []"],
    ["null", "null", "the configuration must be an object, got null"],
    [
      "a later version",
      changed({ version: 2 }),
      "the configuration is of version 2, and version 1 is read; use the program that wrote it",
    ],
    ["no version", without("version"), "version must be 1, got nothing"],
    ["no field", without("learningRate"), "learningRate must be a positive number, got nothing"],
    [
      "a word for a number",
      changed({ learningRate: "fast" }),
      'learningRate must be a positive number, got "fast"',
    ],
    ["zero", changed({ learningRate: 0 }), "learningRate must be a positive number, got 0"],
    [
      "beyond all numbers",
      text.replace('"gain": 2', '"gain": 1e999'),
      "gain must be a positive number, got null",
    ],
    ["half a count", changed({ batch: 1.5 }), "batch must be a whole number, 1 or more, got 1.5"],
    ["a negative count", changed({ hops: -1 }), "hops must be a whole number, 0 or more, got -1"],
    ["a width of 0", changed({ hidden: [64, 0] }), "hidden[1] must be a whole number, 1 or more, got 0"],
    ["widths that are no list", changed({ hidden: 64 }), "hidden must be a list of widths, got 64"],
    ["more than all", changed({ reinit: 2 }), "reinit must be a number from 0 to 1, got 2"],
    ["no flag", changed({ metropolis: "yes" }), 'metropolis must be true or false, got "yes"'],
    [
      "unknown negatives",
      changed({ negatives: "best" }),
      'negatives must be "persistent" or "data" or "noise", got "best"',
    ],
    [
      "an unknown source",
      changed({ source: { kind: "web" } }),
      'source.kind must be "dataset" or "file", got "web"',
    ],
    [
      "a source that is a word",
      changed({ source: "moons" }),
      'source must be an object whose kind is "dataset" or "file", got "moons"',
    ],
    ["a comma too many", text.replace("\n}", ",\n}"), `line ${lines.length - 1}, column 1: this is no JSON`],
    ["more after the end", `${text}x`, `line ${lines.length}, column 1: this is no JSON`],
    [
      "an unknown data set",
      changed({ source: { kind: "dataset", name: "cos" } }),
      expect.stringMatching(/^source\.name must be "8gaussians" or .*, got "cos"$/) as unknown as string,
    ],
    [
      "a hash cut short",
      changed({ source: { ...file, sha256: "12" } }),
      'source.sha256 must be 64 hexadecimal digits, got "12"',
    ],
    [
      "a column that is no column",
      changed({ source: { ...file, columns: [true] } }),
      "source.columns[0] must be a name or a number, got true",
    ],
    ["a field too many", changed({ colour: 1 }), 'the configuration has no field "colour"'],
    [
      "a field too many below",
      changed({ source: { kind: "dataset", name: "moons", n: 1 } }),
      'source has no field "n"',
    ],
    ["no scaling", without("scaling"), "scaling must be an object { kind, mean, sd }, got undefined"],
    [
      "a scaling by 0",
      changed({ scaling: { kind: "standardize", mean: [0, 0], sd: [1, 0] } }),
      "scaling.sd[1] must be a positive number, got the number 0",
    ],
  ])("%s", (_, json, line) => {
    expect(read(json)).toEqual(line);
  });
  test("no text at all makes it throw", () => {
    fc.assert(fc.property(fc.json(), (json) => void read(json)));
    fc.assert(fc.property(fc.string(), (json) => void read(json)));
    for (const part of ["x", "\\n", "[", '"'])
      expect(read(`{"a":"${part.repeat(1e6)}`)).toMatch(/^line 1, column /);
  });
});
