/** checkpoint: what is kept, what is computed again, and that nothing else changes. */
import {
  type CheckpointPolicy,
  checkpoint,
  checkpointName,
  checkpointPolicies,
  grad,
  jit,
  lax,
  makeJaxpr,
  type NDArray,
  numpy as np,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";

const times = (n: number, f: (x: NDArray) => NDArray, x: NDArray): NDArray => {
  for (let i = 0; i < n; i++) x = f(x);
  return x;
};
const block = (x: NDArray): NDArray => times(8, np.sin, x);
const checkpointed = checkpoint(block);
const chainOf =
  (f: (x: NDArray) => NDArray) =>
  (x: NDArray): NDArray =>
    times(16, f, x).sum();
const scanOf =
  (f: (x: NDArray) => NDArray) =>
  (x: NDArray): NDArray =>
    lax.scan((c: NDArray) => [f(c), null], x, null, { length: 16 })[0].sum();
const vector = np.linspace(0, 1, 1000);
const scratch = (f: (x: NDArray) => NDArray): number => jit(grad(f)).lower(vector).scratchBytes;

describe("the planned memory of the gradient of 128 sines of 1,000 numbers", () => {
  test("is 488,000 bytes for the plain chain, 84,000 with a checkpoint every 8", () => {
    expect([scratch(chainOf(block)), scratch(chainOf(checkpointed))]).toEqual([488_000, 84_000]);
  });

  test("is 524,000 bytes for a scan of 16 blocks, 76,000 where the body is a checkpoint", () => {
    expect([scratch(scanOf(block)), scratch(scanOf(checkpointed))]).toEqual([524_000, 76_000]);
  });

  test.each([
    ["chain", chainOf],
    ["scan", scanOf],
  ] as const)("has no effect on the gradient of the %s", (_, of) => {
    const expected = grad(of(block))(vector).js();
    expect(grad(of(checkpointed))(vector).js()).toEqual(expected);
    expect(jit(grad(of(checkpointed)))(vector).js()).toEqual(expected);
  });
});

/** The names of the primitives in what the backward pass of checkpoint(f) computes. */
function recomputed(f: (w: NDArray, x: NDArray) => NDArray, policy: CheckpointPolicy): string[] {
  const program = makeJaxpr(grad(checkpoint(f, { policy })))(np.ones([3, 3]), np.ones([3]));
  const backward = String(program).split("differentiated=True")[1] ?? "";
  return [...backward.matchAll(/ = (\w+)/g)].map(([, name]) => name);
}
const layers = (w: NDArray, x: NDArray): NDArray => {
  const hidden = checkpointName(np.sin(w.matmul(x)), "hidden");
  return np.sin(w.matmul(hidden)).sum();
};
const count = (names: readonly string[], name: string): number =>
  names.filter((each) => each === name).length;

describe("the backward pass of two layers computes again", () => {
  const { everythingSaveable, nothingSaveable, dotsSaveable, saveOnlyTheseNames } = checkpointPolicies;

  test("no sine and no product of the forward pass when everything is saveable", () => {
    const names = recomputed(layers, everythingSaveable);
    expect([count(names, "sin"), count(names, "cos"), count(names, "dot_general")]).toEqual([0, 0, 3]);
  });

  test("the first sine, both cosines and both products when nothing is", () => {
    const names = recomputed(layers, nothingSaveable);
    expect([count(names, "sin"), count(names, "cos"), count(names, "dot_general")]).toEqual([1, 2, 5]);
  });

  test("the first sine and both cosines, but no product, when products are saveable", () => {
    const names = recomputed(layers, dotsSaveable);
    expect([count(names, "sin"), count(names, "cos"), count(names, "dot_general")]).toEqual([1, 2, 3]);
  });

  test("not the named value, whose own sine is not needed then", () => {
    const names = recomputed(layers, saveOnlyTheseNames("hidden"));
    expect([count(names, "sin"), count(names, "name")]).toEqual([0, 0]);
  });

  test("all of it when another name is saved", () => {
    expect(recomputed(layers, saveOnlyTheseNames("other"))).toEqual(recomputed(layers, nothingSaveable));
  });
});

describe("checkpoint changes no result", () => {
  const f = (x: NDArray): NDArray => np.sin(np.exp(x).mul(x));
  const g = checkpoint(f);
  const x = np.array(0.7);

  test("under two and three derivatives", () => {
    expect(grad(grad(g))(x).item()).toBeCloseTo(Number(grad(grad(f))(x).item()), 5);
    expect(grad(grad(grad(g)))(x).item()).toBeCloseTo(Number(grad(grad(grad(f)))(x).item()), 3);
  });

  test("under vmap of grad", () => {
    const batch = np.array([0.1, 0.2, 0.3]);
    expect(vmap(grad(g))(batch).js()).toEqual(vmap(grad(f))(batch).js());
  });

  test("where it closes over a value that is differentiated", () => {
    const slope = grad((w: NDArray) => checkpoint((y: NDArray) => np.sin(y.mul(w)))(x))(2);
    expect(slope.item()).toBeCloseTo(0.7 * Math.cos(1.4), 6);
  });
});
