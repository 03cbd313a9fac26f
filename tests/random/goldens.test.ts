/** Every draw that JAX 0.10.2 made for tests/goldens/prng-goldens.json is ours: eagerly, under jit, under vmap of keys. */
import { readFileSync } from "node:fs";
import * as random from "cotangent/random";
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../src/autodiff/array.js";
import { fromNested } from "../../src/autodiff/convert.js";
import { log } from "../../src/autodiff/primitives/elementary.js";
import { reshape } from "../../src/autodiff/primitives/sum-and-broadcast.js";
import { sliceAlong } from "../../src/autodiff/primitives/windowing.js";
import { jit } from "../../src/autodiff/transforms/jit-function.js";
import { vmap } from "../../src/autodiff/transforms/vmap.js";

interface Params {
  readonly shape?: number[];
  readonly num?: number | number[];
  readonly data?: number;
  readonly minval?: number;
  readonly maxval?: number;
  readonly p?: number | number[];
  readonly lower?: number;
  readonly upper?: number;
  readonly probs?: number[];
  readonly n?: number;
  readonly first?: number;
  readonly replace?: boolean;
  readonly a?: number;
  readonly b?: number;
  readonly alpha?: number[];
  readonly df?: number;
  readonly lam?: number;
  readonly mean?: number[];
  readonly cov?: number[][];
}
interface Row {
  readonly call: string;
  readonly seed: number;
  readonly params: Params;
  readonly dtype: string;
  readonly shape: number[];
  readonly values: number[];
}
const url = new URL("../goldens/prng-goldens.json", import.meta.url);
const { rows } = JSON.parse(readFileSync(url, "utf8")) as { rows: Row[] };

type Sampler = (key: random.Key, params: Params) => NDArray;

/** Bit for bit. */
const exact: Record<string, Sampler> = {
  keyData: (key) => random.keyData(key),
  split: (key, { num }) => random.split(key, num),
  foldIn: (key, { data = 0 }) => random.foldIn(key, data),
  bits: (key, { shape }) => random.bits(key, shape),
  uniform: (key, { shape, minval = 0, maxval = 1 }) => random.uniform(key, shape, { minval, maxval }),
  normal: (key, { shape }) => random.normal(key, shape),
  randint: (key, { shape = [], minval = 0, maxval = 0 }) => random.randint(key, shape, minval, maxval),
  bernoulli: (key, { shape, p }) => random.bernoulli(key, p, shape),
  rademacher: (key, { shape }) => random.rademacher(key, shape),
  categorical: (key, { shape = [], probs = [] }) =>
    random.categorical(key, log(fromNested(probs)), { shape }),
  permutation: (key, { n = 0, first = n }) => sliceAlong(random.permutation(key, n), 0, 0, first),
  choice: (key, { n = 0, shape, replace = true, p }) =>
    random.choice(key, n, shape, p === undefined ? { replace } : { replace, p }),
  poisson: (key, { shape, lam = 0 }) => random.poisson(key, lam, shape),
};
/** Within 4 ulp of max(|x|, 1). */
const close: Record<string, Sampler> = {
  exponential: (key, { shape }) => random.exponential(key, shape),
  gumbel: (key, { shape }) => random.gumbel(key, shape),
  laplace: (key, { shape }) => random.laplace(key, shape),
  logistic: (key, { shape }) => random.logistic(key, shape),
  cauchy: (key, { shape }) => random.cauchy(key, shape),
  truncatedNormal: (key, { shape, lower = 0, upper = 0 }) => random.truncatedNormal(key, lower, upper, shape),
  gamma: (key, { shape, a = 0 }) => random.gamma(key, a, shape),
  beta: (key, { shape, a = 0, b = 0 }) => random.beta(key, a, b, shape),
  dirichlet: (key, { shape, alpha = [] }) => random.dirichlet(key, alpha, shape),
  t: (key, { shape, df = 0 }) => random.t(key, df, shape),
  multivariateNormal: (key, { shape, mean = [], cov = [] }) =>
    random.multivariateNormal(key, mean, cov, shape),
};

function expectRow(drawn: NDArray, row: Row): void {
  expect(drawn.dtype).toBe(row.dtype);
  expect(drawn.shape).toEqual(row.shape);
  const values = Array.from(drawn.dataSync());
  const wanted = row.values.map(Number);
  if (row.call in exact) {
    expect(values).toEqual(wanted);
    return;
  }
  values.forEach((value, i) => {
    const ulps = Math.abs(value - wanted[i]) / (Math.max(Math.abs(wanted[i]), 1) * 2 ** -23);
    expect(ulps, `element ${i}: ${value}, JAX has ${wanted[i]}`).toBeLessThanOrEqual(4);
  });
}

test("every row of the goldens has a sampler", () => {
  const known = [...Object.keys(exact), ...Object.keys(close)];
  expect(rows.filter((row) => !known.includes(row.call))).toEqual([]);
});

const samplers: Record<string, Sampler> = { ...exact, ...close };
const covered = rows.filter((row) => row.call in samplers);
const nameOf = ({ call, params }: Row): string => `${call} ${JSON.stringify(params)}`;

describe.each(covered)("$call $params of key($seed) is JAX's", (row) => {
  const sampler = samplers[row.call];
  test("eagerly", () => {
    expectRow(sampler(random.key(row.seed), row.params), row);
  });
  test("under jit", () => {
    expectRow(jit((key: random.Key) => sampler(key, row.params))(random.key(row.seed)), row);
  });
});

describe.each([...new Set(covered.map(nameOf))])("%s under vmap of three keys", (name) => {
  const group = covered.filter((row) => nameOf(row) === name);
  const [{ call, params }] = group;
  const keys = random.wrapKeyData(
    fromNested(
      group.map((row) => [0, row.seed]),
      "uint32",
    ),
  );
  const mapped = vmap((key: random.Key) => samplers[call](key, params));
  test.each([
    ["eagerly", mapped],
    ["under jit", jit(mapped)],
  ])("%s gives the three draws", (_, batched) => {
    const drawn = batched(keys);
    group.forEach((row, i) => {
      const one = sliceAlong(drawn, 0, i, i + 1);
      expect(one.shape).toEqual([1, ...row.shape]);
      expectRow(reshape(one, row.shape), row);
    });
  });
});
