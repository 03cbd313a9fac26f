/** What a model's likelihood is compared with: one fitted Gaussian, and a kernel density estimate, on the same split. */
import type { NDArray } from "../../autodiff/array.js";
import { jit } from "../../autodiff/transforms/jit-function.js";
import { readOptions } from "../../ir/arguments.js";
import { describe } from "../../ir/describe.js";
import { ArgumentError } from "../../ir/errors.js";
import { map } from "../../lax/index.js";
import * as np from "../../numpy/index.js";
import { checkBoth, mapChunks } from "./rows.js";
import { type Score, scoreOf } from "./score.js";

const names = ["the training points", "the held-out points"] as const;

/**
 * The held-out negative log-likelihood of the Gaussian with the mean and covariance of the training points (the
 * maximum-likelihood ones, over n), in the units of the points. f32[n, d], f32[m, d] -> Score
 *
 * @throws ArgumentError where the covariance is singular: columns that depend on each other have no density
 * @example gaussianNll(train, heldOut).mean - negativeLogLikelihood(energy, logZ, heldOut).mean // nats gained
 */
export function gaussianNll(train: NDArray, heldOut: NDArray): Score {
  const operation = "ebm.gaussianNll";
  checkBoth(operation, names, train, heldOut, 2);
  const { whiten, logScale } = whitening(operation, train, 0);
  const distance = whiten(heldOut).square().sum(1);
  return scoreOf(distance.div(2).add(logScale + (train.shape[1] / 2) * Math.log(2 * Math.PI)));
}

export interface KernelDensityOptions {
  /**
   * The kernel's width in units of the training points' spread: a number, "scott" for n^(-1 / (d + 4)), or "leaveOneOut"
   * (by default) for the one of a ladder below and above Scott's under which the training points explain each other best.
   * Scott's is right for one Gaussian, and far too wide for wells.
   */
  readonly bandwidth?: number | "scott" | "leaveOneOut";
}

export interface KernelDensityScore extends Score {
  /** The width that was used, in units of the training points' spread. */
  readonly bandwidth: number;
}

/**
 * The held-out negative log-likelihood of a kernel density estimate: a Gaussian about each training point, with the
 * covariance of all of them times bandwidth^2. In the units of the points.
 *
 *     p(x) = mean over training points t of N(x; t, bandwidth^2 cov)
 *
 * Source: scipy.stats.gaussian_kde; Scott, "Multivariate Density Estimation" (1992).
 *
 * @throws ArgumentError where the covariance is singular, or the bandwidth is not positive
 * @example kernelDensityNll(train, heldOut, { bandwidth: "scott" }).mean
 */
export function kernelDensityNll(
  train: NDArray,
  heldOut: NDArray,
  options: KernelDensityOptions = {},
): KernelDensityScore {
  const operation = "ebm.kernelDensityNll";
  const { bandwidth = "leaveOneOut" } = readOptions(operation, options, { bandwidth: "any" });
  checkBoth(operation, names, train, heldOut, 3);
  const { whiten, logScale } = whitening(operation, train, 1);
  const centres = whiten(train).astype("float32");
  const used = widthOf(operation, bandwidth, centres);
  const logs = logKernels(whiten(heldOut).astype("float32"), centres, np.array([used]), np.array(0));
  return { ...scoreOf(logs.reshape([-1]).neg().add(logScale)), bandwidth: used };
}

/** Scott's width times 2^(k / 4), k from -20 to 4: from 1/32 of it to twice it. */
const ladder = Array.from({ length: 25 }, (_, i) => 2 ** ((i - 20) / 4));

/** At most about this many training points, evenly spread over the rows, say how well the others explain them. */
const leftOut = 1000;

function widthOf(operation: string, bandwidth: unknown, centres: NDArray): number {
  const [n, d] = centres.shape;
  const scott = n ** (-1 / (d + 4));
  if (bandwidth === "scott") return scott;
  if (bandwidth === "leaveOneOut") {
    const widths = ladder.map((factor) => factor * scott);
    const stride = Math.ceil(n / leftOut);
    const rows = np.arange(0, n, stride).astype("int32");
    const scores = logKernels(np.take(centres, rows, 0), centres, np.array(widths), np.array(stride)).mean(0);
    return widths[Number(scores.argmax().item())];
  }
  if (typeof bandwidth === "number" && bandwidth > 0 && bandwidth < Number.POSITIVE_INFINITY)
    return bandwidth;
  throw new ArgumentError(
    `${operation}: bandwidth is a positive number, "scott" or "leaveOneOut", got ${describe(bandwidth)}`,
  );
}

/** Rows of x whose distances from all centres are held at a time. */
const kernelRows = 128;

/**
 * log of the mean over centres of N(x; centre, h^2 I), for each x and each width h. Where row i of x is the centre i * own,
 * that one is left out; with an `own` of 0 none is. f32[m, d], f32[n, d], f32[k], f32[] -> f64[m, k]
 */
const logKernels = jit((x: NDArray, centres: NDArray, widths: NDArray, own: NDArray): NDArray => {
  const [n, d] = centres.shape;
  const count = np.where(np.greater(own, 0), n - 1, n);
  const isOwn = (index: NDArray): NDArray =>
    np.logicalAnd(np.greater(own, 0), np.equal(index.expandDims(1).mul(own), np.arange(n)));
  const logs = (rows: NDArray, index: NDArray): NDArray => {
    const squares = np.square(rows.expandDims(1).sub(centres.expandDims(0))).sum(2);
    const others = np.where(isOwn(index), Number.POSITIVE_INFINITY, squares);
    const ofWidth = (h: NDArray): NDArray =>
      np.logsumexp(others.div(h.square().mul(-2)), 1).sub(np.log(h).mul(d));
    return map(ofWidth, widths).transpose();
  };
  const constant = np.log(count).add((d / 2) * Math.log(2 * Math.PI));
  return mapChunks(logs, x, kernelRows).astype("float64").sub(constant);
});

/** The map to coordinates of unit covariance, z = L^-1 (x - mean) with cov = L L^T, and log det L. */
interface Whitening {
  /** f[m, d] -> f64[m, d] */
  readonly whiten: (points: NDArray) => NDArray;
  readonly logScale: number;
}

function whitening(operation: string, train: NDArray, ddof: number): Whitening {
  const x = train.astype("float64");
  const mean = x.mean(0);
  const sd = x.std(0);
  // Of standardised columns, so that a singular covariance is told from small units.
  const u = x.sub(mean).div(sd);
  const correlation = u.transpose().matmul(u).div(x.shape[0]);
  const triangle = np.linalg.cholesky(correlation);
  const diagonal = np.diagonal(triangle);
  if (!Array.from(diagonal.dataSync()).every((value) => value > leastDiagonal)) {
    throw new ArgumentError(
      `${operation}: the covariance of the training points is singular, because a column is constant or follows from the ` +
        "others; leave it out",
    );
  }
  const grow = Math.sqrt(x.shape[0] / (x.shape[0] - ddof));
  const scale = sd.mul(grow);
  return {
    whiten: (points) => {
      const centred = points.astype("float64").sub(mean).div(scale);
      return np.linalg
        .triangularSolve(triangle, centred.transpose(), { leftSide: true, lower: true })
        .transpose();
    },
    logScale: Number(np.log(diagonal.mul(scale)).sum().item()),
  };
}

/** Below it the pivot of a column is rounding: what the others do not explain of it is nothing. */
const leastDiagonal = 1e-7;
