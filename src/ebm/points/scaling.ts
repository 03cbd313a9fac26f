/**
 * Scaling: y = (x - mean) / sd column by column, or with whitening y = C^-1 (x - mean) / sd, where C C^T is the columns'
 * correlation. Networks and step sizes are made for data of unit variance in all directions. A density keeps its mass:
 *
 *     log p_X(x) = log p_Y(y) + log |det dy/dx|,    log |det dy/dx| = - sum ln sd_j - sum ln C_jj
 *
 * Laws: backward(forward(x)) equals x to the precision of float32; decodeScaling(encodeScaling(s)) equals s bit for bit.
 */
import * as E from "fp-ts/lib/Either.js";
import { NDArray } from "../../autodiff/array.js";
import { describe } from "../../ir/describe.js";
import { ArgumentError, ShapeError } from "../../ir/errors.js";
import * as np from "../../numpy/index.js";
import { cholesky, triangularSolve } from "../../numpy/linalg/index.js";
import { leastSpread } from "./clean.js";
import type { ColumnLabel, PointsFault } from "./fault.js";

/** A record of arrays beside its kind. */
export type Scaling =
  | {
      readonly kind: "standardize";
      /** f64[d] */
      readonly mean: NDArray;
      /** f64[d] */
      readonly sd: NDArray;
    }
  | {
      readonly kind: "whiten";
      readonly mean: NDArray;
      readonly sd: NDArray;
      /** C, lower triangular: f64[d, d] */
      readonly factor: NDArray;
    };

/** A scaling as functions. */
export interface ScalingMaps {
  /** x -> y. f64[n, d] -> f32[n, d], and f64[d] -> f32[d] */
  readonly forward: (points: NDArray) => NDArray;
  /** y -> x. f32[n, d] -> f64[n, d], and f32[d] -> f64[d] */
  readonly backward: (points: NDArray) => NDArray;
  /** log |det dy/dx|, in float64: log p_X = log p_Y + it, and a negative log-likelihood in x is that in y minus it. */
  readonly logJacobian: number;
}

/**
 * A column whose multiple correlation with those before it is above this is nearly a line in them: the thin axis has an sd
 * below sqrt(1 - 0.995^2) = 0.1, and the last Langevin steps would have to be smaller than its square.
 */
const nearlyDependent = 0.995;

/** Below it the thin axis is rounding: correlations are known to about 1e-16, their square roots to 1e-8. */
const leastPivot = 1e-6;

/** Sums of squares stay finite up to here, for any number of rows. */
const greatest = 1e150;

/**
 * The scaling under which these points have mean 0 and variance 1; whitened when a column is nearly a linear function of
 * those before it (for two columns: when |correlation| > 0.995). f64[n, d] -> f64[d], f64[d]
 *
 * Faults, each of which names its column: a constant one, one that is a linear function of those before it (their density is
 * infinite), and one of values beyond 1e150.
 *
 * @throws ShapeError unless the points are [n, d] with n and d at least 1
 */
export function fitScaling(
  points: NDArray,
  labels: readonly ColumnLabel[] = [],
): E.Either<PointsFault, Scaling> {
  const x = np.astype(points, "float64");
  if (x.ndim !== 2 || x.size === 0) {
    throw new ShapeError(`ebm.fitScaling: points are [n, d], got [${x.shape.join(", ")}]; reshape them`);
  }
  const labelOf = (column: number): ColumnLabel => labels[column] ?? { column: column + 1, name: null };
  const greatestOf = np.abs(x).max(0).dataSync();
  const huge = greatestOf.findIndex((value) => !(value <= greatest));
  if (huge >= 0) return E.left({ kind: "magnitude", ...labelOf(huge), value: greatestOf[huge] });
  const mean = x.mean(0);
  const sd = x.std(0);
  const sds = sd.dataSync();
  const constant = greatestOf.findIndex((value, i) => !(sds[i] > leastSpread * value));
  if (constant >= 0) {
    return E.left({ kind: "constant", ...labelOf(constant), value: mean.dataSync()[constant] });
  }
  const z = x.sub(mean).div(sd);
  const correlation = z.T.matmul(z).div(x.shape[0]);
  // On the diagonal, more than the rounding of a sum and less than leastPivot^2: a dependent column leaves no NaN.
  const ridge = np.eye(x.shape[1]).astype("float64").mul(1e-13);
  const pivots = np.diagonal(cholesky(correlation.add(ridge))).dataSync();
  const dependent = pivots.findIndex((pivot) => !(pivot > leastPivot));
  if (dependent >= 0) return E.left({ kind: "dependent", ...labelOf(dependent) });
  const factor = cholesky(correlation);
  return E.right(
    thinnest(pivots) < Math.sqrt(1 - nearlyDependent ** 2)
      ? { kind: "whiten", mean, sd, factor }
      : { kind: "standardize", mean, sd },
  );
}

const thinnest = (pivots: ArrayLike<number>): number =>
  Array.from(pivots).reduce((least, pivot) => Math.min(least, pivot), 1);

/** Of a whitening one: the column that is nearest to a line in those before it, and the multiple correlation. */
export function thinnestColumn(factor: NDArray): { readonly column: number; readonly correlation: number } {
  const pivots = Array.from(np.diagonal(factor).dataSync());
  const column = pivots.indexOf(thinnest(pivots));
  return { column, correlation: Math.sqrt(1 - pivots[column] ** 2) };
}

/**
 * Both directions of a scaling, and the logarithm of its Jacobian.
 *
 * @throws ArgumentError when it is no scaling
 * @example const { forward, backward, logJacobian } = scalingMaps(scaling);
 */
export function scalingMaps(scaling: Scaling): ScalingMaps {
  checkScaling("ebm.scalingMaps", scaling);
  const { mean, sd } = scaling;
  const scaled = (points: NDArray): NDArray => np.astype(points, "float64").sub(mean).div(sd);
  const unscaled = (z: NDArray): NDArray => z.mul(sd).add(mean);
  switch (scaling.kind) {
    case "standardize":
      return {
        forward: (points) => scaled(points).astype("float32"),
        backward: (points) => unscaled(np.astype(points, "float64")),
        logJacobian: -sumOfLogs(sd),
      };
    case "whiten": {
      const { factor } = scaling;
      const identity = np.eye(factor.shape[0]).astype("float64");
      const inverse = triangularSolve(factor, identity, { leftSide: true, lower: true });
      return {
        forward: (points) => scaled(points).matmul(inverse.T).astype("float32"),
        backward: (points) => unscaled(np.astype(points, "float64").matmul(factor.T)),
        logJacobian: -sumOfLogs(sd) - sumOfLogs(np.diagonal(factor)),
      };
    }
  }
}

const sumOfLogs = (values: NDArray): number => Number(np.log(values).sum().item());

/** @throws ArgumentError unless it is a scaling of d columns */
export function checkScaling(operation: string, given: unknown): asserts given is Scaling {
  const { kind, mean, sd, factor } = Object(given);
  const isVector = (x: unknown): x is NDArray => x instanceof NDArray && x.ndim === 1;
  const isRight =
    isVector(mean) &&
    isVector(sd) &&
    mean.size === sd.size &&
    (kind === "standardize" ||
      (kind === "whiten" &&
        factor instanceof NDArray &&
        factor.shape.join() === [mean.size, mean.size].join()));
  if (isRight) return;
  throw new ArgumentError(
    `${operation}: takes a scaling, the right side of fitScaling(points) or decodeScaling(json), ` +
      `got ${describe(given)}`,
  );
}
