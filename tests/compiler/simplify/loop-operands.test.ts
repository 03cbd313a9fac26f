/** What a loop or a condition is handed: nothing that the inside knows, and everything else once. */
import { lax, type NDArray, numpy as np } from "cotangent";
import { expect, test } from "vitest";
import { removeDeadEquations } from "../../../src/compiler/simplify/dead-code.js";
import { settleLoopOperands } from "../../../src/compiler/simplify/loop-operands.js";
import { beforeAndAfter, traced } from "./text.js";

type Pair = [NDArray, NDArray];
const vector = np.array([1, 2, 3]);
const passes = [settleLoopOperands, removeDeadEquations];

test("a carry that a scan returns as it was becomes a constant, and its last value is its first", () => {
  const f = (w: NDArray, x: NDArray) =>
    lax.scan(([v, c]: Pair) => [[v, c.mul(v)] as Pair, null], [w, x] as Pair, null, { length: 4 })[0];
  const { before, after } = beforeAndAfter(passes, traced(f, vector, vector));
  expect(before).toEqual([
    "lambda a b",
    "c d = scan a b",
    "  lambda e f",
    "  g = mul f e",
    "  in e g",
    "in c d",
  ]);
  expect(after).toEqual(["lambda a b", "c = scan a b", "  lambda d e", "  f = mul e d", "  in f", "in a c"]);
});

test("the bound that a fori loop carries becomes a constant of its condition", () => {
  const f = (n: NDArray, x: NDArray) => lax.foriLoop(0, n, (_, c) => c.mul(2), x);
  const { after } = beforeAndAfter(passes, traced(f, np.array(3, { dtype: "int32" }), vector));
  expect(after).toEqual([
    "lambda a b",
    "c d = while a 0 b",
    "  lambda e f g",
    "  h = lt f e",
    "  in h",
    "  lambda i j",
    "  k = add i 1",
    "  l = mul j 2",
    "  in k l",
    "in d",
  ]);
});

test("numbers, and arrays of one number, are written in the body", () => {
  const f = (x: NDArray) => {
    const ones = np.ones([3]);
    return lax.scan((c: NDArray, s: NDArray) => [c.mul(ones).add(s), null], x, np.full([4, 3], 2))[0];
  };
  const { after } = beforeAndAfter(
    passes,
    traced((x) => f(x), vector),
  );
  expect(after).toEqual([
    "lambda a",
    "b = scan a",
    "  lambda c",
    "  d = broadcast_in_dim[3] 1",
    "  e = broadcast_in_dim[3] 2",
    "  f = mul c d",
    "  g = add f e",
    "  in g",
    "in b",
  ]);
});

test("a single number is written where it is read, without a broadcast", () => {
  const f = (x: NDArray) => lax.cond(x.sum().less(1), (a: NDArray, b: NDArray) => a.mul(b), np.add, x, 2);
  const { after } = beforeAndAfter(
    passes,
    traced((x) => f(x), vector),
  );
  expect(after.filter((line) => line.startsWith("  ") && line.includes(" = "))).toEqual([
    expect.stringMatching(/= add \w 2$/),
    expect.stringMatching(/= mul \w 2$/),
  ]);
});

test("an operand that stands twice is handed in once: to a scan, and to branches", () => {
  const scanned = (x: NDArray, xs: NDArray) =>
    lax.scan((c: NDArray, [s, t]: [NDArray, NDArray]) => [c.add(s.mul(t)), null], x, [xs, xs])[0];
  expect(beforeAndAfter(passes, traced(scanned, vector, np.ones([4, 3]))).after[1]).toBe("c = scan a b");
  const chosen = (x: NDArray) =>
    lax.cond(
      x.sum().less(1),
      (a: NDArray, b: NDArray, c: NDArray) => a.add(b).add(c),
      (a: NDArray, b: NDArray, c: NDArray) => a.mul(b).mul(c),
      x,
      x,
      2,
    );
  const { after } = beforeAndAfter(
    passes,
    traced((x) => chosen(x), vector),
  );
  expect(after.find((line) => line.includes("cond"))).toMatch(/= cond \w a$/);
});

test("a loop with effects stays as it is", () => {
  const f = (w: NDArray, x: NDArray) =>
    lax.scan(
      ([v, c]: Pair) => {
        lax.debugPrint("{}", c);
        return [[v, c.mul(v)] as Pair, null];
      },
      [w, x] as Pair,
      null,
      { length: 4 },
    )[0];
  const { before, after } = beforeAndAfter(passes, traced(f, vector, vector));
  expect(after).toEqual(before);
});
