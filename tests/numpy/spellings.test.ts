/** Spellings that jax.numpy and jax-js share are taken too. */
import { blockUntilReady, grad, jit, type NDArray, numpy as np } from "cotangent";
import { describe, expect, expectTypeOf, test } from "vitest";

describe("linspace and logspace", () => {
  test("take the endpoint before the options", () => {
    expect(np.linspace(0, 1, 4, false).js()).toEqual(np.linspace(0, 1, 4, { endpoint: false }).js());
    expect(np.linspace(0, 1, 5, true).js()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    const wide = np.linspace(0, 1, 4, false, { dtype: "float64" });
    expect([wide.dtype, wide.js()]).toEqual(["float64", [0, 0.25, 0.5, 0.75]]);
    expect(np.logspace(0, 3, 3, false).js()).toEqual([1, 10, 100]);
    expect(np.logspace(0, 3, 4, true, 2).js()).toEqual([1, 2, 4, 8]);
    expect(np.logspace(0, 3, 4, true, 2, { dtype: "int32" }).js()).toEqual([1, 2, 4, 8]);
    expect(np.logspace(0, 3, 4, { base: 2 }).js()).toEqual([1, 2, 4, 8]);
  });

  test("say what an option is where a number stands in its place", () => {
    // The types forbid it; JavaScript does not.
    expect(() => np.linspace(0, 1, 4, 1 as unknown as boolean)).toThrow(
      /linspace: the options are an object/,
    );
  });
});

describe("names", () => {
  test("np.bool is np.bool_, and np.Array the type NDArray", () => {
    expect(np.bool).toBe(np.bool_);
    expectTypeOf<np.Array>().toEqualTypeOf<NDArray>();
  });
});

describe("waiting for values", () => {
  test("jsAsync gives what js gives, and blockUntilReady the array itself", async () => {
    const x = np.array([
      [1, 2],
      [3, 4],
    ]);
    expect(await x.jsAsync()).toEqual(x.js());
    expect(await x.blockUntilReady()).toBe(x);
  });

  test("blockUntilReady of a tree gives the tree, whatever other leaves it has", async () => {
    const tree = { w: np.ones([2]), rest: [1, true, null] as const };
    expectTypeOf(await blockUntilReady(tree)).toEqualTypeOf<typeof tree>();
    expect(await blockUntilReady(tree)).toBe(tree);
  });

  test("a traced array has no values to wait for", async () => {
    const waits: Promise<unknown>[] = [];
    const f = jit((x: NDArray) => {
      waits.push(x.blockUntilReady(), x.jsAsync());
      return x.sum();
    });
    grad(f)(np.ones([2]));
    for (const wait of waits) await expect(wait).rejects.toThrow(/blockUntilReady\(\)|jsAsync\(\)/);
  });
});
