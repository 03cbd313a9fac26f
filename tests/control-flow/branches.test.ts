/** What branches return, and which of them is taken. */
import { grad, jit, lax, makeJaxpr, type NDArray, numpy as np, vmap } from "cotangent";
import { describe, expect, test } from "vitest";

const f64 = (...values: number[]): NDArray => np.array(values, { dtype: "float64" });
const three = f64(3).sum();

describe("a plain number that one branch returns", () => {
  const scale = f64(10).sum();
  const f = (v: NDArray): [NDArray, NDArray] =>
    lax.cond<[NDArray], [NDArray, NDArray]>(
      v.greater(0),
      (u) => [u, u.neg()],
      (u) => [2 as unknown as NDArray, u.mul(scale)], // a number is an array that has no type of its own
      v,
    );

  test("takes the dtype of what the other returns there", () => {
    expect(f(three).map((y) => [y.dtype, y.item()])).toEqual([
      ["float64", 3],
      ["float64", -3],
    ]);
    expect(f(three.neg()).map((y) => [y.dtype, y.item()])).toEqual([
      ["float64", 2],
      ["float64", -30],
    ]);
  });

  test("has the slope 0 there, beside what has one", () => {
    const slopes = vmap(grad((v: NDArray) => f(v)[0].add(f(v)[1])));
    expect(slopes(f64(3, -3)).js()).toEqual([0, 10]);
  });
});

describe("switch", () => {
  test("takes the first branch where a uint32 is no int32, as JAX does", () => {
    const pick = (i: NDArray): NDArray =>
      lax.switch(i, [(v: NDArray) => v, (v: NDArray) => v.mul(2), (v: NDArray) => v.mul(3)], three);
    const index = np.array([2 ** 32 - 1, 0, 1, 2, 3], { dtype: "uint32" });
    expect(vmap(pick)(index).js()).toEqual([3, 3, 6, 9, 9]);
    expect(jit(pick)(index.slice(0)).item()).toBe(3);
    const { jaxpr } = makeJaxpr(pick)(index.slice(3));
    const [chosen] = jaxpr.eqns.filter((eqn) => eqn.primitive.name === "cond");
    expect(chosen.operands[0].aval.dtype).toBe("int32");
  });

  test("of one branch is that branch, in derivatives and batches", () => {
    const only = (v: NDArray): NDArray => lax.switch(0, [(u: NDArray) => u.mul(u)], v);
    expect(grad(only)(three).item()).toBe(6);
    expect(vmap(only)(f64(1, 2, 3)).js()).toEqual([1, 4, 9]);
    expect(jit(vmap(grad(only)))(f64(1, 2, 3)).js()).toEqual([2, 4, 6]);
  });
});

test("lanes of vectors: each lane has the values and the slopes of the branch it takes", () => {
  const rows = np.array([
    [1, 2, 3],
    [-4, 5, 6],
  ]);
  const f = (v: NDArray): NDArray =>
    lax.cond(
      v.slice(0).greater(0),
      (u: NDArray) => u.mul(u),
      (u: NDArray) => u.mul(10),
      v,
    );
  expect(vmap(f)(rows).js()).toEqual([
    [1, 4, 9],
    [-40, 50, 60],
  ]);
  expect(grad((v: NDArray) => vmap(f)(v).sum())(rows).js()).toEqual([
    [2, 4, 6],
    [10, 10, 10],
  ]);
});
