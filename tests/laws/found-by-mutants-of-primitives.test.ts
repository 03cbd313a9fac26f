/** Facts about the primitives' rules that no test held: a rule was made wrong on purpose, and nothing noticed. */
import {
  DifferentiationError,
  jit,
  jvp,
  lax,
  linearTranspose,
  makeJaxpr,
  type NDArray,
  numpy as np,
  vjp,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";
import { full } from "../../src/autodiff/primitives/creation.js";
import { fma } from "../../src/autodiff/primitives/fused-multiply-add.js";

const ints = (...values: number[]): NDArray => np.array(new Int32Array(values));

/** Single elements of a vector at places that a column holds. */
const elements = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] };

// jaxprs -------------------------------------------------------------------------------------------------------------

test("a sort is printed as JAX prints its own, which is stable", () => {
  expect(String(makeJaxpr((x: NDArray) => lax.sort(x))(np.ones([3])))).toBe(
    "{ lambda ; a:f32[3]. let\n    b:f32[3] = sort[dimension=0 is_stable=True num_keys=1] a\n  in (b,) }",
  );
});

test("an elementwise function leaves the mapped axis where it is, wherever that is", () => {
  const x = np.ones([2, 3]);
  const sine = vmap((v: NDArray) => np.sin(v), { inAxes: 1, outAxes: 1 });
  expect(String(makeJaxpr(sine)(x))).toBe("{ lambda ; a:f32[2,3]. let b:f32[2,3] = sin a in (b,) }");
  const scaled = vmap((v: NDArray, s: NDArray) => v.mul(s), { inAxes: [1, null], outAxes: 1 });
  expect(
    makeJaxpr(scaled)(x, np.array(2, { dtype: "float32" })).jaxpr.eqns.map((e) => e.primitive.name),
  ).toEqual(["mul"]);
});

test("logical reductions forget that an integer is weak, as in JAX; sums and extremes do not", () => {
  const weak = full([3], 1, "int32", true);
  const isWeak = (f: (x: NDArray, axes: readonly number[]) => NDArray): boolean => f(weak, [0]).weakType;
  expect([lax.reduceAnd, lax.reduceOr].map(isWeak)).toEqual([false, false]);
  expect([lax.reduceSum, lax.reduceMax, lax.reduceMin].map(isWeak)).toEqual([true, true, true]);
});

test("rounding to even is printed with JAX's number of the method", () => {
  expect(String(makeJaxpr((x: NDArray) => lax.round(x, "toNearestEven"))(np.ones([3])))).toBe(
    "{ lambda ; a:f32[3]. let b:f32[3] = round[rounding_method=1] a in (b,) }",
  );
});

test("a slice of everything is the operand itself", () => {
  expect(makeJaxpr((x: NDArray) => x.slice([0, 3]))(np.ones([3])).jaxpr.eqns).toEqual([]);
});

test("systems of one matrix are solved together: the matrix is not repeated for each right-hand side", () => {
  const solve = vmap((a: NDArray, b: NDArray) => np.linalg.solve(a, b), { inAxes: [null, 0] });
  const { eqns } = makeJaxpr(solve)(np.eye(2), np.ones([3, 2])).jaxpr;
  const shapes = eqns.flatMap((eqn) =>
    eqn.primitive.name === "linear_solve" ? [eqn.operands[0].aval.shape] : [],
  );
  expect(shapes).toEqual([[2, 2]]);
  const triangular = vmap((a: NDArray, b: NDArray) => lax.linalg.triangularSolve(a, b, { leftSide: true }), {
    inAxes: [null, 0],
  });
  const inner = makeJaxpr(triangular)(np.eye(2), np.ones([3, 2, 1])).jaxpr.eqns;
  const triangles = inner.flatMap((eqn) =>
    eqn.primitive.name === "triangular_solve" ? [eqn.operands[0].aval.shape] : [],
  );
  expect(triangles).toEqual([[2, 2]]);
});

// derivatives --------------------------------------------------------------------------------------------------------

