/**
 * What a branch makes of lanes that do not take it: nothing, in any derivative, NaN and infinities included. The numbers are JAX's;
 * where JAX refuses, they are those of forward mode.
 */
import {
  customJvp,
  DifferentiationError,
  grad,
  hessian,
  jit,
  jvp,
  lax,
  linearize,
  linearTranspose,
  type NDArray,
  numpy as np,
  vjp,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";

const f64 = (...values: number[]): NDArray => np.array(values, { dtype: "float64" });

const x = f64(0, -1, 4);
const w = f64(1, 2, 3);

type Scalar = (v: NDArray) => NDArray;

const cube: Scalar = (v) => v.mul(v).mul(v);
const aboveZero =
  (yes: Scalar, no: Scalar): Scalar =>
  (v) =>
    lax.cond(v.greater(0), yes, no, v);
const sumOf =
  (f: Scalar): Scalar =>
  (v) =>
    vmap(f)(v).sum();

/** The elements; -0 is 0. */
const elements = (y: NDArray): unknown => y.add(0).js();

describe.each<[string, Scalar, number, number, number]>([
  ["sqrt x", np.sqrt, 2, 0.25, -0.03125],
  ["log x", np.log, 1.3862943611198906, 0.25, -0.0625],
  ["1 / x", (v) => np.reciprocal(v), 0.25, -0.0625, 0.03125],
])("%s where x > 0, elsewhere x^3, in lanes at 0, -1 and 4:", (_, g, value, slope, curvature) => {
  const f = aboveZero(g, cube);
  const second = [
    [0, 0, 0],
    [0, -6, 0],
    [0, 0, curvature],
  ];

  test("the value is finite", () => expect(vmap(f)(x).js()).toEqual([0, -1, value]));

  test("so is grad, within vmap and around it", () => {
    for (const slopes of [vmap(grad(f)), grad(sumOf(f)), jit(vmap(grad(f))), jit(grad(sumOf(f)))])
      expect(elements(slopes(x))).toEqual([0, 3, slope]);
  });

  test("so are tangents and cotangents", () => {
    const expected = [0, 6, 3 * slope];
    expect(elements(jvp(vmap(f), [x], [w])[1])).toEqual(expected);
    expect(elements(linearize(vmap(f), [x])[1](w))).toEqual(expected);
    expect(elements(vjp(vmap(f), [x])[1](w)[0])).toEqual(expected);
    expect(elements(vmap((v: NDArray, t: NDArray) => vjp(f, [v])[1](t)[0])(x, w))).toEqual(expected);
  });

  test("so are second derivatives, in every order of modes", () => {
    for (const curvatures of [hessian(sumOf(f)), jit(hessian(sumOf(f)))])
      expect(elements(curvatures(x))).toEqual(second);
    const total = (v: NDArray): NDArray => grad(sumOf(f))(v).sum();
    expect(elements(grad(total)(x))).toEqual([0, -6, curvature]);
    expect(elements(vmap(grad(grad(f)))(x))).toEqual([0, -6, curvature]);
  });

  test("so is all of that in a branch of a branch", () => {
    const inner = (v: NDArray): NDArray =>
      lax.cond(
        v.greater(-2),
        (u: NDArray) => f(u),
        (u: NDArray) => g(u),
        v,
      );
    expect(elements(grad(sumOf(inner))(x))).toEqual([0, 3, slope]);
    expect(elements(vmap(grad(inner))(x))).toEqual([0, 3, slope]);
    expect(elements(hessian(sumOf(inner))(x))).toEqual(second);
  });

  test("so are two batches, one inside the other", () => {
    const rows = (v: NDArray): NDArray => vmap(vmap(f, 0), 1)(v.reshape([3, 1])).sum();
    expect(elements(grad(rows)(x))).toEqual([0, 3, slope]);
  });
});

test("a batch of operands around a batch of predicates: each lane has the derivative of its branch", () => {
  const bits = np.array([true, false, true]);
  const each = (v: NDArray): NDArray => vmap((bit: NDArray) => lax.cond(bit, np.sqrt, cube, v))(bits).sum();
  // sqrt' + (v^3)' + sqrt' at 1/4 and 4.
  const quarters = f64(0.25, 4);
  const slopes = [2 + 3 / 16, 48.5];
  expect(elements(grad((v: NDArray) => vmap(each)(v).sum())(quarters))).toEqual(slopes);
  expect(elements(vmap(grad(each))(quarters))).toEqual(slopes);
  expect(elements(jvp(vmap(each), [quarters], [np.onesLike(quarters)])[1])).toEqual(slopes);
});

test("an operand that all lanes share is differentiated in the lanes that take the branch", () => {
  const root = (a: NDArray, v: NDArray): NDArray => np.sqrt(a.mul(v));
  const third = (a: NDArray, v: NDArray): NDArray => cube(a.mul(v));
  const f = (a: NDArray): NDArray => vmap((v: NDArray) => lax.cond(v.greater(0), root, third, a, v))(x).sum();
  // 0, -a^3, 2 sqrt(a)
  expect(grad(f)(np.array(4, { dtype: "float64" })).item()).toBe(-48 + 0.5);
});

describe("a branch on tangents, in the rule of a customJvp,", () => {
  const root = customJvp((v: NDArray) => aboveZero(np.sqrt, (u) => u.mul(3))(v));
  root.defjvp(([v], [dv]) => [
    root(v),
    lax.cond(
      v.greater(0),
      (u: NDArray, du: NDArray) => du.div(np.sqrt(u).mul(2)),
      (_: NDArray, du: NDArray) => du.mul(3),
      v,
      dv,
    ),
  ]);

  test("is transposed, and adds nothing in lanes that do not take it", () => {
    for (const slopes of [vmap(grad(root)), grad(sumOf(root)), jit(grad(sumOf(root)))])
      expect(slopes(x).js()).toEqual([3, 3, 0.25]);
    expect(elements(hessian(sumOf(root))(x))).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, -0.03125],
    ]);
  });

  test("is linear: a vmapped cond has a transpose, whose index a lane chooses", () => {
    const bits = np.array([true, false, true]);
    const scaled = (v: NDArray): NDArray =>
      vmap((bit: NDArray, u: NDArray) =>
        lax.cond(
          bit,
          (a: NDArray) => a.mul(2),
          (a: NDArray) => a.mul(3),
          u,
        ),
      )(bits, v);
    expect(elements(linearTranspose(scaled, [x])(w)[0])).toEqual([2, 6, 6]);
    expect(elements(linearTranspose(jit(scaled), [x])(w)[0])).toEqual([2, 6, 6]);
  });

  test("may not stop one: what is constant to differentiation has no transpose", () => {
    const stopped = customJvp((v: NDArray) => v.mul(3));
    stopped.defjvp(([v], [dv]) => [stopped(v), lax.stopGradient(dv).mul(3)]);
    expect(() => grad(sumOf(stopped))(x)).toThrow(DifferentiationError);
    expect(() => grad(sumOf(stopped))(x)).toThrow("stopGradient cannot be transposed");
  });
});

test("integers and bools are fed to branches as they are", () => {
  const f = (n: NDArray, bit: NDArray): NDArray =>
    lax.cond(
      bit,
      (a: NDArray) => a.mul(2),
      (a: NDArray) => a.sub(1),
      n,
    );
  const n = np.array([1, 2], { dtype: "int32" });
  expect(vmap(f)(n, np.array([true, false])).js()).toEqual([2, 1]);
});
