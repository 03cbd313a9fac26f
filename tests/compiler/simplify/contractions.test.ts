/** Contractions: transposes become dimension numbers, repetition is contracted once, one product an output is a product. */
import { lax, type NDArray, numpy as np, vmap } from "cotangent";
import { describe, expect, test } from "vitest";
import { simplifyContractions } from "../../../src/compiler/simplify/contractions.js";
import { removeDeadEquations } from "../../../src/compiler/simplify/dead-code.js";
import { beforeAndAfter, traced } from "./text.js";

const passes = [simplifyContractions, removeDeadEquations];
const simplified = (f: (...xs: NDArray[]) => unknown, ...args: NDArray[]): readonly string[] =>
  beforeAndAfter(passes, traced(f, ...args)).after;
const dims = [
  [[1], [0]],
  [[], []],
] as const;

describe("transposes", () => {
  test("of an operand become other dimension numbers", () => {
    const { before, after } = beforeAndAfter(
      passes,
      traced((x, y) => np.dot(x.transpose(), y), np.ones([3, 4]), np.ones([3, 5])),
    );
    expect(before).toEqual([
      "lambda a b",
      "c = transpose[1,0] a",
      "d = dot_general[1],[0],[],[] c b",
      "in d",
    ]);
    expect(after).toEqual(["lambda a b", "c = dot_general[0],[0],[],[] a b", "in c"]);
  });

  test("of an operand with several free axes, which keep their order, do too", () => {
    const f = (x: NDArray, y: NDArray) =>
      lax.dotGeneral(x.transpose([0, 2, 1]), y, [
        [[1], [0]],
        [[], []],
      ]);
    expect(simplified(f, np.ones([2, 3, 4]), np.ones([4, 5]))).toEqual([
      "lambda a b",
      "c = dot_general[2],[0],[],[] a b",
      "in c",
    ]);
  });

  test("of the result exchange the operands", () => {
    expect(simplified((x, y) => np.dot(x, y).transpose(), np.ones([3, 4]), np.ones([4, 5]))).toEqual([
      "lambda a b",
      "c = dot_general[0],[1],[],[] b a",
      "in c",
    ]);
  });

  test("of a batch exchange the operands of every product", () => {
    const f = vmap((x: NDArray, y: NDArray) => np.dot(x, y).transpose());
    expect(simplified((x, y) => f(x, y), np.ones([2, 3, 4]), np.ones([2, 4, 5]))).toEqual([
      "lambda a b",
      "c = dot_general[1],[2],[0],[0] b a",
      "in c",
    ]);
  });

  test("stay where the free axes would come in another order", () => {
    const f = (x: NDArray, y: NDArray) =>
      lax.dotGeneral(x.transpose([1, 0, 2]), y, [
        [[2], [0]],
        [[], []],
      ]);
    const jaxpr = traced(f, np.ones([2, 3, 4]), np.ones([4, 5]));
    const { before, after } = beforeAndAfter(passes, jaxpr);
    expect(after).toEqual(before);
  });

  test("of the result stay where somebody else reads it", () => {
    const f = (x: NDArray, y: NDArray) => [np.dot(x, y), np.dot(x, y).transpose()];
    const g = (x: NDArray, y: NDArray) => {
      const z = np.dot(x, y);
      return [z, z.transpose()];
    };
    expect(simplified(g, np.ones([3, 4]), np.ones([4, 5])).join()).toContain("transpose[1,0]");
    expect(simplified(f, np.ones([3, 4]), np.ones([4, 5])).join()).not.toContain("transpose[1,0]");
  });
});

describe("repetition", () => {
  test("along rows is contracted once", () => {
    const f = (x: NDArray, w: NDArray) => np.dot(lax.broadcastInDim(x, [8, 4], [1]), w);
    expect(simplified(f, np.ones([4]), np.ones([4, 5]))).toEqual([
      "lambda a b",
      "c = reshape[1,4] a",
      "d = dot_general[1],[0],[],[] c b",
      "e = broadcast_in_dim[8,5] d",
      "in e",
    ]);
  });

  test("along columns too is left along those that are contracted", () => {
    const f = (x: NDArray, w: NDArray) => np.dot(lax.broadcastInDim(x, [8, 4], [1]), w);
    expect(simplified(f, np.ones([1]), np.ones([4, 5]))).toEqual([
      "lambda a b",
      "c = broadcast_in_dim[1,4] a",
      "d = dot_general[1],[0],[],[] c b",
      "e = broadcast_in_dim[8,5] d",
      "in e",
    ]);
  });

  test("stays where one sum of two products would be left; one product is contracted once", () => {
    const f = (x: NDArray, w: NDArray) => np.dot(lax.broadcastInDim(x, [8, x.size], [1]), w);
    const of = (depth: number) => beforeAndAfter(passes, traced(f, np.ones([depth]), np.ones([depth])));
    expect(of(2).after).toEqual(of(2).before);
    expect(of(1).after.at(-2)).toMatch(/ = broadcast_in_dim\[8\] /);
  });

  test("stays where one output would be left, whose sum has another order", () => {
    const f = (x: NDArray, w: NDArray) => np.dot(lax.broadcastInDim(x, [8, 4], [1]), w);
    const jaxpr = traced(f, np.ones([4]), np.ones([4]));
    const { before, after } = beforeAndAfter(passes, jaxpr);
    expect(after).toEqual(before);
  });
});

test("one product an output is 0 + x y, elementwise", () => {
  const f = (x: NDArray, y: NDArray) => lax.dotGeneral(x, y, dims);
  expect(simplified(f, np.ones([3, 1]), np.ones([1, 4]))).toEqual([
    "lambda a b",
    "c = mul a b",
    "d = add c 0",
    "in d",
  ]);
  const integers = (shape: number[]) => np.ones(shape, { dtype: "int32" });
  expect(simplified(f, integers([3, 1]), integers([1, 4]))).toEqual(["lambda a b", "c = mul a b", "in c"]);
});

test("a batch of products of its own axes in another order stays a contraction", () => {
  const f = (x: NDArray, y: NDArray) =>
    lax.dotGeneral(x, y, [
      [[0], [0]],
      [[2], [1]],
    ]);
  expect(simplified(f, np.ones([1, 2, 3]), np.ones([1, 3, 2])).join()).toContain("dot_general");
});
