/** The samplers: each as the formula of uniforms, bits and normals that it is, with JAX's draws beside it. */
import { jit, lax, type NDArray, numpy as np, random } from "cotangent";
import { describe, expect, test } from "vitest";
import { f32, floats, i32 } from "./statement.js";

const key = random.key(42);
const shape = [200];
const [first, second] = random.split(key);
const smallest = { float32: 2 ** -126, float64: 2 ** -1022 } as const;
const below = { float32: 2 ** -24, float64: 2 ** -53 } as const;

const same = (x: NDArray, y: NDArray): void => {
  expect(x.dtype).toBe(y.dtype);
  expect([...x.dataSync()]).toEqual([...y.dataSync()]);
};
const draws = (x: NDArray): readonly number[] => [...x.dataSync()];
/** Within 4 ulp of max(|x|, 1). */
const near = (x: NDArray, expected: readonly number[]): void => {
  draws(x).forEach((value, k) => {
    expect(Math.abs(value - expected[k])).toBeLessThanOrEqual(
      4 * 2 ** -23 * Math.max(Math.abs(expected[k]), 1),
    );
  });
};

describe("normal", () => {
  test("is sqrt 2 erfInv(u), u uniform between the neighbour of -1 and 1", () => {
    for (const dtype of floats) {
      const u = random.uniform(key, shape, { minval: -1 + below[dtype], maxval: 1, dtype });
      same(random.normal(key, shape, { dtype }), lax.erfInv(u).mul(Math.SQRT2));
    }
  });

  test("is JAX's: the first of key 0 needs a fused multiply-add to its last bit", () => {
    expect(random.normal(random.key(0), [4, 4]).slice(0, 0).item()).toBe(Math.fround(1.622642159461975));
    expect(random.normal(key, [3]).js()).toEqual(
      f32(-0.02830461598932743, 0.4671318531036377, 0.2957029640674591).js(),
    );
    expect(random.normal(key, [3], { dtype: "float64" }).js()).toEqual([
      -0.18471174528191162, -2.169824560397754, 0.18693555179382582,
    ]);
  });
});

describe("randint", () => {
  test("is lo + (H mod s (2^32 mod s) + L mod s) mod s of two draws of bits, in 32 bits that wrap", () => {
    for (const [lo, hi] of [
      [0, 10],
      [-3, 70_000],
      [-(2 ** 31), 2 ** 31 - 1],
      [5, 6],
    ]) {
      const span = BigInt(hi - lo);
      const mod32 = (x: bigint): bigint => BigInt.asUintN(32, x);
      const root = (1n << 16n) % span;
      const multiplier = mod32(root * root) % span; // the square wraps where the span is above 2^16
      const [high, low] = [first, second].map((k) => draws(random.bits(k as random.Key, [20])));
      const expected = high.map((h, i) => {
        const sum = mod32(mod32((BigInt(h) % span) * multiplier) + (BigInt(low[i]) % span));
        return Number(BigInt.asIntN(32, BigInt(lo) + (sum % span)));
      });
      expect(draws(random.randint(key, [20], lo, hi))).toEqual(expected);
    }
  });

  test("is JAX's", () => {
    expect(draws(random.randint(key, [5], 0, 10))).toEqual([4, 4, 1, 9, 9]);
    expect(draws(random.randint(key, [5], -3, 70_000))).toEqual([10338, 60345, 47683, 30075, 48639]);
    expect(draws(random.randint(key, [3], 0, 10, { dtype: "uint32" }))).toEqual([4, 4, 1]);
  });

  test("is lo where hi is not above it", () => {
    expect(draws(random.randint(key, [3], 5, 5))).toEqual([5, 5, 5]);
    expect(draws(random.randint(key, [3], 5, 3))).toEqual([5, 5, 5]);
  });

  test("covers the whole dtype where hi is beyond it: a span of 0 leaves the low bits as they are", () =>
    expect(draws(random.randint(key, [20], 0, 2 ** 32, { dtype: "uint32" }))).toEqual(
      draws(random.bits(second as random.Key, [20])),
    ));
});

