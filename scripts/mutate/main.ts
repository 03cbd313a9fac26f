/**
 * Mutation testing of the rules: each is made wrong in a few ways, one at a time, and the tests that reach it must notice.
 *
 *     npm run mutate                            # all; a run that was stopped goes on where it was
 *     npm run mutate -- --minutes 10            # ten minutes of it: a fair sample, since the order is one of hashes
 *     npm run mutate -- --files sampling/mala --per-rule 100 --budget 600
 *     npm run mutate -- --only <id>             # one mutant: what it is, and the words of the test that kills it
 *     npm run mutate -- --list | --report | --fresh-coverage
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { coverage, forgetCoverage, type TestFile } from "./coverage.js";
import { reaches } from "./instrument.js";
import { type Entry, readLog, stillHolds, writeEntry } from "./log.js";
import { byHash, chosen, hashOf, type Mutant, type Mutants, mutantsOf, mutated } from "./mutants.js";
import { inOrder, killsOf, noteKill, withinBudget } from "./order.js";
import { differenceOf, type Judged, proofOf, report, shareKilled } from "./report.js";
import { libraryFiles, root, ruleFiles, testFiles } from "./targets.js";
import { type Runner, warmRunner } from "./warm-runner.js";

const { values: given } = parseArgs({
  options: {
    files: { type: "string", default: "" },
    operator: { type: "string" },
    only: { type: "string" },
    "per-rule": { type: "string", default: "3" },
    sample: { type: "string", default: "Infinity" },
    minutes: { type: "string", default: "120" },
    workers: { type: "string", default: "2" },
    budget: { type: "string", default: "60" },
    list: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
    "fresh-coverage": { type: "boolean", default: false },
  },
});
const budget = Number(given.budget);
const until = performance.now() + Number(given.minutes) * 60_000;

/** The share of mutants that tests must notice. */
const demanded = 0.95;

const texts = new Map(ruleFiles().map((file) => [file, readFileSync(join(root, file), "utf8")]));
const textOf = (file: string): string => texts.get(file) ?? "";
const all = new Map([...texts].map(([file, text]) => [file, mutantsOf(file, text)]));
const mutants = [...all.values()]
  .flatMap((ofFile) =>
    given.only === undefined ? chosen(ofFile.mutants, Number(given["per-rule"])) : ofFile.mutants,
  )
  .filter(({ file }) => new RegExp(given.files).test(file))
  .filter(({ operator }) => given.operator === undefined || operator === given.operator)
  .filter(({ id }) => given.only === undefined || id === given.only)
  .sort(byHash)
  .slice(0, Number(given.sample));
const tree = hashOf(
  [...libraryFiles(), ...testFiles()].map((file) => readFileSync(join(root, file), "utf8")).join(),
);

/** Test files that fail whatever the mutant, and those that are known to pass, now that something else has changed perhaps. */
const failing = new Set<string>();
const passing = new Set<string>();

/** Whether the file's tests pass with the library as it is: asked once of each that kills. */
async function isHealthy(runner: Runner, file: string, seconds: number): Promise<boolean> {
  if (!passing.has(file) && !failing.has(file)) {
    const outcome = await runner.run({ files: [file], mutant: null }, seconds);
    (outcome?.failure === null ? passing : failing).add(file);
    if (failing.has(file)) console.log(`${file} fails without any mutant and is left out`);
  }
  return passing.has(file);
}

