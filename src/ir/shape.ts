/** Shapes: row-major sizes, their strides and the arithmetic of axes. */
import { checkList } from "./arguments.js";
import { describe } from "./describe.js";
import { ShapeError } from "./errors.js";

export type Shape = readonly number[];

/** The number of elements: the product of the sizes, 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const n of shape) size *= n;
  return size;
}

/** Row-major strides in elements: stride[i] = product of shape[i+1..]. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

export function sameShape(x: Shape, y: Shape): boolean {
  if (x === y) return true;
  if (x.length !== y.length) return false;
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return true;
}

export const showShape = (shape: Shape): string => `[${shape.join(",")}]`;

/** `axis` counted from the front; throws ShapeError outside [-rank, rank). */
export function canonicalAxis(operation: string, axis: number, rank: number): number {
  if (typeof axis !== "number") {
    throw new ShapeError(`${operation}: an axis is an integer, got ${describe(axis)}; the array comes first`);
  }
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ShapeError(
      `${operation}: axis ${axis} is out of range for an array of ${rank} ${rank === 1 ? "axis" : "axes"}; ` +
        (rank === 0 ? "a scalar has no axes" : `use an integer from ${-rank} to ${rank - 1}`),
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/** Axes counted from the front, in the order given; throws when one repeats or is out of range. */
export function canonicalAxes(operation: string, axes: readonly number[], rank: number): number[] {
  checkList(operation, "the axes", axes, "integers");
  const canonical = Array.from(axes, (axis) => canonicalAxis(operation, axis, rank));
  if (new Set(canonical).size !== canonical.length) {
    throw new ShapeError(`${operation}: axes ${showShape(axes)} name an axis twice; name each once`);
  }
  return canonical;
}

/**
 * NumPy's broadcasting: aligned at the last axis, a size of 1 stretches.
 *
 * @throws ShapeError where two sizes differ and neither is 1.
 */
export function broadcastShapes(operation: string, shapes: readonly Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const out = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const axis = rank - shape.length + i;
      if (out[axis] === 1) out[axis] = shape[i];
      else if (shape[i] !== 1 && shape[i] !== out[axis]) {
        throw new ShapeError(
          `${operation}: shapes ${shapes.map(showShape).join(" and ")} do not broadcast: sizes ${out[axis]} and ` +
            `${shape[i]} meet at axis ${axis - rank}; make them equal, or one of them 1 (expandDims, reshape)`,
        );
      }
    }
  }
  return out;
}

/** [0, 1, ..., n-1]. */
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** `values` without the positions in `axes`. */
export const dropAxes = <T>(values: readonly T[], axes: readonly number[]): T[] =>
  values.filter((_, axis) => !axes.includes(axis));

/** `values` with `value` put in at position `axis`. */
export const insertAt = <T>(values: readonly T[], axis: number, value: T): T[] => [
  ...values.slice(0, axis),
  value,
  ...values.slice(axis),
];
