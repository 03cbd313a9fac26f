/** Contractions and matrices, against the sums and eliminations that define them. */
import type { NDArray } from "../../../src/autodiff/array.js";
import { choleskyPrimitive } from "../../../src/autodiff/primitives/cholesky.js";
import { dotGeneralPrimitive } from "../../../src/autodiff/primitives/contraction.js";
import type { DotDimensionNumbers } from "../../../src/autodiff/primitives/contraction-geometry.js";
import { linearSolve, linearSolvePrimitive } from "../../../src/autodiff/primitives/linear-solve.js";
import { lu, luPrimitive } from "../../../src/autodiff/primitives/lu.js";
import {
  type TriangularSolveParams,
  triangularSolvePrimitive,
} from "../../../src/autodiff/primitives/triangular-solve.js";
import { bind } from "../../../src/autodiff/trace.js";
import { type DType, isFloat } from "../../../src/ir/dtype.js";
import type { Shape } from "../../../src/ir/shape.js";
import type { Case, Example } from "../case.js";
import { arrayOf, type Draw, draw } from "../draws.js";
import { at, type Index, indicesOf, type Plain, plainOf, plus, product, tabulated } from "../plain.js";

// dot_general ----------------------------------------------------------------------------------------------------------

const dotExample = (dtype: DType, lhs: Shape, rhs: Shape, dims: DotDimensionNumbers, k: number): Example => {
  const { lhsContracting, rhsContracting, lhsBatch, rhsBatch } = dims;
  const free = (shape: Shape, used: readonly number[]): number[] =>
    shape.flatMap((_, axis) => (used.includes(axis) ? [] : [axis]));
  const lhsFree = free(lhs, [...lhsContracting, ...lhsBatch]);
  const rhsFree = free(rhs, [...rhsContracting, ...rhsBatch]);
  const shape = [
    ...lhsBatch.map((a) => lhs[a]),
    ...lhsFree.map((a) => lhs[a]),
    ...rhsFree.map((a) => rhs[a]),
  ];
  const summed = indicesOf(lhsContracting.map((axis) => lhs[axis]));
  return {
    f: (xs) => bind(dotGeneralPrimitive, xs, { dimensionNumbers: dims, preferredElementType: null }),
    operands: [draw(dtype, lhs, 20 * k), draw(dtype, rhs, 20 * k + 1)],
    value: ([x, y]) => [
      tabulated(dtype, shape, (index) => {
        const batch = index.slice(0, lhsBatch.length);
        const m = index.slice(lhsBatch.length, lhsBatch.length + lhsFree.length);
        const n = index.slice(lhsBatch.length + lhsFree.length);
        const place = (axes: readonly (readonly number[])[], values: readonly Index[], rank: number): Index =>
          Array.from({ length: rank }, (_, axis) => {
            const group = axes.findIndex((list) => list.includes(axis));
            return values[group][axes[group].indexOf(axis)];
          });
        return summed.reduce((total, inner) => {
          const a = at(plainOf(x), place([lhsBatch, lhsFree, lhsContracting], [batch, m, inner], lhs.length));
          const b = at(plainOf(y), place([rhsBatch, rhsFree, rhsContracting], [batch, n, inner], rhs.length));
          return dtype === "bool" ? total | (a & b) : plus(dtype)(total, product(dtype)(a, b));
        }, 0);
      }),
    ],
  };
};

const dims = (
  lhsContracting: readonly number[],
  rhsContracting: readonly number[],
  lhsBatch: readonly number[] = [],
  rhsBatch: readonly number[] = [],
): DotDimensionNumbers => ({ lhsContracting, rhsContracting, lhsBatch, rhsBatch });

const dotCase: Case = {
  primitive: dotGeneralPrimitive,
  examples: (dtype) => [
    dotExample(dtype, [3, 17], [17, 5], dims([1], [0]), 0),
    dotExample(dtype, [17], [17], dims([0], [0]), 1),
    dotExample(dtype, [3, 2, 4], [4, 5, 2], dims([2], [0], [1], [2]), 2),
    dotExample(dtype, [2, 3, 1], [3, 2], dims([0, 1], [1, 0]), 3),
    dotExample(dtype, [2, 0], [0, 3], dims([1], [0]), 4),
  ],
};

// matrices -------------------------------------------------------------------------------------------------------------