describe("the tangent has the output's shape where the one operand that varies is a scalar:", () => {
  const scalar = np.array(2.5);
  const row = np.array([4, 5, 7]);
  test.each<[string, (x: NDArray) => NDArray, readonly number[]]>([
    ["the dividend of rem", (x) => lax.rem(x, row), [1, 1, 1]],
    ["the first factor of fma", (x) => fma(x, np.array(3), row), [3, 3, 3]],
    ["the second factor of fma", (x) => fma(np.array(3), x, row), [3, 3, 3]],
    ["the term of fma", (x) => fma(np.array(3), row, x), [1, 1, 1]],
    ["the upper bound of clamp", (x) => lax.clamp(row, np.array(9), x), [1, 1, 1]],
    ["a case of selectN", (x) => lax.selectN(np.array(true), row, x), [1, 1, 1]],
  ])("%s", (_, f, expected) => {
    const [out, tangent] = jvp(f, [scalar], [np.array(1)]);
    expect(out.shape).toEqual([3]);
    expect(tangent.js()).toEqual(expected);
  });
});

test("the cotangent of a product's right operand sums over every free axis of the left one", () => {
  const x = np.arange(24).astype("float32").reshape([2, 3, 4]);
  const ct = np.arange(30).astype("float32").reshape([2, 3, 5]);
  const f = (y: NDArray): NDArray =>
    lax.dotGeneral(x, y, [
      [[2], [0]],
      [[], []],
    ]);
  const [cotangent] = linearTranspose(f, [np.ones([4, 5])])(ct);
  expect(cotangent.js()).toEqual(np.dot(x.reshape([6, 4]).T, ct.reshape([6, 5])).js());
});

test("where the running log of sums is infinite, a finite operand's weight is that of JAX", () => {
  // jax.jvp(jax.lax.cumlogsumexp, ([0., inf],), ([1., 0.],)) gives ([0., inf], [1., 1.])
  const [out, tangent] = jvp(
    (x: NDArray) => lax.cumlogsumexp(x),
    [np.array([0, Number.POSITIVE_INFINITY])],
    [np.array([1, 0])],
  );
  expect(out.js()).toEqual([0, Number.POSITIVE_INFINITY]);
  expect(tangent.js()).toEqual([1, 1]);
});

test("a NaN makes the running log of sums NaN from there on, and its tangent too", () => {
  const x = np.array([0, Number.NaN]);
  const [out, tangent] = jvp((v: NDArray) => lax.cumlogsumexp(v), [x], [np.array([1, 0])]);
  expect(out.js()).toEqual([0, Number.NaN]);
  expect(tangent.js()).toEqual([1, Number.NaN]);
});

test("sorting nothing has a derivative, of nothing", () => {
  const [out, tangent] = jvp((x: NDArray) => lax.sort(x), [np.zeros([0])], [np.zeros([0])]);
  expect([out.js(), tangent.js()]).toEqual([[], []]);
});

describe("linearTranspose refuses what is not linear, and does not answer zero, of", () => {
  const a = np.array([
    [2, 0],
    [0, 4],
  ]);
  const b = np.ones([2, 1]);
  const row = np.ones([2]);
  const at = (x: NDArray): NDArray => x.astype("int32");
  const dims = { offsetDims: [], collapsedSliceDims: [0], startIndexMap: [0] };
  test.each<[string, (x: NDArray) => NDArray, NDArray, NDArray]>([
    ["a solution as a function of its matrix", (x) => np.linalg.solve(x, b), a, b],
    ["that of a triangle", (x) => lax.linalg.triangularSolve(x, b, { leftSide: true }), a, b],
    [
      "a window as a function of its place",
      (x) => lax.dynamicSlice(row, [at(x)], [1]),
      row.sum(),
      np.ones([1]),
    ],
    ["sums as a function of where they are taken", (x) => lax.scatterAdd(row, at(x), row, elements), b, row],
    ["elements as a function of their places", (x) => lax.gather(row, at(x), dims, [1]), b, row],
  ])("%s", (_, f, example, ct) => {
    expect(() => linearTranspose(f, [example])(ct)).toThrow(DifferentiationError);
  });
});

// windows ------------------------------------------------------------------------------------------------------------

test("bools are scattered too: the last one stays, the least is `and`, the largest is `or`", () => {
  const x = np.array([true, false, true]);
  const at = ints(0, 1, 1).reshape([3, 1]);
  const updates = np.array([false, true, false]);
  expect(lax.scatter(x, at, updates, elements).js()).toEqual([false, false, true]);
  expect(lax.scatterMin(x, at, updates, elements).js()).toEqual([false, false, true]);
  expect(lax.scatterMax(x, at, updates, elements).js()).toEqual([true, true, true]);
});

