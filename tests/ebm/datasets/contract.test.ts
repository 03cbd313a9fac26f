/** What every data set does, whatever its formula: shapes, dtypes, keys, edges, transformations. */
import { createHash } from "node:crypto";
import { grad, jit, jvp, type NDArray, numpy as np, random, vmap } from "cotangent";
import { dataSets, eightGaussiansCentres, occupancy } from "cotangent/ebm";
import { describe, expect, test } from "vitest";
import { names } from "./grids.js";

const key = random.key(7);
const digest = (x: NDArray): string =>
  createHash("sha256").update(Buffer.from(x.dataSync().buffer)).digest("hex").slice(0, 16);

describe.each(names)("%s", (name) => {
  const { sample, logDensity, ...set } = dataSets[name];
  test("has its name, and n points of float32", () => {
    expect(set.name).toBe(name);
    expect([sample(key, 5).shape, sample(key, 5).dtype]).toEqual([[5, 2], "float32"]);
    expect(sample(key, 0).shape).toEqual([0, 2]);
  });
  test("one key gives the same points again, another key others", () => {
    expect(digest(sample(key, 50))).toBe(digest(sample(key, 50)));
    expect(digest(sample(key, 50))).not.toBe(digest(sample(random.key(8), 50)));
  });
  const points = sample(key, 4).astype("float64");
  test("the log-density is one float64 a point; of no points there are none", () => {
    const values = logDensity(points);
    expect([values.shape, values.dtype]).toEqual([[4], "float64"]);
    expect(np.isfinite(values).all().item()).toBe(true);
    expect(logDensity(np.zeros([0, 2])).shape).toEqual([0]);
  });
  test("a point without a number has no density, and leaves the others theirs", () => {
    const spoiled = points.at(1, 0).set(Number.NaN).at(2, 1).set(Number.NaN);
    const [first, , , last] = logDensity(points);
    expect(logDensity(spoiled).js()).toEqual([first.item(), Number.NaN, Number.NaN, last.item()]);
  });
  test("far from all points the density is still above 0, but the checkerboard's is 0 beyond its edges", () => {
    const rows = [60_000, 40, -300, -300, 1e6, 0, 0, 1e6];
    const far = np.array(rows, { dtype: "float64" }).reshape([4, 2]);
    expect(np.isfinite(logDensity(far)).all().item()).toBe(name !== "checkerboard");
  });
});

test.each(["checkerboard", "moons", "pinwheel"] as const)(
  "%s is the same inside jit and under vmap",
  (name) => {
    const { sample, logDensity } = dataSets[name];
    const points = sample(key, 4).astype("float64");
    const expected = logDensity(points);
    expect(jit(logDensity)(points).js()).toEqual(expected.js());
    expect(vmap(logDensity)(points.expandDims(1)).reshape([4]).js()).toEqual(expected.js());
  },
);

test("the sets that came first draw the points they always drew, bit for bit", () => {
  expect(names.slice(0, 3).map((name) => digest(dataSets[name].sample(key, 1000)))).toEqual([
    "2e8b1cac9d0ca902",
    "c5c2d312e63a80aa",
    "046a62692b50472a",
  ]);
});

test("the checkerboard is 0 outside of its dark squares, which have their lower edges and not their upper ones", () => {
  const points = np.array([
    [1, 1],
    [1, 3],
    [-4, -4],
    [-4, 4],
    [2, 0],
    [2, 2],
  ]);
  const inside = -Math.log(32);
  const outside = Number.NEGATIVE_INFINITY;
  expect(dataSets.checkerboard.logDensity(points).js()).toEqual([
    inside,
    outside,
    inside,
    outside,
    outside,
    inside,
  ]);
});

/** Central differences of f64[n, 2] -> f64[n] along a direction. */
function differences(f: (x: NDArray) => NDArray, x: NDArray, dx: NDArray): NDArray {
  const h = 1e-6;
  return f(x.add(dx.mul(h)))
    .sub(f(x.sub(dx.mul(h))))
    .div(2 * h);
}
test.each(["moons", "2spirals"] as const)(
  "the gradient of %s's log-density is what differences say",
  (name) => {
    const { sample, logDensity } = dataSets[name];
    const x = sample(key, 4).astype("float64").mul(1.5); // some of it far out
    const dx = random.normal(random.key(3), [4, 2]).astype("float64");
    const score = grad((points: NDArray) => logDensity(points).sum())(x);
    const expected = differences(logDensity, x, dx);
    expect(np.allclose(score.mul(dx).sum(1), expected, { rtol: 1e-5, atol: 1e-5 }).item()).toBe(true);
  },
);

test("the pinwheel's directional derivative is what differences say: its roots move with the point", () => {
  const { sample, logDensity } = dataSets.pinwheel;
  const x = sample(key, 4).astype("float64");
  const dx = random.normal(random.key(3), [4, 2]).astype("float64");
  const tangent = jvp(logDensity, [x], [dx])[1];
  expect(np.allclose(tangent, differences(logDensity, x, dx), { rtol: 1e-5, atol: 1e-5 }).item()).toBe(true);
});

test("occupancy counts the nearest centre", () => {
  const centres = np.array([
    [0, 0],
    [10, 0],
  ]);
  expect(
    occupancy(
      np.array([
        [1, 1],
        [2, 0],
        [9, 1],
        [4, 9],
      ]),
      centres,
    ).js(),
  ).toEqual([0.75, 0.25]);
});

test("the eight gaussians fill their wells equally: chi-squared of 7 degrees below its 99.9% point", () => {
  const n = 20_000;
  const points = dataSets["8gaussians"].sample(random.key(0), n);
  const shares = Array.from(occupancy(points, eightGaussiansCentres()).dataSync());
  expect(shares.reduce((sum, share) => sum + (share - 1 / 8) ** 2 * 8 * n, 0)).toBeLessThan(24.3);
});
