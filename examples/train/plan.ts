/** What is about to run: from its first step, or from the one at which it was left. */
import type { NDArray, random } from "cotangent";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { choose, isChoosable } from "./choose.js";
import { type Config, configVersion } from "./config.js";
import { beginRun, findRun, prepareFolder, resumeRun, stateIn } from "./folder.js";
import { type Input, inputOf } from "./input.js";
import { keysOf } from "./keys.js";
import type { Row } from "./metrics.js";
import type { ResumeOptions, TrainOptions } from "./options.js";
import type { Complaint } from "./reason.js";
import type { Recipe } from "./recipes.js";
import { showScore } from "./verdict.js";

export interface Plan {
  readonly config: Config;
  readonly input: Input;
  readonly folder: string;
  /** Makes the folder ready; gives the state to go on from, and the rows that led there. `like` is the state of the first step. */
  readonly begin: <S extends { readonly step: NDArray }>(like: S) => TE.TaskEither<Complaint, Begun<S>>;
}

export interface Begun<S> {
  readonly state: S;
  readonly rows: readonly Row[];
}

type Say = (line: string) => void;

export const planOf = (options: TrainOptions | ResumeOptions, say: Say): TE.TaskEither<Complaint, Plan> =>
  options.kind === "train" ? newPlan(options, say) : resumedPlan(options, say);

/** Nothing is written before the points are known to be good. */
const newPlan = (options: TrainOptions, say: Say): TE.TaskEither<Complaint, Plan> => {
  const { from, seed, samples, checkpointEvery, out: folder } = options;
  const keys = keysOf(seed);
  return pipe(
    inputOf(from, keys),
    TE.chainFirst(() => prepareFolder(folder)),
    TE.chainFirstIOK((input) => () => introduce(input, say)),
    TE.bindTo("input"),
    TE.bind("recipe", ({ input }) =>
      TE.fromEither(
        options.isFixed || !isChoosable(input)
          ? E.right(options.recipe)
          : chosen(options.recipe, input, keys.choice, say),
      ),
    ),
    TE.map(({ input, recipe }) => {
      const { source, scaling } = input;
      const config = { version: configVersion, source, ...recipe, seed, samples, scaling, checkpointEvery };
      return {
        config,
        input,
        folder,
        begin: (state) =>
          pipe(
            beginRun(folder, state, config),
            TE.map(() => ({ state, rows: [] })),
          ),
      };
    }),
  );
};

const resumedPlan = ({ from }: ResumeOptions, say: Say): TE.TaskEither<Complaint, Plan> =>
  pipe(
    findRun(from),
    TE.bindTo("found"),
    TE.bind("input", ({ found: { config } }) => inputOf(config.source, keysOf(config.seed))),
    TE.filterOrElse(
      ({ found, input }) => hashOf(found.config.source) === hashOf(input.source),
      ({ input }) =>
        `${input.title}: the file has changed since the run began; begin a new one without --resume`,
    ),
    TE.chainFirstIOK(
      ({ input }) =>
        () =>
          introduce(input, say),
    ),
    TE.map(({ found, input }) => ({
      config: found.config,
      input,
      folder: found.folder,
      begin: (like) =>
        pipe(
          TE.fromEither(stateIn(found, like)),
          TE.bindTo("state"),
          TE.bind("rows", ({ state }) => resumeRun(found, Number(state.step.item()))),
        ),
    })),
  );

const hashOf = (source: Config["source"]): string => (source.kind === "file" ? source.sha256 : source.name);

function introduce({ title, names, train, heldOut, notes }: Input, say: Say): void {
  for (const note of notes) say(note);
  const rows = (points: NDArray): string => points.shape[0].toLocaleString("en");
  const held = heldOut === null ? "each held out in one of five folds" : `${rows(heldOut)} held out`;
  say(`${title}: ${rows(train)} points of ${names.join(", ")} to learn from, ${held}`);
}

/** The recipe with the iterations and the jitter that explain held-out rows best; all that was tried is printed. */
function chosen(recipe: Recipe, input: Input, key: random.Key, say: Say): E.Either<Complaint, Recipe> {
  say("rows are few: iterations and jitter are chosen by the likelihood of rows held out");
  const tried = new Map<string, string[]>();
  return pipe(
    choose(recipe, input, key, ({ iterations, jitter }, fold, score) => {
      const name = `${iterations} iterations, jitter ${jitter.toFixed(3)}`;
      const scores = [...(tried.get(name) ?? []), showScore(score)];
      tried.set(name, scores);
      if (fold === input.folds.length - 1) say(`  ${name}: ${scores.join("  ")} nats`);
    }),
    E.map(({ best: { candidate, score } }) => {
      const { iterations, jitter } = candidate;
      say(`chosen: ${iterations} iterations, jitter ${jitter.toFixed(3)}, held-out ${showScore(score)} nats`);
      return { ...recipe, ...candidate };
    }),
  );
}
