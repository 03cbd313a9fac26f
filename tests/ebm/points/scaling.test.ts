/** Scaling and whitening: there and back, the Jacobian, JSON. */
import { jacfwd, type NDArray, numpy as np, random } from "cotangent";
import {
  decodeScaling,
  encodeScaling,
  explainPointsFault,
  explainScalingFault,
  fitScaling,
  type Scaling,
  scalingMaps,
} from "cotangent/ebm";
import fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { describe, expect, test } from "vitest";
import { rightOf } from "./tables.js";

const f64 = (values: readonly number[] | readonly (readonly number[])[]): NDArray =>
  np.array(values, { dtype: "float64" });
const z = random.normal(random.key(0), [500, 2], { dtype: "float64" });
const units = z.mul(f64([3000, 0.02])).add(f64([12000, 0.5]));
/** Two columns of this correlation. */
const correlated = (rho: number): NDArray =>
  exactly(rho)
    .mul(f64([3000, 0.02]))
    .add(f64([12000, 0.5]));
/** Mean 0, variance 1 and this correlation, exactly: what is left of the noise is orthogonal to x. */
function exactly(rho: number): NDArray {
  const [x, e] = [z.slice([], 0), z.slice([], 1)].map((c) => c.sub(c.mean()).div(c.std()));
  const rest = e.sub(x.mul(e.mul(x).mean()));
  return np.stack([x, x.mul(rho).add(rest.div(rest.std()).mul(Math.sqrt(1 - rho ** 2)))], 1);
}
const cases: readonly (readonly [string, NDArray])[] = [
  ["standardized", units],
  ["whitened", correlated(0.9999)],
  ["whitened, of negative correlation", correlated(-0.9999)],
  ["of one column", units.slice([], [0, 1])],
  ["of three columns", random.normal(random.key(8), [500, 3], { dtype: "float64" }).mul(f64([1e-7, 1, 1e9]))],
  ["of three columns, one nearly the sum of the others", thirdIsSum()],
];
function thirdIsSum(): NDArray {
  const noise = random.normal(random.key(9), [500], { dtype: "float64" }).mul(0.01);
  return np.stack([z.slice([], 0), z.slice([], 1), z.sum(1).add(noise)], 1);
}

describe.each(cases)("points %s", (_, points) => {
  const scaling = rightOf(fitScaling(points));
  const { forward, backward, logJacobian } = scalingMaps(scaling);
  const y = forward(points).astype("float64");

  test("have mean 0 and variance 1", () => {
    expect(np.abs(y.mean(0)).max().item()).toBeLessThan(1e-6);
    expect(np.abs(y.std(0).sub(1)).max().item()).toBeLessThan(1e-5);
  });
  test("come back", () => {
    const error = backward(forward(points)).sub(points).div(scaling.sd);
    expect(np.abs(error).max().item()).toBeLessThan(1e-6);
    expect(np.allclose(backward(forward(points.slice(3))), points.slice(3), { rtol: 1e-6 }).item()).toBe(
      true,
    );
  });
  test("have the Jacobian of what backward does", () => {
    const jacobian = jacfwd((one: NDArray) => backward(one))(y.slice(0));
    const [sign, logDet] = np.linalg.slogdet(jacobian);
    expect(sign.item()).toBe(1);
    expect(Math.abs(Number(logDet.item()) + logJacobian)).toBeLessThan(1e-9);
  });
  test("keep every bit of their scaling through JSON", () => {
    const back = rightOf(decodeScaling(JSON.parse(JSON.stringify(encodeScaling(scaling)))));
    expect(encodeScaling(back)).toEqual(encodeScaling(scaling));
    expect(forward(points).js()).toEqual(scalingMaps(back).forward(points).js());
  });
});

describe("whitening", () => {
  test.each([
    [0.9949, "standardize"],
    [-0.9949, "standardize"],
    [0.9951, "whiten"],
    [-0.9951, "whiten"],
  ])("a correlation of %d: %s", (rho, kind) => {
    expect(rightOf(fitScaling(correlated(rho))).kind).toBe(kind);
  });
  test("leaves no correlation", () => {
    const points = thirdIsSum();
    const scaling = rightOf(fitScaling(points));
    const y = scalingMaps(scaling).forward(points).astype("float64");
    expect(scaling.kind).toBe("whiten");
    expect(
      np
        .abs(y.T.matmul(y).div(500).sub(np.eye(3)))
        .max()
        .item(),
    ).toBeLessThan(1e-5);
  });
  test("keeps a density's mass: log p_X is log p_Y and the Jacobian", () => {
    // A normal density of correlation 0.9999 in x has the log density of a standard one in y.
    const points = correlated(0.9999);
    const scaling = rightOf(fitScaling(points));
    const { forward, logJacobian } = scalingMaps(scaling);
    const logNormal = forward(points)
      .astype("float64")
      .square()
      .sum(1)
      .mul(-0.5)
      .sub(Math.log(2 * Math.PI));
    const [u, v] = [exactly(0.9999).slice([], 0), exactly(0.9999).slice([], 1)];
    const form = u
      .square()
      .sub(u.mul(v).mul(2 * 0.9999))
      .add(v.square())
      .div(1 - 0.9999 ** 2);
    const logDet = Math.log(2 * Math.PI * 3000 * 0.02 * Math.sqrt(1 - 0.9999 ** 2));
    const error = logNormal.add(logJacobian).sub(form.mul(-0.5).sub(logDet));
    expect(np.abs(error).max().item()).toBeLessThan(2e-5); // y is float32
  });
});

