/** Derivatives where there is none, or two, or infinity: at zeros, ties, bounds and infinities. */
import { grad, jit, jvp, lax, type NDArray, nn, numpy as np, vmap } from "cotangent";
import { describe, expect, test } from "vitest";
import { expectSlopes, f32, f64, floats, scalar } from "./statement.js";

const inf = Infinity;
const nan = Number.NaN;

/** The gradient of a weighted sum of f(x), weights 1, 2, 3, ...: in both types, jit and vmap, all equal. */
function gradient(f: (x: NDArray) => NDArray, values: readonly number[]): unknown {
  const [single, double] = floats.map((dtype) => {
    const x = np.array(values, { dtype });
    const total = (v: NDArray): NDArray => {
      const out = f(v);
      return out.ndim === 0 ? out : out.mul(np.arange(1, out.size + 1).astype(dtype)).sum();
    };
    const eager = grad(total)(x).js() as number[]; // a vector's
    expect(jit(grad(total))(x).js()).toEqual(eager);
    expect(vmap(grad(total))(x.expandDims(0)).slice(0).js()).toEqual(eager);
    return eager;
  });
  expect(single).toEqual(np.array(double, { dtype: "float32" }).js());
  return double;
}

describe("abs", () => {
  test("has the tangent t where x >= 0, so 1 at 0 and at -0, and -t elsewhere", () =>
    expectSlopes(
      (x) => np.abs(x),
      [
        [0, 1],
        [-0, 1],
        [2, 1],
        [-2, -1],
        [-inf, -1],
      ],
    ));
});

describe("max and min", () => {
  test("share the derivative of a tie, 1/2 for each", () => {
    for (const f of [np.maximum, np.minimum]) {
      expectSlopes((x) => f(x, scalar(3, x.dtype)), [[3, 0.5]]);
      expectSlopes((x) => f(scalar(3, x.dtype), x), [[3, 0.5]]);
    }
    expectSlopes(
      (x) => np.maximum(x, 3),
      [
        [2, 0],
        [4, 1],
      ],
    );
  });

  test("of x and x have the derivative 1", () => expectSlopes((x) => np.maximum(x, x), [[3, 1]]));

  test("so maximum(x, 0) has the derivative 1/2 at 0 and -0", () =>
    expectSlopes(
      (x) => np.maximum(x, 0),
      [
        [0, 0.5],
        [-0, 0.5],
      ],
    ));

  test("have the derivative 0 where one operand is NaN", () => {
    expectSlopes((x) => np.maximum(x, 0), [[nan, 0]]);
    expectSlopes((x) => np.maximum(scalar(nan, x.dtype), x), [[1, 0]]);
  });

  test("over an axis split the derivative equally over all ties", () => {
    expect(gradient((x) => x.max(), [1, 3, 3, 2])).toEqual([0, 0.5, 0.5, 0]);
    expect(gradient((x) => x.min(), [5, 5, 7, 5])).toEqual([1 / 3, 1 / 3, 0, 1 / 3]);
    const rows = np.array([
      [1, 1],
      [2, 5],
    ]);
    expect(grad((x: NDArray) => x.max(1).sum())(rows).js()).toEqual([
      [0.5, 0.5],
      [0, 1],
    ]);
  });
});

describe("bounds", () => {
  const points = [-1, 0, 0.5, 1, 2] as const;
  const at = (slopes: readonly number[]): [number, number][] => points.map((x, k) => [x, slopes[k]]);

  test("numpy's clip is minimum of maximum, so its derivative is 1/2 at a bound", () =>
    expectSlopes((x) => np.clip(x, 0, 1), at([0, 0.5, 1, 0.5, 0])));

  test("lax.clamp has the derivative 0 at its bounds", () =>
    expectSlopes((x) => lax.clamp(0, x, 1), at([0, 0, 1, 0, 0])));

  test("relu has a rule of its own: 0 at 0", () =>
    expectSlopes(
      (x) => nn.relu(x),
      [
        [-1, 0],
        [0, 0],
        [-0, 0],
        [1, 1],
      ],
    ));
});

describe("sqrt", () => {
  test("has the tangent t / 2 / sqrt(x): inf at 0, -inf at -0, NaN below", () =>
    expectSlopes(
      (x) => np.sqrt(x),
      [
        [0, inf],
        [-0, -inf],
        [4, 0.25],
        [-1, nan],
      ],
    ));

  test("behind one where gives NaN at 0 in reverse, since 0 times inf is NaN, and behind two gives 0", () => {
    const one = (x: NDArray): NDArray => np.where(x.greater(0), np.sqrt(x), 0);
    const two = (x: NDArray): NDArray => np.where(x.greater(0), np.sqrt(np.where(x.greater(0), x, 1)), 0);
    expect(gradient(one, [0, 4])).toEqual([nan, 0.5]);
    expect(jvp(one, [f64(0)], [f64(1)])[1].js()).toEqual([0]); // forward, where does not choose the bad tangent
    expectSlopes(two, [
      [0, 0],
      [4, 0.25],
    ]);
  });

  test("in the untaken branch of a cond does no harm, under vmap of the predicate too", () => {
    const f = (x: NDArray): NDArray =>
      lax.cond(
        x.greater(0),
        (v: NDArray) => np.sqrt(v),
        (v: NDArray) => v.mul(0),
        x,
      );
    for (const dtype of floats) {
      const x = np.array([0, 4], { dtype });
      expect(vmap(grad(f))(x).js()).toEqual([0, 0.25]);
      expect(jit(vmap(grad(f)))(x).js()).toEqual([0, 0.25]);
      expect(grad((v: NDArray) => vmap(f)(v).sum())(x).js()).toEqual([0, 0.25]);
    }
  });
});

