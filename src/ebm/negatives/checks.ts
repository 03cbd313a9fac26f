/** What chains are asked for, looked at before they run. */
import { NDArray } from "../../autodiff/array.js";
import { describe, show } from "../../ir/describe.js";
import { ArgumentError, ShapeError } from "../../ir/errors.js";

/** @throws ArgumentError unless the value is a positive finite number. */
export function checkPositive(operation: string, name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new ArgumentError(`${operation}: ${name} is ${show(value)}; give a positive number`);
}

/** @throws ShapeError unless the data have as many coordinates as the chains: f32[n, dimension] */
export function checkCoordinates(operation: string, data: NDArray, dimension: number): void {
  if (data instanceof NDArray && data.ndim === 2 && data.shape[1] === dimension) return;
  throw new ShapeError(
    `${operation}: the chains have the dimension ${dimension}, so the data are f32[n, ${dimension}], got ${describe(data)}; ` +
      "give both the same number of coordinates",
  );
}
