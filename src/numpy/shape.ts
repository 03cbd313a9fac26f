/** The same elements in another shape, order or number of repetitions: all linear, so differentiable. */
import type { ArrayLike, AxisArgument, NDArray } from "../autodiff/array.js";
import { concatenate as join } from "../autodiff/primitives/concatenation.js";
import * as core from "../autodiff/primitives/sum-and-broadcast.js";
import { rev, sliceAlong } from "../autodiff/primitives/windowing.js";
import { checkInteger, checkIntegers } from "../ir/arguments.js";
import { describe } from "../ir/describe.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { canonicalAxes, canonicalAxis, dropAxes, range, showShape, sizeOf } from "../ir/shape.js";
import { reducedAxes } from "./axes.js";
import type { ShapeArgument } from "./creation.js";
import { toShape } from "./creation.js";
import { toArray } from "./promotion.js";

// shape --------------------------------------------------------------------------------------------------------------

/**
 * The elements, in row-major order, under another shape; one size may be -1: what is left.
 *
 * Source: numpy.reshape.
 *
 * @throws ShapeError where the sizes do not multiply to the number of elements.
 * @example reshape(arange(6), [2, -1]).shape // [2, 3]
 */
export function reshape(x: ArrayLike, shape: ShapeArgument): NDArray {
  const a = toArray(x, "reshape");
  return core.reshape(a, inferShape(a.shape, typeof shape === "number" ? [shape] : shape));
}

function inferShape(from: Shape, to: readonly number[]): Shape {
  checkIntegers("reshape", "the shape", to);
  const open = to.indexOf(-1);
  const given = to.filter((n) => n !== -1);
  const known = sizeOf(given);
  const isMany = to.length - given.length > 1;
  const count = sizeOf(from);
  const inferred = open < 0 ? to : to.map((n) => (n === -1 ? count / known : n));
  const fits = inferred.every((n) => Number.isInteger(n) && n >= 0) && sizeOf(inferred) === count;
  if (isMany || !fits) {
    throw new ShapeError(
      `reshape: ${showShape(from)} has ${count} elements and cannot become ${showShape(to)}; the sizes must multiply to ` +
        `${count}, and one of them may be -1`,
    );
  }
  return inferred;
}

/** All elements on one axis, in row-major order. Source: numpy.ravel. */
export const ravel = (x: ArrayLike): NDArray => {
  const a = toArray(x, "ravel");
  return core.reshape(a, [a.size]);
};

/**
 * A new axis of size 1 at each position (of the result).
 * Source: numpy.expand_dims.
 *
 * @example expandDims(zeros(3), 0).shape // [1, 3]
 */
export function expandDims(x: ArrayLike, axis: number | readonly number[]): NDArray {
  const a = toArray(x, "expandDims");
  const axes = typeof axis === "number" ? [axis] : axis;
  checkIntegers("expandDims", "the axes", axes);
  return core.expandDims(a, canonicalAxes("expandDims", axes, a.ndim + axes.length));
}

/**
 * Without its axes of size 1: all of them, or those named.
 *
 * Source: numpy.squeeze.
 *
 * @throws ShapeError where a named one has another size.
 * @example squeeze(zeros([1, 3, 1])).shape // [3]
 */
export function squeeze(x: ArrayLike, axis: AxisArgument = null): NDArray {
  const a = toArray(x, "squeeze");
  const axes =
    axis === null ? range(a.ndim).filter((k) => a.shape[k] === 1) : reducedAxes("squeeze", axis, a.ndim);
  const wide = axes.find((k) => a.shape[k] !== 1);
  if (wide !== undefined) {
    throw new ShapeError(
      `squeeze: axis ${wide} of ${showShape(a.shape)} has size ${a.shape[wide]}, not 1; sum over it or take an index`,
    );
  }
  return core.reshape(a, dropAxes(a.shape, axes));
}

/**
 * Repeated to the shape: aligned at the last axis, sizes of 1 stretch.
 *
 * Source: numpy.broadcast_to.
 *
 * @throws ShapeError where it does not fit.
 * @example broadcastTo([1, 2], [3, 2]).shape // [3, 2]
 */
export function broadcastTo(x: ArrayLike, shape: ShapeArgument): NDArray {
  const a = toArray(x, "broadcastTo");
  const to = toShape("broadcastTo", shape);
  const fits = a.ndim <= to.length && a.shape.every((n, k) => n === 1 || n === to[k + to.length - a.ndim]);
  if (!fits) {
    throw new ShapeError(
      `broadcastTo: ${showShape(a.shape)} does not broadcast to ${showShape(to)}: aligned at the last axis, each size ` +
        "must be 1 or the target's",
    );
  }
  return core.broadcastTo(a, to);
}

// order of axes ------------------------------------------------------------------------------------------------------

/**
 * Axis k of the result is axis `axes[k]` of x; without `axes` their order is reversed.
 *
 * Source: numpy.transpose.
 *
 * @throws ShapeError where `axes` is no permutation.
 * @example transpose(zeros([2, 3, 4]), [1, 0, 2]).shape // [3, 2, 4]
 */
