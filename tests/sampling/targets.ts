/** Energies whose densities are known, exact draws from them, and what is read off many independent chains. */
import { type NDArray, numpy as np, random, vmap } from "cotangent";

/** E = |x|^2 / (2 s^2): every coordinate of every chain is independent of all others. */
export const gaussian =
  (s: number) =>
  (x: NDArray): NDArray =>
    x
      .square()
      .sum()
      .div(2 * s * s);

/** A mixture of round normals: E = -log sum_k w_k exp(-|x - c_k|^2 / (2 s^2)). */
export function mixture(centres: readonly (readonly number[])[], weights: readonly number[], s: number) {
  const c = np.array(centres);
  const logWeights = np.log(np.array(weights));
  const energy = (x: NDArray): NDArray =>
    np
      .logsumexp(
        x
          .sub(c)
          .square()
          .sum(1)
          .div(-2 * s * s)
          .add(logWeights),
      )
      .neg();
  const sample = (key: random.Key, n: number): NDArray => {
    const [wellKey, noiseKey] = random.split(key);
    const well = random.categorical(wellKey, logWeights, { shape: [n] });
    return np.take(c, well, 0).add(random.normal(noiseKey, [n, centres[0].length]).mul(s));
  };
  return { energy, sample };
}

/** Weights .8 and .2 at -2 and +2, s = .3: moves of Langevin's size do not pass between them. */
export const unequalWells = mixture([[-2], [2]], [0.8, 0.2], 0.3);

/** Eight equal wells on a circle, about as far apart as points of unit variance have them. */
export const eightCentres = Array.from({ length: 8 }, (_, k) => [
  1.4 * Math.cos((k * Math.PI) / 4),
  1.4 * Math.sin((k * Math.PI) / 4),
]);
export const eightWells = mixture(eightCentres, new Array<number>(8).fill(1 / 8), 0.18);

export const mean = (x: NDArray): number => Number(x.astype("float64").mean().item());
export const variance = (x: NDArray): number => Number(x.astype("float64").var_().item());

/** The share of chains on the left. */
export const left = (x: NDArray): number => mean(x.less(0));

/** sum (n_k - n / K)^2 / (n / K), n_k of the points being nearest to centre k: chi-squared with K - 1 degrees of freedom. */
export function chiSquared(points: NDArray, centres: readonly (readonly number[])[]): number {
  const c = np.array(centres);
  const nearest = vmap((x: NDArray) => np.argmin(x.sub(c).square().sum(1)))(points);
  const expected = points.shape[0] / centres.length;
  return centres
    .map((_, k) => (mean(nearest.equal(k)) * points.shape[0] - expected) ** 2 / expected)
    .reduce((sum, term) => sum + term, 0);
}

/** Five standard errors of a mean of n independent values with this standard deviation. */
export const fiveErrors = (deviation: number, n: number): number => (5 * deviation) / Math.sqrt(n);
