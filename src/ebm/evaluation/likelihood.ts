/**
 * Scores by likelihood: how well log q(y) = -E(y) - log Z describes points, in nats. Energies live in the units y that the
 * model was trained in; points x of a person's own units became y = f(x), and log q(x) = -E(y) - log Z + log |det df/dx|.
 * That last term is the option `logJacobian`: -sum of log sd for standardised columns, 0 for points that were not
 * transformed.
 */
import { NDArray } from "../../autodiff/array.js";
import { readOptions } from "../../ir/arguments.js";
import { describe } from "../../ir/describe.js";
import { ArgumentError, ShapeError } from "../../ir/errors.js";
import * as np from "../../numpy/index.js";
import { checkBoth, checkRows, energiesOfRows, type PointEnergy } from "./rows.js";
import { checkFinite, type Score, scoreOf } from "./score.js";

export interface LikelihoodOptions {
  /** log |det df/dx| of the map y = f(x) from the units of the report to those of the energy; 0 by default. */
  readonly logJacobian?: number;
}

/**
 * mean of -log q(x) = mean E(y) + log Z - logJacobian: the cost of the points in nats; the entropy of the data at best.
 *
 * @param energy of one point, f32[d] -> f32[]
 * @param logZ the right side of logPartition(energy, ...) has it
 * @param points y, in the units of the energy, which training did not see. f32[n, d]
 * @throws ArgumentError where a row or its energy is not finite
 * @example negativeLogLikelihood(energy, logZ, heldOut, { logJacobian: -Math.log(sd0 * sd1) })
 */
export function negativeLogLikelihood(
  energy: PointEnergy,
  logZ: number,
  points: NDArray,
  options: LikelihoodOptions = {},
): Score {
  const operation = "ebm.negativeLogLikelihood";
  return scoreOf(costs(operation, energy, logZ, points, options));
}

/**
 * KL(p || q) = mean of log p(x) - log q(x) over points x of p: 0 for the true density, and otherwise above.
 *
 * Paired: log p and log q of the same point are subtracted before the mean is taken. They rise and fall together, so that
 * the standard error is that of their difference, near sqrt(2 KL / n), some ten times below that of the negative
 * log-likelihood. An estimate may be below 0 by some standard errors, and is not clamped.
 *
 * @param points y, in the units of the energy, drawn from p. f32[n, d]
 * @param logDensities log p of each point, in nats. f64[n]: of the density over y, or over x with the option `logJacobian`
 * @throws ArgumentError where an energy or a log density is not finite; ShapeError unless there is one a point
 * @example klDivergence(energy, logZ, points, dataSets.moons.logDensity(points))
 */
export function klDivergence(
  energy: PointEnergy,
  logZ: number,
  points: NDArray,
  logDensities: NDArray,
  options: LikelihoodOptions = {},
): Score {
  const operation = "ebm.klDivergence";
  const cost = costs(operation, energy, logZ, points, options);
  return scoreOf(cost.add(checkLogDensities(operation, logDensities, cost.size)));
}

/**
 * mean E(held out) - mean E(train), the two sets being independent: 0 when nothing is memorised, and above when the model
 * gives the points it was trained on more than their due. Needs no Z, so it serves in any dimension.
 *
 * @example energyGap(energy, heldOut, train) // { mean: 0.004, standardError: 0.02 }: no sign of memorising
 */
export function energyGap(energy: PointEnergy, heldOut: NDArray, train: NDArray): Score {
  const operation = "ebm.energyGap";
  checkBoth(operation, ["the held-out points", "the training points"], heldOut, train, 2);
  const unseen = scoreOf(energiesOfRows(operation, energy, "the held-out points", heldOut));
  const seen = scoreOf(energiesOfRows(operation, energy, "the training points", train));
  return {
    mean: unseen.mean - seen.mean,
    standardError: Math.hypot(unseen.standardError, seen.standardError),
  };
}

/** -log q of each point. f64[n] */
function costs(
  operation: string,
  energy: PointEnergy,
  logZ: number,
  points: NDArray,
  options: LikelihoodOptions,
): NDArray {
  const { logJacobian = 0 } = readOptions(operation, options, { logJacobian: "number" });
  checkFinite(operation, "logZ", logZ, "logPartition(...) is an Either, and its right side has logZ");
  checkFinite(
    operation,
    "logJacobian",
    logJacobian,
    "it is the log of the map's scale, as scalingMaps has it",
  );
  checkRows(operation, "the points", points, 2);
  return energiesOfRows(operation, energy, "the points", points).add(logZ - logJacobian);
}

function checkLogDensities(operation: string, logDensities: NDArray, n: number): NDArray {
  if (!(logDensities instanceof NDArray) || logDensities.ndim !== 1 || logDensities.size !== n) {
    throw new ShapeError(
      `${operation}: the log densities must be an array with one a point, f64[${n}], got ` +
        `${describe(logDensities)}; a data set has logDensity(points)`,
    );
  }
  const row = np.isfinite(logDensities).dataSync().indexOf(0);
  if (row < 0) return logDensities.astype("float64");
  throw new ArgumentError(
    `${operation}: the log density of row ${row} is ${logDensities.dataSync()[row]}; the points must be drawn from the ` +
      "density that they are scored by, whose log is finite there",
  );
}
