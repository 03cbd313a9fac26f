/** Means, standard deviations and correlations of columns, and whether two sets of points have the same. */
import type { NDArray } from "../../autodiff/array.js";
import { ArgumentError } from "../../ir/errors.js";
import * as np from "../../numpy/index.js";
import { checkBoth, checkRows } from "./rows.js";

export interface Moments {
  /** One a column. */
  readonly mean: readonly number[];
  readonly sd: readonly number[];
  /** [i][j]: of columns i and j */
  readonly correlation: readonly (readonly number[])[];
}

/**
 * Each column's mean and sd and the correlations of each two, in float64. [n, d] -> Moments
 *
 * @throws ArgumentError where a column is constant: it correlates with nothing
 * @example moments(np.array([[0, 1], [2, 5]])) // { mean: [1, 3], sd: [1, 2], correlation: [[1, 1], [1, 1]] }
 */
export function moments(points: NDArray): Moments {
  checkRows("ebm.moments", "the points", points, 2);
  const { mean, sd, correlation } = statistics("ebm.moments", "the points", points);
  return asNumbers(mean, sd, correlation);
}

/** Differences of moments, first minus second, each in its standard errors: numbers near 1 are chance. */
export interface MomentsComparison extends Moments {
  /** The largest of all by absolute value. For k numbers chance makes it about sqrt(2 log(2 k)). */
  readonly worst: number;
}

/**
 * By how many standard errors the moments of two independent sets of points differ. No shape is assumed: the error of each
 * moment is the spread of its influence function over the rows, divided by sqrt(n), with u and v standardised columns:
 *
 *     mean: x - m        sd: s (u^2 - 1) / 2        correlation: u v - r (u^2 + v^2) / 2
 *
 * Source: the delta method; van der Vaart, "Asymptotic Statistics" (1998), chapter 3.
 *
 * @throws ArgumentError where a column is constant
 * @example compareMoments(samples, heldOut).worst // below 3 or 4 where the model has the moments of the data
 */
export function compareMoments(a: NDArray, b: NDArray): MomentsComparison {
  const operation = "ebm.compareMoments";
  checkBoth(operation, ["the first points", "the second points"], a, b, 2);
  const first = statistics(operation, "the first points", a);
  const second = statistics(operation, "the second points", b);
  const inErrors = (moment: "mean" | "sd" | "correlation"): NDArray => {
    const error = np.sqrt(first.errors[moment].add(second.errors[moment]));
    return first[moment].sub(second[moment]).div(error);
  };
  const [mean, sd, correlation] = [inErrors("mean"), inErrors("sd"), inErrors("correlation")];
  const all = np.concatenate([mean, sd, correlation.reshape([-1])]);
  return { ...asNumbers(mean, sd, correlation), worst: Number(np.abs(all).max().item()) };
}

interface Statistics {
  /** f64[d], f64[d], f64[d, d] */
  readonly mean: NDArray;
  readonly sd: NDArray;
  readonly correlation: NDArray;
  /** Squared standard errors, of the same shapes. */
  readonly errors: { readonly mean: NDArray; readonly sd: NDArray; readonly correlation: NDArray };
}

function statistics(operation: string, name: string, points: NDArray): Statistics {
  const x = points.astype("float64");
  const n = x.shape[0];
  const mean = x.mean(0);
  const sd = x.std(0);
  const constant = np.greater(sd, np.abs(mean).mul(1e-12)).dataSync().indexOf(0);
  if (constant >= 0) {
    throw new ArgumentError(
      `${operation}: column ${constant} of ${name} is constant, which correlates with nothing; leave the column out`,
    );
  }
  const u = x.sub(mean).div(sd);
  const square = u.square();
  const correlation = u.transpose().matmul(u).div(n);
  // The mean over rows of (u v - r (u^2 + v^2) / 2)^2, multiplied out: no array of [n, d, d].
  const fourth = square.transpose().matmul(square).div(n); // u^2 v^2
  const cubed = u.mul(square).transpose().matmul(u).div(n); // u^3 v
  const quartic = square.square().mean(0);
  const mixed = cubed.add(cubed.transpose());
  const sum = quartic.expandDims(1).add(quartic.expandDims(0)).add(fourth.mul(2));
  const spread = fourth.sub(correlation.mul(mixed)).add(correlation.square().mul(sum).div(4));
  return {
    mean,
    sd,
    correlation,
    errors: {
      mean: sd.square().div(n),
      // Where the influence is 0 in every row, as for a column with itself, what is left is of the next order, 1 / n.
      sd: sd.square().mul(
        quartic
          .sub(1)
          .div(4 * n)
          .add(1 / n ** 2),
      ),
      correlation: np
        .maximum(spread, 0)
        .div(n)
        .add(1 / n ** 2),
    },
  };
}

const asNumbers = (mean: NDArray, sd: NDArray, correlation: NDArray): Moments => ({
  mean: Array.from(mean.dataSync()),
  sd: Array.from(sd.dataSync()),
  correlation: np.split(correlation, correlation.shape[0]).map((row) => Array.from(row.dataSync())),
});
