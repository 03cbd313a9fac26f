/** Loop invariants: what moves before a loop, and what stays inside. */
import { checkpoint, grad, jit, lax, type NDArray, numpy as np } from "cotangent";
import { describe, expect, test } from "vitest";
import { removeDeadEquations } from "../../../src/compiler/simplify/dead-code.js";
import { inlineAllCalls } from "../../../src/compiler/simplify/inline-calls.js";
import { hoistLoopInvariants } from "../../../src/compiler/simplify/loop-invariants.js";
import { beforeAndAfter, traced } from "./text.js";

const vector = np.array([1, 2, 3]);
const passes = [inlineAllCalls, hoistLoopInvariants, removeDeadEquations];
const hoisted = (f: (...xs: NDArray[]) => unknown, ...args: NDArray[]): readonly string[] =>
  beforeAndAfter(passes, traced(f, ...args)).after;
/** Whether the body of the loop computes it. */
const isInside = (lines: readonly string[], primitive: string): boolean =>
  lines.some((line) => line.startsWith("  ") && line.includes(` = ${primitive}`));
const loop = (body: (c: NDArray) => NDArray, init: NDArray, length = 5): NDArray =>
  lax.scan((c: NDArray) => [body(c), null], init, null, { length })[0];

test("a chain on a constant of a scan is computed once before it", () => {
  const f = (w: NDArray, x: NDArray) => loop((c) => c.add(np.exp(np.sin(w))), x);
  const { before, after } = beforeAndAfter(passes, traced(f, vector, vector));
  expect(before).toEqual([
    "lambda a b",
    "c = scan a b",
    "  lambda d e",
    "  f = sin d",
    "  g = exp f",
    "  h = add e g",
    "  in h",
    "in c",
  ]);
  expect(after).toEqual([
    "lambda a b",
    "c = sin a",
    "d = exp c",
    "e = scan d b",
    "  lambda f g",
    "  h = add g f",
    "  in h",
    "in e",
  ]);
});

test("constants of a while's condition and of its body are computed once", () => {
  const f = (w: NDArray, x: NDArray) =>
    lax.whileLoop(
      (c: NDArray) => c.sum().less(np.exp(w).sum()),
      (c) => c.add(np.sin(w)),
      x,
    );
  const after = hoisted(f, vector, vector);
  expect(isInside(after, "exp")).toBe(false);
  expect(isInside(after, "sin")).toBe(false);
  expect(jit(f)(vector, vector).js()).toEqual(f(vector, vector).js());
});

test("what a while keeps may be larger than its operands, by a megabyte at most", () => {
  const outer = (w: NDArray) => np.sin(w.reshape([-1, 1])).mul(np.cos(w.reshape([1, -1])));
  const f = (w: NDArray, x: NDArray) =>
    lax.whileLoop(
      (c: NDArray) => c.sum().less(100),
      (c) => np.dot(np.dot(outer(w), outer(w)), c),
      x,
    );
  const products = (n: number) =>
    hoisted(f, np.ones([n]), np.ones([n])).filter(
      (line) => line.startsWith("  ") && line.includes("dot_general"),
    );
  expect(products(100)).toHaveLength(1);
  expect(products(1000)).toHaveLength(2);
});

test("out of a loop of two turns already", () => {
  const f = (w: NDArray, x: NDArray) => loop((c) => c.add(np.sin(w)), x, 2);
  expect(isInside(hoisted(f, vector, vector), "sin")).toBe(false);
});

test("out of two loops, one inside the other", () => {
  const f = (w: NDArray, x: NDArray) => loop((c) => loop((d) => d.mul(np.sin(w)), c), x);
  expect(hoisted(f, vector, vector)[1]).toBe("c = sin a");
});

test("in time linear in the number of equations, also where each reads the last one twice", () => {
  // Each is larger than what a loop may keep, so all sixty stay; along all the ways to the first there are 2^60.
  const doubled = (w: NDArray) =>
    Array.from({ length: 60 }).reduce<NDArray>((v) => v.add(v), lax.broadcastInDim(w, [1000, 1000], [0]));
  const f = (w: NDArray, x: NDArray) => loop((c) => np.dot(doubled(w), c), x);
  const after = hoisted(f, np.ones([1000]), np.ones([1000]));
  expect(after.filter((line) => line.startsWith("  ") && line.includes(" = add "))).toHaveLength(60);
});

test("products of weights move, through the moves of elements before them", () => {
  const f = (w: NDArray, x: NDArray) =>
    loop((c) => c.add(np.dot(w.reshape([2, 2]), w.reshape([2, 2])).sum(0)), x);
  const after = hoisted(f, np.ones([4]), np.ones([2]));
  expect(isInside(after, "dot_general")).toBe(false);
  expect(isInside(after, "reduce_sum")).toBe(false);
});

