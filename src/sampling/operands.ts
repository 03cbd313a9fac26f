/** What kernels are given: positions, energies and states are looked at before they are used. */
import { NDArray } from "../autodiff/array.js";
import { describeAval } from "../ir/aval.js";
import { describe } from "../ir/describe.js";
import { isFloat } from "../ir/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../ir/errors.js";
import * as np from "../numpy/index.js";
import type { FloatDType } from "../random/shape.js";

/** Where a chain starts. @throws DTypeError unless it holds floats */
export function floatPosition(operation: string, position: NDArray): NDArray {
  const x = np.asarray(position);
  if (isFloat(x.dtype)) return x;
  throw new DTypeError(
    `${operation}: the position is ${describeAval(x.aval)}; use floats: position.astype("float32")`,
  );
}

/** The dtype of the noise for it. */
export const noiseDType = (x: NDArray): FloatDType => (x.dtype === "float64" ? "float64" : "float32");

/** E(x), a scalar. @throws ShapeError, DTypeError or ArgumentError when the energy returns anything else */
export function energyAt(operation: string, energy: (x: NDArray) => NDArray, x: NDArray): NDArray {
  const value: unknown = energy(x);
  if (typeof value !== "number" && !(value instanceof NDArray)) {
    throw new ArgumentError(`${operation}: the energy must return a scalar array, got ${describe(value)}`);
  }
  const e = np.asarray(value);
  if (e.ndim !== 0) {
    throw new ShapeError(
      `${operation}: the energy must return a scalar, the energy of one position, it returned ${describeAval(e.aval)}; ` +
        "reduce it with sum",
    );
  }
  if (isFloat(e.dtype)) return e;
  throw new DTypeError(
    `${operation}: the energy must return a float, it returned ${describeAval(e.aval)}; cast it with astype`,
  );
}

/** The state, once all its fields are known to be arrays. @throws ArgumentError unless it is what `init` makes */
export function readState<State extends object>(
  operation: string,
  state: State,
  fields: readonly (keyof State & string)[],
): State {
  const given: Readonly<Record<string, unknown>> = Object(state);
  if (fields.every((field) => given[field] instanceof NDArray)) return state;
  throw new ArgumentError(
    `${operation}: the state is { ${fields.join(", ")} }, made by init(position), got ${describe(state)}`,
  );
}
