/**
 * Rows of the primitives of linear algebra. Large numbers are added to an operand's elements in [-1, 1] where pivots come to lie,
 * so that matrices are well conditioned and nearby matrices have the same pivots.
 */
import type { NDArray } from "../../autodiff/array.js";
import { add, mul } from "../../autodiff/primitives/arithmetic.js";
import { cholesky } from "../../autodiff/primitives/cholesky.js";
import { eq } from "../../autodiff/primitives/comparison.js";
import { convertElementType } from "../../autodiff/primitives/conversion.js";
import { eye, iota } from "../../autodiff/primitives/creation.js";
import { linearSolve } from "../../autodiff/primitives/linear-solve.js";
import { lu } from "../../autodiff/primitives/lu.js";
import { reshape } from "../../autodiff/primitives/sum-and-broadcast.js";
import { triangularSolve } from "../../autodiff/primitives/triangular-solve.js";
import { stopGradient } from "../../autodiff/transforms/stop-gradient.js";
import type { Shape } from "../../ir/shape.js";
import { range, sameShape, sizeOf } from "../../ir/shape.js";
import type { Interval, Ref } from "../program.js";
import { type Draft, usual } from "./draft.js";
import type { Row } from "./row.js";

const unit: Interval = [-1, 1];

/** Matrices with elements in [-1, 1], sometimes a batch of them. */
function matrices(draft: Draft, fits: (rows: number, columns: number) => boolean): Ref {
  return draft.into(
    draft.value(
      (s) => s.length >= 2 && fits(s[s.length - 2], s[s.length - 1]),
      () => {
        const n = draft.oneOf([2, 3, 1]);
        return draft.flag() ? [2, n, n] : [n, n];
      },
    ),
    unit,
  );
}

const square = (rows: number, columns: number): boolean => rows === columns;

/** x + (n + 1) I: what is added is more than the other elements of a row or column together. */
function dominant(x: NDArray): NDArray {
  const n = x.shape[x.ndim - 1];
  return add(x, reshape(mul(eye(n, x), n + 1), [...x.shape.slice(0, -2).map(() => 1), n, n]));
}

const dominantText = (x: string, shape: Shape): string => {
  const n = shape[shape.length - 1];
  return `${x}.add(np.eye(${n}).mul(${n + 1}))`;
};

const choleskyRow: Row = {
  name: "cholesky",
  plan: (draft) => {
    const x = matrices(draft, square);
    const shape = draft.shape(x);
    const bound = Math.sqrt(shape[shape.length - 1] + 2);
    return {
      operands: [x],
      shape,
      interval: [-bound, bound],
      apply: ([a]) => cholesky(dominant(a)),
      text: ([a]) => `lax.linalg.cholesky(${dominantText(a, shape)}, { symmetrizeInput: false })`,
    };
  },
};

const triangularSolveRow: Row = {
  name: "triangular_solve",
  plan: (draft) => {
    const a = matrices(draft, square);
    const shape = draft.shape(a);
    const n = shape[shape.length - 1];
    const leftSide = draft.flag();
    const batch = shape.slice(0, -2);
    const matching = (s: Shape): boolean =>
      sameShape(s.slice(0, -2), batch) && s.length === shape.length && s[s.length - (leftSide ? 2 : 1)] === n;
    const b = draft.into(
      draft.value(matching, () => {
        const m = sizeOf(batch) * n * 2 <= draft.style.sizeLimit ? draft.oneOf([2, 1]) : 1;
        return leftSide ? [...batch, n, m] : [...batch, m, n];
      }),
      usual,
    );
    const unitDiagonal = draft.flag();
    const params = { leftSide, lower: draft.flag(), transposeA: draft.flag(), unitDiagonal };
    // With ones on the diagonal the other elements of a row add up to less than 1/2.
    const triangle = (x: NDArray): NDArray => (unitDiagonal ? mul(x, 0.5 / n) : dominant(x));
    const [low, high] = draft.interval(b);
    const bound = 2 * Math.max(-low, high);
    return {
      operands: [a, b],
      shape: draft.shape(b),
      interval: [-bound, bound],
      apply: ([x, y]) => triangularSolve(triangle(x), y, params),
      text: ([x, y]) =>
        `lax.linalg.triangularSolve(${unitDiagonal ? `${x}.mul(${0.5 / n})` : dominantText(x, shape)}, ${y}, ${JSON.stringify(params)})`,
    };
  },
};

/** x + (m + 1) at the places (m - 1 - j, j): there pivots come to lie, and every row is exchanged with another. */
function dominantBackwards(x: NDArray): NDArray {
  const [m, n] = x.shape.slice(-2);
  const isPlace = eq(add(iota("int32", [m, n], 0), iota("int32", [m, n], 1)), m - 1);
  const large = mul(convertElementType(isPlace, x.dtype), m + 1);
  return add(x, reshape(large, [...x.shape.slice(0, -2).map(() => 1), m, n]));
}

/** What dominantBackwards adds. */
const backwards = (shape: Shape): number[][] => {
  const [m, n] = shape.slice(-2);
  return range(m).map((i) => range(n).map((j) => (i + j === m - 1 ? m + 1 : 0)));
};

const luRow: Row = {
  name: "lu",
  plan: (draft) => {
    const x = matrices(draft, () => true);
    const shape = draft.shape(x);
    // Elimination at most doubles what a column dominated by its pivot holds.
    const bound = 2 * (shape[shape.length - 2] + 2);
    return {
      operands: [x],
      shape,
      interval: [-bound, bound],
      apply: ([a]) => lu(dominantBackwards(a))[0],
      text: ([a]) => `lax.linalg.lu(${a}.add(${JSON.stringify(backwards(shape))}))[0]`,
    };
  },
};

const linearSolveRow: Row = {
  name: "linear_solve",
  plan: (draft) => {
    const a = matrices(draft, square);
    const shape = draft.shape(a);
    const matching = (s: Shape): boolean => sameShape(s.slice(0, -1), shape.slice(0, -1));
    const b = draft.into(
      draft.value(matching, () => [...shape.slice(0, -1), draft.oneOf([2, 1])]),
      usual,
    );
    const transposed = draft.flag();
    const [low, high] = draft.interval(b);
    const bound = Math.max(-low, high);
    return {
      operands: [a, b],
      shape: draft.shape(b),
      interval: [-bound, bound],
      apply: ([x, y]) => {
        const matrix = dominant(x);
        const [factors, , permutation] = lu(stopGradient<NDArray>(matrix));
        return linearSolve(matrix, factors, permutation, y, { transposed });
      },
      text: ([x, y]) =>
        `np.linalg.solve(${dominantText(x, shape)}${transposed ? ".swapaxes(-1, -2)" : ""}, ${y})`,
    };
  },
};

export const linalgRows: readonly Row[] = [choleskyRow, triangularSolveRow, luRow, linearSolveRow];
