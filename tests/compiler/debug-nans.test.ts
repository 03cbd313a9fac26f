import { debugInfs, debugNans, grad, jit, lax, type NDArray, NonFiniteError, numpy as np } from "cotangent";
import { afterEach, describe, expect, test } from "vitest";

describe("debugNans", () => {
  afterEach(() => {
    debugNans(false);
    debugInfs(false);
  });

  test("names the operation that makes a NaN eagerly", () => {
    debugNans(true);
    expect(() => np.log(np.array([-1, 2]))).toThrow(NonFiniteError);
    expect(() => np.log(np.array([-1, 2]))).toThrow("debugNans: log made a NaN from float32[2] [-1, 2]");
  });

  test("names the first equation of a jitted program, not the last", () => {
    debugNans(true);
    const f = jit((x: NDArray) => np.sin(np.sqrt(x)).mul(2));
    expect(() => f(-1)).toThrow(/debugNans: sqrt made a NaN/);
  });

  test("names the turn of a loop", () => {
    debugNans(true);
    const f = jit((x: NDArray) => lax.scan((c: NDArray, _: null) => [np.log(c), c], x, null, { length: 5 }));
    expect(() => f(2)).toThrow(/log made a NaN at turn 2 of scan/);
  });

  test("names the branch of a cond", () => {
    debugNans(true);
    const f = jit((x: NDArray) =>
      lax.cond(
        x.less(0),
        (v: NDArray) => np.sqrt(v),
        (v: NDArray) => v,
        x,
      ),
    );
    expect(() => f(-1)).toThrow(/sqrt made a NaN in branch 1 of cond/);
  });

  test("a NaN that where masks is no error", () => {
    debugNans(true);
    const f = jit((x: NDArray) => np.where(x.less(0), 0, np.sqrt(x)));
    expect(f(-1).item()).toBe(0);
  });

  test("finds the NaN of a gradient: 0 times infinity", () => {
    debugNans(true);
    const f = jit(grad((x: NDArray) => np.where(x.equal(0), 0, np.sqrt(x))));
    expect(() => f(0)).toThrow(/debugNans: \w+ made a NaN/);
  });

  test("debugInfs does the same for infinities", () => {
    debugInfs(true);
    expect(() => np.log(np.array(0))).toThrow(/debugInfs: log made an infinity/);
    expect(() => np.sqrt(np.array(-1))).not.toThrow();
  });

  test("switched off, nothing is checked", () => {
    expect(np.log(np.array(-1)).item()).toBeNaN();
  });
});
