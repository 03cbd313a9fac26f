/** What the primitives of linear algebra do exactly: the order of sums, special values, types, errors. */

import { jit, lax, makeJaxpr, numpy as np } from "cotangent";
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../../src/autodiff/array.js";
import { stageClosed } from "../../../src/autodiff/jaxpr-passes.js";
import { cholesky } from "../../../src/autodiff/primitives/cholesky.js";
import { linearSolve } from "../../../src/autodiff/primitives/linear-solve.js";
import { lu } from "../../../src/autodiff/primitives/lu.js";
import { triangularSolve } from "../../../src/autodiff/primitives/triangular-solve.js";
import { loopsOf } from "../../../src/compiler/executable.js";
import { expandIntrinsics } from "../../../src/compiler/intrinsics/expand.js";
import type { DType } from "../../../src/ir/dtype.js";
import { interpret } from "../../../src/ir/interpret.js";
import { range } from "../../../src/ir/shape.js";
import {
  dominant,
  type Matrix,
  matrixOf,
  textbookCholesky,
  textbookLu,
  textbookSolve,
  triangularForms,
} from "./linalg-fixture.js";
import { array, type Flat, flatArray, jvpOf, noise, valuesOf } from "./primitive-laws.js";

type Program = readonly [f: Flat, operands: readonly NDArray[]];

const nan = Number.NaN;
const inf = Number.POSITIVE_INFINITY;
const inDType = (x: NDArray, dtype: DType): NDArray => flatArray(x.shape, valuesOf(x), dtype);
const flat = (x: NDArray): number[] => Array.from(valuesOf(x));
const rounding: Readonly<Record<"float32" | "float64", (x: number) => number>> = {
  float32: Math.fround,
  float64: (x) => x,
};

describe.each(["float32", "float64"] as const)("in %s every bit is the textbook's", (dtype) => {
  const round = rounding[dtype];
  test("cholesky, of every size up to 13", () => {
    for (const n of range(13).map((k) => k + 1)) {
      const a = inDType(dominant([n, n], n), dtype);
      expect(matrixOf(cholesky(a))).toEqual(textbookCholesky(matrixOf(a), round));
    }
  });
  test("lu, of every shape up to 9 by 9 and some larger", () => {
    const sizes = range(9).flatMap((m) => range(9).map((n) => [m + 1, n + 1]));
    for (const shape of [...sizes, [30, 17], [17, 30], [33, 33]]) {
      const a = inDType(noise(shape, shape[0] + 10 * shape[1]), dtype);
      const [factors, pivots, permutation] = lu(a);
      const [expected, ...rows] = textbookLu(matrixOf(a), round);
      expect(matrixOf(factors)).toEqual(expected);
      expect([flat(pivots), flat(permutation)]).toEqual(rows);
    }
  });
  test.each(triangularForms)("triangular_solve, %o", (form) => {
    for (const n of [1, 2, 7, 13]) {
      for (const m of [1, 3, 4, 6, 8, 11]) {
        const a = inDType(form.unitDiagonal ? noise([n, n], n) : dominant([n, n], n), dtype);
        const b = inDType(noise(form.leftSide ? [n, m] : [m, n], m), dtype);
        const expected = textbookSolve(matrixOf(a), matrixOf(b), form, round);
        expect(matrixOf(triangularSolve(a, b, form))).toEqual(expected);
      }
    }
  });
});

test("the loops mean what the js target computes: the interpreter gives the same bits, from memory full of garbage", () => {
  const [a, b] = [dominant([2, 7, 7], 1), noise([2, 7, 9], 2)];
  const [factors, , permutation] = lu(a);
  const solveBoth = (forms: readonly { readonly transposed: boolean }[]): Program[] =>
    forms.map((form) => [([x, p, y]) => [linearSolve(x, x, p, y, form)], [factors, permutation, b]]);
  const programs: readonly Program[] = [
    [([x]) => [cholesky(x)], [a]],
    [([x]) => [...lu(x)], [a]],
    [([x]) => [...lu(x)], [b]],
    ...solveBoth([{ transposed: false }, { transposed: true }]),
    ...triangularForms.map(
      (form): Program => [
        ([x, y]) => [triangularSolve(x, y, form)],
        [a, form.leftSide ? b : flatArray([2, 9, 7], valuesOf(b))],
      ],
    ),
  ];
  for (const [f, operands] of programs) {
    const jaxpr = stageClosed(
      (xs) => [...f(xs)],
      operands.map((x) => x.aval),
    );
    expect(interpret(expandIntrinsics(loopsOf(jaxpr).program), operands.map(valuesOf))).toEqual(
      f(operands).map(valuesOf),
    );
  }
});

