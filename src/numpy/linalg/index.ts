/** `numpy.linalg`: matrices are the last two axes; the axes before them are batches, which broadcast. */
export { det, slogdet } from "./determinant.js";
export {
  type CholeskyOptions,
  cholesky,
  lu,
  type TriangularSolveOptions,
  triangularSolve,
} from "./factorizations.js";
export { type NormOptions, type NormOrder, norm } from "./norm.js";
export { inv, solve } from "./solve.js";
