/** What running a chain means: one key a step, nothing carried but the state, nothing shared between chains. */
import { jit, type NDArray, nn, numpy as np, random, tree, vmap } from "cotangent";
import {
  geometric,
  type Kernel,
  langevin,
  langevinSampling,
  mala,
  randomWalk,
  repeated,
  runChain,
  runChains,
  sequence,
} from "cotangent/sampling";
import { describe, expect, test } from "vitest";
import { gaussian } from "./targets.js";

const net = nn.mlp([2, 16, 1], { activation: nn.silu });
const params = net.init(random.key(0));
const energy = (x: NDArray): NDArray => net.apply(params, x).sum().add(gaussian(1.5)(x));
const ladder = geometric(0.5, 0.05, 4);
const start = random.normal(random.key(1), [12, 2]);

/** What a kernel's run gives: `run` is told the kernel alone, whose types it does not know. */
type Run = <State extends { readonly position: NDArray }, Info>(
  kernel: Kernel<NDArray, State, Info>,
) => unknown;

const kernels: readonly (readonly [string, (run: Run, e?: typeof energy) => unknown])[] = [
  ["langevin", (run, e = energy) => run(langevin(e, ladder))],
  ["mala", (run, e = energy) => run(mala(e, ladder))],
  ["randomWalk", (run, e = energy) => run(randomWalk(e, 0.5))],
  ["repeated", (run, e = energy) => run(repeated(mala(e, ladder), 3))],
  ["sequence", (run, e = energy) => run(sequence(randomWalk(e, 0.5), repeated(mala(e, ladder), 2)))],
];

/** All numbers in a tree of arrays. */
const numbers = (value: unknown): unknown => tree.leaves(value).map((leaf) => leaf.js());

describe.each(kernels)("%s", (_, withKernel) => {
  const key = random.key(2);
  /** Chains `from` to `to` of twelve. */
  const run = (from: number, to: number, e = energy): unknown =>
    withKernel((kernel) => {
      const chain = (chainKey: random.Key, x: NDArray) =>
        runChain(chainKey, kernel, kernel.init(x), 6, (state, info) => [state, info] as const);
      return vmap(chain)(random.split(key, 12).slice([from, to]), start.slice([from, to]));
    }, e);
  const rows = (all: unknown, from: number, to: number): unknown =>
    tree.leaves(all).map((leaf) => leaf.slice([from, to]).js());

  test("runs chain i with split(key, n)[i], bit for bit the same however many run beside it", () => {
    const all = withKernel((kernel) => {
      const states = vmap(kernel.init)(start) as never; // stacked states, whose type this test does not know
      return runChains(key, kernel, states, 6, (state, info) => [state, info] as const);
    });
    expect(numbers(run(0, 5))).toEqual(rows(all, 0, 5));
    expect(numbers(run(9, 11))).toEqual(rows(all, 9, 11));
  });

  test("runs a chain alone as among others; products of matrices, whose sums have another order then, aside", () => {
    const bowl = gaussian(0.8);
    const among = run(0, 12, bowl);
    expect(numbers(run(4, 5, bowl))).toEqual(rows(among, 4, 5));
    const alone = withKernel((kernel) => {
      const own = random.split(key, 12).slice(4) as random.Key;
      return runChain(own, kernel, kernel.init(start.slice(4)), 6, (state, info) => [state, info] as const);
    }, bowl);
    expect(numbers(alone)).toEqual(tree.leaves(among).map((leaf) => leaf.slice(4).js()));
  });

  test("is its steps, one after the other, step t with split(key, steps)[t]", () => {
    const key = random.key(3);
    const scanned = withKernel((kernel) =>
      runChain(key, kernel, kernel.init(start.slice(0)), 3, (_, info) => info),
    );
    const stepped = withKernel((kernel) => {
      let state = kernel.init(start.slice(0));
      const infos = [...random.split(key, 3)].map((stepKey) => {
        const [next, info] = kernel.step(stepKey as random.Key, state);
        state = next;
        return tree.leaves(info);
      });
      return [state, infos[0].map((_, i) => np.stack(infos.map((info) => info[i])))];
    });
    expect(numbers(scanned)).toEqual(numbers(stepped));
  });

  test("is under jit what it is without", () => {
    const run = (key: random.Key, x: NDArray): unknown =>
      withKernel((kernel) => runChain(key, kernel, kernel.init(x), 4, (_, info) => info));
    const compiled = jit(run as (key: random.Key, x: NDArray) => NDArray); // a tree, of which only leaves are read
    expect(numbers(compiled(random.key(4), start.slice(0)))).toEqual(
      numbers(run(random.key(4), start.slice(0))),
    );
  });

  test("keeps float64, and refuses integers", () => {
    const positionOf = (x: NDArray): unknown =>
      withKernel((kernel) => kernel.step(random.key(5), kernel.init(x))[0].position);
    const moved = positionOf(start.slice(0).astype("float64"));
    expect((moved as NDArray).dtype).toBe("float64");
    expect(() => positionOf(np.array([1, 2], { dtype: "int32" }))).toThrow(/use floats/);
  });
});

