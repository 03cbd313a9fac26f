/** Samplers that reject, and what is made of the gamma distribution: each step as it is written down, JAX's draws beside it. */
import { grad, jit, lax, type NDArray, numpy as np, random, vmap } from "cotangent";
import { describe, expect, test } from "vitest";
import { expectSlopes, f32, f64, floats } from "./statement.js";

const key = random.key(42);
const draws = (x: NDArray): readonly number[] => [...x.dataSync()];
/** Within 4 ulp of max(|x|, 1) in float32. */
function near(x: NDArray, expected: readonly number[], ulps = 4): void {
  expect(x.size).toBe(expected.length);
  draws(x).forEach((value, k) => {
    const allowed = ulps * 2 ** -23 * Math.max(Math.abs(expected[k]), 1);
    expect(Math.abs(value - expected[k]), `${value} for ${expected[k]}`).toBeLessThanOrEqual(allowed);
  });
}
const rows = (keys: random.Key): random.Key[] => [...keys];

/** Marsaglia and Tsang's gamma sample for one key, with JAX's way to spend it: in doubles, of draws in `dtype`. */
function gammaOf(first: random.Key, a: number, dtype: "float32" | "float64" = "float32"): number {
  const uniform = (k: random.Key): number => Number(random.uniform(k, [], { dtype }).item());
  const normal = (k: random.Key): number => Number(random.normal(k, [], { dtype }).item());
  const boosted = a < 1 ? a + 1 : a;
  const [start, boostKey] = rows(random.split(first));
  const boost = a < 1 ? (1 - uniform(boostKey)) ** (1 / a) : 1;
  const d = boosted - 1 / 3;
  const c = 1 / 3 / Math.sqrt(d);
  for (let left = start; ; ) {
    const [next, normalKey, uniformKey] = rows(random.split(left, 3));
    left = next;
    let [x, v] = [0, -1];
    for (let inner = normalKey; v <= 0; ) {
      const [after, sub] = rows(random.split(inner));
      inner = after;
      x = normal(sub);
      v = 1 + c * x;
    }
    const [square, cube] = [x * x, v * v * v];
    const u = uniform(uniformKey);
    const refused =
      u >= 1 - 0.0331 * square * square && Math.log(u) >= square / 2 + d * (1 - cube + Math.log(cube));
    if (!refused) return d * cube * boost;
  }
}

describe("gamma", () => {
  test("has one key an element, split(key, n), and is Marsaglia and Tsang's, boosted where a < 1", () => {
    for (const a of [0.5, 1, 4, 30]) {
      const expected = rows(random.split(key, 20)).map((k) => gammaOf(k, a));
      near(random.gamma(key, a, [20]), expected, 16); // the expected ones are not rounded to float32 at each step
    }
  });

  test("in float64 each operation is one of doubles, so that the samples are those to the bit", () => {
    for (const a of [1, 4, 30]) {
      const expected = rows(random.split(key, 20)).map((k) => gammaOf(k, a, "float64"));
      expect(draws(random.gamma(key, a, [20], { dtype: "float64" })), `a = ${a}`).toEqual(expected);
    }
  });

  test("is JAX's within 4 ulp, and loggamma its logarithm", () => {
    near(random.gamma(key, 0.5, [3]), [0.9994542002677917, 0.5063273906707764, 1.6493308544158936]);
    near(random.gamma(key, 1, [3]), [2.1453301906585693, 0.33158406615257263, 2.0072460174560547]);
    near(random.gamma(key, 4, [3]), [6.38562536239624, 2.7762365341186523, 6.168294429779053]);
    near(random.loggamma(key, 0.5, [3]), [-0.0005458593368530273, -0.6805716753005981, 0.5003696084022522]);
    near(random.loggamma(key, 4, [3]), [1.8540494441986084, 1.0210962295532227, 1.8194223642349243]);
  });

  test("has JAX's implicit derivative in a", () => {
    const slope = grad((a: NDArray) => random.gamma(key, a, []));
    near(
      np.stack([0.5, 1, 4].map((a) => slope(a))),
      [1.877781629562378, 1.6827937364578247, 1.3052393198013306],
      8,
    );
    const a = f32(0.5, 4);
    expect(jit(vmap(slope))(a).js()).toEqual(vmap(slope)(a).js());
  });
});

