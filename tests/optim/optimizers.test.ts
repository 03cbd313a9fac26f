/** What optimisers promise beyond their values: types, states as trees, loops, chains, and what misuse says. */
import * as optim from "cotangent/optim";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { NDArray } from "../../src/autodiff/array.js";
import { scan } from "../../src/autodiff/control-flow/scan/scan.js";
import { fromNested } from "../../src/autodiff/convert.js";
import { jit } from "../../src/autodiff/transforms/jit-function.js";
import * as tree from "../../src/tree/index.js";

interface Params {
  readonly w: NDArray;
  readonly b: readonly [NDArray, NDArray];
}
const params: Params = { w: fromNested([1, -2]), b: [fromNested([[3]]), fromNested([0.5], "float64")] };
const grads: Params = { w: fromNested([0.1, 0.2]), b: [fromNested([[-1]]), fromNested([2], "float64")] };
const shown = (t: unknown): unknown =>
  tree.leaves(t).map((x) => [x.dtype, x.weakType, x.shape, Array.from(x.dataSync())]);

test("states have the types of the parameters they were made for", () => {
  const adam = optim.adam(0.1);
  const state = adam.init(params);
  expectTypeOf(state[0]).toEqualTypeOf<optim.AdamState<Params>>();
  expectTypeOf(adam.update(grads, state, params)[0]).toEqualTypeOf<Params>();
  const chained = optim.chain(optim.clipByGlobalNorm(1), optim.momentum(0.1));
  expectTypeOf(chained.init(params)[1][0].trace).toEqualTypeOf<Params>();
  expectTypeOf(optim.applyUpdates(params, grads)).toEqualTypeOf<Params>();
});

test("a function generic in optimiser and parameters gives the state's own type", () => {
  const once = <P, F extends optim.StateKind>(
    p: P,
    g: P,
    { init, update }: optim.Optimizer<F>,
  ): optim.StateOf<F, P> => update(g, init(p), p)[1];
  const state = once(params, grads, optim.adam(0.1));
  expectTypeOf(state[0].mu).toEqualTypeOf<Params>();
  expect(state[0].count.item()).toBe(1);
});

describe.each([
  ["sgd", optim.sgd(0.1)],
  ["momentum", optim.momentum(0.1)],
  ["adam", optim.adam(0.1)],
  ["adamw", optim.adamw(optim.cosineDecay(0.1, 100))],
  ["rmsprop", optim.rmsprop(0.1, { momentum: 0.5 })],
  ["sgd with momentum", optim.sgd(optim.linear(0.1, 0, 10), { momentum: 0.9, nesterov: true })],
  ["adam with nesterov", optim.adam(0.1, { nesterov: true })],
  ["adamw with a mask", optim.adamw(0.1, { weightDecay: optim.constant(0.1), mask: { w: false, b: true } })],
  ["rmsprop, centered", optim.rmsprop(0.1, { centered: true, biasCorrection: true, initialScale: 1 })],
  ["ema", optim.ema(0.9)],
  ["applyIfFinite", optim.applyIfFinite(optim.adam(0.1), 3)],
  ["setToZero", optim.chain(optim.identity(), optim.clip(1), optim.setToZero(), optim.sgd(0.1))],
] as const)("%s", (_, optimizer) => {
  // One type for all kinds, which the table needs: states are told apart by the optimiser itself.
  const { init, update } = optimizer as unknown as optim.Optimizer<optim.CountKind>;

  test("keeps dtypes, structures and inputs as they are", () => {
    const before = shown([params, grads]);
    const [updates, state] = update(grads, init(params), params);
    const next = optim.applyUpdates(params, updates);
    expect(tree.structure(updates)).toEqual(tree.structure(params));
    expect(tree.structure(state)).toEqual(tree.structure(init(params)));
    const types = (t: unknown): unknown => tree.leaves(t).map((x) => [x.dtype, x.weakType, x.shape]);
    expect(types(next)).toEqual(types(params));
    expect(types(state)).toEqual(types(init(params)));
    expect(shown([params, grads])).toEqual(before);
  });

  test("goes the same way in a scan under jit as step by step", () => {
    const step = (p: Params, s: optim.CountState): [Params, optim.CountState] => {
      const [updates, next] = update(p, s, p); // the gradient of |p|^2 / 2
      return [optim.applyUpdates(p, updates), next];
    };
    let byHand: [Params, optim.CountState] = [params, init(params)];
    for (let i = 0; i < 5; i++) byHand = step(...byHand);
    const run = jit((p: Params) => {
      const body = ([q, s]: [Params, optim.CountState]) => [step(q, s), null] as const;
      return scan(body, [p, init(p)], null, { length: 5 })[0];
    });
    const scanned = run(params);
    tree.leaves(byHand).forEach((x, i) => {
      const y = tree.leaves(scanned)[i];
      expect(y.dtype).toBe(x.dtype);
      x.dataSync().forEach((value, k) => {
        expect(y.dataSync()[k]).toBeCloseTo(value, 5);
      });
    });
  });
});

test("a chain equals its parts run by hand", () => {
  const [clip, adam] = [optim.clipByGlobalNorm(0.5), optim.adam(0.1)];
  const chained = optim.chain(clip, adam);
  const [updates, state] = chained.update(grads, chained.init(params), params);
  const [clipped, clipState] = clip.update(grads, clip.init(params), params);
  const [byHand, adamState] = adam.update(clipped, adam.init(params), params);
  expect(shown(updates)).toEqual(shown(byHand));
  expect(shown(state)).toEqual(shown([clipState, adamState]));
});

test("clipByGlobalNorm leaves small updates alone and scales large ones to the norm", () => {
  const norm = Number(optim.globalNorm(grads).item());
  expect(norm).toBeCloseTo(Math.sqrt(0.01 + 0.04 + 1 + 4), 5);
  const [same] = optim.clipByGlobalNorm(3).update(grads, null, params);
  expect(shown(same)).toEqual(shown(grads));
  const [clipped] = optim.clipByGlobalNorm(1).update(grads, null, params);
  expect(Number(optim.globalNorm(clipped).item())).toBeCloseTo(1, 5);
});

describe("misuse", () => {
  test.each<[RegExp, () => unknown]>([
    [/optim: the learning rate is NaN/, () => optim.adam(Number.NaN)],
    [/optim\.chain: nothing to chain/, () => optim.chain()],
    [/optim\.clipByGlobalNorm: maxNorm is 0/, () => optim.clipByGlobalNorm(0)],
    [/optim\.linear: steps is 0/, () => optim.linear(1, 0, 0)],
    [/optim\.warmupCosine: steps - warmup is -5/, () => optim.warmupCosine(0, 1, 10, 5)],
    [/optim\.exponentialDecay: rate is -1/, () => optim.exponentialDecay(1, 10, -1)],
  ])("%s", (message, misuse) => {
    expect(misuse).toThrow(message);
  });

  test("gradients of another structure are refused with both structures", () => {
    const optimizer = optim.adamw(0.1);
    const other = { ...grads, b: [grads.b[0]] } as unknown as Params;
    expect(() => optimizer.update(other, optimizer.init(params), params)).toThrow(
      /must be trees of one structure, got \{b: \[\*\], w: \*\} and \{b: \[\*, \*\], w: \*\}; give the gradients/,
    );
  });
});
