/** MALA keeps the density exactly, at any step size. Tolerances are five standard errors of independent chains. */
import { type NDArray, nn, numpy as np, random, valueAndGrad, vmap } from "cotangent";
import { geometric, type Kernel, langevin, mala, runChain, runChains } from "cotangent/sampling";
import { describe, expect, test } from "vitest";
import { fiveErrors, gaussian, mean, variance } from "./targets.js";

const chains = 20_000;

/** The last states of `runChains`, and what each step reported. */
const walked = <State, Info>(
  seed: number,
  kernel: Kernel<NDArray, State, Info>,
  start: NDArray,
  steps: number,
) =>
  runChains(
    random.key(seed),
    kernel,
    vmap(kernel.init)(start) as State,
    steps,
    (_: State, info: Info) => info,
  );

describe("inside a Gaussian well of variance s^2", () => {
  const s = 0.7;
  /** (2 / pi) (atan(sqrt(k) / 2) + atan((4 - k) / (2 sqrt(k)))) */
  const law = (k: number): number =>
    (2 / Math.PI) * (Math.atan(Math.sqrt(k) / 2) + Math.atan((4 - k) / (2 * Math.sqrt(k))));

  test.each([
    [0.05, 0.9991],
    [0.2, 0.9929],
    [0.8, 0.9432],
    [2, 0.7837],
    [3.6, 0.5501],
  ])("at h = %f s^2 the variance stays s^2 and the mean acceptance is %f", (k, rounded) => {
    expect(Math.abs(law(k) - rounded)).toBeLessThan(6e-5);
    const start = random.normal(random.key(1), [chains, 1]).mul(s);
    const [last, info] = walked(2, mala(gaussian(s), k * s * s), start, 10);
    expect(Math.abs(mean(last.position))).toBeLessThan(fiveErrors(s, chains));
    expect(Math.abs(variance(last.position) / s ** 2 - 1)).toBeLessThan(fiveErrors(Math.SQRT2, chains));
    expect(Math.abs(mean(info.acceptance) - law(k))).toBeLessThan(fiveErrors(0.5, chains));
    expect(Math.abs(mean(info.accepted) - law(k))).toBeLessThan(fiveErrors(0.5, chains));
  });

  test("the variance settles at s^2 from a point, where a plain Langevin step of this size leaves it at 2 s^2", () => {
    const start = np.zeros([chains, 1]);
    const end = walked(3, mala(gaussian(s), 2 * s * s), start, 40)[0].position;
    expect(Math.abs(variance(end) / s ** 2 - 1)).toBeLessThan(fiveErrors(Math.SQRT2, chains));
    const plain = walked(3, langevin(gaussian(s), 2 * s * s), start, 40)[0].position;
    expect(Math.abs(variance(plain) / s ** 2 - 2)).toBeLessThan(fiveErrors(2 * Math.SQRT2, chains));
  });

  test("several coordinates keep their variances and their independence", () => {
    const start = random.normal(random.key(4), [5000, 3]);
    const energy = (x: NDArray): NDArray =>
      x
        .div(np.array([1, 2, 0.5]))
        .square()
        .sum()
        .div(2);
    const end = walked(5, mala(energy, 0.4), start.mul(np.array([1, 2, 0.5])), 10)[0].position;
    [1, 2, 0.5].forEach((scale, i) => {
      const v = variance(end.slice([], i)) / scale ** 2;
      expect(Math.abs(v - 1)).toBeLessThan(fiveErrors(Math.SQRT2, 5000));
      const next = end.slice([], (i + 1) % 3).div([1, 2, 0.5][(i + 1) % 3]);
      expect(Math.abs(mean(end.slice([], i).div(scale).mul(next)))).toBeLessThan(fiveErrors(1, 5000));
    });
  });
});

/** Neither quadratic nor symmetric. */
const banana = (x: NDArray): NDArray => {
  const [a, b] = x;
  return a.square().div(2).add(b.sub(a.square()).square().mul(2)).add(np.sin(b));
};

