/** scan, while, fori and cond: what they differentiate, and the types of their carries. */
import {
  CarryTypeError,
  DifferentiationError,
  grad,
  jit,
  jvp,
  lax,
  makeJaxpr,
  type NDArray,
  numpy as np,
  ShapeError,
  TreeError,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";
import { f32, f64, floats, i32, scalar, show, u32, unchecked } from "./statement.js";

describe("while", () => {
  const double = (x: NDArray): NDArray =>
    lax.whileLoop(
      (c: NDArray) => c.less(100),
      (c: NDArray) => c.mul(2),
      x,
    );

  test("has forward derivatives", () => {
    for (const dtype of floats) {
      expect(jvp(double, [scalar(3, dtype)], [scalar(1, dtype)]).map((y) => y.item())).toEqual([192, 64]);
      expect(jit((x: NDArray) => jvp(double, [x], [np.onesLike(x)])[1])(scalar(3, dtype)).item()).toBe(64);
      expect(
        vmap((x: NDArray) => jvp(double, [x], [np.onesLike(x)])[1])(np.array([3, 60], { dtype })).js(),
      ).toEqual([64, 2]);
    }
  });

  test("has no reverse derivative: the error says what to use", () => {
    expect(() => grad(double)(3)).toThrow(DifferentiationError);
    expect(() => jit(grad(double))(3)).toThrow(/scan.*foriLoop/);
  });
});

describe("foriLoop", () => {
  const power = (n: number | NDArray) => (x: NDArray) =>
    lax.foriLoop(0, n, (_, c: NDArray) => c.mul(x), np.onesLike(x));

  test("with plain numbers as bounds is a scan, so it has reverse derivatives", () => {
    const names = makeJaxpr(power(3))(2).jaxpr.eqns.map((eqn) => eqn.primitive.name);
    expect(names).toContain("scan");
    expect(names).not.toContain("while");
    expect([grad(power(3))(2).item(), grad(grad(power(3)))(2).item()]).toEqual([12, 12]);
  });

  test("with a traced bound is a while, and has none", () => {
    const bound = i32(3).sum();
    const names = makeJaxpr(power(bound))(2).jaxpr.eqns.map((eqn) => eqn.primitive.name);
    expect(names).toContain("while");
    expect(power(bound)(scalar(2)).item()).toBe(8);
    expect(() => grad(power(bound))(2)).toThrow(DifferentiationError);
    expect(jit((n: NDArray) => power(n)(scalar(2)))(i32(4).sum()).item()).toBe(16);
  });

  test("reads bounds as int32, and hands the body an int32 index", () =>
    expect(show(lax.foriLoop(2, 5, (i, c: NDArray) => c.add(i), i32(0).sum()))).toBe("int32[] 9"));
});

test("switch clamps its index", () => {
  const branches = [10, 20, 30].map((k) => (x: NDArray) => x.mul(k));
  const pick = (i: NDArray): NDArray => lax.switch(i, branches, 1);
  const at = [-7, -1, 0, 1, 2, 3, 99];
  const expected = [10, 10, 10, 20, 30, 30, 30];
  expect(at.map((i) => pick(scalar(i, "int32")).item())).toEqual(expected);
  expect(at.map((i) => jit(pick)(scalar(i, "int32")).item())).toEqual(expected);
  expect(at.map((i) => lax.switch(i, branches, 1).item())).toEqual(expected);
});

describe("a scan's carry keeps its type", () => {
  test("else the error names the component and both types", () => {
    const run = (): unknown =>
      lax.scan(
        (c: { readonly a: NDArray; readonly b: readonly NDArray[] }, x: NDArray) => [
          { a: c.a, b: [c.b[0].add(x)] },
          null,
        ],
        { a: f32(1), b: [i32(1).sum()] },
        f32(1, 2),
      ); // prettier than formatted
    expect(run).toThrow(CarryTypeError);
    expect(run).toThrow(/scan: the carry at \.b\[0\] went in as i32\[\] and the body returned f32\[\]/);
  });

  test("and its tree", () => {
    const grow = (c: NDArray): unknown => [[c, c], null];
    expect(() => lax.scan(unchecked(grow), unchecked(1), null, { length: 2 })).toThrow(TreeError);
  });

  test("and its shape", () => {
    const run = (): unknown =>
      lax.scan((c: NDArray, x: NDArray) => [np.concatenate([c, x.reshape([1])]), null], f32(1), f32(1, 2));
    expect(run).toThrow(/went in as f32\[1\] and the body returned f32\[2\]/);
  });

  test("a bool carry does not become an integer", () =>
    expect(() => lax.scan((c: NDArray, x: NDArray) => [c.add(x), null], true, i32(1))).toThrow(
      /went in as bool\[\].*i32\[\]/,
    ));
});

test("a scan's lengths must agree: else a ShapeError lists them", () => {
  const body = (c: NDArray): readonly [NDArray, null] => [c, null];
  expect(() => lax.scan(body, 0, [f32(1, 2, 3), f32(1, 2)])).toThrow(ShapeError);
  expect(() => lax.scan(body, 0, [f32(1, 2, 3), f32(1, 2)])).toThrow(/3, 2/);
  expect(() => lax.scan(body, 0, f32(1, 2, 3), { length: 4 })).toThrow(/3, 4/);
});

describe("a plain number in an initial carry", () => {
  const sum = (start: number, xs: NDArray): string =>
    show(lax.scan((c: NDArray, x: NDArray) => [c.add(x), c], start, xs));

  test("takes the body's dtype: int32 beside int32s, float64 beside float64s", () => {
    expect(sum(0, i32(1, 2))).toBe("int32[] 3; int32[2] [0, 1]");
    expect(sum(0, u32(1, 2))).toBe("uint32[] 3; uint32[2] [0, 1]");
    expect(sum(0, f32(1, 2))).toBe("float32[] 3; float32[2] [0, 1]");
    expect(sum(0, f64(1, 2))).toBe("float64[] 3; float64[2] [0, 1]");
    expect(sum(0.5, i32(1, 2))).toBe("float32[] 3.5; float32[2] [0.5, 1.5]");
  });

  test("that nothing claims is a float32", () =>
    expect(show(lax.scan((c: NDArray) => [c.mul(2), null], 1, null, { length: 3 })[0])).toBe("float32[] 8"));

  /** The values of a carry of zeros, and how often the body was traced. */
  const traced = (
    body: (c: readonly NDArray[], x: NDArray) => readonly NDArray[],
    size: number,
    xs: NDArray,
  ): readonly [string, number] => {
    let traces = 0;
    const [last] = lax.scan(
      (c: readonly NDArray[], x: NDArray) => {
        traces++;
        return [body(c, x), null];
      },
      Array.from({ length: size }, () => 0),
      xs,
    );
    return [show(last), traces];
  };

  test("that the body makes stronger is traced again, at most twice", () => {
    expect(traced(([a], x) => [a.add(x)], 1, i32(1, 2))).toEqual(["int32[] 3", 2]);
    expect(traced(([a, b], x) => [a.add(x), a.add(b)], 2, i32(1, 2))).toEqual(["int32[] 3; int32[] 1", 3]);
    expect(traced(([a, b], x) => [a.add(x), a.add(b)], 2, f64(1, 2))).toEqual([
      "float64[] 3; float64[] 1",
      3,
    ]);
  });

  test("that needs more than that is a CarryTypeError", () => {
    const chain = ([a, b, c]: readonly NDArray[], x: NDArray): readonly NDArray[] => [
      x,
      a.add(1),
      b.add(1),
      c.add(1),
    ];
    expect(() => traced(chain, 4, f64(1, 2))).toThrow(CarryTypeError);
  });

  test("in a delay line takes the type of what comes in, whatever the line's length", () => {
    const delay = (c: readonly NDArray[], x: NDArray): readonly NDArray[] => [x, ...c.slice(0, -1)];
    expect(traced(delay, 4, i32(1, 2))).toEqual(["int32[] 2; int32[] 1; int32[] 0; int32[] 0", 2]);
    expect(traced(delay, 4, f64(1, 2))).toEqual(["float64[] 2; float64[] 1; float64[] 0; float64[] 0", 2]);
  });

  test("beside one that is claimed is still a float32 of its own", () =>
    expect(traced(([n, a], x) => [n.add(1), a.add(x)], 2, i32(5, 6))).toEqual([
      "float32[] 2; int32[] 11",
      2,
    ]));
});

test("cond runs the branch taken alone, and any number that is not 0 is true", () => {
  const branch = (p: NDArray | number | boolean): unknown =>
    lax.cond(
      p,
      () => "taken",
      () => "not",
    );
  expect(() => branch(true)).toThrow(TreeError); // branches return trees of arrays
  const pick = (p: NDArray | number | boolean): unknown =>
    lax
      .cond(
        p,
        (x: NDArray) => x,
        (x: NDArray) => x.neg(),
        1,
      )
      .item();
  expect([true, false, 1, 0, 2.5, i32(0).sum(), i32(7).sum()].map(pick)).toEqual([1, -1, 1, -1, 1, -1, 1]);
});
