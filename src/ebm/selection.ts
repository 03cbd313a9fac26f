/**
 * How long to train, and how much noise to add to the data, where rows are few: by the likelihood of rows held out. A network
 * learns a few hundred points by heart: on 200 rows of moons 2,000 iterations end 2.3 nats above the truth, and 200 iterations
 * 0.14; on 1,000 rows 0.07 and 0.06.
 */
import * as E from "fp-ts/lib/Either.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { checkInteger, checkList } from "../ir/arguments.js";
import { describe } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import type { Score } from "./evaluation/score.js";

/**
 * With fewer rows than this a selection is worth its time. What 2,000 iterations learn by heart falls from 2.3 nats at 200 rows
 * to 0.07 at 1,000; if it goes on falling so, it is lost among the other errors (0.002 to 0.07) well before 5,000.
 */
export const fewRows = 5000;

/** One way to train. */
export interface Candidate {
  /** Each with a learning rate that falls to 0 over just these. */
  readonly iterations: number;
  /** The sd of normal noise added to each batch of data, in scaled units. */
  readonly jitter: number;
}

/** A candidate and what its held-out rows say: nats, the lower the better. */
export interface Trial {
  readonly candidate: Candidate;
  /** The mean over folds, whose rows differ, so that their errors are independent. */
  readonly score: Score;
  readonly folds: readonly Score[];
}

export interface Selection {
  /** Its score is the best of several on the same rows, and so a little too good. */
  readonly best: Trial;
  /** In the order in which they were tried; what is not here was not worth trying. */
  readonly trials: readonly Trial[];
}

/** No candidate has a finite score. */
export interface SelectionFault {
  readonly kind: "noFiniteScore";
  readonly trials: readonly Trial[];
}

/**
 * The usual candidates for n rows to learn from: 100, 300, 1,000 and 2,000 iterations, times no noise, 1/4 and 1/2 of
 * n^(-1/6), which is the width of a kernel in two dimensions (Scott's rule).
 *
 * @throws ArgumentError unless n is a positive integer
 */
export function candidatesFor(n: number): readonly Candidate[] {
  checkInteger("ebm.candidatesFor", "n, the number of rows,", n, 1);
  return [0, 0.25, 0.5].flatMap((part) =>
    [100, 300, 1000, 2000].map((iterations) => ({ iterations, jitter: part * n ** (-1 / 6) })),
  );
}

/** Worse than the best by more than both of these is worse clearly: noise does not end a climb. */
const clearly = { nats: 0.05, standardErrors: 2 };

/**
 * Tries candidates on folds and keeps the one of the lowest held-out negative log-likelihood. For each jitter iterations
 * ascend, and stop once the score is clearly worse than the best of that jitter (by more than 2 standard errors of the
 * difference, and 0.05 nats) or not finite: what has been learned by heart is not forgotten by training on.
 *
 * @param evaluate (candidate, fold) -> the negative log-likelihood of that fold's held-out rows; called once for each
 * @throws ArgumentError when there are no candidates or folds, and when a score is none
 * @example selectCandidate(candidatesFor(train.shape[0]), folds.length, (candidate, fold) => heldOutNll(candidate, fold))
 */
export function selectCandidate(
  candidates: readonly Candidate[],
  folds: number,
  evaluate: (candidate: Candidate, fold: number) => Score,
): E.Either<SelectionFault, Selection> {
  checkCandidates(candidates);
  checkInteger("ebm.selectCandidate", "folds", folds, 1);
  checkFunction("ebm.selectCandidate", evaluate);
  const climbs = climbsOf(candidates);
  const trials = climbs.flatMap((climb) => {
    const tried: Trial[] = [];
    for (const candidate of climb) {
      const scores = Array.from({ length: folds }, (_, fold) => checkedScore(evaluate(candidate, fold)));
      const trial = { candidate, score: meanScore(scores), folds: scores };
      const isPast = tried.length > 0 && isClearlyWorse(trial, bestOf(tried));
      tried.push(trial);
      if (isPast || !Number.isFinite(trial.score.mean)) break;
    }
    return tried;
  });
  const finite = trials.filter(({ score }) => Number.isFinite(score.mean));
  return finite.length === 0
    ? E.left({ kind: "noFiniteScore", trials })
    : E.right({ best: bestOf(finite), trials });
}

/**
 * The fault as one line.
 *
 * @throws ArgumentError when it is none
 */
export function explainSelectionFault(fault: SelectionFault): string {
  const { kind, trials } = Object(fault);
  if (kind !== "noFiniteScore" || !Array.isArray(trials)) {
    throw new ArgumentError(
      `ebm.explainSelectionFault: takes the left side of selectCandidate(...), got ${describe(fault)}`,
    );
  }
  return (
    `none of ${trials.length} ways to train has a finite held-out score; lower the learning rate, ` +
    "or look at the points"
  );
}

/** The candidates of each jitter, in the order in which jitters first come, iterations ascending. */
const climbsOf = (candidates: readonly Candidate[]): readonly (readonly Candidate[])[] =>
  [...new Set(candidates.map(({ jitter }) => jitter))].map((jitter) =>
    candidates.filter((candidate) => candidate.jitter === jitter).sort((a, b) => a.iterations - b.iterations),
  );

/** The lowest; the first of equal ones, which is the cheapest of its jitter. */
const bestOf = (trials: readonly Trial[]): Trial =>
  trials.reduce((best, trial) => (trial.score.mean < best.score.mean ? trial : best));

const isClearlyWorse = (trial: Trial, best: Trial): boolean => {
  const difference = trial.score.mean - best.score.mean;
  const error = Math.hypot(trial.score.standardError, best.score.standardError);
  return difference > clearly.nats && difference > clearly.standardErrors * error;
};

/** Folds weigh the same: mean of means, and errors added in squares. */
const meanScore = (scores: readonly Score[]): Score => ({
  mean: scores.reduce((sum, { mean }) => sum + mean, 0) / scores.length,
  standardError: Math.hypot(...scores.map(({ standardError }) => standardError)) / scores.length,
});

function checkedScore(score: Score): Score {
  const { mean, standardError } = Object(score);
  if (typeof mean === "number" && typeof standardError === "number") return score;
  throw new ArgumentError(
    `ebm.selectCandidate: evaluate must return { mean, standardError }, got ${describe(score)}`,
  );
}

function checkCandidates(candidates: unknown): void {
  checkList("ebm.selectCandidate", "the candidates", candidates, "{ iterations, jitter }");
  const isCandidate = (one: unknown): boolean => {
    const { iterations, jitter } = Object(one);
    return Number.isInteger(iterations) && typeof jitter === "number" && jitter >= 0;
  };
  if (candidates.length > 0 && candidates.every(isCandidate)) return;
  throw new ArgumentError(
    "ebm.selectCandidate: the candidates must be one or more of { iterations, jitter }, whole and not negative, " +
      `got ${describe(candidates)}`,
  );
}
