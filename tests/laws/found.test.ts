/** What random programs found, each as the smallest program that shows it. */
import { expect, test } from "vitest";
import {
  checkpoint,
  customJvp,
  customVjp,
  grad,
  jit,
  jvp,
  lax,
  makeJaxpr,
  type NDArray,
  numpy as np,
  vmap,
} from "../../src/index.js";
import { noise } from "../../src/testing/arrays.js";

// A rule that closes over an array met "a jaxpr that should be closed closes over an array" inside jit, loops and branches.
const weights = np.array([1, 10, 100], { dtype: "float64" });
const byRule = customJvp((x: NDArray) => x.mul(weights)).defjvp(([x], [dx]) => [
  x.mul(weights),
  dx.mul(weights),
]);
const byPullback = customVjp((x: NDArray) => x.mul(weights));
byPullback.defvjp(
  (x) => [x.mul(weights), null],
  (_: null, ct: NDArray) => [ct.mul(weights)],
);
const x = noise([3], 1);

test.each([
  ["jit", jit],
  ["checkpoint", (f: (x: NDArray) => NDArray) => checkpoint(f)],
  ["scan", (f: (x: NDArray) => NDArray) => (a: NDArray) => lax.foriLoop(0, 1, (_, c: NDArray) => f(c), a)],
  [
    "cond",
    (f: (x: NDArray) => NDArray) => (a: NDArray) => lax.cond(a.sum().less(99), f, (v: NDArray) => v, a),
  ],
  [
    "vmap in jit",
    (f: (x: NDArray) => NDArray) => jit((a: NDArray) => vmap(f)(a.reshape([1, 3])).reshape([3])),
  ],
] as const)("a derivative rule may close over an array inside %s", (_, wrap) => {
  const ones = np.onesLike(x);
  for (const f of [byRule, byPullback]) {
    const g = wrap(f);
    expect(grad((a: NDArray) => g(a).sum())(x).js()).toEqual([1, 10, 100]);
    expect(jit(grad((a: NDArray) => g(a).sum()))(x).js()).toEqual([1, 10, 100]);
  }
  expect(jvp(wrap(byRule), [x], [ones])[1].js()).toEqual([1, 10, 100]);
  const slope = (a: NDArray): NDArray => jvp(wrap(byRule), [a], [a])[1].mul(a).sum();
  expect(grad(slope)(ones).js()).toEqual([2, 20, 200]);
  expect(jit(grad(slope))(ones).js()).toEqual([2, 20, 200]);
});

test("an array in a closed jaxpr prints as a literal", () => {
  const tangent = (a: NDArray): NDArray => jvp(jit(byRule), [a], [a])[1];
  expect(String(makeJaxpr(tangent)(x))).toContain("[1.0, 10.0, 100.0]:f64[3]");
});