describe("cholesky", () => {
  test("is NaN in the whole triangle where a pivot is not positive, and 0 above it", () => {
    for (const a of [
      [
        [1, 2],
        [2, 1],
      ],
      [
        [0, 0],
        [0, 0],
      ],
      [
        [1, 0],
        [0, -1],
      ],
      [
        [1, inf],
        [inf, 1],
      ],
    ]) {
      expect(matrixOf(cholesky(array(a)))).toEqual([
        [nan, 0],
        [nan, nan],
      ]);
    }
  });
  test("carries NaN to the rows that depend on it, as JAX on a CPU", () => {
    const l = (a: Matrix): Matrix => matrixOf(cholesky(array(a)));
    expect(
      l([
        [nan, 1],
        [1, 3],
      ]),
    ).toEqual([
      [nan, 0],
      [nan, nan],
    ]);
    expect(
      l([
        [4, 1],
        [nan, 3],
      ]),
    ).toEqual([
      [2, 0],
      [nan, nan],
    ]);
    expect(
      l([
        [4, 1],
        [2, nan],
      ]),
    ).toEqual([
      [2, 0],
      [1, nan],
    ]);
  });
  test("fails for each matrix of a batch by itself", () => {
    const batch = array([
      [
        [4, 0],
        [2, 5],
      ],
      [
        [-1, 0],
        [0, 1],
      ],
      [
        [9, 0],
        [3, 2],
      ],
    ]);
    expect(flat(cholesky(batch))).toEqual([2, 0, 1, 2, nan, 0, nan, nan, 3, 0, 1, 1]);
  });
  test("reads the lower triangle alone, and so does its derivative", () => {
    const whole = dominant([4, 4], 1);
    const lower = flatArray(
      [4, 4],
      flat(whole).map((x, i) => (i % 4 > Math.floor(i / 4) ? nan : x)),
    );
    expect(valuesOf(cholesky(lower))).toEqual(valuesOf(cholesky(whole)));
    const da = noise([4, 4], 2);
    const dLower = flatArray(
      [4, 4],
      flat(da).map((x, i) => (i % 4 > Math.floor(i / 4) ? nan : x)),
    );
    const tangent = (direction: NDArray): NDArray =>
      jvpOf(([a]) => [cholesky(a)], [whole], [direction])[1][0];
    expect(valuesOf(tangent(dLower))).toEqual(valuesOf(tangent(da)));
  });
  test("leaves its operand alone where both are wanted", () => {
    const a = np.array(matrixOf(dominant([5, 5], 3)));
    const factor = (x: NDArray): NDArray => lax.linalg.cholesky(x, { symmetrizeInput: false });
    const doubled = a.mul(2);
    const [l, twice] = jit((x: NDArray) => [factor(x.mul(2)), x.mul(2)])(a);
    expect([l.js(), twice.js()]).toEqual([factor(doubled).js(), doubled.js()]);
  });
});

describe("lu", () => {
  test("divides by no pivot of 0: a column of zeros stays", () => {
    const [factors, pivots, permutation] = lu(
      array([
        [0, 1, 2],
        [0, 3, 4],
        [0, 6, 5],
      ]),
    );
    expect(matrixOf(factors)).toEqual([
      [0, 1, 2],
      [0, 6, 5],
      [0, 0.5, 1.5],
    ]);
    expect([flat(pivots), flat(permutation)]).toEqual([
      [0, 2, 2],
      [0, 2, 1],
    ]);
  });
  test("takes the first of equal candidates, and a NaN before all others", () => {
    expect(
      flat(
        lu(
          array([
            [1, 2],
            [-1, 3],
          ]),
        )[1],
      ),
    ).toEqual([0, 1]);
    const [factors, pivots] = lu(
      array([
        [1, 2],
        [nan, 3],
      ]),
    );
    expect([flat(factors), flat(pivots)]).toEqual([
      [nan, 3, nan, nan],
      [1, 1],
    ]);
  });
  test("has pivots and a permutation of nothing for matrices without rows or columns", () => {
    expect(lu(flatArray([0, 3], [])).map((x) => x.shape)).toEqual([[0, 3], [0], [0]]);
    const [factors, pivots, permutation] = lu(flatArray([3, 0], []));
    expect([factors.shape, pivots.shape, flat(permutation)]).toEqual([[3, 0], [0], [0, 1, 2]]);
  });
});

