/** What random programs compared with JAX found, each as the smallest program that shows it; the numbers are JAX's. */
import { expect, test } from "vitest";
import { grad, jit, jvp, lax, type NDArray, numpy as np, vjp, vmap } from "../../src/index.js";

const x = np.array([0.5], { dtype: "float64" });

// The rules of stop_gradient gave its operand back, so the derivative around it saw through.
test("stopGradient stops every derivative around it, not the innermost alone", () => {
  const stopped = (a: NDArray): NDArray => np.sin(lax.stopGradient(a));
  for (const f of [stopped, jit(stopped)]) {
    expect(jvp((a: NDArray) => jvp(f, [a], [a])[0], [x], [x])[1].js()).toEqual([0]);
    expect(jvp((a: NDArray) => vjp(f, [a])[0], [x], [x])[1].js()).toEqual([0]);
    const mapped = (a: NDArray): NDArray => vmap((b: NDArray) => vjp(f, [b])[0])(a);
    expect(jvp(mapped, [x], [x])[1].js()).toEqual([0]);
    const product = (b: NDArray): NDArray => np.sum(b.mul(f(b)));
    expect(grad((a: NDArray) => vjp(product, [a])[0])(x).item()).toBe(Math.sin(0.5));
  }
});

// A while loop of stopped values was differentiated in reverse, which throws.
test("a while loop of stopped values may stand in a function that is differentiated twice in reverse", () => {
  const halved = (a: NDArray): NDArray =>
    lax.whileLoop(
      (c: NDArray) => c.greater(0.3),
      (c: NDArray) => c.mul(0.5),
      lax.stopGradient(a),
    );
  const f = (a: NDArray): NDArray => halved(a).mul(a).mul(a);
  const half = np.array(0.5, { dtype: "float64" });
  expect(grad(f)(half).item()).toBe(0.25);
  expect(grad((a: NDArray) => grad(f)(a))(half).item()).toBe(0.5);
  expect(jit(grad((a: NDArray) => grad(f)(a)))(half).item()).toBe(0.5);
});

// The scatter did not know that numbers and ranges name every place once.
test("at(...).multiply of numbers and ranges has a derivative with respect to its values", () => {
  const a = np.array([1, 2, 3, 4, 5, 6], { dtype: "float64" }).reshape([2, 3]);
  const ones = (n: number): NDArray => np.ones([n], { dtype: "float64" });
  const slope = (f: (v: NDArray) => NDArray, n: number): unknown =>
    grad((v: NDArray) => f(v).sum())(ones(n)).js();
  expect(slope((v) => a.at([1, 0, -1]).multiply(v), 3)).toEqual([4, 5, 6]);
  expect(slope((v) => a.at(1, [0, 2]).multiply(v), 2)).toEqual([4, 5]);
  expect(slope((v) => a.at(-1).multiply(v), 3)).toEqual([4, 5, 6]);
});

// The array was computed where the update's result was wanted, and read there while it was overwritten.
test("a jitted update of an array by itself reads what the array was", () => {
  const a = np.array([1, 2, 3, 4]);
  const turned = (b: NDArray): NDArray => {
    const doubled = b.mul(2);
    return doubled.at([3, -5, -1]).set(doubled);
  };
  expect(turned(a).js()).toEqual([8, 6, 4, 2]);
  expect(jit(turned)(a).js()).toEqual([8, 6, 4, 2]);
  const shifted = (b: NDArray): NDArray => {
    const doubled = b.mul(2);
    return lax
      .dynamicUpdateSlice(doubled, doubled.slice([0, 4]), [0])
      .add(doubled.at([1, 4]).add(doubled.slice([0, 3])));
  };
  expect(jit(shifted)(a).js()).toEqual(shifted(a).js());
});

// Numbers were rounded to float32 first.
test("numbers beside a float64 that is asked for keep their digits", () => {
  const wide = { dtype: "float64" } as const;
  const x = np.array([0, 1], wide);
  expect(np.logspace(-1, 0.5, 3, { base: 3, ...wide }).js()).toEqual([
    1 / 3,
    0.7598356856515925,
    1.7320508075688772,
  ]);
  expect(np.linspace(0.1, 0.2, 2, wide).js()).toEqual([0.1, 0.2]);
  expect(np.quantile(x, 0.7).item()).toBe(0.7);
  expect(np.quantile(x, [0.3, 0.7]).js()).toEqual([0.3, 0.7]);
  expect(np.astype(0.1, "float64").item()).toBe(0.1);
  expect(np.asarray([0.1], wide).js()).toEqual([0.1]);
  expect(np.full([1], [0.1], wide).js()).toEqual([0.1]);
  expect(lax.convertElementType(0.1, "float64").item()).toBe(0.1);
});
