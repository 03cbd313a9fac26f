/** How long to train and how much noise to add, by held-out likelihood: which candidates are tried, and which wins. */
import {
  type Candidate,
  candidatesFor,
  explainSelectionFault,
  fewRows,
  selectCandidate,
} from "cotangent/ebm";
import fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { describe, expect, test } from "vitest";

const score = (mean: number, standardError = 0) => ({ mean, standardError });
/** "iterations@jitter" */
const shown = ({ iterations, jitter }: Candidate): string => `${iterations}@${Number(jitter.toPrecision(3))}`;

/** What is tried and what wins, where a candidate's score is looked up. */
function selected(
  scoreOf: (candidate: Candidate, fold: number) => { readonly mean: number; readonly standardError: number },
  candidates = candidatesFor(64),
  folds = 1,
) {
  const selection = selectCandidate(candidates, folds, scoreOf);
  if (E.isLeft(selection)) throw new Error(explainSelectionFault(selection.left));
  const { best, trials } = selection.right;
  return {
    best: shown(best.candidate),
    tried: trials.map(({ candidate }) => shown(candidate)),
    score: best.score,
  };
}

test("candidates are four lengths of training times three widths of noise, which shrink as n^(-1/6)", () => {
  expect(candidatesFor(64).map(shown)).toEqual(
    ["0", "0.125", "0.25"].flatMap((jitter) => ["100", "300", "1000", "2000"].map((n) => `${n}@${jitter}`)),
  );
  expect(candidatesFor(64_000_000)[11].jitter).toBeCloseTo(0.025, 12);
  expect(fewRows).toBe(5000);
});

describe("a selection", () => {
  test("tries all where more training helps, and keeps the best", () => {
    const { best, tried } = selected(({ iterations, jitter }) => score(3 - iterations / 1000 - jitter));
    expect(tried).toEqual(candidatesFor(64).map(shown));
    expect(best).toBe("2000@0.25");
  });
  test("stops a climb where training on is clearly worse, and goes on with the next jitter", () => {
    // Without noise points are learned by heart from 300 iterations on.
    const { best, tried } = selected(({ iterations, jitter }) =>
      score(jitter === 0 ? 2 + Math.abs(Math.log(iterations / 100)) : 2 - iterations / 1e4),
    );
    expect(tried.slice(0, 3)).toEqual(["100@0", "300@0", "100@0.125"]);
    expect(best).toBe("2000@0.125");
  });
  const stops = (difference: number, standardError: number): boolean =>
    selected(({ iterations }) => score(iterations > 100 ? 2 + difference : 2, standardError)).tried.length <
    12;
  test.each([
    [0.049, 0, false],
    [0.051, 0, true],
    [0.3, 0.1, true],
    [0.28, 0.1, false], // the difference has the error 0.141
  ])("%d nats worse with the standard error %d stops the climb: %s", (difference, error, isOver) => {
    expect(stops(difference, error)).toBe(isOver);
  });
  test("compares with the best of the climb, not with the one before", () => {
    const scores = new Map([
      [100, 2],
      [300, 2.04],
      [1000, 2.08],
      [2000, 1],
    ]);
    const { best, tried } = selected(({ iterations }) => score(scores.get(iterations) ?? 0));
    expect(tried.slice(0, 4)).toEqual(["100@0", "300@0", "1000@0", "100@0.125"]);
    expect(best).toBe("100@0");
  });
  test("takes the fewest iterations of equal scores", () => {
    expect(selected(() => score(1)).best).toBe("100@0");
  });
  test("ends a climb at a score that is not finite, and never picks it", () => {
    const { best, tried } = selected(({ iterations, jitter }) =>
      score(jitter === 0 && iterations === 300 ? Number.NaN : 2 - iterations / 1e4),
    );
    expect(tried.slice(0, 3)).toEqual(["100@0", "300@0", "100@0.125"]);
    expect(best).toBe("2000@0.125");
    const none = selectCandidate(candidatesFor(9), 1, () => score(Number.POSITIVE_INFINITY));
    expect(E.mapLeft(explainSelectionFault)(none)).toEqual(
      E.left(
        "none of 3 ways to train has a finite held-out score; lower the learning rate, or look at the points",
      ),
    );
  });
  test("averages folds, whose errors are independent", () => {
    const seen: string[] = [];
    const { score: mean } = selected(
      (candidate, fold) => {
        seen.push(`${shown(candidate)}/${fold}`);
        return score(fold, 0.3);
      },
      [{ iterations: 100, jitter: 0 }],
      4,
    );
    expect(seen).toEqual(["100@0/0", "100@0/1", "100@0/2", "100@0/3"]);
    expect(mean.mean).toBe(1.5);
    expect(mean.standardError).toBeCloseTo(0.15, 12);
  });
});

test("whatever the scores: no candidate twice, no trial below the best, iterations ascend within a jitter", () => {
  const candidates = fc.uniqueArray(
    fc.record({ iterations: fc.integer({ min: 1, max: 9 }), jitter: fc.constantFrom(0, 0.1, 0.2) }),
    { selector: shown, minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(candidates, fc.infiniteStream(fc.double({ min: -5, max: 5, noNaN: true })), (all, means) => {
      const selection = selectCandidate(all, 2, () => score(means.next().value ?? 0, 0.1));
      if (E.isLeft(selection)) throw new Error("all scores are finite");
      const { best, trials } = selection.right;
      expect(Math.min(...trials.map((trial) => trial.score.mean))).toBe(best.score.mean);
      expect(new Set(trials.map((trial) => shown(trial.candidate))).size).toBe(trials.length);
      for (const [i, { candidate }] of trials.entries()) {
        const before = trials[i - 1]?.candidate;
        if (before?.jitter === candidate.jitter) expect(before.iterations).toBeLessThan(candidate.iterations);
      }
      expect(new Set(trials.map((trial) => trial.candidate.jitter))).toEqual(
        new Set(all.map(({ jitter }) => jitter)),
      );
    }),
  );
});