describe("a step", () => {
  const start = random.normal(random.key(6), [40, 2], { dtype: "float64" });

  test("is proposed as Langevin proposes it, and accepted with the probability of the formula", () => {
    const h = 0.25;
    const kernel = mala(banana, h);
    const halfH = np.array(h).div(2).astype("float64");
    const slope = valueAndGrad(banana);
    for (const [i, y] of [...start.slice([0, 12])].entries()) {
      const key = random.foldIn(random.key(7), i);
      const [noiseKey] = random.split(key);
      const noise = random.normal(noiseKey, [2], { dtype: "float64" });
      const plain = langevin(banana, h);
      const proposed = plain.step(noiseKey, plain.init(y))[0].position;
      const [[e], [e1, g1]] = [slope(y), slope(proposed)];
      const back = y.sub(proposed).add(g1.mul(halfH));
      const logRatio = e
        .sub(e1)
        .add(noise.square().sum().div(2))
        .sub(
          back
            .square()
            .sum()
            .div(2 * h),
        );
      const [state, info] = kernel.step(key, kernel.init(y));
      expect(info.acceptance.item()).toBeCloseTo(Math.min(1, Math.exp(Number(logRatio.item()))), 12);
      expect(state.position.js()).toEqual((info.accepted.item() ? proposed : y).js());
    }
  });

  test("that is rejected keeps position, energy and gradient bit for bit, and counts", () => {
    const kernel = mala(banana, 0.3);
    const states = vmap(kernel.init)(start);
    const [next, info] = vmap(kernel.step)(random.split(random.key(8), 40), states);
    const rejected = Array.from(info.accepted.dataSync(), (accepted) => !accepted);
    expect(rejected.filter(Boolean).length).toBeGreaterThan(5);
    expect(rejected.filter((value) => !value).length).toBeGreaterThan(5);
    rejected.forEach((isRejected, i) => {
      for (const field of ["position", "energy", "gradEnergy"] as const) {
        const same =
          JSON.stringify(next[field].slice(i).js()) === JSON.stringify(states[field].slice(i).js());
        expect(same).toBe(isRejected);
      }
    });
    expect(new Set(next.count.dataSync())).toEqual(new Set([1]));
  });

  test("carries the energy and the gradient of its position, bit for bit, through any number of them", () => {
    const net = nn.mlp([2, 8, 1], { activation: nn.silu });
    const params = net.init(random.key(9));
    const energy = (x: NDArray): NDArray => net.apply(params, x).sum().add(gaussian(2)(x));
    const [last] = walked(10, mala(energy, geometric(2, 0.1, 15)), start.astype("float32"), 15);
    const [e, g] = vmap(valueAndGrad(energy))(last.position);
    expect(last.energy.js()).toEqual(e.js());
    expect(last.gradEnergy.js()).toEqual(g.js());
  });
});

describe("the ladder of step sizes", () => {
  test("follows the count, which starts at 0 and is carried", () => {
    const ladder = geometric(0.1, 0.002, 4);
    const kernel = mala(gaussian(1), ladder);
    const [state, sizes] = runChain(
      random.key(11),
      kernel,
      kernel.init(np.zeros([2])),
      4,
      (_, i) => i.stepSize,
    );
    expect(sizes.js()).toEqual([0, 1, 2, 3].map((t) => ladder(t).item()));
    expect(state.count.item()).toBe(4);
    expect(kernel.init(state.position).count.item()).toBe(0);
  });
});

describe("what is not finite is rejected", () => {
  const everywhere = random.normal(random.key(12), [500, 1]).mul(0.1);
  const walls: readonly (readonly [string, number])[] = [
    ["infinite", Number.POSITIVE_INFINITY],
    ["minus infinite", Number.NEGATIVE_INFINITY],
    ["NaN", Number.NaN],
  ];
  test.each(walls)("an energy that is %s behind a wall holds all chains in front of it", (_, beyond) => {
    const energy = (x: NDArray): NDArray => np.where(np.abs(x).max().greater(0.5), beyond, gaussian(1)(x));
    const [last, info] = walked(13, mala(energy, 0.2), np.clip(everywhere, -0.4, 0.4), 20);
    expect(Number(np.abs(last.position).max().item())).toBeLessThanOrEqual(0.5);
    expect(mean(info.accepted)).toBeGreaterThan(0.3);
    expect(mean(info.acceptance.equal(0))).toBeGreaterThan(0.1);
    expect(Number.isFinite(mean(last.gradEnergy))).toBe(true);
  });

  test("so is a finite energy whose gradient is NaN", () => {
    const energy = (x: NDArray): NDArray => gaussian(1)(x).add(np.sqrt(np.maximum(x, 0)).sum().mul(0));
    const [last, info] = walked(14, mala(energy, 0.2), np.abs(everywhere).add(0.1), 20);
    expect(Number(last.position.min().item())).toBeGreaterThan(0);
    expect(mean(np.isnan(info.acceptance))).toBe(0);
  });

  test("a chain that starts at a NaN stays there and reports an acceptance of 0", () => {
    const kernel = mala(gaussian(1), 0.1);
    const [state, info] = kernel.step(random.key(15), kernel.init(np.array([Number.NaN, 0])));
    expect(state.position.js()).toEqual([Number.NaN, 0]);
    expect([info.acceptance.item(), info.accepted.item()]).toEqual([0, false]);
  });
});
