/** One training of the evaluation, and its score. Jobs are independent of each other: processes share them. */
import type { NDArray, random } from "cotangent";
import { initialState, type Score, trainStep, trainUntilDiverged } from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { builtInInput, type DataSetName } from "../train/input.js";
import { judgeOf } from "../train/judge.js";
import { keysOf } from "../train/keys.js";
import { modelOf, withParts } from "../train/model.js";
import { type Recipe, recipes } from "../train/recipes.js";
import { trainExactly } from "./exact-gradients.js";

export interface Job {
  readonly set: DataSetName;
  readonly way: "default" | "plain" | "exact";
  readonly seed: number;
  readonly iterations: number;
}

export interface Outcome {
  readonly job: Job;
  /** KL(data || model), in nats. */
  readonly score: Score;
  readonly seconds: number;
}

/** Trains and scores, as `npm start -- --dataset <set> --seed <seed> --iterations <n>` does. A run that fails has an infinite score, which no table hides. */
export function runJob(job: Job): Outcome {
  const { set, way, seed, iterations } = job;
  const keys = keysOf(seed);
  const input = builtInInput(set, keys.data, keys.heldOut);
  const recipe: Recipe = { ...recipes[way === "exact" ? "default" : way], iterations };
  const { energy } = modelOf(recipe, 2);
  const begin = performance.now();
  const scored = pipe(
    way === "exact"
      ? E.right([...trainExactly(keys.training, recipe, input.train)])
      : learned(recipe, keys.training, input.train),
    E.chain((params) => judgeOf(input)?.of((y) => energy(params, y)) ?? E.left("there is no judge")),
  );
  const score = E.isRight(scored) ? scored.right.score : { mean: Number.POSITIVE_INFINITY, standardError: 0 };
  return { job, score, seconds: (performance.now() - begin) / 1000 };
}

const learned = (recipe: Recipe, key: random.Key, points: NDArray) =>
  withParts(recipe, 2, (parts) =>
    pipe(
      initialState(key, parts),
      trainUntilDiverged(trainStep(parts), points, { iterations: recipe.iterations }),
      E.bimap(
        ({ iteration }) => `diverged at iteration ${iteration}`,
        ({ params }) => params,
      ),
    ),
  );
