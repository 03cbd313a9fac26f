/** Carries of which something becomes another thing on the way: constant, unknown, batched, of a stronger type. */
import { disableJit, grad, jit, jvp, lax, makeJaxpr, type NDArray, numpy as np, vmap } from "cotangent";
import { describe, expect, test } from "vitest";

const f64 = (...values: number[]): NDArray => np.array(values, { dtype: "float64" });
const zero = np.array(0, { dtype: "int32" });

describe("a carry that the body forgets, and makes 2,", () => {
  const xs = f64(3, 5, 7);
  const f = (start: NDArray, slices: NDArray): NDArray =>
    lax
      .scan((c: NDArray, v: NDArray) => [np.full([], 2, { dtype: "float64" }), c.mul(v)], start, slices)[1]
      .sum();
  const four = f64(4).sum();

  test("is differentiated: the first turn alone depends on where it started", () => {
    const [slope, slopes] = grad(f, { argnums: [0, 1] })(four, xs);
    expect([slope.js(), slopes.js()]).toEqual([3, [4, 2, 2]]);
    expect(jvp(f, [four, xs], [f64(1).sum(), f64(0, 1, 0)])[1].item()).toBe(5);
  });

  test("is batched, although only its first value is a batch", () => {
    expect(vmap(f, [0, null])(f64(1, 4), xs).js()).toEqual([27, 36]);
    expect(vmap(grad(f), [0, null])(f64(1, 4), xs).js()).toEqual([3, 3]);
  });
});

test("a loop in a differentiated loop runs as often as the outer turn says, whatever else it carries", () => {
  // Turn t multiplies by 2^(3 - t): 8, 4, 2.
  const f = (start: NDArray): NDArray =>
    lax.scan<[NDArray, NDArray], null, null>(
      ([t, c]) => {
        const [, factor] = lax.whileLoop<[NDArray, NDArray]>(
          ([i]) => i.less(3),
          ([i, k]) => [i.add(1), k.mul(2)],
          [t, np.ones([])],
        );
        return [[t.add(1), c.mul(factor)], null];
      },
      [zero, start],
      null,
      { length: 3 },
    )[0][1];
  expect(grad(f)(5).item()).toBe(64);
});

describe("a plain number as the initial carry", () => {
  const sum = (start: number | NDArray, xs: NDArray): NDArray =>
    lax.scan((c: NDArray, v: NDArray) => [c.add(v), null], start, xs)[0];

  test("keeps the digits that the type of the carry has and float32 has not", () => {
    expect(sum(2 ** 24 + 1, np.array([2, 4], { dtype: "int32" })).item()).toBe(2 ** 24 + 7);
    expect(sum(0.1, f64(0, 0)).item()).toBe(0.1);
  });

  test("gives way to the body's type where it is the argument of a jitted function", () => {
    const total = jit((start: NDArray) => sum(start, f64(1, 2)))(3);
    expect([total.dtype, total.item()]).toEqual(["float64", 6]);
  });
});

test("without jit, a whileLoop whose condition does not hold at first returns what it was given", () => {
  const loop = (start: number): NDArray =>
    lax.whileLoop(
      (c: NDArray) => c.less(4),
      (c: NDArray) => c.mul(3),
      start,
    );
  expect(disableJit(() => [loop(5).item(), loop(2).item()])).toEqual([5, 6]);
});

test("the condition of a while equation has the types of what it is given, tangents included", () => {
  const limit = np.array([9, 9]);
  const loop = (v: NDArray): NDArray =>
    lax.whileLoop(
      (c: NDArray) => c.less(limit).all(),
      (c: NDArray) => c.mul(2),
      v,
    );
  const three = np.array(3);
  const { jaxpr } = makeJaxpr((v: NDArray) => jvp(loop, [v], [v])[1])(three);
  const [{ operands, params }] = jaxpr.eqns.filter((eqn) => eqn.primitive.name === "while");
  const { condJaxpr } = params as { condJaxpr: typeof jaxpr }; // the params of while
  expect(condJaxpr.invars.map((v) => v.aval.shape)).toEqual(operands.map((atom) => atom.aval.shape));
});