/** Matrices with a large diagonal; of integers any, since they are refused. */
const dominant =
  (dtype: DType, shape: Shape, seed: number): Draw =>
  (lane) => {
    const x = draw(dtype, shape, seed, { from: -1, to: 1 })(lane);
    if (!isFloat(dtype)) return x;
    const [m, n] = shape.slice(-2);
    const values = Array.from(x.concrete("a case").values, (value, i) =>
      Math.floor(i / n) % m === i % n ? 3 + value : value,
    );
    return arrayOf(dtype, shape, values);
  };

/** The same, its columns in another order: elimination exchanges rows. */
const shuffled =
  (dtype: DType, shape: Shape, seed: number): Draw =>
  (lane) => {
    const x = plainOf(dominant(dtype, shape, seed)(lane));
    const n = shape[shape.length - 1];
    return arrayOf(
      dtype,
      shape,
      indicesOf(shape).map((index) =>
        at(x, [...index.slice(0, -1), (index[index.length - 1] + 1 + (lane % 2)) % n]),
      ),
    );
  };

type Matrix = number[][];

/** The matrices of a stack, in order. */
function matricesOf(x: NDArray): Matrix[] {
  const [m, n] = x.shape.slice(-2);
  return indicesOf(x.shape.slice(0, -2)).map((batch) =>
    Array.from({ length: m }, (_, i) =>
      Array.from({ length: n }, (_each, j) => at(plainOf(x), [...batch, i, j])),
    ),
  );
}

const stackOf = (dtype: DType, shape: Shape, parts: readonly (Matrix | readonly number[])[]): Plain => ({
  dtype,
  shape,
  values: parts
    .flatMap((part) => part.flat())
    .map((value) => (dtype === "float32" ? Math.fround(value) : value)),
});

/** L L^T = A, from the lower triangle. */
function choleskyFactor(a: Matrix): Matrix {
  const l: Matrix = a.map((row) => row.map(() => 0));
  a.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      let rest = row[j];
      for (let k = 0; k < j; k++) rest -= l[i][k] * l[j][k];
      l[i][j] = i === j ? Math.sqrt(rest) : rest / l[j][j];
    }
  });
  return l;
}

/** Gaussian elimination with the largest pivot. */
function luFactors(a: Matrix): {
  readonly factors: Matrix;
  readonly pivots: number[];
  readonly permutation: number[];
} {
  const factors = a.map((row) => [...row]);
  const permutation = a.map((_, i) => i);
  const pivots: number[] = [];
  const steps = Math.min(a.length, a[0]?.length ?? 0);
  for (let k = 0; k < steps; k++) {
    let best = k;
    for (let i = k + 1; i < a.length; i++) if (Math.abs(factors[i][k]) > Math.abs(factors[best][k])) best = i;
    pivots.push(best);
    [factors[k], factors[best]] = [factors[best], factors[k]];
    [permutation[k], permutation[best]] = [permutation[best], permutation[k]];
    for (let i = k + 1; i < a.length; i++) {
      factors[i][k] /= factors[k][k];
      for (let j = k + 1; j < factors[i].length; j++) factors[i][j] -= factors[i][k] * factors[k][j];
    }
  }
  return { factors, pivots, permutation };
}

/** X of A X = B. */
function solved(a: Matrix, b: Matrix): Matrix {
  const { factors, permutation } = luFactors(a);
  const x = permutation.map((row) => [...b[row]]);
  const n = a.length;
  for (let c = 0; c < (b[0]?.length ?? 0); c++) {
    for (let i = 0; i < n; i++) for (let k = 0; k < i; k++) x[i][c] -= factors[i][k] * x[k][c];
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) x[i][c] -= factors[i][k] * x[k][c];
      x[i][c] /= factors[i][i];
    }
  }
  return x;
}

const transposed = (a: Matrix): Matrix => (a[0] ?? []).map((_, j) => a.map((row) => row[j]));

const squares: readonly Shape[] = [
  [5, 5],
  [2, 3, 3],
  [1, 1],
];

const choleskyCase: Case = {
  primitive: choleskyPrimitive,
  ulps: { float32: 8, float64: 16 },
  examples: (dtype) =>
    squares.map((shape, k) => ({
      f: (xs) => bind(choleskyPrimitive, xs, {}),
      operands: [dominant(dtype, shape, k)],
      value: ([a]) => [stackOf(dtype, shape, matricesOf(a).map(choleskyFactor))],
    })),
};