describe("bernoulli", () => {
  test("is uniform < p, in p's dtype", () => {
    same(random.bernoulli(key, 0.3, shape), random.uniform(key, shape).less(0.3));
    const p = np.array(0.3, { dtype: "float64" });
    same(random.bernoulli(key, p, shape), random.uniform(key, shape, { dtype: "float64" }).less(p));
    expect(random.bernoulli(key, 0.5, [6]).js()).toEqual([true, false, false, false, true, false]);
  });

  test("in the mode high is u2 2^-23 < p - u1", () => {
    const u = random.uniform(key, [2, ...shape]);
    same(
      random.bernoulli(key, 0.3, shape, { mode: "high" }),
      u
        .slice(1)
        .mul(2 ** -23)
        .less(np.subtract(0.3, u.slice(0))),
    );
  });

  test("and rademacher is 2 bernoulli(1/2) - 1", () => {
    same(random.rademacher(key, shape), random.bernoulli(key, 0.5, shape).astype("int32").mul(2).sub(1));
    expect(random.rademacher(key, [3]).js()).toEqual([1, -1, -1]);
  });
});

describe("of one uniform u,", () => {
  const uniform = (dtype: "float32" | "float64", minval: number): NDArray =>
    random.uniform(key, shape, { dtype, minval });

  test("exponential is -log1p(-u)", () => {
    for (const dtype of floats)
      same(random.exponential(key, shape, { dtype }), np.log1p(uniform(dtype, 0).neg()).neg());
    near(random.exponential(key, [3]), [0.670817494392395, 1.1388006210327148, 0.9578199982643127]);
  });

  test("gumbel is -log(-log u), u from the smallest normal number on", () => {
    for (const dtype of floats)
      same(random.gumbel(key, shape, { dtype }), np.log(np.log(uniform(dtype, smallest[dtype])).neg()).neg());
    near(random.gumbel(key, [3]), [0.3340933918952942, 0.952019453048706, 0.7255305647850037]);
  });

  test("laplace is sign(u) log1p(-|u|), u between the neighbour of -1 and 1", () => {
    for (const dtype of floats) {
      const u = uniform(dtype, -1 + below[dtype]);
      same(random.laplace(key, shape, { dtype }), np.sign(u).mul(np.log1p(np.abs(u).neg())));
    }
    near(random.laplace(key, [3]), [0.022839652374386787, -0.4456535577774048, -0.2646729052066803]);
  });

  test("logistic is log u - log1p(-u)", () => {
    for (const dtype of floats) {
      const u = uniform(dtype, smallest[dtype]);
      same(random.logistic(key, shape, { dtype }), np.log(u).sub(np.log1p(u.neg())));
    }
    near(random.logistic(key, [3]), [-0.0451694130897522, 0.7528398036956787, 0.47375231981277466]);
  });

  test("cauchy is tan(pi (u - 1/2))", () => {
    for (const dtype of floats) {
      const u = uniform(dtype, 2 * below[dtype]);
      same(random.cauchy(key, shape, { dtype }), np.tan(u.sub(0.5).mul(Math.PI)));
    }
    near(random.cauchy(key, [3]), [-0.03548463061451912, 0.6337261199951172, 0.38244056701660156]);
  });

  test("truncatedNormal is sqrt 2 erfInv(u), u between the bounds' erf, clipped into the open interval", () => {
    const u = random.uniform(key, shape, {
      minval: lax.erf(f32(-0.5 / Math.SQRT2)),
      maxval: lax.erf(f32(1 / Math.SQRT2)),
    });
    near(random.truncatedNormal(key, -0.5, 1, shape), draws(lax.erfInv(u).mul(Math.SQRT2)));
    near(
      random.truncatedNormal(key, -0.5, 1, [3]),
      [0.17363932728767395, 0.44195306301116943, 0.3501620888710022],
    );
    const tight = draws(random.truncatedNormal(key, 5, 5.25, [1000]));
    expect(Math.min(...tight)).toBeGreaterThan(5);
    expect(Math.max(...tight)).toBeLessThan(5.25);
  });
});

