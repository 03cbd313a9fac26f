/** Dead code, axes of size 1, and inlining at every depth. */
import { jit, lax, type NDArray, numpy as np, vmap } from "cotangent";
import { describe, expect, test } from "vitest";
import { shareSubexpressions } from "../../../src/compiler/simplify/common-subexpressions.js";
import { removeDeadEquations } from "../../../src/compiler/simplify/dead-code.js";
import { inlineAllCalls } from "../../../src/compiler/simplify/inline-calls.js";
import { dropUnitAxes } from "../../../src/compiler/simplify/unit-axes.js";
import { beforeAndAfter, traced } from "./text.js";

const vector = np.array([1, 2, 3]);

describe("dead code", () => {
  test("goes from the bodies of loops, with the operands that only it reads", () => {
    const f = (w: NDArray, x: NDArray) =>
      lax.scan(
        (c: NDArray) => {
          np.sin(w);
          return [c.mul(2), np.cos(c)];
        },
        x,
        null,
        { length: 4 },
      )[0];
    const { before, after } = beforeAndAfter([removeDeadEquations], traced(f, vector, vector));
    expect(before).toEqual([
      "lambda a b",
      "c d = scan a b",
      "  lambda e f",
      "  g = sin e",
      "  h = mul f 2",
      "  i = cos f",
      "  in h i",
      "in c",
    ]);
    expect(after).toEqual(["lambda a b", "c = scan b", "  lambda d", "  e = mul d 2", "  in e", "in c"]);
  });

  test("goes from a while: a carry that only feeds itself, not one that the condition reads", () => {
    const f = (w: NDArray, x: NDArray) =>
      lax.whileLoop(
        ([, c]: [NDArray, NDArray, NDArray]) => c.sum().less(9),
        ([v, c, d]): [NDArray, NDArray, NDArray] => [np.sin(v).add(w), c.mul(2), d.add(c)],
        [x, x, x],
      )[2];
    const { after } = beforeAndAfter([removeDeadEquations], traced(f, vector, vector));
    expect(after).toEqual([
      "lambda a b",
      "c d = while b b",
      "  lambda e f",
      "  g = reduce_sum[0] e",
      "  h = lt g 9",
      "  in h",
      "  lambda i j",
      "  k = mul i 2",
      "  l = add j i",
      "  in k l",
      "in d",
    ]);
  });

  test("goes from branches", () => {
    const branch = (by: number) => (x: NDArray) => {
      np.sin(x);
      return x.mul(by);
    };
    const f = (x: NDArray) => lax.cond(x.sum().less(1), branch(2), branch(3), x);
    expect(beforeAndAfter([removeDeadEquations], traced(f, vector)).after.join()).not.toContain("sin");
  });

  test("is nothing that has an effect, nor what that reads, in a loop too", () => {
    const f = (x: NDArray) =>
      lax.scan(
        (c: NDArray) => {
          lax.debugPrint("{}", np.sin(c));
          return [c, null];
        },
        x,
        null,
        { length: 4 },
      )[0];
    const { before, after } = beforeAndAfter([removeDeadEquations], traced(f, vector));
    expect(after).toEqual(before);
    expect(after.join()).toContain("sin");
  });
});

test("calls are inlined inside loops that calls bring to light", () => {
  const inner = jit((x: NDArray) => np.sin(x));
  const outer = jit((x: NDArray) => lax.scan((c: NDArray) => [inner(c), null], x, null, { length: 4 })[0]);
  const { before, after } = beforeAndAfter(
    [inlineAllCalls],
    traced((x) => outer(x), vector),
  );
  expect(before.join()).toContain("jit");
  expect(after).toEqual(["lambda a", "b = scan a", "  lambda c", "  d = sin c", "  in d", "in b"]);
});

test("elementwise equations lose the axes of size 1 that batching put there", () => {
  const f = vmap((x: NDArray) => vmap((y: NDArray) => np.sin(y.mul(x)))(np.ones([1])));
  const g = (x: NDArray) =>
    f(x)
      .reshape([3, 1])
      .add(np.cos(x).reshape([3, 1]));
  const { after } = beforeAndAfter(
    [dropUnitAxes, shareSubexpressions, removeDeadEquations],
    traced((x) => g(x), vector),
  );
  const elementwise = after.filter((line) => / = (sin|cos|mul|add) /.test(line));
  expect(elementwise).toHaveLength(4);
  // No reshape stands between them: sin feeds add as it is.
  expect(after.filter((line) => line.includes("reshape"))).toHaveLength(1);
});
