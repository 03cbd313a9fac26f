/** Products of vectors, matrices and tensors. Two operands promote to their common dtype; of bools products are `and`. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { mul, sub } from "../autodiff/primitives/arithmetic.js";
import { and } from "../autodiff/primitives/comparison.js";
import { dotGeneral } from "../autodiff/primitives/contraction.js";
import type { DotDimensionNumbers } from "../autodiff/primitives/contraction-geometry.js";
import { broadcastTo, moveAxis, reshape, transpose } from "../autodiff/primitives/sum-and-broadcast.js";
import { describe } from "../ir/describe.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import { broadcastShapes, canonicalAxes, canonicalAxis, range, sameShape, showShape } from "../ir/shape.js";
import { promoteRanks, promoteTypes, toArray } from "./promotion.js";
import { roll } from "./shape.js";

const contract = (x: NDArray, y: NDArray, lhs: readonly number[], rhs: readonly number[]): NDArray =>
  dotGeneral(x, y, { lhsContracting: lhs, rhsContracting: rhs, lhsBatch: [], rhsBatch: [] });

const times = (x: NDArray, y: NDArray): NDArray => (x.dtype === "bool" ? and(x, y) : mul(x, y));

function mismatch(operation: string, x: NDArray, y: NDArray, reason: string): ShapeError {
  return new ShapeError(
    `${operation}: ${showShape(x.shape)} and ${showShape(y.shape)}: ${reason}; transpose or reshape one of them`,
  );
}

/**
 * The sum of products over the last axis of x and the last but one of y (the only one of a vector); with a scalar the plain
 * product.
 *
 * Source: numpy.dot.
 *
 * @throws ShapeError where those sizes differ.
 * @example dot([1, 2], [3, 4]).item() // 11
 */
export function dot(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteTypes("dot", [x, y]);
  if (a.ndim === 0 || b.ndim === 0) return times(a, b);
  const axis = b.ndim === 1 ? 0 : b.ndim - 2;
  if (a.shape[a.ndim - 1] !== b.shape[axis]) {
    throw mismatch(
      "dot",
      a,
      b,
      `sizes ${a.shape[a.ndim - 1]} and ${b.shape[axis]} are summed together and differ`,
    );
  }
  return contract(a, b, [a.ndim - 1], [axis]);
}

/**
 * The matrix product over the last two axes; the axes before are batches and broadcast. A vector is a row on the left and a
 * column on the right, and its axis is dropped.
 *
 * Source: numpy.matmul.
 *
 * @throws ShapeError on scalars, inner sizes that differ and batches that do not broadcast.
 * @example matmul([[1, 2], [3, 4]], [1, 1]).js() // [3, 7]
 */
export function matmul(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteTypes("matmul", [x, y]);
  if (a.ndim === 0 || b.ndim === 0) {
    throw new ShapeError(
      `matmul: takes vectors, matrices and batches of them, got ${showShape(a.shape)} and ${showShape(b.shape)}; ` +
        "use multiply for scalars",
    );
  }
  const inner = b.ndim === 1 ? 0 : b.ndim - 2;
  if (a.shape[a.ndim - 1] !== b.shape[inner]) {
    throw mismatch("matmul", a, b, `inner sizes ${a.shape[a.ndim - 1]} and ${b.shape[inner]} differ`);
  }
  if (b.ndim <= 2) return contract(a, b, [a.ndim - 1], [inner]); // the batches are rows like others
  return batchedMatmul(a, b);
}

/**
 * Batch axes that both operands have are the contraction's; those that one lacks, or has with size 1, are free axes of the
 * other, so that nothing is repeated.
 */