describe("faults", () => {
  const fault = (points: NDArray): unknown => pipe(fitScaling(points), E.mapLeft(explainPointsFault));
  test.each<[string, NDArray, string]>([
    [
      "a constant column",
      np.stack([np.linspace(0, 1, 60), np.full([60], 7)], 1),
      "column 2: every value is 7, which has no density; leave the column out",
    ],
    [
      "a column that is a function of another",
      np.stack([np.linspace(0, 1, 60), np.linspace(5, -3, 60)], 1).astype("float64"),
      "column 2 is a linear function of the columns before it, which has no density; leave it out",
    ],
    [
      "values whose squares overflow",
      f64([
        [1e200, 1],
        [-1e200, 2],
      ]),
      "column 1 holds 1e+200, too large to reckon with; use larger units",
    ],
    [
      "an infinite value",
      f64([[1, Number.POSITIVE_INFINITY]]),
      "column 2 holds Infinity, too large to reckon with; use larger units",
    ],
  ])("%s", (_, points, sentence) => {
    expect(fault(points)).toEqual(E.left(sentence));
  });
  const good = {
    kind: "whiten",
    mean: [0, 1],
    sd: [1, 2],
    factor: [
      [1, 0],
      [0.5, 0.5],
    ],
  };
  test.each<[unknown, string]>([
    [null, "the scaling must be an object { kind, mean, sd }, got null"],
    [[1], "the scaling must be an object { kind, mean, sd }, got [1]"],
    [{ ...good, kind: "whitened" }, 'kind must be "standardize" or "whiten", got the string "whitened"'],
    [{ ...good, mean: 3 }, "mean must be a list of numbers, got the number 3"],
    [{ ...good, mean: [] }, "mean must be a list of numbers, got []"],
    [{ ...good, mean: [0, "1"] }, 'mean[1] must be a finite number, got the string "1"'],
    [{ ...good, sd: [1] }, "sd must be a list of 2 numbers, got [1]"],
    [{ ...good, sd: [1, 0] }, "sd[1] must be a positive number, got the number 0"],
    [{ ...good, factor: [[1, 0]] }, "factor must be a list of 2 rows, got a list of 1 entries"],
    [{ ...good, factor: [[1], [1, 1]] }, "factor[0] must be a list of 2 numbers, got [1]"],
    [
      {
        ...good,
        factor: [
          [1, 0.5],
          [1, 1],
        ],
      },
      "factor[0][1] must be 0, above the diagonal, got the number 0.5",
    ],
    [
      {
        ...good,
        factor: [
          [1, 0],
          [1, -1],
        ],
      },
      "factor[1][1] must be a positive number, got the number -1",
    ],
    [
      {
        ...good,
        factor: [
          [1, 0],
          [null, 1],
        ],
      },
      "factor[1][0] must be a finite number, got null",
    ],
  ])("JSON %j is no scaling", (json, sentence) => {
    expect(pipe(decodeScaling(json), E.mapLeft(explainScalingFault))).toEqual(E.left(sentence));
  });
});

test("what is decoded from any JSON is a scaling that encodes to the same, or a fault in words", () => {
  const list = fc.oneof(fc.array(fc.oneof(fc.double(), fc.constant(null)), { maxLength: 3 }), fc.anything());
  const anything = fc.oneof(
    fc.anything(),
    fc.record({
      kind: fc.constantFrom("standardize", "whiten"),
      mean: list,
      sd: list,
      factor: fc.array(list),
    }),
  );
  fc.assert(
    fc.property(anything, (json) => {
      const decoded: E.Either<unknown, Scaling> = decodeScaling(json);
      if (E.isLeft(decoded)) return;
      expect(json).toMatchObject(encodeScaling(decoded.right));
    }),
  );
});
