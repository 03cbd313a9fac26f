/**
 * Random programs with control flow, nested transformations and odd shapes: laws, targets and transformations held against each
 * other. What fails is shrunk and stored in tests/regressions as a test that runs.
 *
 *     npm run fuzz -- --minutes 60 --seed 1
 *     npm run fuzz -- --seed 1 --only 1234              # one case: all its text, and what becomes of it
 *     npm run fuzz -- --programs 2000 --from 5000 --workers 1 --no-store
 *
 * Case i of a seed is always the same, whatever the workers do. Exit code 1 where anything failed.
 */
import "../../src/testing/index.js";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { caseOf } from "./case.js";
import { kinds } from "./kinds.js";
import type { Found } from "./messages.js";
import { runCase } from "./run-case.js";
import { search } from "./search.js";
import { failsAlone, store } from "./store.js";
import { inWords, report, totalOf } from "./tally.js";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    programs: { type: "string", default: "Infinity" },
    from: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    only: { type: "string" },
    "no-store": { type: "boolean", default: false },
  },
});
const seed = numberOf("seed", 0);

process.exitCode = values.only === undefined ? await searchMany() : repeatOne(numberOf("only", 0));

function numberOf(
  name: "minutes" | "programs" | "from" | "seed" | "workers" | "only",
  least: number,
): number {
  const value = Number(values[name]);
  if (value >= least) return value;
  console.error(`npm run fuzz: --${name} ${values[name]} is no number from ${least} on`);
  process.exit(2);
}

async function searchMany(): Promise<number> {
  const started = performance.now();
  const files: string[] = [];
  let lost = 0;
  const tally = await search({
    seed,
    from: numberOf("from", 0),
    programs: numberOf("programs", 1),
    minutes: numberOf("minutes", 0),
    workers: numberOf("workers", 1),
    onFound: (found) => {
      const path = keep(found);
      if (path === null) lost++;
      else files.push(path);
    },
    onProgress: (line) => console.error(line),
  });
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  console.log(`${report(tally)}\n\nseed ${seed}, ${minutes} minutes: ${inWords(totalOf(tally))}`);
  for (const path of files) {
    const ending = failsAlone(path) ? "fails" : "PASSES by itself: the failure needs what ran before it";
    console.log(`${relative(process.cwd(), path)} ${ending}`);
  }
  return files.length + lost === 0 ? 0 : 1;
}

/** Prints a failure and stores its test. Null where none was stored. */
function keep({ kind, index, message, test }: Found): string | null {
  console.log(`\n--seed ${seed} --only ${index} (${kind}): ${message.slice(0, 1500)}`);
  if (test === "") return null;
  console.log(`\n${test}`);
  if (values["no-store"]) return null;
  return store(`${kind.replaceAll(" ", "-")}-${seed}-${index}`, test);
}

function repeatOne(index: number): number {
  const origin = { seed, index };
  const { kind, check, show } = caseOf(kinds, origin);
  console.log(`case ${index} of seed ${seed}: ${kind}, ${check}\n${show()}\n`);
  const { ending, failing } = runCase(kinds, origin);
  if (failing === null) {
    console.log(ending === "discarded" ? "ill-conditioned: nothing can be said" : "it holds");
    return 0;
  }
  console.log(`${failing.message}\n\n${failing.test}`);
  return 1;
}