describe("linear_solve", () => {
  test("refuses operands that do not go together", () => {
    const [factors, , permutation] = lu(array([[1]]));
    expect(() => linearSolve(array([[1]]), factors, permutation, array([[1], [2]]))).toThrow(
      "linearSolve: f64[1,1], f64[1,1], i32[1], f64[2,1] do not go together: they are [..., n, n], [..., n, n], [..., n] " +
        "and [..., n, m]",
    );
  });
});

describe("triangular_solve", () => {
  test("with a zero on the diagonal gives infinities and NaN", () => {
    const a = array([
      [0, 0],
      [1, 1],
    ]);
    expect(flat(triangularSolve(a, array([[1], [2]]), { leftSide: true, lower: true }))).toEqual([inf, -inf]);
    expect(flat(triangularSolve(a, array([[0], [2]]), { leftSide: true, lower: true }))).toEqual([nan, nan]);
  });
  test("does not read the other triangle, nor the diagonal where it is ones", () => {
    const a = array([
      [nan, nan],
      [2, nan],
    ]);
    const form = { leftSide: true, lower: true, unitDiagonal: true };
    expect(flat(triangularSolve(a, array([[1], [5]]), form))).toEqual([1, 3]);
  });
});

describe("jaxprs", () => {
  const eye = np.eye(2);
  test("print JAX's names and params", () => {
    const text = String(
      makeJaxpr((a: NDArray, b: NDArray) => {
        const [factors] = lax.linalg.lu(a);
        const l = lax.linalg.cholesky(factors, { symmetrizeInput: false });
        return lax.linalg.triangularSolve(l, b, { leftSide: true, lower: true });
      })(eye, eye),
    );
    expect(text).toBe(
      [
        "{ lambda ; a:f32[2,2] b:f32[2,2]. let",
        "    c:f32[2,2] _:i32[2] _:i32[2] = lu a",
        "    d:f32[2,2] = cholesky c",
        "    e:f32[2,2] = triangular_solve[",
        "      conjugate_a=False",
        "      left_side=True",
        "      lower=True",
        "      transpose_a=False",
        "      unit_diagonal=False",
        "    ] d b",
        "  in (e,) }",
      ].join("\n"),
    );
  });
});

describe("errors", () => {
  const solve = lax.linalg.triangularSolve;
  test.each([
    [
      "cholesky of integers",
      () =>
        lax.linalg.cholesky(
          np.array(
            [
              [2, 1],
              [1, 2],
            ],
            { dtype: "int32" },
          ),
        ),
      'DTypeError: cholesky: takes float32 or float64, got i32[2,2]; use x.astype("float32"), or the function of ' +
        "numpy.linalg, which promotes",
    ],
    [
      "cholesky of a rectangle",
      () => lax.linalg.cholesky(np.ones([2, 3])),
      "ShapeError: cholesky: takes square matrices, [..., n, n], got f32[2,3]: its last two sizes, 2 and 3, differ",
    ],
    [
      "lu of a vector",
      () => lax.linalg.lu(np.ones([3])),
      "ShapeError: lu: takes a matrix or a batch of them, [..., m, n], got f32[3]; reshape it",
    ],
    [
      "lu of bools",
      () => lax.linalg.lu(np.array([[true]])),
      'DTypeError: lu: takes float32 or float64, got bool[1,1]; use x.astype("float32"), or the function of ' +
        "numpy.linalg, which promotes",
    ],
    [
      "triangularSolve of two dtypes",
      () => solve(np.eye(2), np.eye(2).astype("float64")),
      "DTypeError: triangularSolve: f32[2,2] and f64[2,2] must have one dtype; the functions of numpy promote, those " +
        "of lax do not: use x.astype(dtype)",
    ],
    [
      "triangularSolve of sizes that differ",
      () => solve(np.eye(2), np.ones([3, 2]), { leftSide: true }),
      "ShapeError: triangularSolve: f32[2,2] and f32[3,2] do not go together: with leftSide true they are [..., n, n] " +
        "and [..., n, m] with equal sizes before; transpose or reshape one of them",
    ],
    [
      "triangularSolve of batches that differ",
      () => solve(np.ones([2, 3, 3]), np.ones([1, 4, 3])),
      "ShapeError: triangularSolve: f32[2,3,3] and f32[1,4,3] do not go together: with leftSide false they are " +
        "[..., n, n] and [..., m, n] with equal sizes before; transpose or reshape one of them",
    ],
    [
      "triangularSolve of a rectangle",
      () => solve(np.ones([2, 3]), np.ones([3])),
      "ShapeError: triangularSolve: takes square matrices, [..., n, n], got f32[2,3]: its last two sizes, 2 and 3, differ",
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
