/** numpy.linalg and lax.linalg. */
import { lax, numpy as np } from "cotangent";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 2, 3]);
const matrix = np.ones([2, 3]);
const square = np.eye(2);
const ints = np.ones([2, 2], { dtype: "int32" });

export const linalgRows: readonly Row[] = [
  [
    "cholesky takes square matrices",
    () => np.linalg.cholesky(matrix),
    "ShapeError",
    "cholesky: takes square matrices, [..., n, n], got f32[2,3]: its last two sizes, 2 and 3, " + "differ",
  ],
  [
    "inv takes matrices",
    () => np.linalg.inv(x),
    "ShapeError",
    "inv: takes a matrix or a batch of them, [..., m, n], got f32[3]; reshape it",
  ],
  [
    "lax.linalg promotes nothing",
    () => lax.linalg.cholesky(ints),
    "DTypeError",
    'cholesky: takes float32 or float64, got i32[2,2]; use x.astype("float32"), or the function ' +
      "of numpy.linalg, which promotes",
  ],
  [
    "solve shows what goes together",
    () => np.linalg.solve(square, x),
    "ShapeError",
    "solve: f32[2,2] and f32[3] do not go together: they are [..., n, n] and [..., n, m], or " +
      "[n] for one vector; transpose or reshape one of them",
  ],
  [
    "solve shows what goes together in batches",
    () => np.linalg.solve(np.ones([4, 2, 2]), np.ones([4, 3])),
    "ShapeError",
    "solve: f32[4,2,2] and f32[4,3] do not go together: they are [..., n, n] and [..., n, m], " +
      "or [n] for one vector; transpose or reshape one of them",
  ],
  [
    "triangularSolve's operands have one dtype",
    () => lax.linalg.triangularSolve(square, square.astype("float64")),
    "DTypeError",
    "triangularSolve: f32[2,2] and f64[2,2] must have one dtype; the functions of numpy " +
      "promote, those of lax do not: use x.astype(dtype)",
  ],
  [
    "triangularSolve's operands fit",
    () => lax.linalg.triangularSolve(square, np.ones([3, 3])),
    "ShapeError",
    "triangularSolve: f32[2,2] and f32[3,3] do not go together: with leftSide false they are " +
      "[..., n, n] and [..., m, n] with equal sizes before; transpose or reshape one of them",
  ],
  [
    "norm's order is for vectors and matrices",
    () => np.linalg.norm(np.ones([2, 2, 2]), { ord: 1 }),
    "ShapeError",
    "norm: ord 1 is for vectors and matrices, not for shape [2,2,2]; name one or two axes",
  ],
  [
    "norm's order is a number or a name",
    () => np.linalg.norm(x, { ord: unchecked([2]) }),
    "ArgumentError",
    'norm: ord must be a number, "fro" or "nuc", got [2]',
  ],
  [
    "cholesky's options are an object",
    () => np.linalg.cholesky(matrix, unchecked(null)),
    "ArgumentError",
    "cholesky: the options are an object such as { upper: ... }, got null",
  ],
  [
    "norm of a vector has no name",
    () => np.linalg.norm(x, { ord: "fro" }),
    "ArgumentError",
    'norm: "fro" is for matrices; leave ord out for the Euclidean norm of a vector',
  ],
  [
    "norm of nothing has no least",
    () => np.linalg.norm(np.zeros(0), { ord: Number.NEGATIVE_INFINITY }),
    "ShapeError",
    "norm: the least of no elements does not exist (axis 0 of [0]); check the size first",
  ],
  [
    "norm of a matrix by singular values is not there",
    () => np.linalg.norm(matrix, { ord: 2 }),
    "ArgumentError",
    'norm: ord 2 of a matrix needs singular values, which are not there yet; use "fro", 1 or ' + "infinity",
  ],
  [
    "norm of a matrix has few orders",
    () => np.linalg.norm(matrix, { ord: unchecked(3) }),
    "ArgumentError",
    'norm: a matrix has no norm of order 3; use "fro", 1, -1 or the infinities',
  ],
];
