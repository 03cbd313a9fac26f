/** Functions with derivatives of their own, and effects. */
import {
  customJvp,
  customVjp,
  DifferentiationError,
  grad,
  jit,
  jvp,
  lax,
  makeJaxpr,
  type NDArray,
  numpy as np,
  vjp,
  vmap,
} from "cotangent";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { f32, floats, i32, scalar, show, unchecked } from "./statement.js";

describe("customVjp", () => {
  const clipped = customVjp((x: NDArray) => x.mul(2));
  clipped.defvjp(
    (x) => [x.mul(2), x],
    (x: NDArray, ct: NDArray) => [np.clip(ct, -1, 1).mul(x)],
  );

  test("has the gradient of its rule under jit, vmap and in both float types", () => {
    for (const dtype of floats) {
      const x = np.array([3, 5], { dtype });
      const slope = grad((v: NDArray) => clipped(v).mul(100).sum());
      expect(slope(x).js()).toEqual([3, 5]);
      expect(jit(slope)(x).js()).toEqual([3, 5]);
      expect(vmap(grad((v: NDArray) => clipped(v).mul(100)))(x).js()).toEqual([3, 5]);
    }
  });

  test("refuses forward mode, and names customJvp", () => {
    expect(() => jvp((x: NDArray) => clipped(x), [1], [1])).toThrow(DifferentiationError);
    expect(() => jvp((x: NDArray) => clipped(x), [1], [1])).toThrow(/customJvp/);
    expect(() => grad((x: NDArray) => jvp((v: NDArray) => clipped(v), [x], [x])[1])(1)).toThrow(
      DifferentiationError,
    );
  });

  test("wants a tuple from bwd, one cotangent an argument", () => {
    const bare = customVjp((x: NDArray) => x.mul(2));
    bare.defvjp(
      (x) => [x, null],
      unchecked((_: null, ct: NDArray) => ct),
    );
    expect(() => grad((x: NDArray) => bare(x))(1)).toThrow(/bwd must return a tuple/);
    const short = customVjp((x: NDArray, y: NDArray) => x.mul(y));
    short.defvjp(
      (x, y) => [x.mul(y), null],
      unchecked((_: null, ct: NDArray) => [ct]),
    );
    expect(() => grad((x: NDArray) => short(x, x))(1)).toThrow(/bwd/);
  });

  test("reads null in bwd's tuple as a zero cotangent", () => {
    const half = customVjp((x: NDArray, n: NDArray) => x.mul(n));
    half.defvjp(
      (x, n) => [x.mul(n), n],
      unchecked((n: NDArray, ct: NDArray) => [ct.mul(n), null]),
    );
    expect(grad(half, { argnums: [0, 1] })(3, 4).map((g) => g.item())).toEqual([4, 0]);
    expect(show(vjp(half, [f32(3), i32(4)])[1](f32(1)))).toBe("float32[1] [4]; int32[1] [0]");
  });
});

describe("customJvp", () => {
  const shapes: string[] = [];
  const f = customJvp((x: NDArray) => np.sin(x)).defjvp(([x], [dx]) => {
    shapes.push(`[${x.shape}] [${dx.shape}]`);
    return [np.sin(x), dx.mul(100)];
  });
  beforeEach(() => {
    shapes.length = 0;
  });

  test("serves both modes", () => {
    for (const dtype of floats) {
      const x = scalar(0, dtype);
      expect(jvp(f, [x], [np.onesLike(x)])[1].item()).toBe(100);
      expect(grad(f)(x).item()).toBe(100);
      expect(jit(grad(f))(x).item()).toBe(100);
    }
  });

  test("its rule sees one example under vmap: the shapes of what is not batched", () => {
    expect(vmap(grad(f))(f32(1, 2, 3)).js()).toEqual([100, 100, 100]);
    expect(grad((x: NDArray) => vmap(f)(x).sum())(f32(1, 2)).js()).toEqual([100, 100]);
    expect(new Set(shapes)).toEqual(new Set(["[] []"]));
  });
});

describe("effects", () => {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(console, "log").mockImplementation((line: unknown) => {
      lines.push(String(line));
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const noisy = (x: NDArray): NDArray => {
    lax.debugPrint("first {}", x);
    const y = x.mul(2);
    lax.debugPrint("second {}", y);
    return x.add(1);
  };

  test("stand in the equation's type: debugPrint's is ordered, all other equations have none", () => {
    const { jaxpr } = makeJaxpr(noisy)(f32(1));
    const effects = jaxpr.eqns.map((eqn) => [eqn.primitive.name, [...eqn.effects]]);
    expect(effects.filter(([name]) => name === "debug_print" || name === "debug_callback")).toHaveLength(2);
    expect(effects.filter(([, list]) => list.length > 0)).toHaveLength(2);
    expect(effects.flatMap(([, list]) => list)).toEqual(["ordered", "ordered"]);
  });

  test("keep an equation alive though nobody reads its results, and in order", () => {
    jit(noisy)(scalar(3));
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["first", "second"]);
    expect(lines[0]).toContain("3");
    expect(lines[1]).toContain("6");
  });

  test("happen at every call of the compiled program, not when it is traced", () => {
    const g = jit(noisy);
    makeJaxpr(noisy)(f32(1));
    g.lower(scalar(1));
    expect(lines).toEqual([]);
    g(scalar(1));
    g(scalar(2));
    expect(lines).toHaveLength(4);
  });

  test("happen at every turn of a loop, in the order of the turns", () => {
    jit((n: NDArray) =>
      lax.foriLoop(
        0,
        3,
        (i, c: NDArray) => {
          lax.debugPrint("turn {}", i);
          return c;
        },
        n,
      ),
    )(scalar(0));
    expect(lines).toEqual(["turn 0", "turn 1", "turn 2"]);
  });

  test("keep their order across inner calls, and a cond has those of the branch taken alone", () => {
    const inner = jit((x: NDArray) => {
      lax.debugPrint("inner {}", x);
      return x.mul(2);
    });
    const f = jit((x: NDArray) => {
      lax.debugPrint("before");
      const y = inner(x);
      lax.debugPrint("after {}", y);
      const say = (word: string) => (v: NDArray) => {
        lax.debugPrint(`${word} {}`, v);
        return v;
      };
      return lax.cond(y.greater(0), say("positive"), say("negative"), y);
    });
    f(scalar(-1));
    expect(lines).toEqual(["before", "inner -1", "after -2", "negative -2"]);
  });

  test("are passed by derivatives: one print for value and gradient together", () => {
    expect(grad((x: NDArray) => noisy(x).mul(x))(3).item()).toBe(7);
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["first", "second"]);
  });
});
