/** Where rows are few: how long to train and how much noise to add, by the likelihood of rows held out. */
import { random } from "cotangent";
import {
  type Candidate,
  candidatesFor,
  explainSelectionFault,
  fewRows,
  initialState,
  type Part,
  type Score,
  type Selection,
  selectCandidate,
  trainStep,
  trainUntilDiverged,
} from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import type { Input } from "./input.js";
import { judgeOf } from "./judge.js";
import { withParts } from "./model.js";
import type { Complaint } from "./reason.js";
import type { Recipe } from "./recipes.js";

/** Whether a selection is worth its time, and there is a likelihood to select by. */
export const isChoosable = ({ source, train }: Input): boolean =>
  source.kind === "file" && train.shape[0] < fewRows && train.shape[1] <= 2;

/** The iterations and the jitter of the best held-out likelihood, and all that was tried. */
export const choose = (
  recipe: Recipe,
  { folds, train }: Input,
  key: random.Key,
  onTrial: (candidate: Candidate, fold: number, score: Score) => void,
): E.Either<Complaint, Selection> =>
  pipe(
    selectCandidate(candidatesFor(train.shape[0]), folds.length, (candidate, fold) => {
      const score = heldOutScore({ ...recipe, ...candidate }, folds[fold], random.foldIn(key, fold));
      onTrial(candidate, fold, score);
      return score;
    }),
    E.mapLeft(explainSelectionFault),
  );

/** A candidate that diverges, or whose mass has left every grid, is infinitely bad. */
function heldOutScore(recipe: Recipe, part: Part, key: random.Key): Score {
  const judge = judgeOf({ ...part, logDensities: null });
  return withParts(recipe, part.train.shape[1], (parts) =>
    pipe(
      initialState(key, parts),
      trainUntilDiverged(trainStep(parts), part.train, { iterations: recipe.iterations }),
      E.chainW(({ params }) => judge?.of((y) => parts.energy(params, y)) ?? E.left("no judge")),
      E.match(
        () => ({ mean: Number.POSITIVE_INFINITY, standardError: 0 }),
        ({ score }) => score,
      ),
    ),
  );
}