function batchedMatmul(x: NDArray, y: NDArray): NDArray {
  const isVector = x.ndim === 1;
  const left = x.shape.slice(0, -2);
  const right = y.shape.slice(0, -2);
  const batch = broadcastShapes("matmul", [left, right]);
  const has = (sizes: readonly number[], axis: number): boolean =>
    sizes[axis - batch.length + sizes.length] === batch[axis];
  const ofLeft = range(batch.length).filter((axis) => has(left, axis));
  const ofRight = range(batch.length).filter((axis) => has(right, axis));
  const shared = ofLeft.filter((axis) => ofRight.includes(axis));
  const onlyLeft = ofLeft.filter((axis) => !shared.includes(axis));
  const onlyRight = ofRight.filter((axis) => !shared.includes(axis));
  const sizes = (axes: readonly number[]): number[] => axes.map((axis) => batch[axis]);
  const product = dotGeneral(
    reshape(x, [...sizes(ofLeft), ...x.shape.slice(-2)]),
    reshape(y, [...sizes(ofRight), ...y.shape.slice(-2)]),
    {
      lhsContracting: [ofLeft.length + (isVector ? 0 : 1)],
      rhsContracting: [ofRight.length],
      lhsBatch: shared.map((axis) => ofLeft.indexOf(axis)),
      rhsBatch: shared.map((axis) => ofRight.indexOf(axis)),
    },
  );
  const row = isVector ? [] : [batch.length];
  const inOrder = [...shared, ...onlyLeft, ...row, ...onlyRight, batch.length + 1];
  const wanted = [...range(batch.length), ...row, batch.length + 1];
  return transpose(
    product,
    wanted.map((axis) => inOrder.indexOf(axis)),
  );
}

/** The sum of the products of all elements, of arrays with equally many. Source: numpy.vdot. */
export function vdot(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteTypes("vdot", [x, y]);
  if (a.size !== b.size) throw mismatch("vdot", a, b, `${a.size} and ${b.size} elements do not pair up`);
  return contract(reshape(a, [a.size]), reshape(b, [b.size]), [0], [0]);
}

/**
 * The sum of products over the last axes of both; with a scalar the plain product.
 * Source: numpy.inner.
 *
 * @example inner([[1, 2], [3, 4]], [1, 1]).js() // [3, 7]
 */
export function inner(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteTypes("inner", [x, y]);
  if (a.ndim === 0 || b.ndim === 0) return times(a, b);
  if (a.shape[a.ndim - 1] !== b.shape[b.ndim - 1]) throw mismatch("inner", a, b, "the last sizes differ");
  return contract(a, b, [a.ndim - 1], [b.ndim - 1]);
}

/**
 * out[i, j] = x[i] y[j], over all elements of both.
 * Source: numpy.outer.
 *
 * @example outer([1, 2], [3, 4]).js() // [[3, 4], [6, 8]]
 */
export function outer(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteTypes("outer", [x, y]);
  return times(reshape(a, [a.size, 1]), reshape(b, [1, b.size]));
}

/** The last n axes of x with the first n of y, or the axes named on either side. */
export type TensordotAxes = number | readonly [number | readonly number[], number | readonly number[]];

/**
 * The sum of products over pairs of axes; what is left of x comes before what is left of y.
 *
 * Source: numpy.tensordot.
 *
 * @throws ShapeError where paired sizes differ, ArgumentError where the lists of axes are not equally long.
 * @example tensordot(zeros([2, 3, 4]), zeros([3, 4, 5])).shape // [2, 5]
 */
export function tensordot(x: ArrayLike, y: ArrayLike, axes: TensordotAxes = 2): NDArray {
  const [a, b] = promoteTypes("tensordot", [x, y]);
  if (typeof axes !== "number" && !(Array.isArray(axes) && axes.length === 2)) {
    throw new ArgumentError(
      `tensordot: the axes are a number, or a pair [axes of the first, axes of the second], got ${describe(axes)}`,
    );
  }
  const [ofX, ofY] = typeof axes === "number" ? adjoining(a, b, axes) : axes.map(asList);
  const lhs = canonicalAxes("tensordot", ofX, a.ndim);
  const rhs = canonicalAxes("tensordot", ofY, b.ndim);
  if (lhs.length !== rhs.length) {
    throw new ArgumentError(
      `tensordot: ${lhs.length} axes of the first operand are paired with ${rhs.length} of the second; name as many of each`,
    );
  }
  const sizes = (shape: readonly number[], of: readonly number[]): number[] => of.map((axis) => shape[axis]);
  if (!sameShape(sizes(a.shape, lhs), sizes(b.shape, rhs))) {
    throw mismatch(
      "tensordot",
      a,
      b,
      `axes ${showShape(lhs)} and ${showShape(rhs)} are summed and differ in size`,
    );
  }
  return contract(a, b, lhs, rhs);
}

