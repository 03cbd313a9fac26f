/** ema and applyIfFinite, step by step with their states, as Optax 0.2.8 in tests/goldens/optax-goldens.json. */
import { readFileSync } from "node:fs";
import { grad, jit, type NDArray, numpy as np, optim, tree } from "cotangent";
import { describe, expect, expectTypeOf, test } from "vitest";

interface Average {
  readonly updates: number[];
  readonly ema: number[];
  readonly count: number;
}
interface Survival {
  readonly b: number | string;
  readonly updates: (number | string)[];
  readonly notfiniteCount: number;
  readonly lastFinite: boolean;
  readonly totalNotfinite: number;
  readonly trace: (number | string)[];
}
const goldens = JSON.parse(
  readFileSync(new URL("../goldens/optax-goldens.json", import.meta.url), "utf8"),
) as { ema: Record<string, Average[]>; applyIfFinite: Record<string, Survival[]> };

/** What JSON lacks is written as Python writes it. */
const number = (x: number | string): number =>
  typeof x === "number" ? x : x === "nan" ? Number.NaN : x === "inf" ? Infinity : -Infinity;

function expectClose(found: unknown, wanted: readonly (number | string)[], ulps: number): void {
  const values = tree.leaves(found).flatMap((x) => Array.from(x.dataSync()));
  expect(values.length).toBe(wanted.length);
  values.forEach((x, i) => {
    const there = number(wanted[i]);
    if (Object.is(x, there) || x === there) return;
    const scaled = Math.abs(x - there) / (Math.max(1, Math.abs(there)) * 2 ** -23);
    expect(scaled, `entry ${i}: ${x}, Optax has ${there}`).toBeLessThanOrEqual(ulps);
  });
}

const averages = {
  "ema(0.9)": optim.ema(0.9),
  "ema(0.5, { debias: false })": optim.ema(0.5, { debias: false }),
  "ema(0)": optim.ema(0),
};

describe.each(Object.entries(averages))("%s", (name, { init, update }) => {
  test.each([false, true])("gives Optax's updates and states for 20 steps (jit: %s)", (jitted) => {
    const step = (u: NDArray, s: optim.EmaState<NDArray>): [NDArray, optim.EmaState<NDArray>] => update(u, s);
    const run = jitted ? jit(step) : step;
    let state = init(np.zeros([2]));
    goldens.ema[name].forEach((wanted, k) => {
      const [updates, next] = run(np.array([Math.round(Math.sin(k) * 256) / 256, k]), state);
      state = next;
      expectClose(updates, wanted.updates, 4);
      expectClose(state.ema, wanted.ema, 4);
      expect(state.count.item()).toBe(wanted.count);
    });
  });
});

interface Params {
  readonly w: NDArray;
  readonly b: NDArray;
}
const params: Params = { w: np.array([1, -2]), b: np.array(0.5) };

describe.each(Object.entries(goldens.applyIfFinite))("applyIfFinite with %s errors allowed", (most, rows) => {
  const { init, update } = optim.applyIfFinite(optim.sgd(0.1, { momentum: 0.5 }), Number(most));
  type State = ReturnType<typeof init<Params>>;

  test.each([false, true])("skips and gives up where Optax does (jit: %s)", (jitted) => {
    const step = (g: Params, s: State): [Params, State] => update(g, s, params);
    const run = jitted ? jit(step) : step;
    let state = init(params);
    expectTypeOf(state.innerState[0].trace).toEqualTypeOf<Params>();
    rows.forEach((wanted, k) => {
      const [updates, next] = run({ w: np.array([k / 8 - 1, 0.25]), b: np.array(number(wanted.b)) }, state);
      state = next;
      expectClose(updates, wanted.updates, 4);
      expectClose(state.innerState[0].trace, wanted.trace, 4);
      expect([state.notfiniteCount.item(), state.lastFinite.item(), state.totalNotfinite.item()]).toEqual([
        wanted.notfiniteCount,
        wanted.lastFinite,
        wanted.totalNotfinite,
      ]);
    });
  });
});

