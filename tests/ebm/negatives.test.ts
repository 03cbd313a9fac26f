/** Where negatives start, how they walk, and what is handed on. */
import { jit, type NDArray, numpy as np, random, tree } from "cotangent";
import {
  annealedLangevin,
  chainsFromNoise,
  contrastiveDivergence,
  drawSamples,
  hopsAndLangevin,
  type Negatives,
  persistentChains,
  quadratic,
} from "cotangent/ebm";
import { geometric, mala, randomWalk, repeated, sequence } from "cotangent/sampling";
import { describe, expect, test } from "vitest";

const bowl = quadratic();
const key = random.key(1);
const data = random.normal(random.key(2), [12, 2]);
/** A transition that stays where it is: what is drawn are the starts. */
const still = annealedLangevin({ steps: 1, stepSize: 1e-12 });
const near = (x: NDArray, y: NDArray): boolean => np.all(np.abs(x.sub(y)).less(1e-4)).item() === true;
/** Whether each row of the one is a row of the other. */
const isRowOf = (x: NDArray, rows: NDArray): boolean[] =>
  x.expandDims(1).sub(rows.expandDims(0)).abs().max(2).min(1).less(1e-4).js() as boolean[];
const drawFrom = <C, I>(negatives: Negatives<C, I>, carried: C, seed = 3) =>
  negatives.draw(random.key(seed), bowl, data, carried);

describe("starts", () => {
  test("contrastive divergence starts from the batch, in its order, and hands nothing on", () => {
    const [samples, carried] = drawFrom(contrastiveDivergence(still), null);
    expect(near(samples, data)).toBe(true);
    expect(carried).toBe(null);
  });
  test("chains from noise have the spread that was asked for, and differ from key to key", () => {
    const negatives = chainsFromNoise(still, { chains: 4000, dimension: 3, scale: 2 });
    const [samples] = drawFrom(negatives, null);
    expect(samples.shape).toEqual([4000, 3]);
    const variance = Number(samples.var_().item());
    expect(Math.abs(variance - 4)).toBeLessThan(5 * 4 * Math.sqrt(2 / 12000));
    expect(near(samples, drawFrom(negatives, null, 4)[0])).toBe(false);
  });
  test("persistent chains go on from where they were left", () => {
    const negatives = persistentChains(still, { chains: 12, reinit: 0 });
    const buffer = negatives.init(key);
    const [samples, carried] = drawFrom(negatives, buffer);
    expect(near(samples, buffer.positions)).toBe(true);
    expect(carried.positions.js()).toEqual(samples.js());
  });
  test("one chain alone is persistent, or from noise", () => {
    const negatives = persistentChains(still, { chains: 1, reinit: 0 });
    const buffer = negatives.init(key);
    expect(near(drawFrom(negatives, buffer)[0], buffer.positions)).toBe(true);
    expect(drawFrom(chainsFromNoise(still, { chains: 1 }), null)[0].shape).toEqual([1, 2]);
  });
  test("positions of any shape are starts, single numbers too", () => {
    for (const shape of [[12], [12, 3], [4, 3, 2]]) {
      const starts = random.normal(key, shape);
      const [samples] = contrastiveDivergence(still).draw(key, bowl, starts, null);
      expect(samples.shape).toEqual(shape);
      expect(near(samples, starts)).toBe(true);
    }
  });
  test("what is handed on is where the chains ended, in the precision of data that they began at", () => {
    const negatives = persistentChains(still, { chains: 12, reinit: 1 });
    const exact = data.astype("float64");
    const [samples, carried] = negatives.draw(key, bowl, exact, negatives.init(key));
    expect(samples.dtype).toBe("float64");
    expect(carried.positions.dataSync()).toEqual(samples.dataSync());
  });
  test("the first buffer has the spread that was asked for", () => {
    const { positions } = persistentChains(still, { chains: 4000, scale: 2 }).init(key);
    expect(Math.abs(Number(positions.var_().item()) - 4)).toBeLessThan(5 * 4 * Math.sqrt(2 / 8000));
  });
  test("who begins anew, and where, is drawn with the two halves of a key of its own", () => {
    const negatives = persistentChains(still, { chains: 30, reinit: 0.4 });
    const buffer = negatives.init(key);
    const [, freshKey] = random.split(random.key(3), 4);
    const [whichKey, rowsKey] = random.split(freshKey);
    const anew = random.bernoulli(whichKey, 0.4, [30, 1]);
    const fresh = np.take(data, random.randint(rowsKey, [30], 0, 12), 0);
    expect(near(drawFrom(negatives, buffer)[0], np.where(anew, fresh, buffer.positions))).toBe(true);
  });
  test.each(["data", "noise"] as const)("all chains begin anew from %s with reinit 1", (reinitFrom) => {
    const negatives = persistentChains(still, { chains: 40, reinit: 1, reinitFrom });
    const buffer = negatives.init(key);
    const [samples] = drawFrom(negatives, buffer);
    expect(isRowOf(samples, buffer.positions).some(Boolean)).toBe(false);
    expect(isRowOf(samples, data).every(Boolean)).toBe(reinitFrom === "data");
    expect(isRowOf(samples, data).some(Boolean)).toBe(reinitFrom === "data");
  });
  test("each chain begins anew with the probability that was asked for", () => {
    const chains = 4000;
    const negatives = persistentChains(still, { chains, reinit: 0.3 });
    const buffer = negatives.init(key);
    const moved = np.any(drawFrom(negatives, buffer)[0].sub(buffer.positions).abs().greater(1e-4), 1);
    const share = Number(moved.astype("float32").mean().item());
    expect(Math.abs(share - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / chains));
  });
});