const asList = (axes: number | readonly number[]): readonly number[] =>
  typeof axes === "number" ? [axes] : axes;

function adjoining(x: NDArray, y: NDArray, n: number): readonly [number[], number[]] {
  if (!Number.isInteger(n) || n < 0 || n > Math.min(x.ndim, y.ndim)) {
    throw new ArgumentError(
      `tensordot: ${n} axes of ${showShape(x.shape)} and ${showShape(y.shape)} cannot be summed; use 0 to ` +
        `${Math.min(x.ndim, y.ndim)}`,
    );
  }
  return [range(n).map((k) => x.ndim - n + k), range(n)];
}

/**
 * The Kronecker product: every element of x times the whole of y.
 * Source: numpy.kron.
 *
 * @example kron([1, 10], [1, 2]).js() // [1, 2, 10, 20]
 */
export function kron(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteTypes("kron", [x, y]);
  const rank = Math.max(a.ndim, b.ndim);
  const padded = (z: NDArray): number[] => [...new Array<number>(rank - z.ndim).fill(1), ...z.shape];
  const [left, right] = [padded(a), padded(b)];
  const product = times(
    reshape(
      a,
      left.flatMap((n) => [n, 1]),
    ),
    reshape(
      b,
      right.flatMap((n) => [1, n]),
    ),
  );
  return reshape(
    product,
    left.map((n, k) => n * right[k]),
  );
}

/** x y summed over the last axis of both, with the axes before as batches. Source: numpy.vecdot. */
export function vecdot(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoteTypes("vecdot", [x, y]);
  if (a.ndim === 0 || b.ndim === 0 || a.shape[a.ndim - 1] !== b.shape[b.ndim - 1]) {
    throw mismatch("vecdot", a, b, "the last sizes differ");
  }
  const shape = broadcastShapes("vecdot", [a.shape, b.shape]);
  const batch = range(shape.length - 1);
  const dims: DotDimensionNumbers = {
    lhsContracting: [batch.length],
    rhsContracting: [batch.length],
    lhsBatch: batch,
    rhsBatch: batch,
  };
  return dotGeneral(broadcastTo(a, shape), broadcastTo(b, shape), dims);
}

/** Matrices times vectors, over batches of both. Source: numpy.matvec. */
export function matvec(x: ArrayLike, y: ArrayLike): NDArray {
  const b = toArray(y, "matvec");
  const product = matmul(x, reshape(b, [...b.shape, 1]));
  return reshape(product, product.shape.slice(0, -1));
}

/** Vectors times matrices, over batches of both. Source: numpy.vecmat. */
export function vecmat(x: ArrayLike, y: ArrayLike): NDArray {
  const a = toArray(x, "vecmat");
  const product = matmul(reshape(a, [...a.shape.slice(0, -1), 1, ...a.shape.slice(-1)]), y);
  return reshape(product, [...product.shape.slice(0, -2), ...product.shape.slice(-1)]);
}

/**
 * The cross product of vectors of 3 along an axis of both: (x1 y2 - x2 y1, x2 y0 - x0 y2, x0 y1 - x1 y0).
 *
 * Source: numpy.cross, without its vectors of 2.
 *
 * @throws ShapeError where the axis has another size.
 * @example cross([1, 0, 0], [0, 1, 0]).js() // [0, 0, 1]
 */
export function cross(x: ArrayLike, y: ArrayLike, axis = -1): NDArray {
  const [a, b] = promoteTypes("cross", [x, y]);
  const last = (z: NDArray): NDArray => moveAxis(z, canonicalAxis("cross", axis, z.ndim), z.ndim - 1);
  const [left, right] = promoteRanks("cross", [last(a), last(b)]);
  if (left.shape[left.ndim - 1] !== 3 || right.shape[right.ndim - 1] !== 3) {
    throw mismatch("cross", a, b, `axis ${axis} must have size 3 in both`);
  }
  // x1 y2 - x2 y1 and so on around, all three at once.
  const turned = (z: NDArray, by: number): NDArray => roll(z, -by, -1);
  const out = sub(mul(turned(left, 1), turned(right, 2)), mul(turned(left, 2), turned(right, 1)));
  return moveAxis(out, out.ndim - 1, canonicalAxis("cross", axis, out.ndim));
}
