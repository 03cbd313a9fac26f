/** The options of `npm start`: text in, a checked record or one line of complaint out. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { dataSets } from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";

export type DataSetName = keyof typeof dataSets;

export interface Options {
  /** A CSV file of points; without it the built-in data set is used. */
  readonly data?: string;
  readonly dataset: DataSetName;
  readonly iterations: number;
  readonly batch: number;
  readonly steps: number;
  readonly firstStep: number;
  readonly lastStep: number;
  readonly learningRate: number;
  readonly alpha: number;
  readonly samples: number;
  readonly seed: number;
  /** The folder that the picture is written to. */
  readonly out: string;
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

const wholeFrom =
  (least: number) =>
  (text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`give a whole number, ${least} or more.`);
  };

const positive = (text: string): number => {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("give a positive number.");
};

const notNegative = (text: string): number => {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("give a number from 0 on.");
};

const command = (): Command =>
  new Command("npm start --")
    .description("Trains an energy-based model on points of the plane and draws its energy.")
    .option("--data <file.csv>", "points of your own, two columns of numbers")
    .addOption(
      new Option("--dataset <name>", "built-in points").choices(Object.keys(dataSets)).default("8gaussians"),
    )
    .option("--iterations <n>", "training steps", wholeFrom(1), 600)
    .option("--batch <n>", "rows of data, and chains, a step", wholeFrom(1), 128)
    .option("--steps <n>", "Langevin steps of each chain", wholeFrom(1), 20)
    .option("--first-step <h>", "step size at the start of a chain", positive, 0.005)
    .option("--last-step <h>", "step size at its end", positive, 0.0005)
    .option("--learning-rate <r>", "Adam's, at the start; it falls to 0 by a cosine", positive, 0.003)
    .option("--alpha <a>", "weight of the regulariser", notNegative, 0)
    .option("--samples <n>", "samples to draw at the end", wholeFrom(1), 2000)
    .option("--seed <n>", "of everything random", wholeFrom(0), 0)
    .option("--out <folder>", "where the picture goes", "out")
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });

/** The arguments after the script's name -> options. `--help` prints itself. */
export function decodeOptions(args: readonly string[]): E.Either<Answered | OptionsFault, Options> {
  try {
    return E.right(command().parse(args, { from: "user" }).opts<Options>());
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return E.left(
      error.exitCode === 0
        ? { kind: "answered" }
        : { kind: "fault", message: error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ") },
    );
  }
}
