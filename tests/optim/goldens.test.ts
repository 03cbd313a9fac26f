/** Twenty steps on a quadratic, and the values of schedules, are those of Optax 0.2.8 in tests/goldens/optax-goldens.json. */
import { readFileSync } from "node:fs";
import * as optim from "cotangent/optim";
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../src/autodiff/array.js";
import { fromNested } from "../../src/autodiff/convert.js";
import { mul, sub } from "../../src/autodiff/primitives/arithmetic.js";
import { iota } from "../../src/autodiff/primitives/creation.js";
import { jit } from "../../src/autodiff/transforms/jit-function.js";
import { leaves, map } from "../../src/tree/index.js";

const {
  adam,
  adamw,
  addDecayedWeights,
  applyIfFinite,
  chain,
  clip,
  clipByGlobalNorm,
  constant,
  cosineDecay,
  ema,
  exponentialDecay,
  linear,
  momentum,
  rmsprop,
  scale,
  scaleBySchedule,
  sgd,
  warmupCosine,
} = optim;

interface Goldens {
  readonly schedules: Record<string, number[]>;
  readonly optimizers: Record<string, Record<string, number[]>>;
}
const goldens = JSON.parse(
  readFileSync(new URL("../goldens/optax-goldens.json", import.meta.url), "utf8"),
) as Goldens;

/** Within a few units of float32's precision, relative to 1 or to the value. */
function expectClose(found: readonly number[], wanted: readonly number[], ulps: number): void {
  expect(found.length).toBe(wanted.length);
  found.forEach((x, i) => {
    const scaled = Math.abs(x - wanted[i]) / (Math.max(1, Math.abs(wanted[i])) * 2 ** -23);
    expect(scaled, `entry ${i}: ${x}, Optax has ${wanted[i]}`).toBeLessThanOrEqual(ulps);
  });
}

const schedules: Record<string, optim.Schedule> = {
  "constant(0.3)": constant(0.3),
  "linear(1, 0.1, 12, { begin: 3 })": linear(1, 0.1, 12, { begin: 3 }),
  "cosineDecay(0.5, 10)": cosineDecay(0.5, 10),
  "cosineDecay(0.5, 10, { alpha: 0.2, exponent: 2 })": cosineDecay(0.5, 10, { alpha: 0.2, exponent: 2 }),
  "exponentialDecay(0.5, 4, 0.7)": exponentialDecay(0.5, 4, 0.7),
  "exponentialDecay(0.5, 4, 0.7, { begin: 2, staircase: true, final: 0.2 })": exponentialDecay(0.5, 4, 0.7, {
    begin: 2,
    staircase: true,
    final: 0.2,
  }),
  "exponentialDecay(0.1, 5, 1.5, { final: 0.4 })": exponentialDecay(0.1, 5, 1.5, { final: 0.4 }),
  "warmupCosine(0, 0.8, 5, 15, { final: 0.1 })": warmupCosine(0, 0.8, 5, 15, { final: 0.1 }),
  "warmupCosine(0.1, 0.8, 4, 12, { exponent: 2 })": warmupCosine(0.1, 0.8, 4, 12, { exponent: 2 }),
};

describe.each(Object.entries(goldens.schedules))("the schedule %s", (name, wanted) => {
  const schedule = schedules[name];
  test("has Optax's values at steps 0 to 20", () => {
    const found = wanted.map((_, step) => Number(schedule(step).item()));
    expectClose(found, wanted, 2);
  });
  test("takes many counts at once, under jit too", () => {
    const values = jit((counts: NDArray) => schedule(counts))(iota("int32", [wanted.length]));
    if (values.ndim > 0) expectClose(Array.from(values.dataSync()), wanted, 2);
    else
      expectClose(
        wanted.map(() => Number(values.item())),
        wanted,
        2,
      );
  });
});

