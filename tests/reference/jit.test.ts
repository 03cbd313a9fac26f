/** jit: when it traces, what it refuses, what it keeps equal, and how to switch it off. */
import {
  ArgumentError,
  ConcretizationError,
  CotangentError,
  debugNans,
  disableJit,
  grad,
  jit,
  LeakedTracerError,
  lax,
  type NDArray,
  NonFiniteError,
  numpy as np,
  random,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";
import { bools, f32, f64, floats, i32, scalar, show, u32, unchecked } from "./statement.js";

/** How often the function given to jit is called. */
function counting<A extends unknown[], R>(
  f: (...args: A) => R,
): { readonly f: (...args: A) => R; readonly count: () => number } {
  let calls = 0;
  return {
    f: (...args) => {
      calls++;
      return f(...args);
    },
    count: () => calls,
  };
}

describe("jit traces a function", () => {
  test("once for all arguments of one shape, dtype and weak type, whatever their values", () => {
    const { f, count } = counting((x: NDArray) => x.mul(2));
    const g = jit(f);
    for (const x of [f32(1, 2), f32(3, 4), np.zeros([2])]) g(x);
    expect(count()).toBe(1);
  });

  test("again for another shape, dtype, weak type or tree", () => {
    const { f, count } = counting((x: NDArray | readonly NDArray[]) => x);
    const g = jit(f);
    const different = [
      f32(1, 2),
      f32(1),
      np.ones([1, 2]),
      f64(1, 2),
      i32(1, 2),
      u32(1, 2),
      bools(true, true),
      scalar(1),
      np.asarray(1),
      [f32(1, 2)],
    ];
    for (const x of [...different, ...different]) g(x);
    expect(count()).toBe(different.length);
  });

  test("with a plain number as a weak float32 scalar whatever its value: 3 and 3.5 are one program", () => {
    const { f, count } = counting((x: NDArray) => x);
    const g = jit(f);
    expect([g(3), g(3.5), g(-1)].map((y) => [y.dtype, y.weakType, y.shape])).toEqual(
      [1, 1, 1].map(() => ["float32", true, []]),
    );
    expect(count()).toBe(1);
    for (const transformed of [
      vmap((x: NDArray, _: NDArray) => x, [null, 0]),
      (x: number) => grad((y: NDArray) => y.mul(y))(x),
    ]) {
      expect(transformed(3, unchecked(f32(1))).dtype).toBe("float32");
    }
  });

  test("again for another static argument, compared by value and type as Object.is does", () => {
    const { f, count } = counting((x: NDArray, mode: unknown) => x.mul(mode === "1" ? 10 : Number(mode)));
    const g = jit(f, { staticArgnums: 1 });
    expect([g(2, 1).item(), g(3, 1).item(), g(2, "1").item(), g(2, `${1}`).item()]).toEqual([2, 3, 20, 20]);
    expect(count()).toBe(2);
    g(2, true);
    g(2, Number.NaN);
    g(2, Number.NaN);
    expect(count()).toBe(4);
    const [first, second] = [{ n: 1 }, { n: 1 }];
    g(2, first);
    g(2, second);
    g(2, first);
    expect(count()).toBe(6); // objects are equal to themselves alone
  });

  test("again for each jit made of it: options belong to the program", () => {
    const { f, count } = counting((x: NDArray) => x.mul(2));
    jit(f)(1);
    jit(f, { fastMath: true })(1);
    expect(count()).toBe(2);
  });

  test("so its side effects happen while it is traced, and only then", () => {
    const log: string[] = [];
    const g = jit((x: NDArray) => {
      log.push(String(x.dtype));
      return x.add(1);
    });
    g(f32(1));
    g(f32(2));
    g(f64(3));
    expect(log).toEqual(["float32", "float64"]);
  });

  test("so closures and outer variables are read when it is traced", () => {
    let factor = 2;
    let offset = f32(100);
    const g = jit((x: NDArray) => x.mul(factor).add(offset));
    expect(g(f32(1)).js()).toEqual([102]);
    factor = 3;
    offset = f32(200);
    expect(g(f32(1)).js()).toEqual([102]);
    expect(g(f32(1, 1)).js()).toEqual([203, 203]); // another shape is traced now
  });
});

describe("under jit", () => {
  const x = f32(1, 2);

  test.each([
    ["item()", (v: NDArray) => v.sum().item()],
    ["js()", (v: NDArray) => v.js()],
    ["dataSync()", (v: NDArray) => v.dataSync()],
    ["a mask as an index", (v: NDArray) => v.slice(v.greater(0))],
    ["nonzero, whose shape depends on the data", (v: NDArray) => np.nonzero(v)],
    ["unique, whose shape depends on the data", (v: NDArray) => np.unique(v)],
  ] as const)("%s is a ConcretizationError that names it", (name, f) => {
    expect(() => jit(unchecked(f))(unchecked(x))).toThrow(ConcretizationError);
    expect(() => jit(unchecked(f))(unchecked(x))).toThrow(
      new RegExp(`${name.split(/[ (,]/)[1] === "mask" ? "mask" : name.split(/[ (,]/)[0]}.*jit`),
    );
    expect(() => vmap(unchecked(f))(unchecked(np.stack([x, x])))).toThrow(ConcretizationError);
  });

  test("a traced value is no size, axis or length: those are plain numbers", () => {
    const attempts: readonly ((n: NDArray) => unknown)[] = [
      (n) => np.zeros(unchecked(n)),
      (n) => np.ones([6]).reshape(unchecked([n, 2])),
      (n) => x.sum(unchecked(n)),
      (n) => lax.scan((c: NDArray) => [c, null], 0, null, { length: unchecked(n) }),
    ];
    for (const f of attempts) expect(() => jit(unchecked(f))(unchecked(2))).toThrow(CotangentError);
  });

  test("a tracer that outlived its trace is a LeakedTracerError", () => {
    let leaked: NDArray = x;
    const leak = (v: NDArray): NDArray => {
      leaked = v;
      return v.sum();
    };
    for (const transformed of [jit(leak), grad(leak), vmap(leak)]) {
      transformed(x);
      expect(() => leaked.add(1)).toThrow(LeakedTracerError);
      expect(() => jit((v: NDArray) => v.add(leaked))(x)).toThrow(LeakedTracerError);
    }
    lax.scan((c: NDArray, v: NDArray) => [leak(c.add(v)), null], 0, x);
    expect(() => leaked.add(1)).toThrow(LeakedTracerError);
  });

  test("if on a tracer is always true, since an object is: where or cond is the way out", () => {
    const f = (v: NDArray): NDArray => (v.greater(0) ? v : v.neg());
    expect([jit(f)(-1).item(), f(scalar(-1)).item()]).toEqual([-1, -1]);
    expect(jit((v: NDArray) => np.where(v.greater(0), v, v.neg()))(-1).item()).toBe(1);
  });

  test("an async function is refused: it returns a Promise", () => {
    const f = async (v: NDArray): Promise<NDArray> => v;
    for (const run of [() => jit(f)(x), () => vmap(f)(x), () => grad(unchecked(f))(unchecked(x))]) {
      expect(run).toThrow(CotangentError);
      expect(run).toThrow(/async|Promise/);
    }
  });
});

describe("jit equals eager bit for bit", () => {
  const programs: Readonly<Record<string, (x: NDArray) => NDArray>> = {
    "elementwise chains": (x) => np.tanh(np.sin(x).mul(x).add(np.exp(x.neg()))),
    "reductions and contractions": (x) => np.matmul(x, x.T).sum(0).div(x.mean()),
    "a softmax": (x) => np.exp(x.sub(np.logsumexp(x, 1, { keepdims: true }))),
    loops: (x) => lax.foriLoop(0, 5, (i, c: NDArray) => np.cos(c).add(i), x),
    gradients: grad((x: NDArray) => np.log1p(np.exp(x)).prod()),
    batches: vmap((row: NDArray) => row.div(row.std())),
    sorting: (x) => np.cumsum(np.sort(x, 1), 0),
  };

  test.each(Object.entries(programs))("for %s", (_, f) => {
    for (const dtype of floats) {
      const x = random.normal(random.key(3), [7, 19], { dtype });
      expect([...jit(f)(x).dataSync()]).toEqual([...f(x).dataSync()]);
    }
  });

  test("and inner calls under grad change no more than a few ulp", () => {
    const inner = jit((x: NDArray) => np.sin(x).mul(x));
    const plain = (x: NDArray): NDArray => np.sin(x).mul(x);
    const loss = (f: (x: NDArray) => NDArray) => (x: NDArray) => f(f(x)).add(x).sum();
    for (const dtype of floats) {
      const x = random.normal(random.key(4), [64], { dtype });
      const eps = dtype === "float32" ? 2 ** -23 : 2 ** -52;
      const [a, b] = [grad(loss(inner))(x), grad(loss(plain))(x)];
      expect(np.abs(a.sub(b)).max().item()).toBeLessThanOrEqual(4 * eps * Number(np.abs(b).max().item()));
    }
  });

  test("for array arguments; a number is a float under jit that eager code sees as it is", () => {
    const f = (x: NDArray | number): NDArray => np.multiply(x, i32(2));
    expect([show(f(3)), show(jit(f)(3))]).toEqual(["int32[1] [6]", "float32[1] [6]"]);
  });
});

describe("disableJit", () => {
  test("runs scan and while as host loops over the body, whose values are known", () => {
    const seen: unknown[] = [];
    const look = (c: NDArray): NDArray => {
      seen.push(c.item());
      return c.mul(2);
    };
    const [last, all] = disableJit(() =>
      lax.scan((c: NDArray) => [look(c), c], scalar(1), null, { length: 3 }),
    );
    expect([last.item(), all.js(), seen]).toEqual([8, [1, 2, 4], [1, 2, 4]]);
    seen.length = 0;
    const reached = disableJit(() =>
      lax.whileLoop(
        (c: NDArray) => c.less(5),
        (c: NDArray) => look(c),
        scalar(1),
      ),
    );
    expect([reached.item(), seen]).toEqual([8, [1, 2, 4]]);
  });

  test("calls jitted functions as they are, and switches only what runs inside", () => {
    const { f, count } = counting((x: NDArray) => x.mul(2));
    const g = jit(f);
    disableJit(() => [g(f32(1)), g(f32(1))]);
    expect(count()).toBe(2);
    g(f32(1));
    g(f32(1));
    expect(count()).toBe(3);
  });

  test("ends with a throw too", () => {
    expect(() =>
      disableJit(() => {
        throw new RangeError("from inside");
      }),
    ).toThrow(RangeError);
    const { f, count } = counting((x: NDArray) => x);
    const g = jit(f);
    g(1);
    g(1);
    expect(count()).toBe(1);
  });

  test("gives plain numbers in a carry the types that the compiled loop gives them", () => {
    const programs: readonly (() => unknown)[] = [
      () => lax.scan((c: NDArray, x: NDArray) => [c.add(x), c], 0, i32(1, 2)),
      () => lax.scan((c: NDArray, x: NDArray) => [c.add(x), c], 0, f64(1, 2)),
      () => lax.scan((c: NDArray, x: NDArray) => [c.add(x), c], 0, i32(1, 2, 3), { reverse: true }),
      () => lax.scan((c: NDArray) => [c.mul(2), c], 1, null, { length: 3 }),
      () => lax.scan(([a, b, c]: readonly NDArray[], x: NDArray) => [[x, a, b], c], [0, 0, 0], i32(1, 2)),
      () => lax.scan(([a, b, c]: readonly NDArray[], x: NDArray) => [[x, a, b], c], [0, 0, 0], f64(1, 2)),
      () => lax.scan(([a, b]: readonly NDArray[]) => [[b, a.add(b)], a], [0, 1], null, { length: 9 }),
      () => lax.foriLoop(0, 4, (i, c: NDArray) => c.add(i), 0),
      () => lax.foriLoop(2, 2, (_, c: NDArray) => c.mul(2), 5),
      () => lax.map((x: NDArray) => x.mul(2), i32(1, 2)),
      () =>
        lax.whileLoop<readonly [NDArray, NDArray]>(
          ([n]) => n.less(3),
          ([n, c]) => [n.add(1), c.add(i32(2).sum())],
          [0, 0],
        ),
    ];
    for (const run of programs) expect(show(disableJit(run))).toBe(show(run()));
  });

  test("gives functions arrays where plain numbers are passed, and arrays back", () => {
    const f = jit((x: NDArray, n: number) => ({ y: x.mul(n), n }), { staticArgnums: 1 });
    expect(show(disableJit(() => f(3, 2)))).toBe(show(f(3, 2)));
    const branch = (): unknown =>
      lax.cond(
        true,
        () => 3,
        () => 4,
      );
    expect(show(disableJit(branch))).toBe("float32[] 3");
  });

  test("leaves loops and branches whose condition is traced all the same compiled: vmap's", () => {
    const choose = (x: NDArray): NDArray =>
      lax.cond(
        x.greater(0),
        (v: NDArray) => v.mul(2),
        (v: NDArray) => v,
        x,
      );
    const double = (x: NDArray): NDArray =>
      lax.whileLoop(
        (c: NDArray) => c.less(9),
        (c: NDArray) => c.mul(2),
        x,
      );
    expect(disableJit(() => vmap(choose)(f32(1, -1))).js()).toEqual([2, -1]);
    expect(disableJit(() => vmap(double)(f32(1, 3, 10))).js()).toEqual([16, 12, 10]);
  });

  test("cannot tell the type of what a scan without turns would stack, and says so", () =>
    expect(() =>
      disableJit(() => lax.scan((c: NDArray, x: NDArray) => [c.add(x), c], 0, np.zeros([0]))),
    ).toThrow(ArgumentError));

  test("does not change gradients or batches", () => {
    const f = (x: NDArray): NDArray => lax.scan((c: NDArray) => [np.sin(c), null], x, null, { length: 3 })[0];
    expect(disableJit(() => grad(f)(0.5)).item()).toBe(grad(f)(0.5).item());
    expect(disableJit(() => vmap(f)(f32(0.5, 1))).js()).toEqual(vmap(f)(f32(0.5, 1)).js());
  });
});

test("switching debugNans on concerns functions that were compiled before, too", () => {
  const f = jit((x: NDArray) => np.log(x));
  expect(f(-1).item()).toBeNaN();
  debugNans(true);
  try {
    expect(() => f(-1)).toThrow(NonFiniteError);
  } finally {
    debugNans(false);
  }
  expect(f(-1).item()).toBeNaN();
});