test("the cotangent of updates that are promised to be unique is one gather", () => {
  const at = ints(2, 0).reshape([2, 1]);
  const primitivesOf = (uniqueIndices: boolean): string[] => {
    const f = (updates: NDArray): NDArray =>
      lax.scatter(np.zeros([3]), at, updates, elements, { uniqueIndices });
    const transposed = linearTranspose(f, [np.zeros([2])]);
    const { jaxpr } = makeJaxpr((ct: NDArray) => transposed(ct)[0])(np.zeros([3]));
    return jaxpr.eqns.map((eqn) => eqn.primitive.name).filter((name) => /gather|scatter/.test(name));
  };
  expect(primitivesOf(true)).toEqual(["gather"]);
  expect(primitivesOf(false)).toContain("scatter");
});

test("two updates of one place are two, however their places are counted: the last one has the cotangent", () => {
  const x = np.zeros([3]);
  const at = ints(1, 1).reshape([1, 2, 1]);
  const f = (updates: NDArray): NDArray => lax.scatter(x, at, updates, elements);
  expect(linearTranspose(f, [np.zeros([1, 2])])(np.array([5, 6, 7]))[0].js()).toEqual([[0, 6]]);
});

test("a single update meets no other, at a place of however many components", () => {
  const x = np.array([
    [1, 2],
    [3, 4],
  ]);
  const corner = { updateWindowDims: [], insertedWindowDims: [0, 1], scatterDimsToOperandDims: [0, 1] };
  const f = (update: NDArray): NDArray => lax.scatterMul(x, ints(1, 0), update, corner);
  const [, tangent] = jvp(f, [np.array(10)], [np.array(1)]);
  expect(tangent.js()).toEqual([
    [0, 0],
    [3, 0],
  ]);
});

test("multiplying in unique updates is linear in them: the cotangent is gathered from that times the operand", () => {
  const f = (updates: NDArray): NDArray =>
    lax.scatterMul(np.array([2, 3, 4]), ints(2, 0).reshape([2, 1]), updates, elements, {
      uniqueIndices: true,
    });
  expect(linearTranspose(f, [np.ones([2])])(np.array([10, 100, 1000]))[0].js()).toEqual([4000, 20]);
});

test("an extreme of updates has a tangent from the operand alone, and from the updates alone", () => {
  const x = np.array([1, 5, 3]);
  const at = ints(0, 1).reshape([2, 1]);
  const updates = np.array([4, 2]);
  const [, ofOperand] = jvp(
    (v: NDArray) => lax.scatterMax(v, at, updates, elements),
    [x],
    [np.array([1, 2, 3])],
  );
  expect(ofOperand.js()).toEqual([0, 2, 3]);
  const [, ofUpdates] = jvp(
    (v: NDArray) => lax.scatterMax(x, at, v, elements),
    [updates],
    [np.array([7, 8])],
  );
  expect(ofUpdates.js()).toEqual([7, 0, 0]);
});

