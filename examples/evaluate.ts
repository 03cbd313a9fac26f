/**
 * npm run evaluate: trains on all built-in data sets with three seeds each, scores every model on fresh data by KL(data || model),
 * puts beside it what the same network learns from exact gradients, and writes the table to docs/results.md.
 */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { dataSets } from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { type Job, type Outcome, runJob } from "./evaluate/job.js";
import { resultsPage } from "./evaluate/results-page.js";
import { writeAtomically } from "./train/files.js";
import type { DataSetName } from "./train/input.js";
import { showScore } from "./train/verdict.js";

interface Options {
  readonly iterations: number;
  readonly seeds: number;
  readonly floors: number;
  readonly processes: number;
  readonly only?: readonly string[];
  readonly out: string;
}

const whole = (text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("give a whole number from 1 on.");
};

const optionsOf = (): Options =>
  new Command("npm run evaluate --")
    .description("Trains and scores all data sets, and writes the table of scores.")
    .option("--iterations <n>", "training steps of each run", whole, 2000)
    .option("--seeds <n>", "runs of each data set", whole, 3)
    .option("--floors <n>", "runs of each data set on exact gradients", whole, 2)
    .option("--processes <n>", "that share the work", whole, Math.min(2, availableParallelism()))
    .option("--only <sets...>", "data sets, by name")
    .option("--out <file>", "the page", "docs/results.md")
    .parse()
    .opts<Options>();

/** The article's plain way is held to two sets, whose modes it weighs well enough. */
const plainSets: readonly DataSetName[] = ["8gaussians", "moons"];

/** The long ones first, so that no process is left with one at the end. */
function jobsOf({ iterations, seeds, floors, only }: Options): readonly Job[] {
  // Sound: the keys of a record of data sets are the names of data sets.
  const sets = (Object.keys(dataSets) as DataSetName[]).filter((name) => only?.includes(name) ?? true);
  const jobs = (way: Job["way"], names: readonly DataSetName[], count: number): Job[] =>
    names.flatMap((set) => Array.from({ length: count }, (_, seed) => ({ set, way, seed, iterations })));
  return [
    ...jobs("exact", sets, floors),
    ...jobs(
      "plain",
      plainSets.filter((set) => sets.includes(set)),
      seeds,
    ),
    ...jobs("default", sets, seeds),
  ];
}

/** Outcomes in the order of the jobs; each process asks for the next job when it has done one. */
function shared(jobs: readonly Job[], processes: number): Promise<readonly Outcome[]> {
  const outcomes = new Map<Job, Outcome>();
  let next = 0;
  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(fileURLToPath(import.meta.url), ["--worker"], { execArgv: process.execArgv });
      let current: Job | null = null;
      const give = (): void => {
        current = jobs[next++] ?? null;
        if (current === null) child.disconnect();
        else child.send(current);
      };
      child.on("message", (outcome: Outcome) => {
        if (current !== null) outcomes.set(current, outcome);
        const { set, way, seed } = outcome.job;
        console.log(
          `${String(outcomes.size).padStart(3)}/${jobs.length}  ${set.padEnd(12)} ${way.padEnd(8)} seed ${seed}  ` +
            `KL ${showScore(outcome.score)}  ${outcome.seconds.toFixed(0)} s`,
        );
        give();
      });
      child.on("error", reject);
      child.on("exit", (code) =>
        code === 0 ? resolve() : reject(new Error(`a process ended with code ${code}`)),
      );
      give();
    });
  return Promise.all(Array.from({ length: Math.min(processes, jobs.length) }, worker)).then(() =>
    jobs.flatMap((job) => outcomes.get(job) ?? []),
  );
}

if (process.argv.includes("--worker")) {
  process.on("message", (job: Job) => process.send?.(runJob(job)));
} else {
  const options = optionsOf();
  const begin = performance.now();
  const outcomes = await shared(jobsOf(options), options.processes);
  const minutes = (performance.now() - begin) / 60_000;
  const page = resultsPage(outcomes, options.iterations);
  console.log(`\n${page}\nin ${minutes.toFixed(1)} minutes`);
  const written = await writeAtomically(options.out, page)();
  if (E.isLeft(written)) {
    console.error(`evaluate: ${written.left}`);
    process.exitCode = 2;
  } else console.log(`wrote ${options.out}`);
}