interface Params {
  readonly w: NDArray;
  readonly b: NDArray;
}
const start: Params = {
  w: fromNested([1, -2, 3]),
  b: fromNested([
    [0.5, -0.25],
    [4, 0],
  ]),
};
const curvature: Params = {
  w: fromNested([1, 10, 0.1]),
  b: fromNested([
    [2, 0.5],
    [3, 1],
  ]),
};
const target: Params = {
  w: fromNested([0, 1, -1]),
  b: fromNested([
    [1, 0],
    [-1, 0],
  ]),
};
const gradient = (params: Params): Params => map((c, x, t) => mul(c, sub(x, t)), curvature, params, target);

type Step = (params: Params) => Params;
/** Hides the state's type, so that optimisers of all kinds fit one table. */
function steps<F extends optim.StateKind>(optimizer: optim.Optimizer<F>, jitted: boolean): Step {
  let state = optimizer.init(start);
  const step = (params: Params, before: typeof state): [Params, typeof state] => {
    const [updates, after] = optimizer.update(gradient(params), before, params);
    return [optim.applyUpdates(params, updates), after];
  };
  // The state is a tree of arrays, which the compiler cannot see of a kind it does not know.
  const run = jitted ? (jit(step) as unknown as typeof step) : step;
  return (params) => {
    const [next, after] = run(params, state);
    state = after;
    return next;
  };
}

/** Which parameters are vectors. */
const vectors = (params: Params): { w: boolean; b: boolean } => map((p) => p.ndim === 1, params);

