/** What numpy.linalg's functions mean: factors multiply to the matrix, solutions solve; and where it differs from JAX. */
import { grad, jit, makeJaxpr, type NDArray, numpy as np, vmap } from "cotangent";
import { describe, expect, test } from "vitest";
import { dominant } from "../autodiff/primitives/linalg-fixture.js";
import { noise, testLaws, valuesOf } from "../autodiff/primitives/primitive-laws.js";

const { cholesky, det, inv, lu, norm, slogdet, solve, triangularSolve } = np.linalg;
const nan = Number.NaN;
const inf = Number.POSITIVE_INFINITY;

const definite = (shape: readonly number[], seed: number): NDArray => {
  const x = noise(shape, seed);
  return np.matmul(x, np.matrixTranspose(x)).add(np.eye(shape[shape.length - 1]));
};
const largest = (x: NDArray): number => Math.max(0, ...valuesOf(np.abs(x)));
const eps = 2 ** -52;
const value = (x: NDArray): number => Number(x.item());

describe("derivatives, jit and vmap", () => {
  testLaws([
    { name: "cholesky", f: ([a]) => [cholesky(a)], operands: [definite([4, 4], 1)] },
    {
      name: "upper cholesky",
      f: ([a]) => [cholesky(a, { upper: true })],
      operands: [definite([2, 3, 3], 1)],
    },
    {
      name: "solve, matrices",
      f: ([a, b]) => [solve(a, b)],
      operands: [dominant([4, 4], 2), noise([4, 3], 3)],
    },
    {
      name: "solve, one vector",
      f: ([a, b]) => [solve(a, b)],
      operands: [dominant([4, 4], 2), noise([4], 3)],
    },
    {
      name: "solve, one A",
      f: ([a, b]) => [solve(a, b)],
      operands: [dominant([3, 3], 2), noise([2, 3, 2], 3)],
    },
    {
      name: "solve, one B",
      f: ([a, b]) => [solve(a, b)],
      operands: [dominant([2, 3, 3], 2), noise([3, 2], 3)],
    },
    { name: "inv", f: ([a]) => [inv(a)], operands: [dominant([2, 3, 3], 4)] },
    ...[1, 2, 3, 4, 6].flatMap((n) => [
      { name: `det of ${n} rows`, f: ([a]: readonly NDArray[]) => [det(a)], operands: [noise([2, n, n], n)] },
      {
        name: `slogdet of ${n} rows`,
        f: ([a]: readonly NDArray[]) => slogdet(a),
        operands: [dominant([2, n, n], n)],
      },
    ]),
    {
      name: "triangularSolve of a vector",
      f: ([a, b]) => [triangularSolve(a, b, { leftSide: true, lower: true })],
      operands: [dominant([4, 4], 5), noise([4], 6)],
    },
    {
      name: "triangularSolve with one matrix for a batch",
      f: ([a, b]) => [triangularSolve(a, b, { lower: true })],
      operands: [dominant([4, 4], 5), noise([3, 2, 4], 6)],
    },
  ]);
});

describe("factors multiply to the matrix", () => {
  test.each([1, 2, 5, 20, 50])("of %i rows: L L^T, U^T U, and L U with the rows permuted", (n) => {
    const a = definite([n, n], n);
    const l = cholesky(a);
    const u = cholesky(a, { upper: true });
    expect(largest(np.matmul(l, l.T).sub(a))).toBeLessThanOrEqual(n * eps * largest(a));
    expect(u.js()).toEqual(l.T.js());
    const x = noise([n, n + 3], n);
    const [factors, , permutation] = lu(x);
    const lower = np.tril(factors.slice([], [0, n]), -1).add(np.eye(n));
    const product = np.matmul(lower, np.triu(factors));
    expect(largest(product.sub(np.take(x, permutation, 0)))).toBeLessThanOrEqual(2 * n * eps * n);
  });
});

