/** The tables of names tell about every name of the other library and of ours. To renew their lists:
 * npx vitest run tests/docs/name-tables.test.ts -u */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { lax, nn, numpy as np, optim, random, tree } from "cotangent";
import { describe, expect, test } from "vitest";
import { exportsOf, lookUp, namesIn, render, rows, sections } from "./name-tables.js";

const root = resolve(import.meta.dirname, "../..");
const namesOf = (file: string): Record<string, string[]> =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, "goldens", file), "utf8"));

describe.each([
  ["docs/from-jax.md", "jax-names.json"],
  ["docs/from-jax-js.md", "jax-js-names.json"],
])("%s", (path, file) => {
  const document = readFileSync(resolve(root, path), "utf8");
  const names = namesOf(file);

  test("has a section for every namespace of theirs", () => {
    expect(
      sections(document)
        .map(({ theirs }) => theirs)
        .sort(),
    ).toEqual(Object.keys(names).sort());
  });

  test("tells about every name of theirs: in a row, as the same here, or as missing", async () => {
    await expect(render(document, names)).toMatchFileSnapshot(resolve(root, path));
  });

  test.each(sections(document).map((section) => [section.theirs, section] as const))(
    "gives names in %s's rows that exist, there and here",
    (theirs, section) => {
      for (const row of rows(section)) {
        expect(row.theirs.filter((name) => !names[theirs].includes(name))).toEqual([]);
        expect(namesIn(row.ours).filter((name) => lookUp(name) === undefined)).toEqual([]);
      }
      const told = rows(section).flatMap((row) => row.theirs);
      expect(told.filter((name, i) => told.indexOf(name) !== i)).toEqual([]);
    },
  );
});

/** What stands in the ways out: a square matrix, and things of the names that the rows use. */
const x = np.array([
  [0.5, 0.25, 0.5],
  [0.125, 0.75, 0.25],
  [0.25, 0.5, 0.875],
]);
const [leaves, structure] = tree.flatten({ w: x });
const scope: Readonly<Record<string, unknown>> = {
  ...{ np, numpy: np, lax, random, nn, optim, tree, x, y: x.mul(2), v: 1, values: np.array([0.5, 2]) },
  ...{ vectors: [x.slice(0), x.slice(1)], axis: 0, i: 0, start: 1, stop: 2, q: 30, dtype: "float32" },
  ...{ classes: 3, logits: x, labels: new Int32Array([0, 1, 2]), params: { w: x }, leaves, structure },
  ...{ key: random.key(0), shape: [3, 3], lo: 0, hi: 5, a: 20, replace: true, p: undefined },
  ...{ outputs: 2, count: 5, features: 3, rate: 0.5, sizes: [2, 1], first: nn.relu, second: nn.dense(1) },
};

describe.each(["docs/from-jax.md", "docs/from-jax-js.md"])("%s", (path) => {
  const lines = readFileSync(resolve(root, path), "utf8").split("\n");
  const tableCode = lines
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) =>
      [
        ...line
          .split(" | ")
          .slice(1)
          .join(" ")
          .matchAll(/`([^`]+)`/g),
      ].map((match) => match[1]),
    );
  const calls = tableCode.filter((code) =>
    /^(\(.*\) => )?(np|numpy|lax|random|nn|tree|x)\..*\(.*\)$/.test(code),
  );

  test.each([...new Set(calls)])("the way out %s runs", (code) => {
    const value: unknown = new Function(...Object.keys(scope), `"use strict"; return ${code};`)(
      ...Object.values(scope),
    );
    expect(value).toBeDefined();
  });
});

test("docs/from-jax.md tells about every name of ours", () => {
  const document = render(readFileSync(resolve(root, "docs/from-jax.md"), "utf8"), namesOf("jax-names.json"));
  const told = new Set(
    [...document.matchAll(/`([^`\n]+)`/g)].flatMap(([piece]) => [piece.slice(1, -1), ...namesIn(piece)]),
  );
  const spaces = [
    "",
    "numpy",
    "numpy.linalg",
    "lax",
    "lax.linalg",
    "random",
    "nn",
    "optim",
    "tree",
    "NDArray",
  ];
  const untold = spaces.flatMap((space) =>
    exportsOf(space)
      .map((name) => (space === "" ? name : `${space === "NDArray" ? "x" : space}.${name}`))
      .filter((name) => !told.has(name) && !told.has(name.slice(name.lastIndexOf(".") + 1))),
  );
  expect(untold).toEqual([]);
});
