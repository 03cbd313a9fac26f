/** The values, dtypes and weakness that the tests' inputs give, and JAX's for the same expressions. */
import { readFileSync } from "node:fs";
import { grad, NDArray, numpy as np } from "cotangent";
import { expect } from "vitest";

export const x = np.array([
  [0.5, -1.25, 2],
  [3.5, 0, -0.75],
]);
export const y = np.array([
  [1.5, 2, -0.5],
  [-1, 0.25, 3],
]);
export const v = np.array([1, 2, 3]);
export const p = np.array([
  [0.25, 1, 2],
  [3, 0.5, 4],
]);
export const i = np.array(
  [
    [-7, 2, 3],
    [4, 0, -6],
  ],
  { dtype: "int32" },
);
export const j = np.array(
  [
    [2, -3, 0],
    [5, 7, -4],
  ],
  { dtype: "int32" },
);
export const u = np.array([1, 5, 4000000000], { dtype: "uint32" });
export const b = np.array([true, false, true]);
export const n = np.array([1, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -0]);
export const idx = np.array([2, 0, -1], { dtype: "int32" });
export const sq = np.array([
  [4, 1, 2],
  [1, 3, 0.5],
  [2, 0.5, 5],
]);
export const t = np.arange(24).reshape([2, 3, 4]).astype("float32");

/** The gradient of the sum. */
export const g = (f: (z: NDArray) => NDArray): ((z: NDArray) => NDArray) => grad((z: NDArray) => f(z).sum());

interface Golden {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly weak: boolean;
  readonly values: readonly (number | boolean | string)[];
}

const goldens: Readonly<Record<string, readonly Golden[]>> = JSON.parse(
  readFileSync(new URL("./goldens/jax.json", import.meta.url), "utf8"),
);

const toNumber = (value: number | boolean | string): number =>
  typeof value === "string"
    ? ({ nan: Number.NaN, inf: Infinity, "-inf": -Infinity, "-0": -0 }[value] ?? Number.NaN)
    : Number(value);

/** Equal in all but the last digits: sums may be taken in another order, and elementary functions differ by an ulp or two. */
export function expectGolden(name: string, result: NDArray | readonly NDArray[]): void {
  const results: readonly NDArray[] = result instanceof NDArray ? [result] : result;
  const golden = goldens[name];
  expect(results.map((z) => ({ dtype: z.dtype, shape: z.shape, weak: z.weakType }))).toEqual(
    golden.map(({ dtype, shape, weak }) => ({ dtype, shape, weak })),
  );
  golden.forEach(({ dtype, values }, k) => {
    const expected = values.map(toNumber);
    const got = Array.from(results[k].dataSync());
    const close = got.map((z, at) => {
      const e = expected[at];
      const same = Object.is(z, e) || z === e;
      return same || (dtype === "float32" && Math.abs(z - e) <= 2e-6 * Math.max(1, Math.abs(e))) ? e : z;
    });
    expect(close).toEqual(expected);
  });
}
