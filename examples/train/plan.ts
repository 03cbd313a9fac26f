/** What is about to run: from its first step, or from the one at which it was left. */
import type { NDArray, random } from "cotangent";
import type { Candidate } from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { type ChoiceReport, choose, isChoosable } from "./choose.js";
import type { Terminal } from "./command.js";
import { type Config, configVersion } from "./config.js";
import { beginRun, findRun, notOverwriting, prepareFolder, resumeRun, stateIn } from "./folder.js";
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

/** Who is told. */
export type Teller = Pick<Terminal, "say" | "trial">;

export const planOf = (
  options: TrainOptions | ResumeOptions,
  teller: Teller,
): TE.TaskEither<Complaint, Plan> =>
  options.kind === "train" ? newPlan(options, teller) : resumedPlan(options, teller);

/** Nothing is written before the points are known to be good. */
const newPlan = (options: TrainOptions, teller: Teller): TE.TaskEither<Complaint, Plan> => {
  const { from, seed, samples, checkpointEvery, out: folder } = options;
  const keys = keysOf(seed);
  return pipe(
    inputOf(from, keys),
    TE.chainFirst(() => (from.kind === "file" ? notOverwriting(folder, from.path) : TE.right(undefined))),
    TE.chainFirst(() => prepareFolder(folder)),
    TE.chainFirstIOK((input) => () => introduce(input, teller.say)),
    TE.bindTo("input"),
    TE.bind("recipe", ({ input }) =>
      TE.fromEither(
        options.isFixed || !isChoosable(input)
          ? E.right(options.recipe)
          : chosen(options.recipe, input, keys.choice, teller),
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

const resumedPlan = ({ from }: ResumeOptions, { say }: Teller): TE.TaskEither<Complaint, Plan> =>
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

/** Of a person's points the notes say how many there are. */
function introduce({ source, title, names, train, heldOut, notes }: Input, say: Teller["say"]): void {
  for (const note of notes) say(note);
  const rows = (points: NDArray): number => points.shape[0];
  say(
    source.kind === "file" || heldOut === null
      ? `learning the density of ${names.map(brief).join(", ")} in ${title}`
      : `learning the density of ${title}: ${rows(train)} points to learn from, ${rows(heldOut)} held out`,
  );
}

/** A name on one line. */
const brief = (name: string): string => {
  const line = name.replace(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 37)}...` : line;
};

/** The recipe with the iterations and the jitter that explain held-out rows best; all that was tried is printed. */
function chosen(
  recipe: Recipe,
  { folds, ...input }: Input,
  key: random.Key,
  { say, trial }: Teller,
): E.Either<Complaint, Recipe> {
  say(
    "rows are few: iterations, and jitter (noise added to the data), are chosen by the negative log-likelihood " +
      "of held-out rows, the lower the better; to skip this, give --iterations",
  );
  const nameOf = ({ iterations, jitter }: Candidate): string =>
    `${iterations} iterations, jitter ${jitter.toFixed(3)}`;
  const of = (fold: number): string => (folds.length > 1 ? `, fold ${fold + 1} of ${folds.length}` : "");
  const report: ChoiceReport = {
    onFinal: (candidates) => say(`  the best ${candidates.length} go on to all ${folds.length} folds`),
    trial: (candidate, fold) => trial(`${nameOf(candidate)}${of(fold)}`, candidate.iterations),
    onScore: (candidate, fold, score) => say(`  ${nameOf(candidate)}${of(fold)}: ${showScore(score)} nats`),
  };
  return pipe(
    choose(recipe, { folds, ...input }, key, report),
    E.map(({ best: { candidate, score } }) => {
      say(`chosen: ${nameOf(candidate)}, held-out ${showScore(score)} nats`);
      return { ...recipe, ...candidate };
    }),
  );
}
