/** Programs of a size at which recursion over equations would overflow the stack. */
import { grad, jit, jvp, lax, type NDArray, numpy as np, vmap } from "cotangent";
import { describe, expect, test } from "vitest";

const f64 = (value: number): NDArray => np.array(new Float64Array([value])).slice(0);
const chain =
  (n: number) =>
  (x: NDArray): NDArray => {
    for (let i = 0; i < n; i++) x = x.mul(1 + 1e-5).add(1e-6);
    return x;
  };

describe("depth and size", () => {
  test("the gradient of a chain of 20,000 eager operations is the product of its factors", () => {
    expect(grad(chain(10_000))(f64(1)).item()).toBeCloseTo((1 + 1e-5) ** 10_000, 10);
  });

  test("a jitted function of 5,000 equations compiles, and gives what it gives eagerly", () => {
    const f = chain(2_500);
    expect(jit(f)(f64(1)).item()).toBe(f(f64(1)).item());
  });

  test("the gradient of a jitted function of 5,000 equations compiles", () => {
    expect(jit(grad(chain(2_500)))(f64(1)).item()).toBeCloseTo((1 + 1e-5) ** 2_500, 10);
  });

  test("a scan of 100,000 steps and its derivatives are those of the closed form", () => {
    const power = (r: NDArray): NDArray =>
      lax.scan((c: NDArray) => [c.mul(r), null], f64(1), null, { length: 100_000 })[0];
    const r = 1 + 1e-5;
    const expected = 100_000 * r ** 99_999;
    expect(power(f64(r)).item()).toBeCloseTo(r ** 100_000, 8);
    expect(Number(grad(power)(f64(r)).item()) / expected).toBeCloseTo(1, 9);
    expect(Number(jit(grad(power))(f64(r)).item()) / expected).toBeCloseTo(1, 9);
    expect(Number(jvp(power, [f64(r)], [f64(1)])[1].item()) / expected).toBeCloseTo(1, 9);
  });

  test("fifty jits in one another are one function", () => {
    let f = (x: NDArray): NDArray => x.add(1);
    for (let i = 0; i < 50; i++) {
      const inner = f;
      f = (x) => jit(inner)(x).add(1);
    }
    expect(f(np.array(0)).item()).toBe(51);
    expect(grad(f)(np.array(0)).item()).toBe(1);
  });

  test("eight vmaps in one another map eight axes", () => {
    let f = (x: NDArray): NDArray => np.sin(x).mul(x);
    for (let i = 0; i < 8; i++) f = vmap(f);
    const x = np.linspace(0, 1, 256).reshape([2, 2, 2, 2, 2, 2, 2, 2]);
    expect(f(x).js()).toEqual(np.sin(x).mul(x).js());
  });

  test("six gradients of one another are the sixth derivative", () => {
    let f = (x: NDArray): NDArray => np.exp(x.mul(2));
    for (let i = 0; i < 6; i++) f = grad(f);
    expect(Number(f(f64(0.5)).item())).toBeCloseTo(64 * Math.E, 8);
  });
});