describe("solutions solve", () => {
  test.each([1, 2, 5, 20, 50])("A X = B, A A^-1 = 1 and X op(A) = B, with %i rows", (n) => {
    const a = dominant([n, n], n);
    const b = noise([n, 3], n + 1);
    const bound = 4 * n * eps * largest(a);
    expect(largest(np.matmul(a, solve(a, b)).sub(b))).toBeLessThanOrEqual(bound);
    expect(largest(np.matmul(a, inv(a)).sub(np.eye(n)))).toBeLessThanOrEqual(bound);
    const x = triangularSolve(a, b.T, { transposeA: true });
    expect(largest(np.matmul(x, np.triu(a).T).sub(b.T))).toBeLessThanOrEqual(bound);
  });
  test("batches broadcast, and a B of one axis is one vector", () => {
    const shapeOf = (a: number[], b: number[]): readonly number[] =>
      solve(np.ones(a).add(np.eye(a[a.length - 1])), np.ones(b)).shape;
    expect(shapeOf([2, 3, 3], [3])).toEqual([2, 3]);
    expect(shapeOf([3, 3], [5, 3, 2])).toEqual([5, 3, 2]);
    expect(shapeOf([4, 1, 3, 3], [5, 3, 2])).toEqual([4, 5, 3, 2]);
    expect(shapeOf([3, 3], [3, 0])).toEqual([3, 0]);
    expect(triangularSolve(np.ones([2, 1, 3, 3]), np.ones([1, 4, 3, 5]), { leftSide: true }).shape).toEqual([
      2, 4, 3, 5,
    ]);
    expect(triangularSolve(np.ones([2, 3, 3]), np.ones([2, 3])).shape).toEqual([2, 3]);
  });
  test("A is factored once for value and gradient, and once for a batch of Bs", () => {
    const factorizations = (text: unknown): number => String(text).split(" = lu ").length - 1;
    const loss = (a: NDArray, b: NDArray): NDArray => solve(a, b).sum();
    expect(factorizations(makeJaxpr(grad(loss))(np.eye(3), np.ones([3])))).toBe(1);
    const text = String(makeJaxpr(vmap(solve, [null, 0]))(np.eye(3), np.ones([5, 3])));
    expect(factorizations(text)).toBe(1);
    expect(text).toContain("f32[3,3] _:i32[3]");
  });
  test("of a singular system are infinities and NaN, as JAX's", () => {
    expect(
      inv([
        [1, 2],
        [2, 4],
      ]).js(),
    ).toEqual([
      [-inf, inf],
      [inf, -inf],
    ]);
  });
});

describe("determinants", () => {
  test("det A B is det A det B, and slogdet is its sign and logarithm", () => {
    for (const n of [1, 2, 3, 4, 7]) {
      const [a, b] = [dominant([n, n], n), noise([n, n], n + 1)];
      const product = value(det(a).mul(det(b)));
      expect(Math.abs(value(det(np.matmul(a, b))) - product)).toBeLessThanOrEqual(
        1e-13 * Math.abs(product) * n ** 2,
      );
      const [sign, logarithm] = slogdet(b);
      expect(value(sign)).toBe(Math.sign(value(det(b))));
      expect(Math.abs(value(logarithm) - Math.log(Math.abs(value(det(b)))))).toBeLessThanOrEqual(1e-13 * n);
    }
  });
  test("of integers with pivots that divide evenly are exact, where JAX goes through logarithms", () => {
    expect(
      det([
        [2, 0, 0, 0],
        [0, 3, 0, 0],
        [0, 0, 0, 5],
        [0, 0, 7, 0],
      ]).item(),
    ).toBe(-210);
  });
  test("of no rows are 1, and the logarithm 0", () => {
    expect(det(np.zeros([2, 0, 0])).js()).toEqual([1, 1]);
    expect(slogdet(np.zeros([0, 0])).map((x) => x.item())).toEqual([1, 0]);
    expect(grad(det)(np.zeros([0, 0])).shape).toEqual([0, 0]);
  });
  test("that are 0 have the sign 0 and the logarithm -infinity", () => {
    for (const n of [1, 2, 3, 4, 5]) {
      expect(slogdet(np.zeros([n, n])).map((x) => x.item())).toEqual([0, -inf]);
    }
  });
});

describe("the derivative of det at singular matrices is the matrix of cofactors", () => {
  const slope = jit(grad((a: NDArray) => det(a)));
  const diagonal = (values: number[]): NDArray => np.diag(np.array(values, { dtype: "float64" }));
  test("where the last pivot is 0, as in JAX", () => {
    expect(slope(diagonal([1, 2, 3, 0])).js()).toEqual(diagonal([0, 0, 0, 6]).js());
  });
  test("where another pivot is 0, where JAX has 0", () => {
    expect(slope(diagonal([0, 2, 3, 4])).js()).toEqual(diagonal([24, 0, 0, 0]).js());
    expect(slope(diagonal([2, 0, 3, -4])).js()).toEqual(diagonal([0, -24, 0, 0]).js());
  });
  test("where rank is n - 2, all are 0", () => {
    expect(slope(diagonal([1, 0, 0, 4])).js()).toEqual(np.zeros([4, 4]).js());
  });
  test("where a pivot is so small that its reciprocal is infinite", () => {
    expect(slope(diagonal([1, 2, 3, 2 ** -1070])).js()).toEqual(
      diagonal([6 * 2 ** -1070, 3 * 2 ** -1070, 2 ** -1069, 6]).js(),
    );
  });
  test("and NaN gives NaN, where JAX has 0", () => {
    const a = np.eye(4).at(1, 1).set(nan);
    expect(Array.from(slope(a).dataSync()).every(Number.isNaN)).toBe(true);
  });
});

