import { grad, jit, lax, type NDArray, numpy as np, vmap } from "cotangent";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

describe("debugPrint", () => {
  const printed: string[] = [];
  beforeEach(() => {
    printed.length = 0;
    vi.spyOn(console, "log").mockImplementation((text: string) => {
      printed.push(text);
    });
  });
  afterEach(() => vi.restoreAllMocks());

  const doubled = (x: NDArray): NDArray => {
    lax.debugPrint("x = {}", x);
    return x.mul(2);
  };

  test("prints at every run of a jitted function, not at tracing", () => {
    const f = jit(doubled);
    f(1);
    f(2);
    expect(printed).toEqual(["x = 1", "x = 2"]);
  });

  test("prints once a turn of a loop, in order", () => {
    const f = jit((x: NDArray) => lax.foriLoop(0, 3, (_, c: NDArray) => doubled(c), x));
    expect(f(1).item()).toBe(8);
    expect(printed).toEqual(["x = 1", "x = 2", "x = 4"]);
  });

  test("prints once a lane under vmap", () => {
    vmap(doubled)(np.array([1, 2, 3]));
    expect(printed).toEqual(["x = 1", "x = 2", "x = 3"]);
  });

  test("prints once under grad, and the gradient is that without it", () => {
    expect(grad(doubled)(5).item()).toBe(2);
    expect(printed).toEqual(["x = 5"]);
  });

  test("only the branch taken prints", () => {
    jit((x: NDArray) => lax.cond(x.greater(0), doubled, (v: NDArray) => v, x))(-1);
    expect(printed).toEqual([]);
  });

  test("the branch taken prints although nobody reads what it returns", () => {
    const f = jit((x: NDArray) => {
      lax.cond(x.greater(0), doubled, (v: NDArray) => v, x);
      return x;
    });
    f(3);
    expect(printed).toEqual(["x = 3"]);
  });

  test("the condition of a loop prints once a test, although nobody reads what the loop returns", () => {
    const f = jit((x: NDArray) => {
      lax.whileLoop(
        (c: NDArray) => doubled(c).less(6),
        (c: NDArray) => c.add(1),
        x,
      );
      return x;
    });
    f(1);
    expect(printed).toEqual(["x = 1", "x = 2", "x = 3"]);
  });

  test("prints whole arrays with dtype and shape", () => {
    lax.debugPrint("{} and {}", np.array([1, 2]), 3);
    expect(printed).toEqual(["float32[2] [1, 2] and 3"]);
  });

  test("a format with more places than values throws", () => {
    expect(() => lax.debugPrint("{} {}", 1)).toThrow("debugPrint: the format has 2 places {} for 1 values");
  });
});
