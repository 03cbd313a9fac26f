/** Reductions: the same values, shapes, dtypes and weakness as JAX. */
import { type NDArray, numpy as np } from "cotangent";
import { describe, test } from "vitest";
import { b, expectGolden, i, n, p, t, u, v, x } from "./fixture.js";

const cases: Readonly<Record<string, () => NDArray | readonly NDArray[]>> = {
  sum: () => np.sum(x),
  "sum over an axis": () => np.sum(t, 1),
  "sum over axes, kept": () => np.sum(t, [0, -1], { keepdims: true }),
  "sum of bools": () => np.sum(b),
  "sum of integers": () => np.sum(i, 0),
  "sum of uint32": () => np.sum(u),
  "sum of weak floats is strong": () => np.sum(np.multiply(i, 2.5)),
  "sum over nothing": () => np.sum(np.zeros([0, 2]), 0),
  prod: () => np.prod(x, 1),
  "prod of bools": () => np.prod(b),
  "mean of integers": () => np.mean(i),
  "mean of bools": () => np.mean(b),
  "mean over an axis": () => np.mean(x, 0),
  var: () => np.var_(x, 1),
  "var with ddof": () => np.var_(i, null, { ddof: 1 }),
  std: () => np.std(x, 0, { keepdims: true }),
  max: () => np.max(x, 0),
  "max with NaN": () => np.max(n),
  "min of integers": () => np.min(i, 1),
  "max of bools": () => np.max(b),
  argmax: () => np.argmax(x, 1),
  "argmax with NaN": () => np.argmax(n),
  "argmin, kept": () => np.argmin(x, 0, { keepdims: true }),
  all: () => np.all(i),
  "any over an axis": () => np.any(i, 0),
  cumsum: () => np.cumsum(x, 1),
  "cumsum of everything": () => np.cumsum(i),
  "cumsum of bools": () => np.cumsum(b),
  cumprod: () => np.cumprod(p, 0),
  countNonzero: () => np.countNonzero(i, 1),
  ptp: () => np.ptp(x, 0),
  logsumexp: () => np.logsumexp(x, 1),
  "logsumexp of infinities": () => np.logsumexp([-Infinity, -Infinity]),
  average: () => np.average(x, 1, { weights: v }),
  median: () => np.median(i, 0),
  "median of an odd number": () => np.median(v),
  quantile: () => np.quantile(x, [0.1, 0.5, 1], 1),
  "quantile of everything, kept": () => np.quantile(t, 0.3, [0, 2], { keepdims: true }),
  "quantile with NaN": () => np.quantile(n, 0.5),
};

describe("reductions are JAX's", () => {
  for (const [name, run] of Object.entries(cases)) test(name, () => expectGolden(name, run()));
});
