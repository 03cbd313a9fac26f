/** Matrices, forms of triangular systems, and the textbook's loops for the tests of linear algebra. */
import type { NDArray } from "../../../src/autodiff/array.js";
import type { TriangularSolveParams } from "../../../src/autodiff/primitives/triangular-solve.js";
import { range } from "../../../src/ir/shape.js";
import { flatArray, noise, valuesOf } from "./primitive-laws.js";

/** Noise with more on the diagonal than beside it. */
export function dominant(shape: readonly number[], seed: number): NDArray {
  const n = shape[shape.length - 1];
  const values = Array.from(valuesOf(noise(shape, seed)), (value, i) =>
    (i % (n * n)) % (n + 1) === 0 ? value + n + 1 : value,
  );
  return flatArray(shape, values);
}

const flags = [false, true];
/** All sixteen. */
export const triangularForms: readonly TriangularSolveParams[] = flags.flatMap((leftSide) =>
  flags.flatMap((lower) =>
    flags.flatMap((transposeA) =>
      flags.map((unitDiagonal) => ({ leftSide, lower, transposeA, unitDiagonal })),
    ),
  ),
);

export type Matrix = number[][];
type Round = (x: number) => number;

export const matrixOf = (x: NDArray): Matrix => {
  const values = Array.from(valuesOf(x));
  const [m, n] = x.shape;
  return range(m).map((i) => values.slice(i * n, (i + 1) * n));
};

const transposed = (x: Matrix): Matrix => (x.length === 0 ? [] : x[0].map((_, j) => x.map((row) => row[j])));

/** start - x0 y0 - x1 y1 - ..., each operation rounded. */
const less = (start: number, products: readonly (readonly [number, number])[], round: Round): number =>
  products.reduce((rest, [x, y]) => round(rest - round(x * y)), start);

export function textbookCholesky(a: Matrix, round: Round): Matrix {
  const l = a.map((row) => row.map(() => 0));
  a.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      const products = range(j).map((k) => [l[i][k], l[j][k]] as const);
      const rest = less(row[j], products, round);
      l[i][j] = round(i === j ? Math.sqrt(rest) : rest / l[j][j]);
    }
  });
  return l;
}

export function textbookSolve(a: Matrix, b: Matrix, form: TriangularSolveParams, round: Round): Matrix {
  const { leftSide, lower, transposeA, unitDiagonal } = form;
  if (!leftSide) {
    const system = { leftSide: true, lower, transposeA: !transposeA, unitDiagonal };
    return transposed(textbookSolve(a, transposed(b), system, round));
  }
  const t = transposeA ? transposed(a) : a;
  const order = lower !== transposeA ? range(a.length) : range(a.length).reverse();
  const x = b.map((row) => row.map(() => 0));
  order.forEach((i, turn) => {
    b[i].forEach((start, c) => {
      const products = order.slice(0, turn).map((k) => [t[i][k], x[k][c]] as const);
      const rest = less(start, products, round);
      x[i][c] = unitDiagonal ? rest : round(rest / t[i][i]);
    });
  });
  return x;
}

/** The factors in one matrix, the pivots, the permutation. */
export function textbookLu(a: Matrix, round: Round): readonly [Matrix, number[], number[]] {
  const x = a.map((row) => [...row]);
  const permutation = range(a.length);
  const steps = Math.min(a.length, a[0].length);
  const pivots = range(steps).map((k) => {
    const sizes = x.map((row, i) => (i < k ? -1 : Math.abs(row[k])));
    const pivot = sizes.indexOf(Math.max(...sizes));
    [x[k], x[pivot]] = [x[pivot], x[k]];
    [permutation[k], permutation[pivot]] = [permutation[pivot], permutation[k]];
    for (let i = k + 1; i < x.length; i++) {
      x[i][k] = round(x[i][k] / x[k][k]);
      for (let j = k + 1; j < x[i].length; j++) x[i][j] = round(x[i][j] - round(x[i][k] * x[k][j]));
    }
    return pivot;
  });
  return [x, pivots, permutation];
}