/** One mutant against the tests that reach it. */
async function judge(
  runner: Runner,
  mutant: Mutant,
  source: Mutants,
  tests: readonly TestFile[],
): Promise<Entry> {
  const common = { id: mutant.id, source: source.hash, tree, budget, killer: null, message: null };
  const reaching = tests.filter(
    ({ file, failure, reach }) =>
      failure === null && !failing.has(file) && reaches(reach, source, mutant.site),
  );
  if (reaching.length === 0) return { ...common, status: "unreached", seconds: 0, ran: 0, skipped: 0 };
  const { line } = differenceOf(textOf(mutant.file), mutant);
  // A condition stands before what it throws.
  const lines = textOf(mutant.file)
    .split("\n")
    .slice(line - 1, line + 2)
    .join("\n");
  const run = withinBudget(inOrder(mutant.file, lines, reaching, kills), budget);
  const counts = { ran: run.length, skipped: reaching.length - run.length };
  const usual = run.reduce((sum, { seconds }) => sum + seconds, 0);
  const started = performance.now();
  const outcome = await runner.run(
    {
      files: run.map(({ file }) => file),
      mutant: { file: mutant.file, text: mutated(textOf(mutant.file), mutant) },
    },
    30 + 4 * usual,
  );
  const seconds = (performance.now() - started) / 1000;
  if (outcome === null) return { ...common, ...counts, status: "timeout", seconds };
  if (outcome.failure === null) return { ...common, ...counts, status: "survived", seconds };
  const { file: killer, message } = outcome.failure;
  if (killer !== "" && !(await isHealthy(runner, killer, 30 + 4 * usual))) {
    return judge(runner, mutant, source, tests);
  }
  return { ...common, ...counts, status: "killed", killer, message: message.slice(0, 300), seconds };
}

const log = readLog();
const kills = killsOf(log.values());

const isPending = (mutant: Mutant): boolean => {
  const entry = log.get(mutant.id);
  if (entry === undefined) return true;
  const source = all.get(mutant.file)?.hash ?? "";
  // What is proven is tried once for each text of the file, in case the proof is wrong.
  const isProven = entry.source === source && proofOf(textOf(mutant.file), mutant) !== undefined;
  return !isProven && !stillHolds(entry, source, tree, budget);
};

async function work(queue: Mutant[], tests: readonly TestFile[]): Promise<void> {
  const runner = warmRunner(null);
  try {
    for (;;) {
      const mutant = performance.now() > until ? undefined : queue.shift();
      const source = mutant && all.get(mutant.file);
      if (mutant === undefined || source === undefined) return;
      const entry = await judge(runner, mutant, source, tests);
      writeEntry(entry);
      log.set(entry.id, entry);
      noteKill(kills, entry);
      const by = entry.killer === null ? "" : ` by ${entry.killer}`;
      console.log(`${queue.length} left, ${entry.seconds.toFixed(1)} s: ${entry.id} ${entry.status}${by}`);
    }
  } finally {
    runner.stop();
  }
}

const judgedMutants = (): readonly Judged[] =>
  mutants.flatMap((mutant) => {
    const entry = log.get(mutant.id);
    return entry === undefined || isPending(mutant) ? [] : [{ mutant, entry, text: textOf(mutant.file) }];
  });

function describe(mutant: Mutant): string {
  const { line, before, after } = differenceOf(textOf(mutant.file), mutant);
  const lines = [...before.map((text) => `  - ${text.trim()}`), ...after.map((text) => `  + ${text.trim()}`)];
  return [mutant.id, `  ${mutant.file}:${line}`, ...lines].join("\n");
}

async function main(): Promise<boolean> {
  if (given.list) {
    console.log(mutants.map(describe).join("\n"));
    console.log(`${mutants.length} of ${[...all.values()].flatMap(({ mutants }) => mutants).length} mutants`);
    return true;
  }
  if (!given.report) {
    if (given["fresh-coverage"]) forgetCoverage();
    const tests = await coverage([...all.values()], Number(given.workers), until, console.log);
    if (tests === null) {
      console.log("the time is over before every test file was run once; the same command goes on");
      return true;
    }
    const queue = mutants.filter((mutant) => given.only !== undefined || isPending(mutant));
    console.log(`${queue.length} of ${mutants.length} mutants to run`);
    await Promise.all(Array.from({ length: Number(given.workers) }, () => work(queue, tests)));
  }
  const judged = judgedMutants();
  console.log(report(judged));
  if (given.only !== undefined) {
    console.log(mutants.map(describe).join("\n"), log.get(given.only)?.message ?? "no test notices it");
  }
  const isWhole = judged.length === mutants.length;
  if (!isWhole)
    console.log(`${mutants.length - judged.length} mutants are still to run; the same command goes on`);
  return !isWhole || shareKilled(judged) >= demanded;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.exitCode = (await main()) ? 0 : 1;
