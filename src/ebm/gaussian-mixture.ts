/** Mixtures of Gaussians: energies whose normaliser is known, to try samplers and scores on. */
import { type ArrayLike, ConcreteArray, NDArray } from "../autodiff/array.js";
import { evalTrace, withTrace } from "../autodiff/trace.js";
import { describeAval } from "../ir/aval.js";
import { show } from "../ir/describe.js";
import { ArgumentError, ConcretizationError, ShapeError } from "../ir/errors.js";
import { type Shape, sameShape, showShape } from "../ir/shape.js";
import * as np from "../numpy/index.js";

const operation = "ebm.gaussianMixture";

/**
 * E(x) = -log sum_k w_k N(x; m_k, C_k), in nats. It is normalised: log Z = 0, and -E is the log-density.
 *
 * Returns f32[d] -> f32[] (f64[d] -> f64[]), for one position; batches are `vmap`. Far from every mean E stays finite.
 *
 * @param means [k, d]
 * @param spread standard deviations, or covariances, told apart by their rank: [] one sd for all, [k] one a component,
 *   [k, d] one for each of its axes; [k, d, d] covariances, symmetric and positive definite
 * @param weights [k], positive; they are divided by their sum. Equal by default.
 * @throws ShapeError when shapes do not fit; ArgumentError when a mean is not finite, or an sd, a weight or a covariance is
 *   not positive
 * @example
 * const energy = gaussianMixture([[-2, 0], [2, 0]], 0.5, [0.8, 0.2]);
 * vmap(energy)(np.zeros([10, 2])).shape // [10]
 * Source: Bishop, "Pattern recognition and machine learning" (2006), equation 2.188.
 */
export function gaussianMixture(
  means: ArrayLike,
  spread: ArrayLike,
  weights?: ArrayLike,
): (x: NDArray) => NDArray {
  for (const part of [means, spread, weights]) checkKnown(part);
  const { centres, whiten, logHeights } = withTrace(evalTrace, () => components(means, spread, weights));
  const d = centres.shape[1];
  return (x) => {
    const at = np.asarray(x);
    if (!sameShape(at.shape, [d])) {
      throw new ShapeError(
        `${operation}: the energy is of one position [${d}], got ${showShape(at.shape)}; map over many: vmap(energy)(x)`,
      );
    }
    const dtype = at.dtype === "float64" ? "float64" : "float32";
    const whitened = whiten(at.sub(centres.astype(dtype)), dtype);
    const logTerms = logHeights.astype(dtype).sub(whitened.square().sum(1).mul(0.5));
    return np.logsumexp(logTerms).neg();
  };
}

/** z_k = C_k^(-1/2) (x - m_k), and log det C_k^(1/2): what N(x; m_k, C_k) is made of. */
interface Spread {
  readonly whiten: (offsets: NDArray, dtype: "float32" | "float64") => NDArray;
  /** f64[k] */
  readonly logVolume: NDArray;
}

/** Its parts are looked at, and are constants of the energy. */
function checkKnown(part: unknown): void {
  if (!(part instanceof NDArray) || part instanceof ConcreteArray) return;
  throw new ConcretizationError(
    `${operation}: a part is ${describeAval(part.aval)}, which a transformation traces; the parts are constants: ` +
      "make the mixture outside, and call its energy inside",
  );
}

/** What the energy is made of, in float64: m_k, and log w_k N(m_k; m_k, C_k). */
interface Components extends Pick<Spread, "whiten"> {
  readonly centres: NDArray;
  readonly logHeights: NDArray;
}

function components(means: ArrayLike, spread: ArrayLike, weights: ArrayLike | undefined): Components {
  const centres = readMeans(means);
  const [k, d] = centres.shape;
  const { whiten, logVolume } = readSpread(spread, k, d);
  const logNormaliser = logVolume.add((d / 2) * Math.log(2 * Math.PI));
  return { centres, whiten, logHeights: readLogWeights(weights, k).sub(logNormaliser) };
}

function readMeans(means: ArrayLike): NDArray {
  const centres = np.asarray(means, { dtype: "float64" });
  if (centres.ndim !== 2 || centres.size === 0) {
    throw new ShapeError(
      `${operation}: the means are ${showShape(centres.shape)}; give [k, d], one mean a row, and one or more`,
    );
  }
  checkValues("a mean", centres, Number.isFinite, "a finite number");
  return centres;
}

function readSpread(spread: ArrayLike, k: number, d: number): Spread {
  const given = np.asarray(spread, { dtype: "float64" });
  const shapes: readonly Shape[] = [[], [k], [k, d], [k, d, d]];
  if (!sameShape(given.shape, shapes[given.ndim] ?? [])) {
    throw new ShapeError(
      `${operation}: the spread is ${showShape(given.shape)}; for means ${showShape([k, d])} give sds ` +
        `[], ${showShape([k])} or ${showShape([k, d])}, or covariances ${showShape([k, d, d])}`,
    );
  }
  return given.ndim === 3 ? covariances(given) : standardDeviations(given, k, d);
}

function standardDeviations(given: NDArray, k: number, d: number): Spread {
  checkValues("an sd", given, (sd) => sd > 0 && Number.isFinite(sd), "a positive number");
  const sds = np.broadcastTo(given.ndim === 1 ? given.expandDims(1) : given, [k, d]);
  const scales = np.divide(1, sds);
  return {
    whiten: (offsets, dtype) => offsets.mul(scales.astype(dtype)),
    logVolume: np.log(sds).sum(1),
  };
}

/** With C = L Lᵀ, z = L^(-1) (x - m). */
function covariances(given: NDArray): Spread {
  const factors = np.linalg.cholesky(given);
  const diagonals = np.einsum("kii->ki", factors);
  const size = np.abs(given).max([1, 2]);
  const skew = np.abs(given.sub(np.matrixTranspose(given))).max([1, 2]);
  const isGood = np.logicalAnd(skew.lessEqual(size.mul(1e-6)), np.isfinite(diagonals).all(1));
  const bad = isGood.dataSync().findIndex((good) => !good);
  if (bad >= 0) {
    throw new ArgumentError(
      `${operation}: covariance ${bad} is not symmetric and positive definite; ` +
        "give C with C = Cᵀ and xᵀ C x > 0, such as squares of sds on a diagonal",
    );
  }
  const inverses = np.linalg.inv(factors);
  return {
    whiten: (offsets, dtype) => np.einsum("kij,kj->ki", inverses.astype(dtype), offsets),
    logVolume: np.log(diagonals).sum(1),
  };
}

function readLogWeights(weights: ArrayLike | undefined, k: number): NDArray {
  if (weights === undefined) return np.full([k], -Math.log(k), { dtype: "float64" });
  const given = np.asarray(weights, { dtype: "float64" });
  if (!sameShape(given.shape, [k])) {
    throw new ShapeError(
      `${operation}: the weights are ${showShape(given.shape)} for ${k} means; give one for each, [${k}]`,
    );
  }
  checkValues("a weight", given, (weight) => weight > 0 && Number.isFinite(weight), "a positive number");
  return np.log(given.div(given.sum()));
}

function checkValues(name: string, x: NDArray, holds: (value: number) => boolean, what: string): void {
  const bad = x.dataSync().find((value) => !holds(value));
  if (bad !== undefined) throw new ArgumentError(`${operation}: ${name} is ${show(bad)}; give ${what}`);
}
