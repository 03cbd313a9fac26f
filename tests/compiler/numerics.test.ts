/** docs/numerics.md, whose bounds the functions are held to: with fewer points than `npm run numerics` takes. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { rows } from "../../scripts/numerics/functions.js";
import { type Effort, measure } from "../../scripts/numerics/measure.js";
import { distance } from "../../scripts/numerics/multiple-precision.js";
import { linesOf, tableOf, withTable } from "../../scripts/numerics/table.js";

const page = readFileSync(new URL("../../docs/numerics.md", import.meta.url), "utf8");
const lines = linesOf(page);
const dtypes = ["float32", "float64"] as const;
const effort: Effort = { float32: 32_768, float64: 4096 };
/** References that take a millisecond a point are taken at none but the hard ones. */
const fewer: Effort = { float32: 8192, float64: 1024 };
const slow = new Set(["zeta", "polygamma", "randomGammaGrad", "erfInv"]);

test("the table has a line for every function, range and dtype, and no other", () => {
  const named = ({ name, range, dtype }: { name: string; range: string; dtype: string }) =>
    `${name}, ${range}, ${dtype}`;
  const expected = rows.flatMap(({ name, range }) => dtypes.map((dtype) => named({ name, range, dtype })));
  expect(lines.map(named)).toEqual(expected);
});

test("no line of the table measured more than its bound", () => {
  expect(lines.filter(({ worst, claim }) => !(worst <= claim))).toEqual([]);
});

test("the functions of the hot loops have bounds of 2 ulp, the others of 4 but for randomGammaGrad", () => {
  const hot = ["exp", "expm1", "log", "log1p", "sin", "cos", "tan", "tanh", "logistic", "erf"];
  const allowed = (name: string): number => (hot.includes(name) ? 2 : name === "randomGammaGrad" ? 24 : 4);
  expect(lines.filter(({ name, claim }) => !(claim <= allowed(name)))).toEqual([]);
});

describe.each(dtypes)(
  "in %s the bound of docs/numerics.md holds, and js and wasm agree in every bit:",
  (dtype) => {
    test.each(rows.map((row) => [row.name, row.range, row] as const))("%s, %s", (name, range, row) => {
      const line = lines.find((each) => each.name === name && each.range === range && each.dtype === dtype);
      const { worst, at, disagreement } = measure(row, dtype, slow.has(name) ? fewer : effort);
      expect(disagreement).toBeNull();
      expect(worst, `${name}(${at})`).toBeLessThanOrEqual(line?.claim ?? 0);
    });
  },
);

describe("the measure itself", () => {
  test("counts units in the last place of the exact value", () => {
    expect(distance("exp", "float64", [0], 1 + 2 ** -52)).toBe(1);
    expect(distance("exp", "float32", [0], 1 + 2 ** -23)).toBe(1);
    expect(distance("exp", "float64", [0], 1)).toBe(0);
  });

  test("takes infinity for the power of two above the largest number, and subnormals for what they are", () => {
    expect(distance("exp", "float64", [710], Number.POSITIVE_INFINITY)).toBe(0);
    expect(distance("exp", "float64", [710], Number.MAX_VALUE)).toBe(1);
    expect(distance("exp2", "float32", [-149], 2 ** -148)).toBe(1);
    expect(distance("exp2", "float32", [-151], 0)).toBe(0.25);
  });

  test("finds a NaN infinitely far from a number, and at no distance from a NaN", () => {
    expect(distance("log", "float64", [2], Number.NaN)).toBe(Number.POSITIVE_INFINITY);
    expect(distance("log", "float64", [-2], Number.NaN)).toBe(0);
    expect(distance("log", "float64", [-2], 1)).toBe(Number.POSITIVE_INFINITY);
  });

  test("knows the inverse of erf, Hurwitz's zeta, polygamma and a gamma sample's derivative", () => {
    expect(distance("erfInv", "float64", [0.5], 0.4769362762044699)).toBeLessThan(0.51);
    expect(distance("zeta", "float64", [2, 1], Math.PI ** 2 / 6)).toBeLessThan(2);
    expect(distance("polygamma", "float64", [1, 1], Math.PI ** 2 / 6)).toBeLessThan(2);
    expect(distance("randomGammaGrad", "float64", [1, 1], 1.1735630272247269)).toBeLessThan(0.51); // mpmath
  });
});

test("a table that is written is read back", () => {
  const measured = {
    row: rows[0],
    dtype: "float32",
    worst: 1.25,
    at: [0.1],
    points: 7,
    disagreement: null,
  } as const;
  const [line] = linesOf(withTable(page, tableOf([measured])));
  const { name, range, claim } = rows[0];
  expect(line).toEqual({ name, range, dtype: "float32", claim: claim.float32, worst: 1.25 });
  expect(() => withTable("no markers", "")).toThrow("markers");
});