describe("powers", () => {
  test("integer_pow has the derivative 0 for n = 0 and 1 for n = 1, and is exact at 0", () => {
    expectSlopes(
      (x) => lax.integerPow(x, 0),
      [
        [0, 0],
        [3, 0],
        [nan, 0],
      ],
    );
    expectSlopes(
      (x) => lax.integerPow(x, 1),
      [
        [0, 1],
        [3, 1],
      ],
    );
    expectSlopes(
      (x) => lax.integerPow(x, 2),
      [
        [0, 0],
        [3, 6],
      ],
    );
    expectSlopes(
      (x) => lax.integerPow(x, 3),
      [
        [0, 0],
        [-2, 12],
      ],
    );
    expectSlopes(
      (x) => lax.integerPow(x, -1),
      [
        [0, -inf],
        [2, -0.25],
      ],
    );
  });

  test("pow with an integer exponent has the derivative 0 where that is 0, at x = 0 too", () => {
    const power = (n: number) => (x: NDArray) => lax.pow(x, np.array(n, { dtype: "int32" }));
    expectSlopes(power(0), [
      [0, 0],
      [3, 0],
    ]);
    expectSlopes(power(1), [
      [0, 1],
      [3, 1],
    ]);
    expectSlopes(power(2), [
      [0, 0],
      [3, 6],
    ]);
  });

  test("pow with a float exponent has the derivative y x^(y-1), which is NaN at x = 0, y = 0", () => {
    const power = (y: number) => (x: NDArray) => np.power(x, scalar(y, x.dtype));
    expectSlopes(power(0), [[0, nan]]);
    expectSlopes(power(1), [[0, 1]]);
    expectSlopes(power(2), [
      [0, 0],
      [-2, -4],
    ]);
    expectSlopes(power(0.5), [
      [0, inf],
      [4, 0.25],
    ]);
  });

  test("pow's derivative in y is log(x) x^y with x = 0 replaced by 1 in the log: 0 at x = 0", () => {
    const power = (x: number) => (y: NDArray) => np.power(scalar(x, y.dtype), y);
    expectSlopes(power(0), [
      [0, 0],
      [2, 0],
    ]);
    expectSlopes(power(2), [[3, 8 * Math.LN2]]);
    expectSlopes(power(1), [[3, 0]]);
    expectSlopes(power(-2), [[2, nan]]);
  });
});

test("rem has the sign of x, the derivative 1 in x and -trunc(x / y) in y", () => {
  for (const [x, y, r, slope] of [
    [7, 3, 1, -2],
    [7, -3, 1, 2],
    [-7, 3, -1, 2],
    [-7, -3, -1, -2],
  ]) {
    expect(lax.rem(f64(x), f64(y)).js()).toEqual([r]);
    expectSlopes((v) => lax.rem(v, scalar(y, v.dtype)), [[x, 1]]);
    expectSlopes((v) => lax.rem(scalar(x, v.dtype), v), [[y, slope]]);
  }
});

describe("logaddexp and logsumexp", () => {
  const beside = (y: number) => (x: NDArray) => np.logaddexp(x, scalar(y, x.dtype));

  test("logaddexp of infinities is no NaN: the larger wins", () => {
    const values = (
      [
        [inf, 1],
        [inf, inf],
        [-inf, 1],
        [-inf, -inf],
        [inf, -inf],
      ] as const
    ).map(([x, y]) => np.logaddexp(f64(x), f64(y)).js());
    expect(values).toEqual([[inf], [inf], [1], [-inf], [inf]]);
  });

  test("logaddexp's slopes are exp(x - out); an infinite operand makes them 0 and 1, not NaN", () => {
    expectSlopes(beside(0), [
      [0, 0.5],
      [-inf, 0],
      [inf, 1],
    ]);
    expectSlopes(beside(-inf), [
      [0, 1],
      [inf, 1],
    ]);
  });

  test("logsumexp subtracts the maximum, so that large values do not overflow", () => {
    expect(np.logsumexp(f32(1000, 1000)).item()).toBeCloseTo(1000 + Math.LN2, 3);
    expect(gradient((x) => np.logsumexp(x), [1000, 1000])).toEqual([0.5, 0.5]);
  });

  test("logsumexp replaces a maximum that is not finite by 0: finite parts keep their slopes", () => {
    expect(np.logsumexp(f64(-inf, -inf)).item()).toBe(-inf);
    expect(np.logsumexp(f64(inf, 1)).item()).toBe(inf);
    expect(gradient((x) => np.logsumexp(x), [-inf, 1])).toEqual([0, 1]);
    expect(gradient((x) => np.logsumexp(x), [inf, 1])).toEqual([nan, 0]);
    expect(gradient((x) => np.logsumexp(x), [-inf, -inf])).toEqual([nan, nan]);
  });

  test("logsumexp does not differentiate its maximum: the slopes sum to 1 at ties", () =>
    expect(gradient((x) => np.logsumexp(x), [2, 2, 2, 2])).toEqual([0.25, 0.25, 0.25, 0.25]));
});

