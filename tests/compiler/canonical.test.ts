/** The text under which compiled code is kept: one for each program. */
import { customJvp, jit, lax, type NDArray, numpy as np } from "cotangent";
import { expect, test } from "vitest";
import { canonicalJaxpr } from "../../src/compiler/canonical.js";
import { traced } from "./simplify/text.js";

type F = (x: NDArray, y: NDArray) => NDArray;
const [x, y] = [np.array([1, 2, 3]), np.array([4, 5, 6])];
const textOf = (f: F): string => canonicalJaxpr(traced((a, b) => f(a, b), x, y));

test("programs that are traced twice have one text", () => {
  const f: F = (a, b) => lax.cond(a.sum().less(1), np.sin, np.cos, a.mul(b).add(1));
  expect(textOf(f)).toBe(textOf(f));
});

test("programs that differ in what an equation reads, in a number's sign or type, or in a parameter have texts of their own", () => {
  const programs: readonly F[] = [
    (a, b) => a.sub(b),
    (a, b) => b.sub(a),
    (a) => a.sub(a),
    (a) => a.sub(0),
    (a) => a.sub(-0),
    (a) => a.sub(Number.NaN),
    (a) => a.sum(0),
    (a) => a.sum(0, { keepdims: true }),
    (a) => a.astype("float64"),
    (a) => a.astype("int32"),
    (a, b) => np.sin(a).sub(np.sin(b)),
    (a, b) => np.sin(b).sub(np.sin(a)),
    (a) => lax.scan((c: NDArray) => [c.mul(a), null], a, null, { length: 2 })[0],
    (a) => lax.scan((c: NDArray) => [c.mul(c), null], a, null, { length: 2 })[0],
  ];
  expect(new Set(programs.map(textOf)).size).toBe(programs.length);
});

test("rules of one's own take no part in a program", () => {
  const withRule = (slope: number): F => {
    const own = customJvp((a: NDArray) => np.sin(a));
    own.defjvp(([a], [t]) => [np.sin(a), t.mul(slope)]);
    return (a) => own(a);
  };
  expect(textOf(withRule(2))).toBe(textOf(withRule(3)));
});

test("so x - y and y - x under one name are two programs", () => {
  const difference = (isBackwards: boolean) =>
    jit((a: NDArray, b: NDArray) => (isBackwards ? b.sub(a) : a.sub(b)));
  expect(difference(false)(x, y).js()).toEqual([-3, -3, -3]);
  expect(difference(true)(x, y).js()).toEqual([3, 3, 3]);
});
