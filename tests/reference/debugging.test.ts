/** debugNans and debugInfs: what is checked, and what they name. */
import {
  debugInfs,
  debugNans,
  grad,
  jit,
  lax,
  type NDArray,
  NonFiniteError,
  numpy as np,
  vmap,
} from "cotangent";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { f32, f64, scalar } from "./statement.js";

describe("debugNans", () => {
  beforeEach(() => debugNans(true));
  afterEach(() => {
    debugNans(false);
    debugInfs(false);
  });

  test("checks the outputs of a call and names the first equation that made a NaN", () => {
    expect(() => np.log(f32(-1))).toThrow(NonFiniteError);
    expect(() => np.log(f64(-1))).toThrow(/debugNans: log made a NaN/);
    const f = jit((x: NDArray) => np.cos(np.sqrt(x.sub(5)).mul(2)).add(np.log(x.sub(9))));
    expect(() => f(1)).toThrow(/sqrt made a NaN/);
    expect(Number(f(10).item())).not.toBeNaN();
  });

  test("names the turn of a scan, counted from 0 in the order of execution", () => {
    const countDown = (reverse: boolean) =>
      jit(
        (xs: NDArray) =>
          lax.scan((c: NDArray, x: NDArray) => [c.add(np.sqrt(x)), null], 0, xs, { reverse })[0],
      );
    expect(() => countDown(false)(f32(4, 1, -1, 0))).toThrow(/sqrt made a NaN at turn 2 of scan/);
    expect(() => countDown(true)(f32(4, 1, -1, 0))).toThrow(/sqrt made a NaN at turn 1 of scan/);
  });

  test("names the turn of a while loop, and of a loop in a loop", () => {
    const f = jit((x: NDArray) =>
      lax.whileLoop(
        (c: NDArray) => c.greater(-10),
        (c: NDArray) => np.log(c),
        x,
      ),
    );
    expect(() => f(2)).toThrow(/log made a NaN at turn 2 of while/);
    const nested = jit((x: NDArray) =>
      lax.foriLoop(0, 3, (_, c: NDArray) => lax.foriLoop(0, 2, (_j, d: NDArray) => np.sqrt(d.sub(1)), c), x),
    );
    expect(() => nested(3)).toThrow(
      /sqrt made a NaN at turn 1 of scan at turn 0 of scan|at turn 0 of scan at turn 1 of scan/,
    );
  });

  test("names a NaN that a gradient makes, 0 times infinity", () => {
    const f = (x: NDArray): NDArray => np.where(x.equal(0), 0, np.sqrt(x));
    expect(() => jit(grad(f))(0)).toThrow(/mul made a NaN|made a NaN/);
    expect(grad(f)(4).item()).toBe(0.25);
  });

  test("does not mind a NaN that where masks before it reaches an output", () => {
    const f = (x: NDArray): NDArray => np.where(x.greater(0), np.log(x), 0);
    expect(jit(f)(f32(-1, 1)).js()).toEqual([0, 0]);
    expect(jit(vmap(f))(f32(-1, 1)).js()).toEqual([0, 0]);
  });

  test("does not mind infinities, and debugInfs does not mind NaN", () => {
    expect(np.log(scalar(0)).item()).toBe(Number.NEGATIVE_INFINITY);
    debugNans(false);
    debugInfs(true);
    expect(np.log(scalar(-1)).item()).toBeNaN();
    expect(() => np.log(scalar(0))).toThrow(/debugInfs: log made an infinity/);
  });

  test("does not look at integers", () =>
    expect(
      np
        .array(new Int32Array([1]))
        .mul(2)
        .js(),
    ).toEqual([2]));
});