describe("products", () => {
  test("reduce_prod's derivative is right with one zero, with several, and without", () => {
    expect(gradient((x) => x.prod(), [2, 3, 4])).toEqual([12, 8, 6]);
    expect(gradient((x) => x.prod(), [0, 3, 4])).toEqual([12, 0, 0]);
    expect(gradient((x) => x.prod(), [0, 0, 4])).toEqual([0, 0, 0]);
    expect(gradient((x) => x.prod(), [5])).toEqual([1]);
  });

  test("reduce_prod's second derivative is right with zeros", () => {
    const second = (x: NDArray): NDArray =>
      jvp(
        grad((v: NDArray) => v.prod()),
        [x],
        [np.onesLike(x)],
      )[1];
    expect(second(f64(0, 0, 4)).js()).toEqual([4, 4, 0]);
  });

  test("cumprod's derivative is right with zeros", () => {
    const total = (x: NDArray): NDArray => x.cumprod().sum();
    expect(gradient(total, [2, 3, 4])).toEqual([16, 10, 6]);
    expect(gradient(total, [2, 0, 4])).toEqual([1, 10, 0]);
    expect(gradient(total, [0, 0, 4])).toEqual([1, 0, 0]);
  });
});

describe("running and sorted", () => {
  test("cumsum's transpose is the reverse cumsum", () => {
    expect(gradient((x) => x.cumsum(), [5, 6, 7, 8])).toEqual([10, 9, 7, 4]);
    expect(gradient((x) => lax.cumsum(x, 0, { reverse: true }), [5, 6, 7, 8])).toEqual([1, 3, 6, 10]);
  });

  test("cummax and cummin pass the derivative to the record's holder, ties shared as the scan meets them", () => {
    expect(gradient((x) => lax.cummax(x), [1, 3, 2, 4])).toEqual([1, 5, 0, 4]);
    expect(gradient((x) => lax.cummin(x), [1, 3, 2, 4])).toEqual([10, 0, 0, 0]);
    expect(gradient((x) => lax.cummax(x), [1, 1, 1, 0])).toEqual([3.75, 2.75, 3.5, 0]);
    expect(gradient((x) => lax.cummin(x), [1, 1, 1, 0])).toEqual([2.75, 1.75, 1.5, 4]);
  });

  test("cumlogsumexp's derivative is that of each prefix's logsumexp", () => {
    const x = f64(1, 3, 2, 4);
    const running = (v: NDArray): NDArray => lax.cumlogsumexp(v).slice(2);
    const prefix = (v: NDArray): NDArray => np.logsumexp(v.slice([0, 3]));
    expect(np.allclose(grad(running)(x), grad(prefix)(x), { rtol: 1e-14 }).item()).toBe(true);
  });

  test("sort permutes tangents with the values, stable at ties", () => {
    expect(gradient((x) => x.sort(), [3, 1, 2, 0])).toEqual([4, 2, 3, 1]);
    expect(gradient((x) => x.sort(), [1, 1, 0, 1])).toEqual([2, 3, 1, 4]);
    const [values, tangents] = jvp((x: NDArray) => x.sort(), [f32(2, nan, 1)], [f32(10, 20, 30)]);
    expect([values.js(), tangents.js()]).toEqual([
      [1, 2, nan],
      [30, 10, 20],
    ]);
  });

  test("top_k's values are differentiable and its indices are not", () => {
    const [[values, at], [dValues, dAt]] = jvp(
      (x: NDArray) => lax.topK(x, 2),
      [f32(3, 1, 2)],
      [f32(10, 20, 30)],
    );
    expect([values.js(), at.js()]).toEqual([
      [3, 2],
      [0, 2],
    ]);
    expect([dValues.js(), dAt.js(), dAt.dtype]).toEqual([[10, 30], [0, 0], "int32"]);
    expect(gradient((x) => lax.topK(x, 2)[0], [3, 1, 2])).toEqual([1, 0, 2]);
  });
});
