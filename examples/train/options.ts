/** The command line of `npm start`: text in, a checked record or one line of complaint out. */
import { Command, CommanderError, Option } from "commander";
import { dataSets } from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import type { DataSetName, From } from "./input.js";
import { columnList, mostRows, notNegative, path, positive, share, whole, widths } from "./option-values.js";
import { type Recipe, type RecipeName, recipes } from "./recipes.js";

/** What the steps of training are compiled for. With "gpu" everything else runs on wasm. */
export type Target = "wasm" | "js" | "gpu";

/** A run from its beginning. */
export interface TrainOptions {
  readonly kind: "train";
  readonly from: From;
  readonly recipe: Recipe;
  /** Whether iterations or jitter were given: where rows are few they are chosen otherwise. */
  readonly isFixed: boolean;
  readonly seed: number;
  /** Drawn from the model at the end. */
  readonly samples: number;
  readonly checkpointEvery: number;
  /** The folder that everything is written to. */
  readonly out: string;
  readonly target: Target;
}

/** A run that goes on from the checkpoint in its folder, with the settings that it began with. */
export interface ResumeOptions {
  readonly kind: "resume";
  /** The folder, or the checkpoint in it. */
  readonly from: string;
  readonly target: Target;
}

/** There is nothing to do after all: `--help` was answered. */
export interface Answered {
  readonly kind: "answered";
}

/** A fault of the command line, as one line. */
export interface OptionsFault {
  readonly kind: "fault";
  readonly message: string;
}

/** The arguments after the script's name -> options. `--help` prints itself. */
export function decodeOptions(
  args: readonly string[],
): E.Either<Answered | OptionsFault, TrainOptions | ResumeOptions> {
  const command = declared();
  try {
    command.parse(args, { from: "user" });
    return decode(command);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return E.left(
      error.exitCode === 0
        ? { kind: "answered" }
        : fault(error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ")),
    );
  }
}

const fault = (message: string): OptionsFault => ({ kind: "fault", message });

/** What commander gives: what was not given is undefined, but for the options with a default. */
interface Given extends Partial<Omit<Recipe, "metropolis">> {
  readonly metropolis: boolean;
  readonly data?: string;
  readonly dataset: DataSetName;
  readonly columns?: readonly (string | number)[];
  readonly missing?: number;
  readonly outliers?: number;
  readonly header?: "yes" | "no";
  readonly recipe: RecipeName;
  readonly seed: number;
  readonly samples: number;
  readonly target: Target;
  readonly out: string;
  readonly checkpointEvery: number;
  readonly resume?: string;
}

function decode(command: Command): E.Either<OptionsFault, TrainOptions | ResumeOptions> {
  const given = command.opts<Given>();
  const { data, dataset, columns, missing, outliers, header, seed, samples, target, out, checkpointEvery } =
    given;
  const wasGiven = (name: string): boolean => command.getOptionValueSource(name) === "cli";
  if (given.resume !== undefined) {
    const other = command.options.find(
      (o) => wasGiven(o.attributeName()) && !/^--(resume|target)$/.test(o.long ?? ""),
    );
    return other === undefined
      ? E.right({ kind: "resume", from: given.resume, target })
      : E.left(fault(`a resumed run keeps its settings and its folder; leave out ${other.long}`));
  }
  if (data !== undefined && wasGiven("dataset")) {
    return E.left(fault("points come from --data or from --dataset; leave one of them out"));
  }
  const ofFile = ["columns", "missing", "outliers", "header"].find(wasGiven);
  if (data === undefined && ofFile !== undefined) {
    return E.left(fault(`--${ofFile} says how a file is read; give the file with --data`));
  }
  const recipe = recipeOf(given);
  if (!recipe.metropolis && recipe.hops > 0) {
    return E.left(
      fault(
        `--hops are corrected by Metropolis; leave out ${given.metropolis ? `--recipe ${given.recipe}` : "--no-metropolis"}, or the hops`,
      ),
    );
  }
  if (recipe.buffer < recipe.chains) {
    return E.left(
      fault(`--buffer is ${recipe.buffer}, and holds the ${recipe.chains} chains; give as many or more`),
    );
  }
  return E.right({
    kind: "train",
    from:
      data === undefined
        ? { kind: "dataset", name: dataset }
        : {
            kind: "file",
            path: data,
            columns: columns ?? null,
            missing: missing ?? usual.missing,
            outliers: outliers ?? usual.outliers,
            header: header === undefined ? null : header === "yes",
          },
    recipe,
    isFixed: wasGiven("iterations") || wasGiven("jitter") || given.recipe !== "default",
    seed,
    samples,
    checkpointEvery,
    out,
    target,
  });
}

/** The recipe that was named, with what was given in its place. The buffer follows the number of chains. */
function recipeOf(given: Given): Recipe {
  const base: Recipe = recipes[given.recipe];
  const chains = given.chains ?? base.chains;
  const metropolis = given.metropolis && base.metropolis;
  const pick = <K extends keyof Recipe & keyof Given>(name: K): Recipe[K] =>
    (given[name] as Recipe[K] | undefined) ?? base[name]; // sound: each is declared below with the recipe's own type
  return {
    hidden: pick("hidden"),
    gain: pick("gain"),
    confinement: pick("confinement"),
    negatives: pick("negatives"),
    chains,
    buffer: given.buffer ?? Math.max(base.buffer, chains),
    reinit: pick("reinit"),
    reinitFrom: pick("reinitFrom"),
    hops: given.hops ?? (metropolis ? base.hops : 0),
    hopSd: pick("hopSd"),
    langevinSteps: pick("langevinSteps"),
    firstStep: pick("firstStep"),
    lastStep: pick("lastStep"),
    metropolis,
    batch: pick("batch"),
    iterations: pick("iterations"),
    learningRate: pick("learningRate"),
    alpha: pick("alpha"),
    jitter: pick("jitter"),
  };
}

const declared = (): Command => {
  const command = new Command("npm start --")
    .description(
      "Trains an energy-based model on points and draws what it learned: picture, scores, samples and a checkpoint.",
    )
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const [heading, options] of Object.entries(groups)) {
    for (const option of options()) command.addOption(option.helpGroup(heading));
  }
  return command;
};