describe("types", () => {
  const int32 = np.array(
    [
      [2, 1],
      [1, 3],
    ],
    { dtype: "int32" },
  );
  test("integers and bools become float32, float64 stays", () => {
    const results = [
      cholesky(int32),
      lu(int32)[0],
      solve(int32, int32),
      inv(int32),
      det(int32),
      ...slogdet(int32),
    ];
    expect(results.map((x) => x.dtype)).toEqual(results.map(() => "float32"));
    expect(det(np.array([[true]])).dtype).toBe("float32");
    expect(solve(int32, np.ones([2], { dtype: "float64" })).dtype).toBe("float64");
    expect(triangularSolve(int32, np.ones([2], { dtype: "float64" })).dtype).toBe("float64");
    expect(norm(int32).dtype).toBe("float32");
  });
});

describe("norm", () => {
  test("of nothing is 0, and the least of nothing is an error", () => {
    const nothing = [np.zeros([0]), np.zeros([0, 3]), np.zeros([3, 0])];
    expect(nothing.map((x) => norm(x).item())).toEqual([0, 0, 0]);
    expect(norm(nothing[0], { ord: inf }).item()).toBe(0);
    expect(nothing.slice(1).flatMap((x) => [1, inf].map((ord) => norm(x, { ord }).item()))).toEqual([
      0, 0, 0, 0,
    ]);
  });
  test("has every axis where none is named", () => {
    expect(norm(np.ones([2, 2, 4])).item()).toBe(4);
    expect(norm(9).item()).toBe(9);
  });
});

describe("errors", () => {
  const square = (name: string, shape: string, m: number, n: number): string =>
    `ShapeError: ${name}: takes square matrices, [..., n, n], got ${shape}: its last two sizes, ${m} and ${n}, differ`;
  const together = (a: string, b: string): string =>
    `ShapeError: solve: ${a} and ${b} do not go together: they are [..., n, n] and [..., n, m], or [n] for one vector; `;
  test.each([
    ["cholesky", () => cholesky(np.ones([2, 3])), square("cholesky", "f32[2,3]", 2, 3)],
    ["inv", () => inv(np.ones([2, 3])), square("inv", "f32[2,3]", 2, 3)],
    ["det", () => det(np.ones([4, 1, 2])), square("det", "f32[4,1,2]", 1, 2)],
    ["slogdet", () => slogdet(np.ones([2, 3])), square("slogdet", "f32[2,3]", 2, 3)],
    ["solve", () => solve(np.ones([2, 3]), np.ones([2])), square("solve", "f32[2,3]", 2, 3)],
    [
      "det of a number",
      () => det(3),
      "ShapeError: det: takes a matrix or a batch of them, [..., m, n], got f32[] (weak); reshape it",
    ],
    [
      "solve of sizes that differ",
      () => solve(np.eye(3), np.ones([4])),
      `${together("f32[3,3]", "f32[4]")}transpose or reshape one of them`,
    ],
    [
      "solve of a number",
      () => solve(np.eye(3), 1),
      `${together("f32[3,3]", "f32[] (weak)")}transpose or reshape one of them`,
    ],
    [
      "solve of a batch of vectors",
      () => solve(np.ones([2, 3, 3]), np.ones([2, 3])),
      `${together("f32[2,3,3]", "f32[2,3]")}for a batch of vectors use solve(a, expandDims(b, -1))`,
    ],
    [
      "solve of batches that do not broadcast",
      () => solve(np.ones([2, 3, 3]), np.ones([4, 3, 1])),
      "ShapeError: solve: shapes [2] and [4] do not broadcast: sizes 2 and 4 meet at axis -1; make them equal, or one " +
        "of them 1 (expandDims, reshape)",
    ],
    [
      "triangularSolve of a number",
      () => triangularSolve(np.eye(2), 1),
      "ShapeError: triangularSolve: takes a matrix or a batch of them, [..., m, n], got f32[] (weak); reshape it",
    ],
    [
      "the least norm of nothing",
      () => norm(np.zeros([2, 0]), { ord: -inf, axis: 1 }),
      "ShapeError: norm: the least of no elements does not exist (axis 1 of [2,0]); check the size first",
    ],
    [
      "a norm that needs singular values",
      () => norm(np.eye(2), { ord: 2 }),
      'ArgumentError: norm: ord 2 of a matrix needs singular values, which are not there yet; use "fro", 1 or infinity',
    ],
    [
      "a matrix norm of no order",
      () => norm(np.eye(2), { ord: 3 }),
      'ArgumentError: norm: a matrix has no norm of order 3; use "fro", 1, -1 or the infinities',
    ],
    [
      "a matrix norm of vectors",
      () => norm(np.eye(2), { ord: "fro", axis: 0 }),
      'ArgumentError: norm: "fro" is for matrices; leave ord out for the Euclidean norm of a vector',
    ],
  ])("of %s are whole sentences", (_, call, message) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(String(thrown)).toBe(message);
  });
});
