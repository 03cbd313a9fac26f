/** Options, dtypes and long draws: against tests/goldens/random-goldens.json, drawn by JAX 0.10.2 with key(11). */
import { readFileSync } from "node:fs";
import * as random from "cotangent/random";
import { describe, expect, test } from "vitest";
import { ConcreteArray, type NDArray } from "../../src/autodiff/array.js";
import { fromNested, fromTypedArray } from "../../src/autodiff/convert.js";
import { log } from "../../src/autodiff/primitives/elementary.js";
import { jit } from "../../src/autodiff/transforms/jit-function.js";

interface Goldens {
  readonly draws: Record<string, { readonly shape: number[]; readonly values: (number | boolean)[] }>;
  readonly hashes: Record<string, { readonly xor: number; readonly sum: number; readonly n: number }>;
  readonly normal: number[];
  readonly float64: Record<string, number[]>;
}
const goldens = JSON.parse(
  readFileSync(new URL("../goldens/random-goldens.json", import.meta.url), "utf8"),
) as Goldens;

const rows = fromTypedArray(
  Float32Array.from({ length: 12 }, (_, i) => i),
  [3, 4],
);
const five = fromNested([3, 1, 4, 1.5, 9]);
const logits = log(
  fromNested([
    [0.1, 0.2, 0.3, 0.4],
    [0.25, 0.25, 0.25, 0.25],
    [0.7, 0.1, 0.1, 0.1],
  ]),
);
type Draw = (key: random.Key) => NDArray;

const draws: Record<string, Draw> = {
  "bernoulli high": (k) => random.bernoulli(k, 1e-3, [4], { mode: "high" }),
  "bernoulli p array": (k) => random.bernoulli(k, [0.1, 0.5, 0.9]),
  "permutation rows": (k) => random.permutation(k, rows),
  "permutation axis 1": (k) => random.permutation(k, rows, { axis: 1 }),
  "permutation independent": (k) => random.permutation(k, rows, { axis: -1, independent: true }),
  "categorical batch": (k) => random.categorical(k, logits),
  "categorical axis 0": (k) => random.categorical(k, logits, { axis: 0 }),
  "categorical shape": (k) => random.categorical(k, logits, { shape: [5, 3] }),
  "categorical no replacement": (k) => random.categorical(k, logits, { shape: [2, 3], replace: false }),
  "choice of array": (k) => random.choice(k, five, [4]),
  "choice rows": (k) => random.choice(k, rows, [2, 2]),
  "choice columns": (k) => random.choice(k, rows, [2], { axis: 1 }),
  "choice array no replacement": (k) => random.choice(k, five, [4], { replace: false }),
  "choice weighted no replacement": (k) =>
    random.choice(k, 5, [3], { replace: false, p: [0.1, 0.2, 0.3, 0.2, 0.2] }),
  "randint array bounds": (k) =>
    random.randint(k, [2, 3], new Int32Array([0, 10, -5]), new Int32Array([5, 11, 70000])),
  "randint empty": (k) => random.randint(k, [4], 5, 5),
  "randint uint32": (k) => random.randint(k, [5], 0, 2e9, { dtype: "uint32" }),
  "randint almost all": (k) => random.randint(k, [5], -(2 ** 31), 2 ** 31 - 1),
  "uniform array bounds": (k) => random.uniform(k, [2, 2], { minval: [-1.3, 0], maxval: [[4.9], [5.1]] }),
  "rademacher float": (k) => random.rademacher(k, [5], { dtype: "float32" }),
};

describe.each(Object.entries(draws))("%s is JAX's", (name, draw) => {
  const wanted = goldens.draws[name];
  test.each([
    ["eagerly", draw],
    ["under jit", jit(draw)],
  ])("%s", (_, run) => {
    const drawn = run(random.key(11));
    expect(drawn.shape).toEqual(wanted.shape);
    expect(Array.from(drawn.dataSync())).toEqual(wanted.values.map(Number));
  });
});

const hashed: Record<string, Draw> = {
  bits: (k) => random.bits(k, [4096]),
  uniform: (k) => random.uniform(k, [4096]),
  "uniform -1.3 4.9": (k) => random.uniform(k, [4096], { minval: -1.3, maxval: 4.9 }),
  "randint -10 100": (k) => random.randint(k, [4096], -10, 100),
  "randint 0 1000003": (k) => random.randint(k, [4096], 0, 1000003),
  "permutation 4096": (k) => random.permutation(k, 4096),
  "split 4096": (k) => random.split(k, 4096),
  uniform64: (k) => random.uniform(k, [4096], { dtype: "float64" }),
  "uniform64 -1.3 4.9": (k) => random.uniform(k, [4096], { minval: -1.3, maxval: 4.9, dtype: "float64" }),
};