describe("burnIn and thin", () => {
  const kernel = mala(energy, ladder);
  const collect = (state: { readonly position: NDArray }, info: { readonly accepted: NDArray }) => ({
    position: state.position,
    accepted: info.accepted,
  });
  const run = (steps: number, options: { burnIn?: number; thin?: number }) =>
    runChain(random.key(6), kernel, kernel.init(start.slice(1)), steps, collect, options);

  test.each([
    [12, 0, 3],
    [12, 4, 1],
    [12, 4, 4],
    [11, 2, 4],
    [5, 5, 1],
    [5, 3, 4],
    [0, 0, 2],
  ])("of %i steps, after %i, every %i-th: a slice of the whole, and the same end", (steps, burnIn, thin) => {
    const [end, whole] = run(steps, {});
    const [sameEnd, kept] = run(steps, { burnIn, thin });
    const wanted = Array.from(
      { length: Math.floor((steps - burnIn) / thin) },
      (_, i) => burnIn + (i + 1) * thin - 1,
    );
    expect(numbers(sameEnd)).toEqual(numbers(end));
    expect(kept.position.shape).toEqual([wanted.length, 2]);
    expect([...kept.position].map((x) => x.js())).toEqual(wanted.map((t) => whole.position.slice(t).js()));
    expect([...kept.accepted].map((x) => x.item())).toEqual(
      wanted.map((t) => whole.accepted.slice(t).item()),
    );
  });

  test("hold for many chains at once", () => {
    const states = vmap(kernel.init)(start);
    const [, whole] = runChains(random.key(7), kernel, states, 10, collect);
    const [, kept] = runChains(random.key(7), kernel, states, 10, collect, { burnIn: 4, thin: 3 });
    const wanted = whole.position.slice([], np.array([6, 9], { dtype: "int32" }));
    expect(kept.position.js()).toEqual(wanted.js());
  });
});

describe("langevinSampling", () => {
  const key = random.key(8);
  const options = { steps: 8, stepSize: geometric(0.5, 0.05, 8) };

  test("with metropolis is the chains of mala", () => {
    const kernel = mala(energy, options.stepSize);
    const [last] = runChains(key, kernel, vmap(kernel.init)(start), 8, () => null);
    const end = langevinSampling(key, energy, start, { ...options, metropolis: true });
    expect(end.js()).toEqual(last.position.js());
  });

  test.each([false, true])(
    "with a trajectory keeps the way there, chain by chain (metropolis: %s)",
    (metropolis) => {
      const end = langevinSampling(key, energy, start, { ...options, metropolis });
      const whole = langevinSampling(key, energy, start, { ...options, metropolis, trajectory: true });
      expect(whole.shape).toEqual([12, 8, 2]);
      expect(whole.slice([], -1).js()).toEqual(end.js());
      const thinned = { ...options, metropolis, trajectory: true, burnIn: 2, thin: 3 } as const;
      const kept = langevinSampling(key, energy, start, thinned);
      expect(kept.js()).toEqual(whole.slice([], np.array([4, 7], { dtype: "int32" })).js());
    },
  );

  test("has a ladder by default, a longer one where steps may be refused", () => {
    const flat = (x: NDArray): NDArray => x.sum().mul(0);
    const still = np.zeros([2000, 1]);
    const spread = (metropolis: boolean, sizes: ReturnType<typeof geometric>): number => {
      const expected = Array.from({ length: 10 }, (_, t) => Number(sizes(t).item())).reduce((a, b) => a + b);
      const end = langevinSampling(key, flat, still, { steps: 10, metropolis });
      return Number(end.square().mean().item()) / expected - 1;
    };
    const fiveErrors = 5 * Math.sqrt(2 / 2000);
    expect(Math.abs(spread(false, geometric(0.01, 0.0005, 10)))).toBeLessThan(fiveErrors);
    expect(Math.abs(spread(true, geometric(0.1, 0.002, 10)))).toBeLessThan(fiveErrors);
  });
});
