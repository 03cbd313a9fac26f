/** The types that carries get, and loops of no turns. */
import { grad, jit, lax, type NDArray, numpy as np } from "cotangent";
import { describe, expect, test } from "vitest";

const ints = np.array(new Int32Array([1, 2, 3]));
const floats = np.array([1, 2, 3]);
const doubles = np.array(new Float64Array([1, 2, 3]));
const sum = (start: number | NDArray, xs: NDArray): NDArray =>
  lax.scan((c: NDArray, x: NDArray) => [c.add(x), c], start, xs)[0];

describe("a plain number as the initial carry", () => {
  test.each([
    ["int32", ints],
    ["float32", floats],
    ["float64", doubles],
  ] as const)("takes the dtype %s of what the body adds", (dtype, xs) => {
    expect([sum(0, xs).dtype, sum(0, xs).item()]).toEqual([dtype, 6]);
    expect(jit(() => sum(0, xs))().dtype).toBe(dtype);
  });

  test("is float32 where nothing claims it", () => {
    const result = lax.whileLoop(
      (c: NDArray) => c.less(100),
      (c: NDArray) => c.mul(2),
      1,
    );
    expect([result.dtype, result.item()]).toEqual(["float32", 128]);
  });
});

describe("an integer carry beside a float one", () => {
  const power = (x: NDArray): NDArray =>
    lax.whileLoop<readonly [NDArray, NDArray]>(
      ([i]) => i.less(3),
      ([i, c]) => [i.add(1), c.mul(x)],
      [np.array(new Int32Array([0])).sum(), np.onesLike(x)],
    )[1];
  const scanned = (x: NDArray): NDArray =>
    lax.scan<readonly [NDArray, NDArray], null, NDArray>(
      ([i, c]) => [[i.add(1), c.mul(x)], i],
      [np.array(new Int32Array([0])).sum(), np.onesLike(x)],
      null,
      { length: 3 },
    )[0][1];

  test("stays an integer in forward and reverse mode", () => {
    expect(power(np.array(2)).item()).toBe(8);
    expect(grad(scanned)(2).item()).toBe(12);
    expect(grad(grad(scanned))(2).item()).toBe(12);
  });
});

describe("a loop of no turns", () => {
  const empty = np.zeros([0]);

  test("returns its initial carry and ys of length 0", () => {
    const [carry, ys] = lax.scan((c: NDArray, x: NDArray) => [c.add(x), c.mul(x)], 5, empty);
    expect([carry.item(), ys.shape]).toEqual([5, [0]]);
  });

  test("passes the cotangent on", () => {
    expect(
      grad((w: NDArray) => lax.scan((c: NDArray, x: NDArray) => [c.mul(x), null], w, empty)[0])(5).item(),
    ).toBe(1);
    expect(grad((w: NDArray) => lax.foriLoop(3, 3, (_, c: NDArray) => c.mul(2), w))(5).item()).toBe(1);
  });

  test("is a foriLoop whose upper bound lies below the lower", () => {
    expect(lax.foriLoop(3, 1, (_, c: NDArray) => c.mul(2), 5).item()).toBe(5);
  });
});

test("switch clamps an index out of range", () => {
  const branches = [(x: NDArray) => x.mul(10), (x: NDArray) => x.mul(20)];
  const pick = (i: number): unknown => lax.switch(np.array(new Int32Array([i])).sum(), branches, 1).item();
  expect([pick(-3), pick(0), pick(1), pick(9)]).toEqual([10, 10, 20, 20]);
});
