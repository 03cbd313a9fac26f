/** Algebra on jaxprs: what goes, and what must not go because a bit would change. */
import { grad, lax, makeJaxpr, type NDArray, numpy as np, vmap } from "cotangent";
import { describe, expect, test } from "vitest";
import { concatenatePrimitive } from "../../../src/autodiff/primitives/concatenation.js";
import { reshapePrimitive } from "../../../src/autodiff/primitives/sum-and-broadcast.js";
import { bind } from "../../../src/autodiff/trace.js";
import { simplifyAlgebra } from "../../../src/compiler/simplify/algebra.js";
import { removeDeadEquations } from "../../../src/compiler/simplify/dead-code.js";
import { evaluate } from "./evaluate.js";
import { beforeAndAfter, traced } from "./text.js";

const vector = np.array([1, 2, 3]);
const integers = np.array([1, 2, 3], { dtype: "int32" });
const words = np.array([1, 2, 3], { dtype: "uint32" });
const matrix = np.ones([2, 3]);

const simplified = (f: (...xs: NDArray[]) => unknown, ...args: NDArray[]): readonly string[] =>
  beforeAndAfter([simplifyAlgebra, removeDeadEquations], traced(f, ...args)).after;

test("a chain of identities is its operand", () => {
  const { before, after } = beforeAndAfter(
    [simplifyAlgebra, removeDeadEquations],
    traced((x) => lax.stopGradient(x.mul(1).sub(0).div(1)).neg().neg(), vector),
  );
  expect(before).toEqual([
    "lambda a",
    "b = mul a 1",
    "c = sub b 0",
    "d = div c 1",
    "e = stop_gradient d",
    "f = neg e",
    "g = neg f",
    "in g",
  ]);
  expect(after).toEqual(["lambda a", "in a"]);
});

test("a branch of a vmapped cond computes with the operand itself", () => {
  const f = vmap((x: NDArray) => lax.cond(x.greater(0), np.sin, np.cos, x));
  const { before, after } = beforeAndAfter([simplifyAlgebra, removeDeadEquations], traced(f, vector));
  expect(before.filter((line) => line.includes(" live_lanes "))).toHaveLength(2);
  expect(after).toEqual([
    "lambda a",
    "b = gt a 0",
    "c = convert_element_type b",
    "d = le c 0",
    "e = cos a",
    "f = sin a",
    "g = select_n d f e",
    "in g",
  ]);
});

