/** What a data set is: a sampler, and the exact density of what it samples. */
import { NDArray } from "../../autodiff/array.js";
import { evalTrace, withTrace } from "../../autodiff/trace.js";
import { jit } from "../../autodiff/transforms/jit-function.js";
import { checkInteger } from "../../ir/arguments.js";
import { describe } from "../../ir/describe.js";
import { isFloat } from "../../ir/dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "../../ir/errors.js";
import { showShape } from "../../ir/shape.js";
import * as np from "../../numpy/index.js";
import { checkOneKey, type Key } from "../../random/key.js";

/** Points of the plane with a known density. */
export interface DataSet {
  readonly name: string;
  /** n independent points. u32[2], int -> f32[n, 2] */
  readonly sample: (key: Key, n: number) => NDArray;
  /** The logarithm of their density, in nats, computed in float64; -Infinity where it is 0. f64[n, 2] -> f64[n] */
  readonly logDensity: (points: NDArray) => NDArray;
  /** The mean of -logDensity, in nats: what the best of models scores. */
  readonly entropy: number;
}

/** The formulas of a set, which may trust their arguments. */
export interface Formulas {
  readonly name: string;
  readonly entropy: number;
  readonly draw: (key: Key, n: number) => NDArray;
  /** Makes f64[n, 2] -> f64[n], with the arrays it needs: called once, outside of all transformations. */
  readonly logDensity: () => (points: NDArray) => NDArray;
}

/** The set of these formulas: arguments are looked at, the density is compiled, and NaN in a point is NaN in its density. */
export function dataSet({ name, entropy, draw, logDensity }: Formulas): DataSet {
  let formula: ((points: NDArray) => NDArray) | undefined;
  const density = jit((points: NDArray) => {
    formula ??= withTrace(evalTrace, logDensity);
    const x = points.astype("float64");
    return np.where(np.isnan(x).any(1), Number.NaN, formula(x));
  });
  return {
    name,
    entropy,
    sample: (key, n) => {
      checkOneKey(`ebm.dataSets.${name}.sample`, key);
      checkInteger(`ebm.dataSets.${name}.sample`, "n, the number of points,", n, 0);
      return draw(key, n);
    },
    logDensity: (points) => density(checkedPoints(`ebm.dataSets.${name}.logDensity`, points)),
  };
}

function checkedPoints(operation: string, points: NDArray): NDArray {
  if (!(points instanceof NDArray)) {
    throw new ArgumentError(`${operation}: takes an array of points, f64[n, 2], got ${describe(points)}`);
  }
  if (points.ndim !== 2 || points.shape[1] !== 2) {
    throw new ShapeError(
      `${operation}: the points are ${showShape(points.shape)}; give [n, 2], one point a row`,
    );
  }
  if (!isFloat(points.dtype)) {
    throw new DTypeError(
      `${operation}: the points are ${points.dtype}; use floats: points.astype("float64")`,
    );
  }
  return points;
}