describe("categorical", () => {
  const logits = np.log(f32(0.1, 0.2, 0.7));

  test("is argmax of the logits and gumbels", () => {
    const noise = random.gumbel(key, [100, 3]);
    same(random.categorical(key, logits, { shape: [100] }), np.argmax(noise.add(logits), -1));
    expect(random.categorical(key, logits, { shape: [6] }).js()).toEqual([2, 2, 2, 2, 1, 2]);
  });

  test("without replacement is the top k of logits plus gumbels", () => {
    same(
      random.categorical(key, np.zeros([5]), { shape: [3], replace: false }),
      lax.topK(random.gumbel(key, [5]), 3)[1],
    );
    expect(random.categorical(key, np.zeros([5]), { shape: [3], replace: false }).js()).toEqual([1, 2, 3]);
  });
});

describe("permutation", () => {
  test("of n sorts 0 ... n-1 stably by random bits of a split key", () => {
    const order = np.argsort(random.bits(second as random.Key, [8]));
    same(random.permutation(key, 8), order);
    expect(random.permutation(key, 8).js()).toEqual([7, 4, 2, 5, 3, 6, 0, 1]);
  });

  test("takes ceil(3 ln n / ln(2^32 - 1)) rounds: none for 1, one up to 1,625, two from 1,626 on", () => {
    expect(random.permutation(key, 1).js()).toEqual([0]);
    const once = np.argsort(random.bits(second as random.Key, [1625]));
    same(random.permutation(key, 1625), once);
    const big = np.argsort(random.bits(second as random.Key, [1626]));
    const [, again] = random.split(first as random.Key);
    same(random.permutation(key, 1626), big.slice(np.argsort(random.bits(again as random.Key, [1626]))));
  });

  test("of a vector shuffles its values, and of more axes takes rows by shuffled indices", () => {
    const rows = np.arange(6).reshape([3, 2]);
    expect(random.permutation(key, rows).js()).toEqual([
      [4, 5],
      [0, 1],
      [2, 3],
    ]);
    same(random.permutation(key, f32(5, 6, 7)), f32(5, 6, 7).slice(random.permutation(key, 3)));
  });

  test("with independent shuffles the values of each row by itself", () =>
    expect(
      random.permutation(key, np.arange(6).reshape([3, 2]), { axis: 1, independent: true }).js(),
    ).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]));
});

describe("choice", () => {
  const p = f32(0.1, 0.2, 0.7);

  test("with replacement and without p is randint", () =>
    same(random.choice(key, 5, [4]), random.randint(key, [4], 0, 5)));

  test("without replacement and without p is the beginning of a permutation", () => {
    same(random.choice(key, 5, [4], { replace: false }), random.permutation(key, 5).slice([0, 4]));
    expect(random.choice(key, 5, [4], { replace: false }).js()).toEqual([4, 2, 3, 0]);
  });

  test("with replacement and p searches 1 - u in the running sums of p", () => {
    const sums = np.cumsum(p);
    const r = sums.slice(2).mul(np.subtract(1, random.uniform(key, [50])));
    same(random.choice(key, 3, [50], { p }), np.searchsorted(sums, r));
  });

  test("without replacement and with p is the top of log p plus gumbels", () => {
    same(
      random.choice(key, 3, [2], { replace: false, p }),
      lax.topK(random.gumbel(key, [3]).add(np.log(p)), 2)[1],
    );
    expect(random.choice(key, 3, [2], { replace: false, p }).js()).toEqual([2, 1]);
  });

  test("of an array takes its slices", () =>
    same(random.choice(key, i32(10, 20, 30, 40, 50), [4]), random.choice(key, 5, [4]).add(1).mul(10)));
});

test("all samplers draw the same under jit", () => {
  const samplers: readonly ((k: random.Key) => NDArray)[] = [
    (k) => random.truncatedNormal(k, -1, 2, shape),
    (k) => random.randint(k, shape, -5, 100_000),
    (k) => random.categorical(k, f32(0, 1, 2), { shape }),
    (k) => random.permutation(k, 100),
    (k) => random.choice(k, 10, shape, { p: np.ones([10]).div(10) }),
  ];
  for (const draw of samplers) same(jit(draw)(key), draw(key));
});