describe("of numbers", () => {
  test.each<[string, (x: NDArray, y: NDArray) => NDArray, string]>([
    ["x + (-0) is x", (x) => x.add(-0), "in a"],
    ["x - (-y) is x + y", (x, y) => x.sub(y.neg()), "c = add a b"],
    ["x + (-y) is x - y", (x, y) => x.add(y.neg()), "c = sub a b"],
    ["-x + y is y - x", (x, y) => x.neg().add(y), "c = sub b a"],
    ["(-x)(-y) is x y", (x, y) => x.neg().mul(y.neg()), "c = mul a b"],
    ["(-x) / (-y) is x / y", (x, y) => x.neg().div(y.neg()), "c = div a b"],
    ["(-x) 3 is x (-3)", (x) => x.neg().mul(3), "c = mul a -3"],
    ["-(3 x) is x (-3)", (x) => x.mul(3).neg(), "c = mul a -3"],
    ["x / 2 is x 0.5", (x) => x.div(2), "c = mul a 0.5"],
    ["x / 8 is x 0.125", (x) => x.div(8), "c = mul a 0.125"],
    ["the square of -x is that of x", (x) => np.square(x.neg()), "c = square a"],
    ["|-x| is |x|", (x) => np.abs(x.neg()), "c = abs a"],
    ["x^2 by multiplication is its square", (x) => lax.integerPow(x, 2), "c = square a"],
    ["x^1 is x", (x) => lax.integerPow(x, 1), "in a"],
    ["max(x, x) is x", (x) => np.maximum(x, x), "in a"],
    ["max(x, y) of two is what it was", (x, y) => np.maximum(x, y), "c = max a b"],
    ["a choice between x and x is x", (x, y) => np.where(y.greater(0), x, x), "in a"],
    ["float64 and back is nothing", (x) => x.astype("float64").astype("float32"), "in a"],
  ])("%s", (_, f, line) => {
    const after = simplified((x, y) => f(x, y), vector, vector);
    const body = after.filter((each) => !each.startsWith("lambda"));
    expect(body).toContain(line);
    expect(body.length).toBe(line.startsWith("in") ? 1 : 2);
  });

  test("a choice between equal numbers is that number; 0 and -0 are two", () => {
    const x = np.array(1);
    expect(simplified((y) => np.where(y.greater(0), 3, 3), x)).toEqual(["lambda a", "in 3"]);
    expect(simplified((y) => np.where(y.greater(0), 0, -0), x).at(-2)).toMatch(/ = select_n /);
  });

  test("what derivatives add up is a sum as others are", () => {
    const f = grad((x: NDArray, y: NDArray) => x.mul(y).sub(np.sin(x)).sum());
    const { before, after } = beforeAndAfter(
      [simplifyAlgebra, removeDeadEquations],
      traced(f, vector, vector),
    );
    expect(before.filter((line) => line.includes(" add_any ") || line.includes(" neg "))).toHaveLength(2);
    expect(after.filter((line) => line.includes(" add_any ") || line.includes(" neg "))).toHaveLength(0);
  });

  test("a conversion to the dtype that is there is nothing: of a plain number, to the dtype that is not weak", () => {
    const { jaxpr } = makeJaxpr((x: NDArray) => x.astype("float32").mul(3))(2);
    const { before, after } = beforeAndAfter([simplifyAlgebra], jaxpr);
    expect(before).toEqual(["lambda a", "b = convert_element_type a", "c = mul b 3", "in c"]);
    expect(after).toEqual(["lambda a", "b = mul a 3", "in b"]);
  });

  test("z - x (-y) is z + x y where nothing else reads the product", () => {
    expect(simplified((x, y, z) => z.sub(x.mul(y.neg())), vector, vector, vector)).toEqual([
      "lambda a b c",
      "d = mul a b",
      "e = add c d",
      "in e",
    ]);
  });
});

describe("a bit would change in", () => {
  test.each<[string, (x: NDArray) => NDArray, string]>([
    ["x + 0, which makes 0 of -0", (x) => x.add(0), "b = add a 0"],
    ["x - (-0), which does too", (x) => x.sub(-0), "b = sub a -0"],
    ["0 x, which keeps NaN and signs", (x) => x.mul(0), "b = mul a 0"],
    ["x - x, which keeps NaN", (x) => x.sub(x), "b = sub a a"],
    ["x / 3, whose reciprocal is rounded", (x) => x.div(3), "b = div a 3"],
    ["x^2 by the power function", (x) => lax.pow(x, 2), "b = pow a 2"],
    ["x through int32 and back, which loses its fraction", (x) => x.astype("int32").astype("float32"), ""],
  ])("%s", (_, f, line) => {
    const jaxpr = traced((x) => f(x), vector);
    const { before, after } = beforeAndAfter([simplifyAlgebra], jaxpr);
    expect(after).toEqual(before);
    if (line !== "") expect(after).toContain(line);
  });

  test("-(x - y), which is -0 where y - x is 0", () => {
    const { before, after } = beforeAndAfter(
      [simplifyAlgebra],
      traced((x, y) => x.sub(y).neg(), vector, vector),
    );
    expect(after).toEqual(before);
  });

  test("(-3) x of integers that wrap is left, x + 0 is not", () => {
    expect(simplified((x) => x.neg().mul(3).add(0), integers)).toEqual([
      "lambda a",
      "b = neg a",
      "c = mul b 3",
      "in c",
    ]);
  });

  test("|-x| of uint32, which is -x", () => {
    expect(simplified((x) => lax.abs(lax.neg(x)), words)).toEqual(["lambda a", "b = neg a", "in b"]);
  });

  test("uint32 to float64 to int32, which saturates where uint32 to int32 wraps", () => {
    const jaxpr = traced((x) => x.astype("float64").astype("int32"), words);
    const { before, after } = beforeAndAfter([simplifyAlgebra], jaxpr);
    expect(after).toEqual(before);
  });

  test("x 1 where the product has a larger shape than x", () => {
    const f = (x: NDArray) => lax.mul(x.reshape([1, 3]), np.ones([2, 3]));
    expect(simplified(f, vector).at(-2)).toMatch(/^\w = mul /);
  });
});