const luCase: Case = {
  primitive: luPrimitive,
  ulps: { float32: 32, float64: 64 },
  examples: (dtype) =>
    [...squares, [4, 3], [2, 4]].map((shape, k) => ({
      f: (xs) => bind(luPrimitive, xs, {}),
      operands: [shuffled(dtype, shape, k)],
      value: ([a]) => {
        const all = matricesOf(a).map(luFactors);
        const batch = shape.slice(0, -2);
        const [m, n] = shape.slice(-2);
        return [
          stackOf(
            dtype,
            shape,
            all.map(({ factors }) => factors),
          ),
          stackOf(
            "int32",
            [...batch, Math.min(m, n)],
            all.map(({ pivots }) => pivots),
          ),
          stackOf(
            "int32",
            [...batch, m],
            all.map(({ permutation }) => permutation),
          ),
        ];
      },
    })),
};

/** A with what is not read set to 0, and ones on the diagonal where it is not read either. */
const triangleOf = (a: Matrix, { lower, unitDiagonal }: TriangularSolveParams): Matrix =>
  a.map((row, i) =>
    row.map((value, j) => (i === j ? (unitDiagonal ? 1 : value) : i > j === lower ? value : 0)),
  );

const triangularExample = (
  dtype: DType,
  a: Shape,
  b: Shape,
  params: TriangularSolveParams,
  k: number,
): Example => ({
  f: (xs) => bind(triangularSolvePrimitive, xs, params),
  operands: [dominant(dtype, a, 30 + k), draw(dtype, b, 40 + k)],
  value: ([x, y]) => {
    const sides = matricesOf(y);
    const solutions = matricesOf(x).map((matrix, i) => {
      const triangle = triangleOf(matrix, params);
      const op = params.transposeA ? transposed(triangle) : triangle;
      return params.leftSide
        ? solved(op, sides[i])
        : transposed(solved(transposed(op), transposed(sides[i])));
    });
    return [stackOf(dtype, b, solutions)];
  },
});

const plain: TriangularSolveParams = { leftSide: true, lower: true, transposeA: false, unitDiagonal: false };

const triangularCase: Case = {
  primitive: triangularSolvePrimitive,
  ulps: { float32: 64, float64: 64 },
  batching: 8,
  examples: (dtype) => [
    triangularExample(dtype, [5, 5], [5, 2], plain, 0),
    triangularExample(dtype, [3, 3], [2, 3], { ...plain, leftSide: false, transposeA: true }, 1),
    triangularExample(dtype, [2, 3, 3], [2, 3, 1], { ...plain, lower: false, unitDiagonal: true }, 2),
    triangularExample(dtype, [3, 3], [1, 3], { ...plain, leftSide: false, lower: false }, 3),
  ],
};

/** The factors come from the matrix, since they belong together. */
const linearSolveExample = (dtype: DType, a: Shape, b: Shape, isTransposed: boolean, k: number): Example => ({
  f: ([x, y]) => [linearSolve(x, ...withoutPivots(lu(x)), y, { transposed: isTransposed })],
  operands: [shuffled(dtype, a, 50 + k), draw(dtype, b, 60 + k)],
  value: ([x, y]) => {
    const sides = matricesOf(y);
    const solutions = matricesOf(x).map((matrix, i) =>
      solved(isTransposed ? transposed(matrix) : matrix, sides[i]),
    );
    return [stackOf(dtype, b, solutions)];
  },
});

const withoutPivots = ([factors, , permutation]: ReturnType<typeof lu>) => [factors, permutation] as const;

const linearSolveCase: Case = {
  primitive: linearSolvePrimitive,
  remark:
    "examples make the factors from the matrix: to the derivative they are constants, and the matrix is what varies",
  ulps: { float32: 64, float64: 64 },
  batching: 8,
  examples: (dtype) => [
    linearSolveExample(dtype, [5, 5], [5, 2], false, 0),
    linearSolveExample(dtype, [2, 3, 3], [2, 3, 1], true, 1),
    linearSolveExample(dtype, [1, 1], [1, 3], false, 2),
  ],
};

export const linalgCases: readonly Case[] = [dotCase, choleskyCase, luCase, triangularCase, linearSolveCase];
