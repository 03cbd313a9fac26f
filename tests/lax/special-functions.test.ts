/** lgamma, digamma, polygamma, zeta and randomGammaGrad as functions to differentiate; their accuracy is in tests/compiler. */
import { grad, jit, jvp, lax, type NDArray, numpy as np, vmap } from "cotangent";
import { describe, expect, test } from "vitest";

const double = (x: number): NDArray => np.array(x, { dtype: "float64" });
const near = (found: NDArray, wanted: number): void => {
  expect(Math.abs((found.item() as number) / wanted - 1)).toBeLessThan(2 ** -50);
};

describe("derivatives of lgamma of every order are polygammas", () => {
  /** ψ, ψ', ψ'', ψ''' at 2.5, by mpmath. */
  const wanted = [0.7031566406452432, 0.49035775610023485, -0.2362040516417274, 0.22390584881725207];
  const orders = wanted.map((value, order) => [order + 1, value] as const);
  test.each(orders)("order %i, eagerly and under jit", (order, value) => {
    let f: (x: NDArray) => NDArray = (x) => lax.lgamma(x);
    for (let i = 0; i < order; i++) f = grad(f);
    near(f(double(2.5)), value);
    expect(jit(f)(double(2.5)).dataSync()).toEqual(f(double(2.5)).dataSync());
  });
  test("in float32, and at a negative argument", () => {
    expect(grad(grad((x: NDArray) => lax.lgamma(x)))(np.array(2.5)).item()).toBe(
      Math.fround(0.49035775610023485),
    );
    near(grad((x: NDArray) => lax.digamma(x))(double(-0.5)), 8.934802200544679);
  });
});

test("zeta and randomGammaGrad are differentiable in their second operand", () => {
  // ζ'(3, q) = -3 ζ(4, q)
  near(grad((q: NDArray) => lax.zeta(double(3), q))(double(1)), -3 * (Math.PI ** 4 / 90));
  const f = (x: NDArray): NDArray => lax.randomGammaGrad(double(2), x);
  const h = 1e-5;
  const difference = ((f(double(3 + h)).item() as number) - (f(double(3 - h)).item() as number)) / (2 * h);
  const [, slope] = jvp(f, [double(3)], [double(1)]);
  expect(Math.abs((slope.item() as number) - difference)).toBeLessThan(1e-9);
});

test("the derivatives that do not exist say why and what to do", () => {
  expect(() => grad((m: NDArray) => lax.polygamma(m, 2))(1)).toThrow(
    "polygamma: there is no derivative in the order m, which is an integer; use stopGradient(m)",
  );
  expect(() => grad((s: NDArray) => lax.zeta(s, 2))(3)).toThrow(
    "zeta: the derivative in s has no closed form; use stopGradient(s)",
  );
  expect(() => grad((a: NDArray) => lax.randomGammaGrad(a, 2))(3)).toThrow(
    "random_gamma_grad: its derivative in the shape a (the second derivative of a gamma sample) has no closed form; " +
      "use stopGradient(a), or a first derivative only",
  );
});

test("a number is an operand of its partner's dtype, and vmap is a loop", () => {
  expect(lax.polygamma(1, double(1)).dtype).toBe("float64");
  const xs = np.array([0.5, 1.5, -0.7, 20]);
  const batch = vmap((x: NDArray) => lax.polygamma(2, x))(xs);
  [...xs].forEach((x, i) => {
    expect(batch.slice(i).item()).toBe(lax.polygamma(2, x).item());
  });
});

test("integers are refused", () => {
  expect(() => lax.lgamma(np.array([1, 2], { dtype: "int32" }))).toThrow(/lgamma: does not take i32\[2\]/);
});