describe("inside stay", () => {
  test("what depends on the carry or on a slice", () => {
    const f = (x: NDArray, xs: NDArray) =>
      lax.scan((c: NDArray, s: NDArray) => [np.sin(c).add(np.cos(s)), null], x, xs)[0];
    const after = hoisted(f, vector, np.ones([5, 3]));
    expect(isInside(after, "sin")).toBe(true);
    expect(isInside(after, "cos")).toBe(true);
  });

  test("moves of elements: broadcasts, counts, reshapes, slices", () => {
    const f = (w: NDArray, x: NDArray) =>
      loop(
        (c) =>
          c
            .add(lax.broadcastInDim(w, [4, 3], [1]))
            .add(lax.broadcastedIota("float32", [4, 3], 0))
            .add(w.reshape([1, 3])),
        x,
      );
    const { before, after } = beforeAndAfter(passes, traced(f, vector, np.ones([4, 3])));
    expect(after).toEqual(before);
  });

  test("other names of the same memory", () => {
    const f = (w: NDArray, x: NDArray) => loop((c) => c.add(lax.stopGradient(w)), x);
    const { before, after } = beforeAndAfter(passes, traced(f, vector, vector));
    expect(isInside(before, "stop_gradient")).toBe(true);
    expect(after).toEqual(before);
  });

  test("an elementwise equation with a larger output than it is computed from, whose operand moves", () => {
    const f = (w: NDArray, v: NDArray, x: NDArray) =>
      loop(
        (c) =>
          c.add(
            np
              .sin(w)
              .reshape([100, 1])
              .mul(v.reshape([1, 100])),
          ),
        x,
      );
    const after = hoisted(f, np.ones([100]), np.ones([100]), np.ones([100, 100]));
    expect(isInside(after, "mul")).toBe(true);
    expect(isInside(after, "sin")).toBe(false);
  });

  test("more bytes than the loop's operands have and a megabyte", () => {
    const gram = (w: NDArray) =>
      np.dot(w.reshape([-1, 1]).mul([[1, 2]]), np.ones([2, 1]).mul(w.reshape([1, -1])));
    const f = (w: NDArray, x: NDArray) => loop((c) => c.add(gram(w).sum()), x);
    expect(isInside(hoisted(f, np.ones([64]), np.ones([])), "dot_general")).toBe(false);
    // A single sum is kept, so the product moves with it.
    const g = (w: NDArray, x: NDArray) => loop((c) => c.add(np.dot(gram(w), c)), x);
    expect(isInside(hoisted(g, np.ones([64]), np.ones([64])), "dot_general")).toBe(true);
    expect(
      hoisted(g, np.ones([64]), np.ones([64])).filter((line) => line.includes("dot_general")),
    ).toHaveLength(2);
    const large = hoisted(g, np.ones([1000]), np.ones([1000]));
    expect(large.filter((line) => line.startsWith("  ") && line.includes("dot_general"))).toHaveLength(2);
  });

  test("a while loop, which may not end where the outer one never runs", () => {
    const f = (w: NDArray, x: NDArray) =>
      loop(
        (c) =>
          c.add(
            lax.whileLoop(
              (v: NDArray) => v.sum().less(9),
              (v) => v.add(1),
              w,
            ),
          ),
        x,
      );
    expect(isInside(hoisted(f, vector, vector), "while")).toBe(true);
  });

  test("effects", () => {
    const f = (w: NDArray, x: NDArray) =>
      loop((c) => {
        lax.debugPrint("{}", w);
        return c.add(w);
      }, x);
    expect(
      hoisted(f, vector, vector).some((line) => line.startsWith("  ") && line.includes("debug_print")),
    ).toBe(true);
  });

  test("what checkpoint computes again behind its barrier", () => {
    const f = (w: NDArray, x: NDArray) =>
      loop((c) => checkpoint((v: NDArray) => np.sin(np.sin(v)))(w).mul(c), x).sum();
    const after = hoisted((w, x) => grad(f)(w, x), vector, vector);
    const barrier = after.findIndex((line) => line.startsWith("  ") && line.includes("optimization_barrier"));
    expect(barrier).toBeGreaterThan(0);
    expect(after.slice(barrier).some((line) => line.startsWith("  ") && line.includes(" = sin"))).toBe(true);
  });

  test("a loop of one turn, from which nothing is won", () => {
    const f = (w: NDArray, x: NDArray) => loop((c) => c.add(np.sin(w)), x, 1);
    expect(isInside(hoisted(f, vector, vector), "sin")).toBe(true);
  });
});