test("windows of mapped scalars, and windows at uint32 places, are mapped", () => {
  const scalars = np.array([1, 2, 3]);
  expect(vmap((x: NDArray) => lax.dynamicSlice(x, [], []))(scalars).js()).toEqual([1, 2, 3]);
  const start = np.array(1, { dtype: "uint32" });
  const rows = np.array([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(vmap((x: NDArray) => lax.dynamicSlice(x, [start], [2]))(rows).js()).toEqual([
    [2, 3],
    [5, 6],
  ]);
  // The start along the mapped axis is of the type of the others.
  const second = np.array(1, { dtype: "int32" });
  const { eqns } = makeJaxpr(vmap((x: NDArray) => lax.dynamicSlice(x, [second], [2])))(rows).jaxpr;
  const starts = eqns.flatMap((eqn) => (eqn.primitive.name === "dynamic_slice" ? eqn.operands.slice(1) : []));
  expect(starts.map(({ aval: { dtype, weakType } }) => [dtype, weakType])).toEqual([
    ["int32", false],
    ["int32", false],
  ]);
  expect(vmap((x: NDArray) => lax.dynamicUpdateSlice(x, np.array([9]), [start]))(rows).js()).toEqual([
    [1, 9, 3],
    [4, 9, 6],
  ]);
});

// values -------------------------------------------------------------------------------------------------------------

test("mapped over the last axis, each example is reshaped in its own row-major order", () => {
  const x = np.arange(12).reshape([2, 3, 2]);
  const mapped = vmap((v: NDArray) => v.reshape([3, 2]), { inAxes: 2 })(x);
  expect(mapped.js()).toEqual([
    [
      [0, 2],
      [4, 6],
      [8, 10],
    ],
    [
      [1, 3],
      [5, 7],
      [9, 11],
    ],
  ]);
});

test("an integer to the power of 0 is 1", () => {
  expect(lax.integerPow(ints(-3, 0, 5), 0).js()).toEqual([1, 1, 1]);
});

test("an integer has a square and powers, modulo 2^32", () => {
  expect(lax.square(ints(-3, 65537)).js()).toEqual([9, 131073]);
  const x = np.array(new Uint32Array([3, 65537]));
  expect(lax.square(x).js()).toEqual([9, 131073]);
  expect(lax.integerPow(x, 3).js()).toEqual([27, 196609]);
});

test("shifts as if the dtype were another keep the operand's dtype", () => {
  const logical = lax.shiftRightLogical(ints(-8), ints(1));
  expect([logical.dtype, logical.js()]).toEqual(["int32", [2147483644]]);
  const one = np.array(new Uint32Array([1]));
  const arithmetic = lax.shiftRightArithmetic(np.array(new Uint32Array([0xfffffff8])), one);
  expect([arithmetic.dtype, arithmetic.js()]).toEqual(["uint32", [4294967292]]);
});

test("within one compiled loop a shift, and counting in floats, have the dtypes that they have alone", () => {
  const shifted = jit((x: NDArray) => lax.shiftRightLogical(x, ints(0, 1)).less(0))(ints(-8, -8));
  expect(shifted.js()).toEqual([true, false]);
  const counted = jit((x: NDArray) => lax.iota("float32", 3).mul(x))(np.array(0.5));
  expect(counted.js()).toEqual([0, 0.5, 1]);
});

test("a system whose equations stand in another order is solved, and so is its transpose", () => {
  // A x = (x1, x2, x0)
  const a = np.array([
    [0, 1, 0],
    [0, 0, 1],
    [1, 0, 0],
  ]);
  const solve = (b: NDArray): NDArray => np.linalg.solve(a, b);
  expect(solve(np.array([10, 20, 30])).js()).toEqual([30, 10, 20]);
  expect(linearTranspose(solve, [np.zeros([3])])(np.array([10, 20, 30]))[0].js()).toEqual([20, 30, 10]);
});

test("contracted axes go in the order given, whichever of them lie one after the other in memory", () => {
  const x = np.arange(24).astype("int32").reshape([2, 3, 4]);
  const y = np.arange(24).astype("int32").reshape([2, 4, 3]);
  const product = lax.dotGeneral(x, y, [
    [
      [0, 2, 1],
      [0, 1, 2],
    ],
    [[], []],
  ]);
  let expected = 0;
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 3; j++) {
      for (let k = 0; k < 4; k++) expected += (12 * i + 4 * j + k) * (12 * i + 3 * k + j);
    }
  }
  expect(product.js()).toBe(expected);
});

test("sums go in blocks of 4,096 terms: the term after a block is added to the block's sum, not into it", () => {
  const terms = new Float32Array(4097);
  terms.set([2 ** 24, 1]);
  terms[4096] = -(2 ** 24);
  // The block is 2^24 + 1, which is 2^24 in float32; term 4,096 joining term 0 would have left the 1.
  expect(np.array(terms).sum().js()).toBe(0);
});

test("vjp and jvp of a product with free axes on both sides are adjoint", () => {
  const x = np.arange(24).astype("float32").reshape([2, 3, 4]).mul(0.5);
  const y = np.arange(40).astype("float32").reshape([4, 2, 5]).sub(11);
  const f = (a: NDArray, b: NDArray): NDArray =>
    lax.dotGeneral(a, b, [
      [[2], [0]],
      [[], []],
    ]);
  const [da, db] = [x.add(1), y.mul(2)];
  const [, tangent] = jvp(f, [x, y], [da, db]);
  const ct = np.arange(60).astype("float32").reshape([2, 3, 2, 5]).sub(17);
  const [ctA, ctB] = vjp(f, [x, y])[1](ct);
  const pairing = (u: NDArray, v: NDArray): number => u.mul(v).sum().item() as number;
  expect(pairing(ct, tangent)).toBe(pairing(ctA, da) + pairing(ctB, db));
});