export function transpose(x: ArrayLike, axes?: readonly number[] | null): NDArray {
  const a = toArray(x, "transpose");
  const order = axes ?? range(a.ndim).reverse();
  checkIntegers("transpose", "the axes", order);
  if (order.length !== a.ndim) {
    throw new ShapeError(
      `transpose: ${showShape(order)} names ${order.length} axes of ${showShape(a.shape)}; name each of its ${a.ndim}`,
    );
  }
  return core.transpose(a, canonicalAxes("transpose", order, a.ndim));
}

/** Without its last two axes in order: the transpose of each matrix. Source: numpy.matrix_transpose. */
export const matrixTranspose = (x: ArrayLike): NDArray => swapaxes(x, -2, -1);

/**
 * The axes at `from` put at `to`, the others in order.
 * Source: numpy.moveaxis.
 *
 * @example moveaxis(zeros([2, 3, 4]), 0, -1).shape // [3, 4, 2]
 */
export function moveaxis(
  x: ArrayLike,
  from: number | readonly number[],
  to: number | readonly number[],
): NDArray {
  const a = toArray(x, "moveaxis");
  const sources = canonicalAxes("moveaxis", typeof from === "number" ? [from] : from, a.ndim);
  const places = canonicalAxes("moveaxis", typeof to === "number" ? [to] : to, a.ndim);
  if (sources.length !== places.length) {
    throw new ArgumentError(
      `moveaxis: ${sources.length} axes for ${places.length} places; give as many of one as of the other`,
    );
  }
  const others = dropAxes(range(a.ndim), sources);
  let next = 0;
  const order = range(a.ndim).map((axis) => {
    const k = places.indexOf(axis);
    return k < 0 ? others[next++] : sources[k];
  });
  return core.transpose(a, order);
}

/** Two axes exchanged. Source: numpy.swapaxes. */
export function swapaxes(x: ArrayLike, axis1: number, axis2: number): NDArray {
  const a = toArray(x, "swapaxes");
  const first = canonicalAxis("swapaxes", axis1, a.ndim);
  const second = canonicalAxis("swapaxes", axis2, a.ndim);
  const order = range(a.ndim).map((k) => (k === first ? second : k === second ? first : k));
  return core.transpose(a, order);
}

// order of elements --------------------------------------------------------------------------------------------------

/** The elements along the axes (all by default) from last to first. Source: numpy.flip. */
export function flip(x: ArrayLike, axis: AxisArgument = null): NDArray {
  const a = toArray(x, "flip");
  return rev(a, reducedAxes("flip", axis, a.ndim));
}

/**
 * The elements moved by `shift` places, those that leave coming in at the other end; without an axis in row-major order.
 * Source: numpy.roll.
 *
 * @example roll([1, 2, 3], 1).js() // [3, 1, 2]
 */
export function roll(
  x: ArrayLike,
  shift: number | readonly number[],
  axis: number | readonly number[] | null = null,
): NDArray {
  const a = toArray(x, "roll");
  if (typeof shift !== "number") checkIntegers("roll", "the shifts", shift);
  else checkInteger("roll", "the shift", shift);
  if (axis === null) {
    const by = typeof shift === "number" ? shift : shift.reduce((total, n) => total + n, 0);
    return core.reshape(rollAlong(core.reshape(a, [a.size]), by, 0), a.shape);
  }
  const axes = typeof axis === "number" ? [axis] : axis;
  checkIntegers("roll", "the axes", axes);
  const shifts = typeof shift === "number" ? axes.map(() => shift) : shift;
  if (shifts.length !== axes.length) {
    throw new ArgumentError(
      `roll: ${shifts.length} shifts for ${axes.length} axes; give one, or one for each axis`,
    );
  }
  return axes.reduce((out, k, i) => rollAlong(out, shifts[i], canonicalAxis("roll", k, a.ndim)), a);
}

function rollAlong(x: NDArray, shift: number, axis: number): NDArray {
  const n = x.shape[axis];
  const by = n === 0 ? 0 : ((shift % n) + n) % n;
  if (by === 0) return x;
  return join([sliceAlong(x, axis, n - by, n), sliceAlong(x, axis, 0, n - by)], axis);
}

/** The quarter turn from the first of `axes` to the second, k times. Source: numpy.rot90. */
export function rot90(x: ArrayLike, k = 1, axes: readonly [number, number] = [0, 1]): NDArray {
  checkInteger("rot90", "the number of quarter turns", k);
  checkIntegers("rot90", "the axes", axes);
  if (axes.length !== 2)
    throw new ArgumentError(`rot90: turns in a plane of two axes, got ${describe(axes)}`);
  const turns = ((k % 4) + 4) % 4;
  if (turns === 0) return toArray(x, "rot90");
  if (turns === 2) return flip(x, axes);
  return turns === 1 ? swapaxes(flip(x, axes[1]), ...axes) : flip(swapaxes(x, ...axes), axes[1]);
}
