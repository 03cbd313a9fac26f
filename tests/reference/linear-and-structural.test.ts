/** Linear primitives and those that move elements: what they are transposed to, and how they are batched. */
import {
  checkpoint,
  customJvp,
  customVjp,
  DifferentiationError,
  jit,
  jvp,
  lax,
  linearTranspose,
  makeJaxpr,
  type NDArray,
  numpy as np,
  random,
  vjp,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";
import { bools, expectTranspose, f32, floats, i32, scalar, show } from "./statement.js";

const column = np.array([[1], [2]]);
const matrix = np.array([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("the transpose", () => {
  test("of neg is neg", () => expectTranspose((x) => lax.neg(x), [3], f32(1, -2, 0.5), [-1, 2, -0.5]));

  test("of add hands the cotangent to each operand, summed over the axes along which that was broadcast", () => {
    expectTranspose((x) => np.add(x, np.zeros([2, 3], { dtype: x.dtype })), [2, 1], matrix, [[6], [15]]);
    expectTranspose((x) => np.add(np.zeros([2, 3], { dtype: x.dtype }), x), [3], matrix, [5, 7, 9]);
    const [ctX, ctY] = linearTranspose(
      (x: NDArray, y: NDArray) => x.add(y),
      [f32(0, 0), scalar(0)],
    )(f32(3, 4));
    expect([ctX.js(), ctY.js()]).toEqual([[3, 4], 7]);
  });

  test("of sub hands its second operand the negated cotangent, summed likewise", () => {
    const [ctX, ctY] = linearTranspose(
      (x: NDArray, y: NDArray) => x.sub(y),
      [f32(0, 0), scalar(0)],
    )(f32(3, 4));
    expect([ctX.js(), ctY.js()]).toEqual([[3, 4], -7]);
    expectTranspose((x) => np.subtract(np.zeros([2, 3], { dtype: x.dtype }), x), [2, 1], matrix, [
      [-6],
      [-15],
    ]);
  });

  test("of mul exists for each side while the other is known, and not for both", () => {
    expectTranspose((x) => np.multiply(x, column.astype(x.dtype)), [3], matrix, [9, 12, 15]);
    expectTranspose((x) => np.multiply(column.astype(x.dtype), x), [3], matrix, [9, 12, 15]);
    expect(() => linearTranspose((x: NDArray) => x.mul(x), [f32(1)])(f32(1))).toThrow(DifferentiationError);
  });

  test("of dot_general exists for each side while the other is known, and not for both", () => {
    expectTranspose((x) => np.matmul(matrix.astype(x.dtype), x), [3], f32(1, 10), [41, 52, 63]);
    expectTranspose((x) => np.matmul(x, matrix.astype(x.dtype)), [2], f32(1, 10, 100), [321, 654]);
    expect(() => linearTranspose((x: NDArray) => np.dot(x, x), [f32(1)])(1)).toThrow(DifferentiationError);
  });

  test("of div divides the cotangent by the denominator", () =>
    expectTranspose((x) => np.divide(x, f32(2, 4).astype(x.dtype)), [2], f32(1, 1), [0.5, 0.25]));

  test("of div by a linear denominator is an error", () => {
    const reciprocal = (y: NDArray): NDArray => np.divide(1, y);
    expect(() => linearTranspose(reciprocal, [1])(1)).toThrow(DifferentiationError);
    expect(() => linearTranspose(reciprocal, [1])(1)).toThrow(/div is not linear in its denominator/);
  });

  test("of a function that is not linear is an error that names the operation", () => {
    expect(() => linearTranspose((x: NDArray) => np.sin(x), [1])(1)).toThrow(/sin/);
    expect(() => linearTranspose((x: NDArray) => np.where(x.greater(0), x, x.mul(2)), [1])(1)).toThrow(
      DifferentiationError,
    );
  });

  test("of reshape, squeeze and expandDims is reshape", () => {
    expectTranspose((x) => x.reshape([3, 2]), [2, 3], matrix.reshape([3, 2]), matrix.js());
    expectTranspose((x) => x.squeeze(1), [2, 1], f32(1, 2), [[1], [2]]);
    expectTranspose((x) => x.expandDims(0), [2], np.array([[1, 2]]), [1, 2]);
  });

  test("of transpose is the inverse permutation", () => {
    const ct = np.arange(24).reshape([4, 2, 3]).astype("float32");
    expectTranspose((x) => x.transpose([2, 0, 1]), [2, 3, 4], ct, ct.transpose([1, 2, 0]).js());
  });

  test("of rev is rev", () => expectTranspose((x) => lax.rev(x, [0]), [3], f32(1, 2, 3), [3, 2, 1]));

  test("of broadcast_in_dim is reduce_sum", () =>
    expectTranspose((x) => lax.broadcastInDim(x, [2, 3], [1]), [3], matrix, [5, 7, 9]));

  test("of reduce_sum is a broadcast", () =>
    expectTranspose((x) => x.sum(0), [2, 3], f32(1, 2, 3), [
      [1, 2, 3],
      [1, 2, 3],
    ]));

  test("of concatenate is a slice for each operand", () => {
    const join = (x: NDArray, y: NDArray): NDArray => np.concatenate([x, y]);
    const [ctX, ctY] = linearTranspose(join, [f32(0, 0), f32(0)])(f32(1, 2, 3));
    expect([ctX.js(), ctY.js()]).toEqual([[1, 2], [3]]);
  });

  test("of pad is the slice of what was inside, and the sum of what was around for the padding value", () => {
    const padded = (x: NDArray, v: NDArray): NDArray => lax.pad(x, v, [[1, 2, 1]]);
    const [ctX, ctV] = linearTranspose(padded, [f32(0, 0), scalar(0)])(f32(1, 2, 3, 4, 5, 6));
    expect([ctX.js(), ctV.js()]).toEqual([[2, 4], 15]);
  });

  test("of slice is pad with zeros", () =>
    expectTranspose((x) => lax.slice(x, [1], [5], [2]), [6], f32(7, 8), [0, 7, 0, 8, 0, 0]));

  test("of select_n hands each case the cotangent where it was chosen", () => {
    const test = bools(true, false);
    const choose = (x: NDArray, y: NDArray): NDArray => lax.select(test, x, y);
    const [ctX, ctY] = linearTranspose(choose, [f32(0, 0), f32(0, 0)])(f32(3, 4));
    expect([ctX.js(), ctY.js()]).toEqual([
      [3, 0],
      [0, 4],
    ]);
  });
});

test("the jvp of div is t / y in the numerator and -t x / y^2 in the denominator", () => {
  for (const dtype of floats) {
    const [x, y, t] = [3, 4, 2].map((value) => scalar(value, dtype));
    const quotient = (a: NDArray, b: NDArray): NDArray => a.div(b);
    expect(jvp(quotient, [x, y], [t, 0])[1].item()).toBe(0.5);
    expect(jvp(quotient, [x, y], [0, t])[1].item()).toBe(-0.375);
    expect(jit((a: NDArray) => jvp(quotient, [a, y], [0, t])[1])(x).item()).toBe(-0.375);
  }
});

test("convert_element_type has a zero tangent where it makes integers, and passes tangents between floats", () => {
  const [y, dy] = jvp((x: NDArray) => x.astype("int32"), [f32(1.5, -2.5)], [f32(1, 1)]);
  expect([show(y), show(dy)]).toEqual(["int32[2] [1, -2]", "int32[2] [0, 0]"]);
  expect(show(jvp((x: NDArray) => x.astype("float64"), [f32(1)], [f32(0.5)])[1])).toBe("float64[1] [0.5]");
  expect(show(vjp((x: NDArray) => x.astype("int32").astype("float32"), [f32(1.5)])[1](f32(1)))).toBe(
    "float32[1] [0]",
  );
});

test("select_n's predicate is never differentiated, however it depends on the argument", () => {
  const f = (x: NDArray): NDArray => lax.select(x.greater(2), x.mul(3), x.mul(5));
  expect(show(jvp(f, [f32(1, 3)], [f32(1, 1)])[1])).toBe("float32[2] [5, 3]");
  expect(show(vjp(f, [f32(1, 3)])[1](f32(1, 1)))).toBe("float32[2] [5, 3]");
});

test("while, scan, cond, jit, custom_jvp, custom_vjp and checkpoint are primitives: one equation each", () => {
  const half = customJvp((x: NDArray) => x.mul(0.5)).defjvp(([x], [dx]) => [x.mul(0.5), dx.mul(0.5)]);
  const third = customVjp((x: NDArray) => x.mul(3));
  third.defvjp(
    (x) => [x.mul(3), null],
    (_: null, ct: NDArray) => [ct.mul(3)],
  );
  const programs: Readonly<Record<string, (x: NDArray) => NDArray>> = {
    while: (x) =>
      lax.whileLoop(
        (c: NDArray) => c.less(9),
        (c: NDArray) => c.add(1),
        x,
      ),
    scan: (x) => lax.scan((c: NDArray) => [c.mul(2), null], x, null, { length: 3 })[0],
    cond: (x) =>
      lax.cond(
        true,
        (v: NDArray) => v.add(1),
        (v: NDArray) => v,
        x,
      ),
    jit: jit((x: NDArray) => x.mul(2)),
    custom_jvp_call: half,
    custom_vjp_call: third,
    checkpoint: checkpoint((x: NDArray) => np.sin(x)),
  };
  for (const [name, f] of Object.entries(programs)) {
    const { jaxpr } = makeJaxpr(f)(scalar(1));
    expect(jaxpr.eqns.map((eqn) => eqn.primitive.name)).toContain(name);
    expect(jaxpr.eqns.length).toBeLessThanOrEqual(2); // cond: the predicate's cast too
  }
});

describe("batching", () => {
  const names = (f: (...args: NDArray[]) => NDArray, ...args: NDArray[]): string[] =>
    makeJaxpr(f)(...args).jaxpr.eqns.map((eqn) => eqn.primitive.name);

  test("aligns the batch axes of elementwise operands", () => {
    const sum = vmap((x: NDArray, y: NDArray) => x.add(y), [0, 1], 1);
    expect(sum(matrix, matrix.T.add(10)).js()).toEqual(matrix.mul(2).add(10).T.js());
    const outer = vmap((x: NDArray, y: NDArray) => x.mul(y), [0, null]);
    expect(outer(f32(1, 2), f32(3, 4)).js()).toEqual([
      [3, 4],
      [6, 8],
    ]);
  });

  test("shifts the axis numbers of reductions and transposes", () => {
    const batch = np.arange(24).reshape([2, 3, 4]).astype("float32");
    const total = vmap((x: NDArray) => x.sum(0));
    expect(total(batch).js()).toEqual(batch.sum(1).js());
    expect(names(total, batch)).toEqual(["reduce_sum"]);
    const turned = vmap((x: NDArray) => x.transpose([1, 0]));
    expect(turned(batch).js()).toEqual(batch.transpose([0, 2, 1]).js());
    expect(names(turned, batch)).toEqual(["transpose"]);
  });

  test("gives dot_general a batch dimension: a batch of products is one contraction", () => {
    const products = vmap((x: NDArray, y: NDArray) => np.matmul(x, y));
    const [x, y] = [np.ones([4, 2, 3]), np.ones([4, 3, 5])];
    expect(names(products, x, y)).toEqual(["dot_general"]);
    expect(products(x, y).js()).toEqual(np.full([4, 2, 5], 3).js());
  });

  test("gives gather and scatter batch dimensions: each example reads and writes its own row", () => {
    const at = np.array(
      [
        [2, 0],
        [1, 1],
      ],
      { dtype: "int32" },
    );
    expect(vmap((x: NDArray, i: NDArray) => x.slice(i))(matrix, at).js()).toEqual([
      [3, 1],
      [5, 5],
    ]);
    expect(vmap((x: NDArray, i: NDArray) => x.at(i).add(10))(matrix, at).js()).toEqual([
      [11, 2, 13],
      [4, 25, 6],
    ]);
    expect(
      names(
        vmap((x: NDArray, i: NDArray) => x.slice(i)),
        matrix,
        at,
      ).filter((n) => n === "gather"),
    ).toHaveLength(1);
  });

  test("draws random numbers for each key by itself", () => {
    const keys = random.split(random.key(7), 3);
    const draws = vmap((key: random.Key) => random.normal(key, [2]))(keys);
    [...keys].forEach((key, k) => {
      expect(draws.slice(k).js()).toEqual(random.normal(key, [2]).js());
    });
  });
});

test("integers have no transpose to speak of: linearTranspose asks for floats", () => {
  expect(() => linearTranspose((x: NDArray) => x.mul(2), [i32(1)])).toThrow(/must be floats, got i32\[1\]/);
});