describe("options of all", () => {
  test("a learning rate that is an array is traced: the loss after a step can be differentiated in it", () => {
    const after = (rate: NDArray): NDArray => {
      const { init, update } = optim.sgd(rate);
      const [updates] = update(params, init(params));
      return np.square(optim.applyUpdates(params, updates).w).sum();
    };
    // |w - r w|^2 has the slope -2 (1 - r) |w|^2 in r.
    expect(Number(jit(grad(after))(0.25).item())).toBeCloseTo(-2 * 0.75 * 5, 5);
  });

  test("a schedule may give a plain number", () => {
    const { init, update } = optim.sgd((count) => (count.ndim === 0 ? 0.5 : 0));
    expect(update(params, init(params))[0].w.js()).toEqual([-0.5, 1]);
  });

  test("only weight decay needs the parameters", () => {
    const adam = optim.adam(0.1);
    const shown = (t: unknown): unknown => tree.leaves(t).map((x) => x.js());
    const withoutParams = adam.update(params, adam.init(params));
    expect(shown(withoutParams)).toEqual(shown(adam.update(params, adam.init(params), params)));
    const adamw = optim.adamw(0.1);
    expect(() => adamw.update(params, adamw.init(params))).toThrow(
      /optim\.addDecayedWeights: decay needs the parameters; call update\(grads, state, params\)/,
    );
  });

  test("a mask may be one boolean for a subtree, and a typed function of the parameters", () => {
    const zeros = tree.map((p) => np.zerosLike(p), { net: params, scale: np.array(2) });
    const nested = { net: params, scale: np.array(2) };
    const decay = optim.addDecayedWeights(0.5, { mask: { net: true, scale: false } });
    const [updates, state] = decay.update(zeros, decay.init(nested), nested);
    expect([updates.net.w.js(), updates.scale.item(), state]).toEqual([[0.5, -1], 0, null]);
    const vectors = optim.addDecayedWeights(optim.constant(0.5), {
      mask: (p: typeof nested) => tree.map((x) => x.ndim > 0, p),
    });
    const [masked, counted] = vectors.update(zeros, vectors.init(nested), nested);
    expect([masked.net.w.js(), masked.net.b.item(), counted.count.item()]).toEqual([[0.5, -1], 0, 1]);
    const wrong = optim.addDecayedWeights(0.5, { mask: { net: true } });
    expect(() => wrong.update(zeros, wrong.init(nested), nested)).toThrow(
      /optim\.addDecayedWeights: the mask is no prefix of the tree/,
    );
  });

  test("the state of a chain tells which options made it", () => {
    const centered = optim.rmsprop(0.1, { centered: true }).init(params);
    expectTypeOf(centered).toEqualTypeOf<readonly [optim.StddevState<Params>, optim.CountState, null]>();
    expect(Object.keys(centered[0])).toEqual(["count", "mu", "nu"]);
    const decayed = optim.adamw(0.1, { weightDecay: optim.constant(0.1) }).init(params);
    expectTypeOf(decayed[1]).toEqualTypeOf<optim.CountState>();
    expect([optim.adamw(0.1).init(params)[1], decayed[1].count.item()]).toEqual([null, 0]);
    const plain = optim.sgd(0.1).init(params);
    expectTypeOf(plain).toEqualTypeOf<optim.CountState>();
    const traced = optim.sgd(0.1, { momentum: 0.9 }).init(params);
    expectTypeOf(traced[0]).toEqualTypeOf<optim.TraceState<Params>>();
    expect(traced[0].trace.w.js()).toEqual([0, 0]);
  });
});

describe("misuse", () => {
  const { init, update } = optim.momentum(0.1);
  test.each<[RegExp, () => unknown]>([
    [/optim\.ema: decay is 1; give the part/, () => optim.ema(1)],
    [/optim\.ema: decay is -0\.1/, () => optim.ema(-0.1, { debias: false })],
    [/optim\.applyIfFinite: maxConsecutiveErrors is -1/, () => optim.applyIfFinite(optim.sgd(0.1), -1)],
    [/optim\.clip: maxDelta is 0/, () => optim.clip(0)],
    [
      /optim\.sgd: nesterov needs a momentum/,
      // The types forbid it; JavaScript does not.
      () => optim.sgd(0.1, { nesterov: true } as unknown as { nesterov: false }),
    ],
    [
      /optim\.scale: a factor is a scalar, got f32\[2\]/,
      () => optim.scale(np.ones([2])).update(params, null),
    ],
    [
      /the leaf \.w of gradients, parameters and state must have one shape, got \[1\] and \[2\]/,
      () => update({ ...params, w: np.ones([1]) }, init(params), params),
    ],
    [
      /the leaf of gradients, parameters and state must have one shape, got \[2\] and \[\]/,
      () => optim.applyUpdates(np.ones([2]), np.array(1)),
    ],
    [/optim\.scaleByAdam: b1 must be a finite number, got NaN/, () => optim.adam(0.1, { b1: Number.NaN })],
    [/optim\.linear: final must be a finite number, got NaN/, () => optim.linear(1, Number.NaN, 5)],
    [/optim\.scale: factor must be a finite number/, () => optim.scale(Number.POSITIVE_INFINITY)],
    [
      /optim\.addDecayedWeights: weight must be a finite/,
      () => optim.adamw(0.1, { weightDecay: Number.NaN }),
    ],
    [
      /optim: a learning rate is a number, a scalar array or a schedule, got the string "0\.1"/,
      () => optim.adam("0.1" as unknown as number),
    ],
    [
      /optim\.adam: there is no option "beta1"/,
      () => optim.adam(0.1, { beta1: 0.9 } as unknown as optim.AdamOptions),
    ],
    [
      /optim\.chain: expected an optimiser \{ init, update \}, got the number 0\.1/,
      () => optim.chain(0.1 as unknown as optim.Optimizer<optim.EmptyKind>),
    ],
    [
      /optim\.trace: the state is \{ trace \} as init\(params\) makes it, got null/,
      () => optim.trace().update(params, null as unknown as optim.TraceState<Params>),
    ],
  ])("%s", (message, misuse) => {
    expect(misuse).toThrow(message);
  });
});
