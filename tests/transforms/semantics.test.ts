/** What the transformations mean where it could be otherwise: tracing, closures, custom rules, trees. */
import {
  customJvp,
  customVjp,
  evalShape,
  grad,
  hessian,
  type Jitted,
  jacfwd,
  jacrev,
  jit,
  lax,
  linearTranspose,
  type NDArray,
  numpy as np,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";

describe("jit traces", () => {
  const counted = (): { f: Jitted<[NDArray], NDArray>; traces: () => number } => {
    let traces = 0;
    return {
      f: jit((x: NDArray) => {
        traces++;
        return x.mul(2);
      }),
      traces: () => traces,
    };
  };

  test("once for each shape, dtype and weakness", () => {
    const { f, traces } = counted();
    f(np.ones([2]));
    f(np.zeros([2]));
    expect(traces()).toBe(1);
    f(np.ones([3]));
    f(np.array(new Int32Array([1, 2])));
    expect(traces()).toBe(3);
    f(1);
    f(2.5);
    expect(traces()).toBe(4);
  });

  test("again for another static argument, by identity", () => {
    let traces = 0;
    const f = jit(
      (x: NDArray, options: { readonly n: number }) => {
        traces++;
        return x.mul(options.n);
      },
      { staticArgnums: 1 },
    );
    const two = { n: 2 };
    f(1, two);
    f(1, two);
    expect(traces).toBe(1);
    expect(f(1, { n: 3 }).item()).toBe(3);
    expect(traces).toBe(2);
  });

  test("again in each transformation whose tracer it closes over", () => {
    const slope = grad((x: NDArray) => {
      const g = jit((y: NDArray) => y.mul(x));
      return g(1).add(g(2));
    });
    expect([slope(5).item(), slope(7).item()]).toEqual([3, 3]);
  });
});

describe("a customJvp function", () => {
  const f = customJvp(function tripled(x: NDArray, n: NDArray): NDArray {
    return x.mul(n);
  });
  f.defjvp(([x, n], [dx]) => {
    expect(x.ndim).toBe(0);
    return [f(x, n), dx.mul(100)];
  });

  test("has the derivative of its rule under grad, vmap, jit and scan, and the rule sees one example", () => {
    const slope = grad((x: NDArray) => f(x, np.array(2)));
    expect(slope(1).item()).toBe(100);
    expect(vmap(slope)(np.ones([3])).js()).toEqual([100, 100, 100]);
    expect(jit(vmap(slope))(np.ones([3])).js()).toEqual([100, 100, 100]);
    expect(grad((x: NDArray) => vmap((y: NDArray) => f(y, np.array(2)))(x).sum())(np.ones([2])).js()).toEqual(
      [100, 100],
    );
    const looped = (x: NDArray): NDArray =>
      lax.scan((c: NDArray) => [f(c, np.array(1)), null], x, null, { length: 2 })[0];
    expect(grad(looped)(1).item()).toBe(10_000);
  });
});

describe("a customVjp function", () => {
  const clip = customVjp((limit: number, x: NDArray) => x.mul(limit / limit), { nondiffArgnums: [0] });
  clip.defvjp(
    (_, x) => [x, null],
    (limit: number, _: null, ct: NDArray) => [np.clip(ct, -limit, limit)],
  );
  const loss = (x: NDArray): NDArray =>
    clip(0.5, x)
      .mul(np.array([0.25, 3]))
      .sum();

  test("hands nondiff arguments to its backward rule as they are", () => {
    expect(grad(loss)(np.ones([2])).js()).toEqual([0.25, 0.5]);
  });

  test("has the same pullback under jit and vmap", () => {
    expect(jit(grad(loss))(np.ones([2])).js()).toEqual([0.25, 0.5]);
    expect(vmap(grad(loss))(np.ones([2, 2])).js()).toEqual([
      [0.25, 0.5],
      [0.25, 0.5],
    ]);
  });
});

describe("derivatives of trees", () => {
  const f = (p: { readonly a: NDArray; readonly b: NDArray }): NDArray => p.a.mul(p.b).mul(p.b).sum();
  const point = { a: np.array([1, 2]), b: np.array(3) };

  test("a Hessian holds a block for each pair of leaves, which mirror each other", () => {
    const h = hessian(f)(point);
    expect(h.a.a.js()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(h.a.b.js()).toEqual([6, 6]);
    expect(h.b.a.js()).toEqual([6, 6]);
    expect(h.b.b.js()).toBe(6);
  });

  test("forward and reverse Jacobians are one", () => {
    const g = (p: typeof point): { y: NDArray } => ({ y: p.a.mul(p.b) });
    expect(jacfwd(g)(point).y.a.js()).toEqual(jacrev(g)(point).y.a.js());
    expect(jacfwd(g)(point).y.b.js()).toEqual([1, 2]);
    expect(jacrev(g)(point).y.b.js()).toEqual([1, 2]);
  });

  test("the transpose of a linear function of two arguments has one cotangent for each", () => {
    const [ctX, ctY] = linearTranspose((x: NDArray, y: NDArray) => x.mul(2).sub(y), [1, 1])(3);
    expect([ctX.item(), ctY.item()]).toEqual([6, -3]);
  });
});

test("evalShape gives types without running anything", () => {
  expect(evalShape((x: NDArray) => ({ y: x.sum(0) }), { shape: [4, 5], dtype: "float64" })).toEqual({
    y: { shape: [5], dtype: "float64" },
  });
});