const optimizers: Record<string, (jitted: boolean) => Step> = {
  "sgd(0.05)": (jitted) => steps(sgd(0.05), jitted),
  "sgd(linear(0.1, 0, 15))": (jitted) => steps(sgd(linear(0.1, 0, 15)), jitted),
  "sgd(0.05, { momentum: 0.5 })": (jitted) => steps(sgd(0.05, { momentum: 0.5 }), jitted),
  "sgd(cosineDecay(0.05, 20), { momentum: 0.8, nesterov: true })": (jitted) =>
    steps(sgd(cosineDecay(0.05, 20), { momentum: 0.8, nesterov: true }), jitted),
  "momentum(0.02)": (jitted) => steps(momentum(0.02), jitted),
  "momentum(0.02, { decay: 0.8, nesterov: true })": (jitted) =>
    steps(momentum(0.02, { decay: 0.8, nesterov: true }), jitted),
  "momentum(linear(0.03, 0.001, 15))": (jitted) => steps(momentum(linear(0.03, 0.001, 15)), jitted),
  "adam(0.1)": (jitted) => steps(adam(0.1), jitted),
  "adam(warmupCosine(0, 0.3, 5, 20), { b1: 0.8, b2: 0.99, eps: 1e-6, epsRoot: 1e-8 })": (jitted) =>
    steps(adam(warmupCosine(0, 0.3, 5, 20), { b1: 0.8, b2: 0.99, eps: 1e-6, epsRoot: 1e-8 }), jitted),
  "adam(0.1, { nesterov: true })": (jitted) => steps(adam(0.1, { nesterov: true }), jitted),
  "adam(exponentialDecay(0.2, 5, 0.8), { b1: 0.8, nesterov: true })": (jitted) =>
    steps(adam(exponentialDecay(0.2, 5, 0.8), { b1: 0.8, nesterov: true }), jitted),
  "adamw(0.1)": (jitted) => steps(adamw(0.1), jitted),
  "adamw(exponentialDecay(0.1, 10, 0.5), { weightDecay: 0.05 })": (jitted) =>
    steps(adamw(exponentialDecay(0.1, 10, 0.5), { weightDecay: 0.05 }), jitted),
  "adamw(0.1, { weightDecay: 0.2, mask: { w: true, b: false } })": (jitted) =>
    steps(adamw(0.1, { weightDecay: 0.2, mask: { w: true, b: false } }), jitted),
  "adamw(0.1, { weightDecay: linear(0.5, 0, 10), nesterov: true })": (jitted) =>
    steps(adamw(0.1, { weightDecay: linear(0.5, 0, 10), nesterov: true }), jitted),
  "adamw(cosineDecay(0.2, 20), { weightDecay: linear(0.5, 0, 10), mask: vectors })": (jitted) =>
    steps(adamw(cosineDecay(0.2, 20), { weightDecay: linear(0.5, 0, 10), mask: vectors }), jitted),
  "rmsprop(0.05)": (jitted) => steps(rmsprop(0.05), jitted),
  "rmsprop(0.05, { decay: 0.8, eps: 1e-4, epsInSqrt: false, initialScale: 1, momentum: 0.5 })": (jitted) =>
    steps(rmsprop(0.05, { decay: 0.8, eps: 1e-4, epsInSqrt: false, initialScale: 1, momentum: 0.5 }), jitted),
  "rmsprop(linear(0.1, 0.01, 20), { momentum: 0.5, nesterov: true })": (jitted) =>
    steps(rmsprop(linear(0.1, 0.01, 20), { momentum: 0.5, nesterov: true }), jitted),
  "rmsprop(0.05, { biasCorrection: true })": (jitted) =>
    steps(rmsprop(0.05, { biasCorrection: true }), jitted),
  "rmsprop(0.02, { centered: true })": (jitted) => steps(rmsprop(0.02, { centered: true }), jitted),
  "rmsprop(cosineDecay(0.02, 20), { centered: true, epsInSqrt: false, momentum: 0.5 })": (jitted) =>
    steps(rmsprop(cosineDecay(0.02, 20), { centered: true, epsInSqrt: false, momentum: 0.5 }), jitted),
  "rmsprop(0.05, { centered: true, biasCorrection: true, initialScale: 1 })": (jitted) =>
    steps(rmsprop(0.05, { centered: true, biasCorrection: true, initialScale: 1 }), jitted),
  "chain(clipByGlobalNorm(1), adam(0.1))": (jitted) => steps(chain(clipByGlobalNorm(1), adam(0.1)), jitted),
  "chain(clipByGlobalNorm(2), scaleBySchedule(cosineDecay(0.2, 20)), scale(-1))": (jitted) =>
    steps(chain(clipByGlobalNorm(2), scaleBySchedule(cosineDecay(0.2, 20)), scale(-1)), jitted),
  "chain(clip(0.5), sgd(0.1))": (jitted) => steps(chain(clip(0.5), sgd(0.1)), jitted),
  "chain(ema(0.9), scale(-0.05))": (jitted) => steps(chain(ema(0.9), scale(-0.05)), jitted),
  "chain(ema(0.7, { debias: false }), sgd(linear(0.1, 0.01, 20)))": (jitted) =>
    steps(chain(ema(0.7, { debias: false }), sgd(linear(0.1, 0.01, 20))), jitted),
  "chain(addDecayedWeights(0.1), momentum(0.02))": (jitted) =>
    steps(chain(addDecayedWeights(0.1), momentum(0.02)), jitted),
  "applyIfFinite(adam(cosineDecay(0.2, 20)), 2)": (jitted) =>
    steps(applyIfFinite(adam(cosineDecay(0.2, 20)), 2), jitted),
};

describe.each(Object.entries(goldens.optimizers))("%s goes where Optax goes", (name, wanted) => {
  test.each([
    ["eagerly", false],
    ["under jit", true],
  ])("%s", (_, jitted) => {
    const step = optimizers[name](jitted);
    let params = start;
    for (let i = 1; i <= 20; i++) {
      params = step(params);
      const here = wanted[String(i)];
      if (here === undefined) continue;
      // Rounding errors add up from step to step.
      expectClose(
        leaves(params).flatMap((x) => Array.from(x.dataSync())),
        here,
        2 + 2 * i,
      );
    }
  });
});