describe("a buffer larger than the number of chains", () => {
  const negatives = persistentChains(annealedLangevin({ steps: 2, stepSize: 0.1 }), {
    chains: 5,
    capacity: 20,
    reinit: 0,
  });
  const buffer = negatives.init(key);
  const [samples, carried] = drawFrom(negatives, buffer);
  const changed = np.any(carried.positions.notEqual(buffer.positions), 1).js() as boolean[];

  test("moves that many different rows, and no others", () => {
    expect(changed.filter(Boolean)).toHaveLength(5);
    expect(isRowOf(samples, carried.positions)).toEqual(new Array(5).fill(true));
    expect(isRowOf(carried.positions, samples)).toEqual(changed);
  });
  test("is a value: the old one is as it was", () => {
    expect(buffer.positions.js()).toEqual(negatives.init(key).positions.js());
  });
  test("visits every row in the course of time", () => {
    const visited = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const rows = np.any(drawFrom(negatives, buffer, seed)[1].positions.notEqual(buffer.positions), 1);
      (rows.js() as boolean[]).forEach((isVisited, row) => {
        if (isVisited) visited.add(row);
      });
    }
    expect(visited.size).toBe(20); // a row is missed with probability (3/4)^60
  });
});

describe("what walks", () => {
  test("hops and Langevin steps are their kernels one after the other, started anew at each visit", () => {
    const ladder = geometric(0.1, 0.01, 4);
    const kernel = sequence(repeated(randomWalk(bowl, 0.7), 3), repeated(mala(bowl, ladder), 4));
    const [samples] = drawFrom(
      contrastiveDivergence(hopsAndLangevin({ hops: 3, hopSd: 0.7, steps: 4, stepSize: ladder })),
      null,
    );
    const byHand = [...random.split(random.key(3), 12)].map((chainKey, i) =>
      kernel.step(chainKey, kernel.init(data.slice(i)))[0].position.js(),
    );
    expect(near(samples, np.array(byHand as number[][]))).toBe(true);
  });
  test("the report is the mean over the chains, a number a hop and a step", () => {
    const [, , report] = drawFrom(contrastiveDivergence(hopsAndLangevin({ hops: 3, steps: 4 })), null);
    expect(report.hops.acceptance.shape).toEqual([3]);
    expect(report.langevin.acceptance.shape).toEqual([4]);
    expect(report.langevin.stepSize.js()).toEqual(
      [0.1, 0.1 * 0.02 ** (1 / 3), 0.1 * 0.02 ** (2 / 3), 0.002].map((h) => expect.closeTo(h, 5)),
    );
    const rates = [...report.hops.acceptance.dataSync(), ...report.langevin.acceptance.dataSync()];
    expect(rates.every((rate) => rate > 0 && rate <= 1)).toBe(true);
  });
  test("a visit has 20 Langevin steps by default, or 5 hops and 10 of them; hops may be left out", () => {
    const [, , annealed] = drawFrom(contrastiveDivergence(), null);
    expect(annealed.stepSize.shape).toEqual([20]);
    expect(annealed.stepSize.slice(0).item()).toBeCloseTo(0.005, 6);
    expect(annealed.stepSize.slice(19).item()).toBeCloseTo(0.0005, 7);
    const [, , both] = drawFrom(contrastiveDivergence(hopsAndLangevin()), null);
    expect([both.hops.acceptance.shape, both.langevin.acceptance.shape]).toEqual([[5], [10]]);
    const [, , steps] = drawFrom(contrastiveDivergence(hopsAndLangevin({ hops: 0, steps: 2 })), null);
    expect([steps.hops.acceptance.shape, steps.langevin.acceptance.shape]).toEqual([[0], [2]]);
  });
  test("the report is in float32, whatever the chains are in", () => {
    const [samples, , report] = contrastiveDivergence(still).draw(key, bowl, data.astype("float64"), null);
    expect(samples.dtype).toBe("float64");
    expect(report.energy.dtype).toBe("float32");
  });
  test("no gradient flows through the chains, nor a NaN into them", () => {
    const pit = (x: NDArray): NDArray => np.where(x.slice(0).greater(0), Number.NaN, bowl(x));
    const left = data.abs().neg();
    const negatives = persistentChains(hopsAndLangevin(), { chains: 12, reinit: 1 });
    const [samples] = negatives.draw(key, pit, left, negatives.init(key));
    expect(np.all(samples.slice([], 0).less(0)).item()).toBe(true);
  });
  test("a draw is a pure function: under jit and twice it is the same", () => {
    const negatives = persistentChains(hopsAndLangevin(), { chains: 12 });
    const buffer = negatives.init(key);
    const draw = (k: random.Key, x: NDArray) => negatives.draw(k, bowl, x, buffer)[0];
    const [once, twice] = [draw(key, data), draw(key, data)];
    expect(once.js()).toEqual(twice.js());
    expect(jit(draw)(key, data).js()).toEqual(once.js());
  });
});

test("samples of a normal energy are normal: mean, variance and a fourth moment within five standard errors", () => {
  const n = 4000;
  const wide = quadratic(0.5);
  const samples = drawSamples(random.key(7), wide, n).div(0.5);
  const moment = (k: number): number => Number(samples.pow(k).mean().item());
  expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(2 * n));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / (2 * n)));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / (2 * n)));
  expect(tree.leaves(samples)[0].shape).toEqual([n, 2]);
});