describe("of gammas,", () => {
  test("beta is exp of loggamma a over the sum, from the two halves of a split key", () => {
    const [first, second] = rows(random.split(key));
    const [x, y] = [random.loggamma(first, 2, [3]), random.loggamma(second, 3, [3])];
    near(random.beta(key, 2, 3, [3]), draws(np.exp(x.sub(np.logaddexp(x, y)))));
    near(random.beta(key, 2, 3, [3]), [0.4319617748260498, 0.3128182888031006, 0.6368728280067444]);
  });

  test("dirichlet is the softmax of loggammas", () => {
    const alpha = f32(1, 2, 3);
    const x = random.loggamma(key, alpha, [2, 3]);
    near(random.dirichlet(key, alpha, [2]), draws(np.exp(x.sub(np.logsumexp(x, -1, { keepdims: true })))));
    near(random.dirichlet(key, alpha, [1]).sum(), [1]);
  });

  test("t is a normal times sqrt((df / 2) / gamma(df / 2)), from a split key", () => {
    const [first, second] = rows(random.split(key));
    near(
      random.t(key, 3, [3]),
      draws(random.normal(first, [3]).mul(np.sqrt(np.divide(1.5, random.gamma(second, 1.5, [3]))))),
    );
    near(random.t(key, 3, [3]), [0.08987478166818619, -1.7357467412948608, 2.3520190715789795]);
  });

  test("generalizedNormal is a sign times gamma(1/p)^(1/p), from a split key", () => {
    const [first, second] = rows(random.split(key));
    const size = np.power(random.gamma(first, 1 / 1.5, [3]), 1 / 1.5);
    near(random.generalizedNormal(key, 1.5, [3]), draws(size.mul(random.rademacher(second, [3]))));
    near(
      random.generalizedNormal(key, 1.5, [3]),
      [-0.8782375454902649, -0.2061624526977539, 1.160470962524414],
    );
  });

  test("ball is generalized normals over (sum |g|^p + an exponential)^(1/p), so it lies inside", () => {
    const [first, second] = rows(random.split(key));
    const g = random.generalizedNormal(first, 2, [2, 2]);
    const norm = np.sqrt(
      np
        .square(g)
        .sum(-1)
        .add(random.exponential(second, [2])),
    );
    near(random.ball(key, 2, 2, [2]), draws(g.div(norm.expandDims(-1))));
    expect(
      np
        .square(random.ball(key, 3, 2, [500]))
        .sum(-1)
        .max()
        .item(),
    ).toBeLessThanOrEqual(1);
  });
});

test("multivariateNormal is mean + cholesky(cov) times normals", () => {
  const [mean, cov] = [
    f32(1, 2),
    np.array([
      [2, 0.5],
      [0.5, 1],
    ]),
  ];
  const z = random.normal(key, [2, 2]);
  near(
    random.multivariateNormal(key, mean, cov, [2]),
    draws(np.matmul(z, np.linalg.cholesky(cov).T).add(mean)),
  );
  near(
    random.multivariateNormal(key, mean, cov, [2]),
    [0.9599712491035461, 2.426954746246338, 1.418187141418457, 2.248175859451294],
  );
});

describe("poisson", () => {
  test("below 10 is Knuth's: a split and a uniform a step, until the product is below e^-lam", () => {
    const lam = 3;
    const counts = new Array<number>(6).fill(0);
    const logs = new Array<number>(6).fill(0);
    for (let left = key; logs.some((log) => log > -lam); ) {
      const [next, sub] = rows(random.split(left));
      left = next;
      draws(np.log(random.uniform(sub, [6]))).forEach((log, i) => {
        if (logs[i] > -lam) counts[i]++;
        logs[i] = Math.fround(logs[i] + log);
      });
    }
    expect(draws(random.poisson(key, lam, [6]))).toEqual(counts.map((n) => n - 1));
  });

  test("is JAX's, by rejection from 10 on, and 0 for lam 0", () => {
    expect(random.poisson(key, 0, [6]).js()).toEqual([0, 0, 0, 0, 0, 0]);
    expect(random.poisson(key, 3, [6]).js()).toEqual([6, 2, 2, 1, 5, 2]);
    expect(random.poisson(key, 50, [6]).js()).toEqual([55, 56, 43, 45, 40, 43]);
  });
});

describe("lgamma and digamma", () => {
  test("the derivative of lgamma is digamma, and digamma's is the trigamma function", () => {
    for (const dtype of floats) {
      const x = np.array([0.5, 1, 2, 5, -0.5], { dtype });
      const slope = vmap(grad((v: NDArray) => lax.lgamma(v)));
      expect(slope(x).js()).toEqual(lax.digamma(x).js());
      expect(jit(slope)(x).js()).toEqual(slope(x).js());
    }
    expectSlopes(
      (x) => lax.digamma(x),
      [
        [1, Math.PI ** 2 / 6],
        [0.5, Math.PI ** 2 / 2],
      ],
    );
    near(
      lax.digamma(f32(0.5, 1, 2, 5)),
      [-1.9635100364685059, -0.5772153735160828, 0.42278462648391724, 1.5061181783676147],
    );
  });

  test("lgamma is infinite at 0 and the negative integers, where digamma is NaN", () => {
    expect(lax.lgamma(f64(0, -1, -2, Infinity)).js()).toEqual([Infinity, Infinity, Infinity, Infinity]);
    expect(lax.digamma(f64(0, -1, -2)).js()).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(lax.digamma(f64(Infinity)).js()).toEqual([Infinity]);
  });
});
