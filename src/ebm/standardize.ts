/**
 * Standardisation: y = (x - mean) / sd, column by column. Networks and step sizes are made for data of unit variance; a
 * density in x is that in y divided by the product of the sds.
 *
 * Law: restore(s)(standardize(s)(x)) equals x, to the precision of float32.
 */
import * as E from "fp-ts/lib/Either.js";
import { NDArray } from "../autodiff/array.js";
import { describe } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import * as np from "../numpy/index.js";
import type { PointsFault } from "./points.js";

export interface Standardization {
  /** f64[d] */
  readonly mean: NDArray;
  /** f64[d] */
  readonly sd: NDArray;
}

/** An sd below this part of the column's magnitude is rounding, not spread. */
const leastSpread = 1e-9;

/**
 * The mean and the standard deviation of each column, in float64. f32[n, d] -> f64[d], f64[d]
 *
 * A column without spread is a fault: its density is infinite.
 */
export function standardization(points: NDArray): E.Either<PointsFault, Standardization> {
  const x = np.astype(points, "float64");
  const mean = x.mean(0);
  const sd = x.std(0);
  const means = mean.dataSync();
  const sds = sd.dataSync();
  const constant = means.findIndex((m, i) => !(sds[i] > leastSpread * Math.abs(m)));
  return constant < 0
    ? E.right({ mean, sd })
    : E.left({ kind: "constantColumn", column: constant + 1, value: means[constant] });
}

/** (x - mean) / sd. f64[n, d] -> f32[n, d] */
export const standardize = (given: Standardization): ((points: NDArray) => NDArray) => {
  const { mean, sd } = checked("ebm.standardize", given);
  return (points) => np.astype(points, "float64").sub(mean).div(sd).astype("float32");
};

/** y sd + mean: undoes `standardize`. f32[n, d] -> f64[n, d] */
export const restore = (given: Standardization): ((points: NDArray) => NDArray) => {
  const { mean, sd } = checked("ebm.restore", given);
  return (points) => np.astype(points, "float64").mul(sd).add(mean);
};

function checked(operation: string, given: Standardization): Standardization {
  const { mean, sd } = Object(given);
  if (mean instanceof NDArray && sd instanceof NDArray) return given;
  throw new ArgumentError(
    `${operation}: takes { mean, sd }, the right side of standardization(points), got ${describe(given)}`,
  );
}
