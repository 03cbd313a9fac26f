/** The comparison: every chosen workload by every contender that is here, then the tables. */
import { execFileSync } from "node:child_process";
import { bundleSizes } from "../scripts/bundle-sizes.mjs";
import { bundleWorker } from "./compare/bundle-worker.js";
import { type ContenderInfo, contenders } from "./compare/contenders.js";
import { contest, isMeasured, type Outcome, type Pace } from "./compare/contest.js";
import { markdownTable, writeTables } from "./compare/document.js";
import { decodeOptions, isChosen } from "./compare/options.js";
import { bundleRows, codeRows, figureRows, jsonLine, ratioRows, startRows } from "./compare/tables.js";
import { machine, printTable } from "./report.js";
import { workloads } from "./workloads/workload.js";

const thorough: Pace = { rounds: 15, roundMs: 150, warmMs: 1000, budgetMs: 4000 };
const quick: Pace = { rounds: 3, roundMs: 30, warmMs: 200, budgetMs: 500 };

/** Runs the comparison. The exit code is 1 where one of our own targets failed or gave another answer. */
export async function compare(): Promise<void> {
  const options = decodeOptions(process.argv.slice(2));
  const started = performance.now();
  await bundleWorker();
  const { present, notes } = whoIsHere(options.targets);
  const { cpu, cores, node } = machine();
  const where = `${cpu}, ${cores} cores, Node ${node}, ${process.platform} ${process.arch}`;
  console.error([where, ...notes].join("\n"));

  const chosen = workloads.filter(({ id }) => isChosen(options.only, id));
  const outcomes: Outcome[] = [];
  for (const workload of chosen) {
    console.error(`${workload.id}: ${workload.title}`);
    for (const outcome of await contest(workload, present, options.quick ? quick : thorough)) {
      outcomes.push(outcome);
      if (isMeasured(outcome)) {
        if (options.json) console.log(jsonLine(outcome, { node, cpu }));
      } else if (outcome.reason !== "absent") {
        const complaint = `${workload.id}: ${outcome.contender}: ${outcome.reason}: ${outcome.message}`;
        notes.push(complaint);
        console.error(complaint);
        if (["js", "wasm"].includes(outcome.contender)) process.exitCode = 1;
      }
    }
  }
  const tables = [
    figureRows(outcomes, chosen, present),
    ratioRows(outcomes, chosen, present),
    startRows(outcomes, chosen, present),
    codeRows(outcomes, chosen),
    bundleRows(await bundleSizes()),
  ];
  for (const rows of tables) printTable(rows);
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  console.error(`${minutes} minutes`);
  if (options.write) {
    const heading = `${where}, ${today()}, commit ${commit()}: \`${command()}\`, ${minutes} minutes.`;
    writeTables([heading, ...tables.map(markdownTable), ...notes.map((note) => `- ${note}`)]);
  }
}

function whoIsHere(names: readonly string[]): { present: readonly ContenderInfo[]; notes: string[] } {
  const asked = contenders
    .filter(({ name }) => names.includes(name))
    .map((contender) => ({ contender, missing: contender.missing() }));
  return {
    present: asked.filter(({ missing }) => missing === null).map(({ contender }) => contender),
    notes: asked.flatMap(({ contender, missing }) =>
      missing === null ? [] : [`without ${contender.title}: ${missing}`],
    ),
  };
}

const today = (): string => new Date().toISOString().slice(0, 10);

const commit = (): string => {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "unknown";
  }
};

const command = (): string => ["npm run bench --", ...process.argv.slice(2)].join(" ");
