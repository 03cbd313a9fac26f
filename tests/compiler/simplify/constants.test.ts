/** Constants: computed when the program is compiled, by the arithmetic of the programs themselves. */
import { jit, lax, type NDArray, numpy as np } from "cotangent";
import { describe, expect, test } from "vitest";
import { removeDeadEquations } from "../../../src/compiler/simplify/dead-code.js";
import { foldConstants } from "../../../src/compiler/simplify/fold-constants.js";
import { beforeAndAfter, traced } from "./text.js";

const vector = np.array([1, 2, 3]);
const passes = [foldConstants, removeDeadEquations];

test("numbers are computed, and arrays of one number are read as that number", () => {
  const { before, after } = beforeAndAfter(
    passes,
    traced((x) => np.full([3], 2).mul(3).reshape([3]).add(x), vector),
  );
  expect(before).toEqual(["lambda a", "b = broadcast_in_dim[3] 2", "c = mul b 3", "d = add c a", "in d"]);
  expect(after).toEqual(["lambda a", "b = add 6 a", "in b"]);
});

test("an array of one number that is an output stays a broadcast", () => {
  const { after } = beforeAndAfter(
    passes,
    traced(() =>
      np
        .exp(np.zeros([2, 2]))
        .transpose()
        .add(1),
    ),
  );
  expect(after).toEqual(["lambda ", "a = broadcast_in_dim[2,2] 2", "in a"]);
});

test("an iota along an axis of size 1 counts to 0, a longer one is left", () => {
  const of = (shape: number[]) => traced((x) => x.add(lax.broadcastedIota("float32", shape, 0)), vector);
  expect(beforeAndAfter(passes, of([1])).after).toEqual(["lambda a", "b = add a 0", "in b"]);
  expect(beforeAndAfter(passes, of([3])).after).toEqual(
    ["lambda a", "b = iota ", "c = add a b", "in c"].map((s) => s.trimEnd()),
  );
});

test("an array of one number that gives the equation its shape stays", () => {
  const { before, after } = beforeAndAfter(
    passes,
    traced((x) => x.reshape([1, 3]).add(np.ones([2, 3])), vector),
  );
  expect(after).toEqual(before);
});

describe("what is folded is what would have been computed", () => {
  const values = [0, -0, 1, -1.5, 0.1, 1e-45, 3e38, 1e10, Number.NaN, Number.POSITIVE_INFINITY];
  test.each<[string, (x: NDArray, y: NDArray) => NDArray]>([
    ["sum", (x, y) => x.add(y)],
    ["quotient", (x, y) => x.div(y)],
    ["power", (x, y) => lax.pow(x, y)],
    ["sine", (x) => np.sin(x)],
    ["logistic", (x) => lax.logistic(x)],
    ["int32", (x) => x.astype("int32")],
    ["comparison", (x, y) => x.less(y)],
  ])("%s", (_, f) => {
    for (const x of values) {
      for (const y of values) {
        const folded = jit(() => f(np.full([], x), np.full([], y)))();
        expect(folded.js()).toEqual(f(np.full([], x), np.full([], y)).js());
        expect(folded.dtype).toBe(f(np.full([], x), np.full([], y)).dtype);
      }
    }
  });
});
