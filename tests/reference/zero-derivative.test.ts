/** Functions whose derivative is zero wherever there is one, and results that have none. */
import { DifferentiationError, grad, jvp, lax, type NDArray, numpy as np, vjp } from "cotangent";
import { describe, expect, test } from "vitest";
import { expectSlopes, f32, f64, i32, show } from "./statement.js";

const x = [-1.5, -0, 0, 0.5, 2] as const;
const zeros = x.map((at) => [at, 0] as const);

describe("the derivative is 0, at the jumps too, of", () => {
  test("sign", () => expectSlopes((v) => np.sign(v), zeros));
  test("floor", () => expectSlopes((v) => np.floor(v), zeros));
  test("ceil", () => expectSlopes((v) => np.ceil(v), zeros));
  test("round", () => {
    expectSlopes((v) => np.round(v), zeros);
    expectSlopes((v) => lax.round(v, "awayFromZero"), zeros);
  });
  test("trunc, which is made of floor and ceil", () => expectSlopes((v) => np.trunc(v), zeros));
});

const point = f32(-1.5, 0.5);
/** The tangent of a result that is no float: zeros of its own dtype and shape. */
const tangent = (f: (v: NDArray) => NDArray): string => show(jvp(f, [point], [f32(1, 1)])[1]);

describe("the tangent is zero, of the result's own dtype and shape, of", () => {
  test("is_finite", () => expect(tangent((v) => lax.isFinite(v))).toBe("bool[2] [false, false]"));

  test.each(["eq", "ne", "lt", "le", "gt", "ge"] as const)("the comparison %s", (name) => {
    expect(tangent((v) => lax[name](v, 0.5))).toBe("bool[2] [false, false]");
    expect(show(vjp((v: NDArray) => lax[name](v, 0.5).astype("float32"), [point])[1](f32(1, 1)))).toBe(
      "float32[2] [0, 0]",
    );
  });

  test.each(["bitwiseAnd", "bitwiseOr", "bitwiseXor"] as const)("the bit operation %s", (name) => {
    expect(tangent((v) => lax[name](v.astype("int32"), 1))).toBe("int32[2] [0, 0]");
    expect(tangent((v) => lax[name](v.less(0), v.less(1)))).toBe("bool[2] [false, false]");
  });

  test.each(["shiftLeft", "shiftRightLogical", "shiftRightArithmetic"] as const)("the shift %s", (name) => {
    expect(tangent((v) => lax[name](v.astype("int32"), 1))).toBe("int32[2] [0, 0]");
  });

  test("not, of integers and of bools", () => {
    expect(tangent((v) => lax.bitwiseNot(v.astype("int32")))).toBe("int32[2] [0, 0]");
    expect(tangent((v) => np.logicalNot(v))).toBe("bool[2] [false, false]");
  });

  test("argmax and argmin", () => {
    expect(tangent((v) => np.argmax(v))).toBe("int32[] 0");
    expect(tangent((v) => np.argmin(v, 0, { keepdims: true }))).toBe("int32[1] [0]");
  });
});

test("grad of a function with an integer output is an error that shows its type", () => {
  for (const v of [f32(1, 2), f64(1, 2)]) {
    expect(() => grad((u: NDArray) => np.argmax(u))(v)).toThrow(DifferentiationError);
    expect(() => grad((u: NDArray) => u.sum().astype("int32"))(v)).toThrow(
      /must return a real scalar, it returned i32\[\]/,
    );
    expect(() => grad((u: NDArray) => u.sum().greater(0))(v)).toThrow(/it returned bool\[\]/);
  }
});

test("the gradient through an integer is zero on the other side", () => {
  expect(show(grad((v: NDArray) => v.astype("int32").astype("float32").add(v).sum())(f32(1.5, 2.5)))).toBe(
    "float32[2] [1, 1]",
  );
  expect(show(vjp((v: NDArray, n: NDArray) => v.mul(n), [f32(3, 4), i32(5, 6)])[1](f32(1, 1)))).toBe(
    "float32[2] [5, 6]; int32[2] [0, 0]",
  );
});