/** Exclusive or and sum of the 32-bit words of a draw: pins every bit of it. */
function hash(drawn: NDArray): { xor: number; sum: number; n: number } {
  const words = new Uint32Array(drawn.dataSync().buffer);
  const xor = words.reduce((x, word) => x ^ word, 0) >>> 0;
  return { xor, sum: words.reduce((sum, word) => (sum + word) % 2 ** 32, 0), n: words.length };
}

describe.each(Object.entries(hashed))("4096 elements of %s have JAX's bits", (name, draw) => {
  test.each([
    ["eagerly", draw],
    ["under jit", jit(draw)],
  ])("%s", (_, run) => {
    expect(hash(run(random.key(11)))).toEqual(goldens.hashes[name]);
  });
});

/** In units in the last place of max(|x|, 1). */
const ulps = (x: number, wanted: number, epsilon: number): number =>
  x === wanted ? 0 : Math.abs(x - wanted) / (Math.max(1, Math.abs(wanted)) * epsilon);

test("normal is within 2 ulp of JAX's over a long draw", () => {
  const drawn = random.normal(random.key(11), [4096]).dataSync();
  goldens.normal.forEach((wanted, i) => {
    const size = 2 ** (Math.floor(Math.log2(Math.abs(wanted))) - 23);
    expect(Math.abs(drawn[8 * i] - wanted) / size, `element ${8 * i}`).toBeLessThanOrEqual(2);
  });
});

const dtype = "float64";
const doubles: Record<string, Draw> = {
  uniform: (k) => random.uniform(k, [6], { dtype }),
  "uniform -1.3 4.9": (k) => random.uniform(k, [6], { minval: -1.3, maxval: 4.9, dtype }),
  normal: (k) => random.normal(k, [6], { dtype }),
  exponential: (k) => random.exponential(k, [6], { dtype }),
  gumbel: (k) => random.gumbel(k, [6], { dtype }),
  laplace: (k) => random.laplace(k, [6], { dtype }),
  cauchy: (k) => random.cauchy(k, [6], { dtype }),
  logistic: (k) => random.logistic(k, [6], { dtype }),
  truncatedNormal: (k) => random.truncatedNormal(k, -1, 2, [6], { dtype }),
};
test.each(Object.entries(doubles))("%s in float64 draws 64 bits, as JAX does with x64", (name, draw) => {
  const drawn = draw(random.key(11));
  expect(drawn.dtype).toBe("float64");
  const wanted = goldens.float64[name];
  // XLA's erf_inv is 9 units off SciPy's at one of these draws, where ours is 1 off.
  const bound = name === "truncatedNormal" ? 12 : 4;
  drawn.dataSync().forEach((x, i) => {
    expect(ulps(x, wanted[i], 2 ** -52), `element ${i}`).toBeLessThanOrEqual(bound);
  });
});

test("truncatedNormal takes arrays of bounds and stays strictly inside", () => {
  const drawn = random.truncatedNormal(random.key(11), [-1, 0, 2], [1, 1, 3]).dataSync();
  goldens.draws["truncatedNormal array"].values.forEach((wanted, i) => {
    expect(ulps(drawn[i], Number(wanted), 2 ** -23)).toBeLessThanOrEqual(4);
  });
  const narrow = random.truncatedNormal(random.key(0), 1, 1.0000004, [200]).dataSync();
  expect(narrow.every((x) => x > 1 && x < Math.fround(1.0000004))).toBe(true);
});

test("uint32 draws may span the whole range: 2^32 is a bound, and draws are bits", () => {
  const key = random.key(3);
  const drawn = random.randint(key, [100], 0, 2 ** 32, { dtype: "uint32" });
  const [, second] = [0, 1].map((i) => rowOf(random.split(key), i));
  expect(drawn.dataSync()).toEqual(random.bits(second, [100]).dataSync());
});

function rowOf(keys: random.Key, i: number): random.Key {
  const words = keys.dataSync().slice(2 * i, 2 * i + 2);
  return random.wrapKeyData(new ConcreteArray({ shape: [2], dtype: "uint32", weakType: false }, words));
}

test("a longer draw of bits begins with the shorter one", () => {
  const key = random.key(5);
  expect(random.bits(key, [100]).dataSync().slice(0, 7)).toEqual(random.bits(key, [7]).dataSync());
});

test("draws of no elements and of rank 0 have their shapes", () => {
  const key = random.key(0);
  expect(random.normal(key, [0, 3]).shape).toEqual([0, 3]);
  expect(random.uniform(key).shape).toEqual([]);
  expect(random.split(key, 0).shape).toEqual([0, 2]);
  expect(random.choice(key, 5, [0]).shape).toEqual([0]);
  expect(random.choice(key, rows, [0]).shape).toEqual([0, 4]);
});
