/** The last word on a trained model, as lines of text: its score, what it is to be compared with, and what speaks against it. */
import { type NDArray, random } from "cotangent";
import {
  compareMoments,
  energyDistanceBaseline,
  energyDistanceTest,
  energyGap,
  gaussianNll,
  kernelDensityNll,
  type Score,
  scalingMaps,
  slicedKolmogorovSmirnov,
} from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import type { Input } from "./input.js";
import type { EnergyOf, Judge } from "./judge.js";
import type { Row } from "./metrics.js";

export interface Verdict {
  readonly lines: readonly string[];
  /** The lines that go under the picture. */
  readonly caption: readonly string[];
}

/** Rows of each that samples and data are compared by. */
const mostCompared = 2000;
/** Rows to learn from that a kernel density is made of. */
const mostKernels = 5000;

/** 0.00312 ± 0.00051 */
export const showScore = ({ mean, standardError }: Score): string => {
  const digits = Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(standardError))));
  return Number.isFinite(digits)
    ? `${mean.toFixed(digits)} ± ${standardError.toFixed(digits)}`
    : `${mean} ± ${standardError}`;
};

const inNats = (score: Score): string => `${showScore(score)} nats`;

/** `samples` are in scaled units, as the points of the input. */
export function verdictOf(
  key: random.Key,
  input: Input,
  judge: Judge | null,
  energy: EnergyOf,
  samples: NDArray,
): Verdict {
  const unseen = input.heldOut ?? input.train;
  const judged = judge?.of(energy) ?? null;
  const likelihood: string[] = [];
  const caption: string[] = [];
  if (judge !== null && judged !== null && E.isLeft(judged)) {
    likelihood.push(`${judge.name}: none, since ${judged.left}`);
    caption.push(`${judge.name}: none`);
  }
  if (judge !== null && judged !== null && E.isRight(judged)) {
    const { score, likelihood: nll, quadrature } = judged.right;
    caption.push(`${judge.name} = ${inNats(score)}`);
    const meaning = input.logDensities === null ? "the lower the better" : "0 where the model is the truth";
    likelihood.push(`${judge.name}: ${inNats(score)} (${meaning})`);
    if (input.logDensities !== null) likelihood.push(`negative log-likelihood: ${inNats(nll)}`);
    if (input.heldOut !== null) likelihood.push(...baselines(input, input.heldOut));
    likelihood.push(`mass of the model beyond the range of the data: ${showShare(quadrature.beyondRange)}`);
  }
  return { lines: [...likelihood, ...comparisons(key, input, unseen, energy, samples)], caption };
}

/** What a model of no thought would have scored on the same rows. */
function baselines({ train, scaling, logDensities }: Input, heldOut: NDArray): string[] {
  const { logJacobian } = scalingMaps(scaling);
  const own = (score: Score): string => inNats({ ...score, mean: score.mean - logJacobian });
  const gaussian = `  of one fitted Gaussian: ${own(gaussianNll(train, heldOut))}`;
  if (logDensities !== null) return [gaussian];
  const kernels = kernelDensityNll(first(train, mostKernels), heldOut);
  return [gaussian, `  of a kernel density estimate: ${own(kernels)}`];
}

/** Samples against data, in any dimension. */
function comparisons(
  key: random.Key,
  { train, heldOut }: Input,
  unseen: NDArray,
  energy: EnergyOf,
  samples: NDArray,
): string[] {
  const [distanceKey, baselineKey, slicesKey] = random.split(key, 3);
  const [drawn, rows] = [samples, unseen].map((points) => first(points, mostCompared));
  const whose = heldOut === null ? "training" : "held-out";
  const { distance, pValue } = energyDistanceTest(distanceKey, drawn, rows);
  const baseline = energyDistanceBaseline(baselineKey, rows);
  const lines = [
    `energy distance of ${drawn.shape[0]} samples from ${rows.shape[0]} ${whose} rows: ${distance.toExponential(1)}, ` +
      `p = ${inWords(pValue)} (halves of the data: ${baseline.mean.toExponential(1)} ± ${baseline.sd.toExponential(1)})`,
    `energy gap, ${whose} rows - samples: ${inNats(energyGap(energy, rows, drawn))} (about 0 where samples are where data are)`,
  ];
  if (heldOut !== null) {
    lines.push(
      `energy gap, held-out - training rows: ${inNats(energyGap(energy, rows, first(train, 20_000)))} (above 0 where rows were learned by heart)`,
    );
  }
  if (train.shape[1] <= 2) return lines;
  const { statistic, pValue: slicesP } = slicedKolmogorovSmirnov(slicesKey, drawn, rows);
  return [
    ...lines,
    `sliced Kolmogorov-Smirnov: ${statistic.toFixed(4)}, p = ${inWords(slicesP)}`,
    `means, sds and correlations of samples and data: at most ${compareMoments(drawn, rows).worst.toFixed(1)} standard errors apart`,
    "beyond two columns nothing verifies that the chains have mixed, and there is no likelihood",
  ];
}

/** 0.224: no difference is seen */
const inWords = (pValue: number): string => {
  const words =
    pValue < 0.01 ? "samples and data differ" : pValue < 0.05 ? "they may differ" : "no difference is seen";
  return `${pValue.toFixed(3)}: ${words}`;
};

const showShare = (share: number): string =>
  share >= 1e-3 ? `${(100 * share).toFixed(1)}%` : share.toExponential(1);

/** The last rows that acceptance is averaged over, as a share of all. */
const lately = 0.1;

/** Below this the smallest step is too large for the narrowest well. */
const leastLastAcceptance = 0.8;

/** How many moves of the chains were accepted at the end of training, where anything corrects them. */
export function acceptanceLines(rows: readonly Row[]): readonly string[] {
  const late = rows.slice(-Math.max(1, Math.round(lately * rows.length)));
  const mean = (name: keyof Row): number => late.reduce((sum, row) => sum + row[name], 0) / late.length;
  const rates = [
    ["hops", mean("acceptHops")],
    ["first Langevin step", mean("acceptFirst")],
    ["middle", mean("acceptMiddle")],
    ["last", mean("acceptLast")],
  ] as const;
  const measured = rates.filter(([, rate]) => !Number.isNaN(rate));
  if (measured.length === 0) return [];
  const line = `accepted at the end: ${measured.map(([name, rate]) => `${name} ${(100 * rate).toFixed(0)}%`).join(", ")}`;
  return mean("acceptLast") < leastLastAcceptance
    ? [line, "  the last step is too large for the narrowest well (80% or more are due): lower --last-step"]
    : [line];
}

const first = (points: NDArray, count: number): NDArray =>
  points.slice([0, Math.min(count, points.shape[0])]);
