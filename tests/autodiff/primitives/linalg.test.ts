/** The laws of the primitives of linear algebra: factors of matrices and triangular systems. */
import type { NDArray } from "../../../src/autodiff/array.js";
import { cholesky } from "../../../src/autodiff/primitives/cholesky.js";
import { linearSolve } from "../../../src/autodiff/primitives/linear-solve.js";
import { lu } from "../../../src/autodiff/primitives/lu.js";
import { triangularSolve } from "../../../src/autodiff/primitives/triangular-solve.js";
import { stopGradient } from "../../../src/autodiff/transforms/stop-gradient.js";
import { dominant, triangularForms } from "./linalg-fixture.js";
import { noise, testLaws } from "./primitive-laws.js";

const squares = [
  [1, 1],
  [5, 5],
  [9, 9],
  [2, 3, 3],
  [2, 2, 4, 4],
  [0, 0],
];
const rectangles = [
  [4, 7],
  [7, 4],
  [1, 5],
  [5, 1],
  [2, 3, 5],
  [0, 3],
  [3, 0],
];

testLaws([
  ...squares.map((shape) => ({
    name: `cholesky of [${shape}]`,
    f: ([a]: readonly NDArray[]) => [cholesky(a)],
    operands: [dominant(shape, 1)],
  })),
  ...[...squares, ...rectangles].map((shape) => ({
    name: `lu of [${shape}]`,
    f: ([a]: readonly NDArray[]) => lu(a),
    operands: [noise(shape, 7)],
    // A random matrix of nine rows: its second derivative is some thousands, and differences lose as many digits.
    tolerance: 1e-5,
  })),
  ...[false, true].flatMap((transposed) =>
    squares.map((shape) => ({
      name: `linear_solve of [${shape}]${transposed ? ", transposed" : ""}`,
      f: ([a, b]: readonly NDArray[]) => {
        const [factors, , permutation] = lu(stopGradient<NDArray>(a));
        return [linearSolve(a, factors, permutation, b, { transposed })];
      },
      operands: [dominant(shape, 1), noise([...shape.slice(0, -1), 3], 2)],
    })),
  ),
  // Right-hand sides one by one, in groups, and in whole rows.
  ...triangularForms.flatMap((form) =>
    [1, 5, 9].map((m) => ({
      name: `triangular_solve ${JSON.stringify(form)} of ${m}`,
      f: ([a, b]: readonly NDArray[]) => [triangularSolve(a, b, form)],
      operands: [
        form.unitDiagonal ? noise([2, 6, 6], 3) : dominant([2, 6, 6], 3),
        noise(form.leftSide ? [2, 6, m] : [2, m, 6], 4),
      ],
      tolerance: 1e-6,
    })),
  ),
]);