const standard = recipes.default;
const usual = { missing: 0.2, outliers: 8 };

/** Defaults of a recipe are said and not set, so that what was given can be told from them. */
const option = (flags: string, text: string, parse: (text: string) => unknown, usual?: unknown): Option =>
  new Option(flags, usual === undefined ? text : `${text} (default: ${usual})`).argParser(parse);

const groups: Readonly<Record<string, () => Option[]>> = {
  "Points:": () => [
    new Option("--dataset <name>", "built-in points").choices(Object.keys(dataSets)).default("8gaussians"),
    option("--data <file.csv>", "points of your own", path),
    option(
      "--columns <list>",
      "which columns, by name or number: x,y or 1,3 (default: all of numbers)",
      columnList,
    ),
    option("--missing <share>", "rows that may lack a number and are left out", share, usual.missing),
    option(
      "--outliers <units>",
      "rows farther out than so many robust units are left out",
      positive,
      usual.outliers,
    ),
    new Option("--header <which>", "whether the first row names the columns (default: found out)").choices([
      "yes",
      "no",
    ]),
  ],
  "Training:": () => [
    new Option("--recipe <name>", "settings that belong together; plain is the article's way")
      .choices(Object.keys(recipes))
      .default("default"),
    option("--iterations <n>", "training steps", whole(1, 1e7), standard.iterations),
    option("--batch <n>", "rows of data a step", whole(1, mostRows), standard.batch),
    option(
      "--learning-rate <r>",
      "Adam's, at the start; it falls to 0 by a cosine",
      positive,
      standard.learningRate,
    ),
    option("--alpha <a>", "weight of the regulariser, which flattens the model", notNegative, standard.alpha),
    option("--jitter <sd>", "noise added to the data, in units of its spread", notNegative, standard.jitter),
  ],
  "Network:": () => [
    option("--hidden <list>", "widths of the hidden layers", widths, standard.hidden.join(",")),
    option("--gain <g>", "scale of the first layer's weights at the start", positive, standard.gain),
    option("--confinement <sd>", "sd of the bowl that keeps Z finite", positive, standard.confinement),
  ],
  "Sampler:": () => [
    new Option("--negatives <kind>", `where chains start (default: ${standard.negatives})`).choices([
      "persistent",
      "data",
      "noise",
    ]),
    option("--chains <n>", "chains a step", whole(1, mostRows), standard.chains),
    option("--buffer <n>", "positions in the replay buffer (default: as many as chains)", whole(1, 1e7)),
    option("--reinit <share>", "chains that start anew at each step", share, standard.reinit),
    new Option("--reinit-from <what>", `where they then start (default: ${standard.reinitFrom})`).choices([
      "data",
      "noise",
    ]),
    option("--hops <n>", "Metropolis hops of each chain a step", whole(0, 1e5), standard.hops),
    option("--hop-sd <sd>", "how far they go", positive, standard.hopSd),
    option(
      "--langevin-steps <n>",
      "Langevin steps of each chain a step",
      whole(1, 1e5),
      standard.langevinSteps,
    ),
    option("--first-step <h>", "step size at the start of a visit", positive, standard.firstStep),
    option("--last-step <h>", "step size at its end", positive, standard.lastStep),
    new Option("--no-metropolis", "plain Langevin steps, uncorrected and without hops"),
  ],
  "Run:": () => [
    option("--samples <n>", "samples to draw at the end", whole(2, 1e6)).default(2000),
    option("--seed <n>", "of everything random", whole(0, 2 ** 32 - 1)).default(0),
    new Option("--target <name>", "what the compiler makes; gpu: kernels of gpu.js")
      .choices(["wasm", "js", "gpu"])
      .default("wasm"),
    option("--out <folder>", "where everything is written to", path).default("out"),
    option("--checkpoint-every <n>", "training steps between checkpoints", whole(1, 1e7)).default(500),
    option("--resume <folder>", "go on from the checkpoint in this folder, with its settings", path),
  ],
};