/** Written into the program whatever the shape is. */
const reshapeAnyway = (x: NDArray, shape: readonly number[]): NDArray =>
  bind(reshapePrimitive, [x], { shape })[0];

describe("of shapes", () => {
  test.each<[string, (x: NDArray) => NDArray, string]>([
    [
      "reshapes join, and vanish where they undo each other",
      (x) => x.reshape([3, 2]).reshape([2, 3]),
      "in a",
    ],
    ["transposes join", (x) => x.transpose().transpose(), "in a"],
    [
      "a transpose that moves axes of size 1 is a reshape",
      (x) => x.reshape([2, 1, 3]).transpose([1, 0, 2]),
      "b = reshape[1,2,3] a",
    ],
    [
      "a broadcast that only adds axes of size 1 is a reshape",
      (x) => lax.broadcastInDim(x, [2, 1, 3], [0, 2]),
      "b = reshape[2,1,3] a",
    ],
    [
      "broadcasts join",
      (x) => lax.broadcastInDim(lax.broadcastInDim(x, [4, 2, 3], [1, 2]), [5, 4, 2, 3], [1, 2, 3]),
      "b = broadcast_in_dim[5,4,2,3] a",
    ],
    ["a concatenation of one is it", (x) => bind(concatenatePrimitive, [x], { dimension: 0 })[0], "in a"],
    ["a reshape to the shape that is there is nothing", (x) => reshapeAnyway(x, [2, 3]), "in a"],
    ["a reversal twice is nothing", (x) => np.flip(np.flip(x, 1), 1), "in a"],
    ["a maximum over an axis of size 1 is a reshape", (x) => x.reshape([2, 1, 3]).max(1), "in a"],
  ])("%s", (_, f, line) => {
    const after = simplified((x) => f(x), matrix);
    expect(after.slice(1)[0]).toBe(line);
  });

  test("of a slice of a slice, and of a reversal of a reversal, elements stay where they were", () => {
    const x = np.arange(24).reshape([4, 6]);
    const slices = traced((y) => lax.slice(lax.slice(y, [1, 2], [4, 6]), [1, 0], [3, 4], [1, 2]), x);
    const sliced = simplifyAlgebra.run(slices);
    expect(removeDeadEquations.run(sliced).eqns).toHaveLength(1);
    expect(evaluate(sliced, [x])[0].js()).toEqual([
      [14, 16],
      [20, 22],
    ]);
    const reversed = simplifyAlgebra.run(traced((y) => lax.rev(lax.rev(y, [0]), [1]), x));
    expect(removeDeadEquations.run(reversed).eqns).toHaveLength(1);
    expect(evaluate(reversed, [x])[0].dataSync()).toEqual(x.dataSync().slice().reverse());
  });

  test("a sum over an axis of size 1 is x + 0, which is 0 for -0", () => {
    expect(simplified((x) => x.reshape([2, 1, 3]).sum(1), matrix)).toEqual([
      "lambda a",
      "b = reshape[2,1,3] a",
      "c = add b 0",
      "d = reshape[2,3] c",
      "in d",
    ]);
  });
});
