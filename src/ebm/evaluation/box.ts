/** Boxes of the line and of the plane, and the grids of cells in them. */
import type { NDArray } from "../../autodiff/array.js";
import { checkList } from "../../ir/arguments.js";
import { show } from "../../ir/describe.js";
import { ArgumentError, ShapeError } from "../../ir/errors.js";
import * as np from "../../numpy/index.js";
import { checkRows } from "./rows.js";

/** The points x with lower[j] <= x[j] <= upper[j]. */
export interface Box {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/**
 * The smallest box that holds all points. [n, d] -> Box
 *
 * @example rangeOf(np.array([[0, 3], [1, -2]])) // { lower: [0, -2], upper: [1, 3] }
 */
export function rangeOf(points: NDArray): Box {
  checkRows("ebm.rangeOf", "the points", points);
  return { lower: Array.from(points.min(0).dataSync()), upper: Array.from(points.max(0).dataSync()) };
}

/** The box with every side moved out by so much. */
export const widened = ({ lower, upper }: Box, margin: number): Box => ({
  lower: lower.map((l) => l - margin),
  upper: upper.map((u) => u + margin),
});

/** The box about the same centre with every side so many times as long. */
export const scaled = ({ lower, upper }: Box, factor: number): Box => {
  const end = (sign: number) => (l: number, j: number) =>
    (l + upper[j]) / 2 + (sign * factor * (upper[j] - l)) / 2;
  return { lower: lower.map(end(-1)), upper: lower.map(end(1)) };
};

/** The sides of a cell, where every side of the box is cut into as many. */
export const spacingOf = ({ lower, upper }: Box, cells: number): number[] =>
  lower.map((l, j) => (upper[j] - l) / cells);

/** [-1, 1] x [0, 2] */
export const showBox = ({ lower, upper }: Box): string =>
  lower.map((l, j) => `[${Number(l.toPrecision(4))}, ${Number(upper[j].toPrecision(4))}]`).join(" x ");

/** @throws ArgumentError on what is no box of finite numbers, ShapeError where it has other than one or two sides. */
export function checkBox(operation: string, box: Box): void {
  const { lower, upper } = Object(box);
  checkList(operation, "the box's lower", lower, "numbers, one a coordinate");
  checkList(operation, "the box's upper", upper, "numbers, one a coordinate");
  if (lower.length !== upper.length || lower.length < 1 || lower.length > 2) {
    throw new ShapeError(
      `${operation}: the box has ${lower.length} lower and ${upper.length} upper ends; a grid has one or two coordinates ` +
        "(beyond them use energyDistanceTest and energyGap, which need no Z)",
    );
  }
  const isOrdered = (l: unknown, u: unknown): boolean =>
    typeof l === "number" && typeof u === "number" && u - l >= 0 && u - l < Number.POSITIVE_INFINITY;
  const wrong = lower.findIndex((l, j) => !isOrdered(l, upper[j]));
  if (wrong < 0) return;
  throw new ArgumentError(
    `${operation}: the box goes from ${show(lower[wrong])} to ${show(upper[wrong])} along coordinate ${wrong}; ` +
      "give finite numbers in order",
  );
}

/**
 * The midpoints of cells with the given numbers, which count row-major with the last coordinate fastest, every side having
 * `cells` of them. All but `d` may be traced. i32[m] -> f64[m, d]
 */
export function midpoints(index: NDArray, cells: NDArray, lower: NDArray, spacing: NDArray): NDArray {
  const d = lower.shape[0];
  const steps = d === 1 ? [index] : [np.floorDivide(index, cells), np.mod(index, cells)];
  return np.stack(steps, 1).astype("float64").add(0.5).mul(spacing).add(lower);
}
