/** vmap: its axes, its errors, and what it makes of control flow. */
import {
  ArgumentError,
  grad,
  jit,
  lax,
  makeJaxpr,
  type NDArray,
  numpy as np,
  ShapeError,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";
import { bools, f32, i32, scalar, show, unchecked } from "./statement.js";

const m = np.array([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("inAxes", () => {
  const dot = (x: NDArray, y: NDArray): NDArray => np.dot(x, y);

  test("may be one number for all arguments", () => {
    expect(vmap(dot, 1)(m, m).js()).toEqual([17, 29, 45]);
    expect(vmap(dot, { inAxes: 1 })(m, m).js()).toEqual([17, 29, 45]);
  });

  test("may be null for what is not mapped", () =>
    expect(vmap(dot, [0, null])(m, f32(1, 0, 1)).js()).toEqual([4, 10]));

  test("may be a list at top level, one entry an argument", () => {
    expect(vmap(dot, [0, 0])(m, m).js()).toEqual([14, 77]);
    expect(vmap(dot, [1, 0])(m.T, m).js()).toEqual([14, 77]);
  });

  test("may be a tree that is a prefix of the arguments", () => {
    const f = (p: { readonly w: readonly [NDArray, NDArray]; readonly b: NDArray }, x: NDArray): NDArray =>
      p.w[0].mul(x).add(p.w[1]).add(p.b);
    const p = { w: [f32(1, 2), f32(10, 20)], b: scalar(100) } as const;
    expect(vmap(f, [{ w: 0, b: null }, null])(p, 3).js()).toEqual([113, 126]);
    expect(vmap(f, [{ w: [0, null], b: null }, 0])({ ...p, w: [p.w[0], scalar(5)] }, f32(3, 4)).js()).toEqual(
      [108, 113],
    );
  });

  test("may be negative: counted from the end", () => {
    expect(vmap((x: NDArray) => x.sum(), -1)(m).js()).toEqual([5, 7, 9]);
    expect(vmap((x: NDArray) => x, 0, -1)(m).js()).toEqual(m.T.js());
  });
});

describe("vmap refuses", () => {
  const identity = (x: NDArray): NDArray => x;

  test("sizes that differ, naming the arguments", () => {
    const run = (): unknown =>
      vmap((p: { readonly a: NDArray }, y: NDArray) => p.a.add(y))({ a: f32(1, 2, 3) }, f32(1, 2));
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(/args\[0\]\.a has 3 .*args\[1\] has 2/);
  });

  test("axes that are all null", () =>
    expect(() => vmap(identity, [null])(m)).toThrow(/all inAxes are null/));

  test("an axis as large as the rank", () => {
    expect(() => vmap(identity, 2)(m)).toThrow(ShapeError);
    expect(() => vmap(identity, 2)(m)).toThrow(/axis 2 of args\[0\]/);
    expect(() => vmap(identity, -3)(m)).toThrow(/axis -3 of args\[0\]/);
    expect(() => vmap(identity)(1)).toThrow(/no axes/);
  });

  test("outAxes null for an output that is mapped", () => {
    expect(() => vmap(identity, 0, null)(m)).toThrow(ArgumentError);
    expect(() => vmap(identity, 0, null)(m)).toThrow(/outAxes is null/);
    expect(vmap((_: NDArray, y: NDArray) => y, [0, null], null)(m, 5).item()).toBe(5);
  });
});

test("an output that is not mapped is broadcast", () => {
  expect(show(vmap((x: NDArray, y: NDArray) => [x, y], [0, null])(f32(1, 2), 7))).toBe(
    "float32[2] [1, 2]; float32[2] [7, 7]",
  );
  expect(show(vmap((_: NDArray) => i32(1, 2), 0, 1)(f32(5, 6, 7)))).toBe("int32[2,3] [[1, 1, 1], [2, 2, 2]]");
});

test("outAxes is where the batch ends up, among as many axes as there are", () => {
  const spread = (n: NDArray): NDArray => np.arange(24).reshape([4, 3, 2]).mul(n);
  const n = f32(1, 10, 100, 1000, 10000);
  const inFront = vmap(spread)(n);
  for (const axis of [0, 1, 2, 3, -1, -2, -3, -4]) {
    const moved = vmap(spread, 0, axis)(n);
    expect(moved.shape).toEqual(np.moveaxis(inFront, 0, axis).shape);
    expect(np.arrayEqual(moved, np.moveaxis(inFront, 0, axis)).item(), `axis ${axis}`).toBe(true);
    const unmapped = vmap((_: NDArray) => np.arange(24).reshape([4, 3, 2]), 0, axis)(n);
    expect(
      np
        .arrayEqual(
          np.moveaxis(unmapped, axis, 0),
          np.broadcastTo(np.arange(24).reshape([4, 3, 2]), [5, 4, 3, 2]),
        )
        .item(),
    ).toBe(true);
  }
});

test("a batch axis that already is where it is wanted stays there: nothing moves", () => {
  const sum = vmap((x: NDArray, y: NDArray) => np.sin(x.add(y)), 1, 1);
  expect(equations(sum, np.ones([3, 2]), np.ones([3, 2]))).not.toContain("transpose");
});

/** The names of a jaxpr's equations; those in loops and branches follow their loop. */
const equations = (f: (...args: NDArray[]) => unknown, ...args: NDArray[]): string =>
  String(makeJaxpr(f)(...args));

describe("vmap of cond", () => {
  const f = (p: NDArray, x: NDArray): NDArray =>
    lax.cond(
      p,
      (v: NDArray) => v.mul(2),
      (v: NDArray) => np.sin(v),
      x,
    );

  test("with a batched predicate becomes a select: both branches run", () => {
    const text = equations(vmap(f), bools(true, false), f32(1, 0));
    expect(text).not.toContain("cond[");
    for (const name of ["mul", "sin", "select_n"]) expect(text).toContain(name);
    expect(vmap(f)(bools(true, false), f32(3, 0)).js()).toEqual([6, 0]);
    expect(jit(vmap(f))(bools(true, false), f32(3, 0)).js()).toEqual([6, 0]);
  });

  test("with a predicate that is not batched stays a cond: one branch runs", () => {
    const text = equations(vmap(f, [null, 0]), bools(true).all(), f32(1, 0));
    expect(text).toContain("cond[");
    expect(text).not.toContain("select_n");
    expect(vmap(f, [null, 0])(true, f32(3, 4)).js()).toEqual([6, 8]);
  });

  test("gives the branch that is not taken an input it can bear: a NaN there does not reach the derivative", () => {
    const log = (x: NDArray): NDArray =>
      lax.cond(
        x.greater(0),
        (v: NDArray) => np.log(v),
        (v: NDArray) => v,
        x,
      );
    expect(vmap(grad(log))(f32(0, -1, 2)).js()).toEqual([1, 1, 0.5]);
  });

  test("feeds each branch its operands as they are: only results are selected", () => {
    const text = equations(vmap(f), bools(true, false), f32(1, 0));
    expect(text.match(/ = live_lanes /g)).toHaveLength(2);
    expect(text.match(/ = select_n /g)).toHaveLength(1);
  });
});

describe("vmap of while", () => {
  /** [turns, x doubled until it reaches the limit] */
  const double = (x: NDArray, limit: NDArray): readonly [NDArray, NDArray] =>
    lax.whileLoop<readonly [NDArray, NDArray]>(
      ([, c]) => c.less(limit),
      ([n, c]) => [n.add(1), c.mul(2)],
      [0, x],
    );

  test("with a batched predicate turns until all lanes are done, and finished lanes stay frozen", () => {
    expect(show(vmap(double, [0, null])(f32(1, 5, 200), 100))).toBe(
      "float32[3] [7, 5, 0]; float32[3] [128, 160, 200]",
    );
    expect(show(vmap(double, [null, 0])(1, f32(2, 100)))).toBe("float32[2] [1, 7]; float32[2] [2, 128]");
  });

  test("with a batched predicate batches the whole carry", () => {
    const text = equations(
      vmap((x: NDArray) => double(x, scalar(9))),
      f32(1, 2, 3),
    );
    expect(text).toMatch(/f32\[3\] \w+:f32\[3\] = while\[/);
    expect(text).toContain("reduce_or");
    expect(text).toContain("select_n");
  });

  test("freezes a finished lane before the body can make it NaN", () => {
    const halve = (x: NDArray): NDArray =>
      lax.whileLoop(
        (c: NDArray) => c.greater(0),
        (c: NDArray) => np.sqrt(c).sub(1), // NaN for a lane that has gone below 0
        x,
      );
    expect(vmap(halve)(f32(-4, 0.25, 9)).js()).toEqual([-4, -0.5, halve(scalar(9)).item()]);
  });

  test("with a predicate that is not batched finds the carries that are by a fixpoint", () => {
    const rotate = (x: NDArray): readonly NDArray[] =>
      lax.whileLoop<readonly [NDArray, NDArray, NDArray]>(
        ([n]) => n.less(5),
        ([n, , b]) => [n.add(1), b, b.add(x)],
        [0, 0, 0],
      );
    // The count stays a scalar; the second carry is batched only because the third is.
    expect(equations(vmap(rotate), f32(1, 2, 3))).toMatch(/\w+:f32\[\] \w+:f32\[3\] \w+:f32\[3\] = while\[/);
    expect(show(vmap(rotate)(f32(1, 2, 3)))).toBe(
      "float32[3] [5, 5, 5]; float32[3] [4, 8, 12]; float32[3] [5, 10, 15]",
    );
  });

  test("gives every lane what it has alone", () => {
    for (const [x, limit] of [
      [1, 100],
      [3, 50],
      [7, 7],
    ]) {
      const [turns, last] = double(scalar(x), scalar(limit));
      const [allTurns, allLast] = vmap(double)(f32(x, 1), f32(limit, 1000));
      expect([allTurns.slice(0).item(), allLast.slice(0).item()]).toEqual([turns.item(), last.item()]);
    }
  });
});

describe("vmap of scan", () => {
  const f = (xs: NDArray): readonly [readonly [NDArray, NDArray], NDArray] =>
    lax.scan<readonly [NDArray, NDArray], NDArray, NDArray>(
      ([n, c], x) => [[n.add(1), c.add(x)], c],
      [0, 0],
      xs,
    );

  test("finds the batched carries by a fixpoint: a counter stays a scalar", () =>
    expect(equations(vmap(f), m)).toMatch(/\w+:f32\[\] \w+:f32\[2\] \w+:f32\[3,2\] = scan\[/));

  test("keeps the batch axis out of the scanned axis", () => {
    expect(show(vmap(f)(m))).toBe(
      "float32[2] [3, 3]; float32[2] [6, 15]; float32[2,3] [[0, 1, 3], [0, 4, 9]]",
    );
    expect(show(vmap(f, 1)(m)[1])).toBe("float32[3,2] [[0, 1], [0, 2], [0, 3]]");
  });
});

test("a mapped function is called once, whatever the size of the batch", () => {
  let calls = 0;
  vmap((x: NDArray) => {
    calls++;
    return x.mul(2);
  })(np.ones([1000]));
  expect(calls).toBe(1);
});

test("an index of switch that is batched selects among all branches, out of range clamped", () => {
  const pick = (i: NDArray): NDArray =>
    lax.switch(
      i,
      [(v: NDArray) => v.mul(10), (v: NDArray) => v.mul(20), (v: NDArray) => v.mul(30)],
      scalar(1),
    );
  expect(vmap(pick)(i32(-5, 0, 1, 2, 9)).js()).toEqual([10, 10, 20, 30, 30]);
  expect(vmap((i: NDArray) => pick(i.astype("int32")))(unchecked(i32(1))).js()).toEqual([20]);
});
