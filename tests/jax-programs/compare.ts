/**
 * Compares random programs of the whole vocabulary with JAX:
 *
 *     npx tsx tests/jax-programs/compare.ts --programs 2000 --seed 1 --python python3
 *     npx tsx tests/jax-programs/compare.ts --seed 1 --only 123,456     these alone, with their code, and shrunk where they fail
 *
 * The Python needs JAX. Prints the number of quantities compared, each failing program as code, and how often each public
 * function was used.
 */
import { parseArgs } from "node:util";
import { compareCase, type Verdict } from "./compare-case.js";
import { generate } from "./generate.js";
import { type Compilation, type JaxProcess, startJax } from "./jax-process.js";
import { type Case, callsOf, showFunction } from "./program.js";
import { shrink } from "./shrink.js";
import { reportUses } from "./uses.js";

const { values: options } = parseArgs({
  options: {
    programs: { type: "string", default: "2000" },
    from: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    python: { type: "string", default: "python3" },
    only: { type: "string" },
  },
});

const seed = Number(options.seed);
const only = options.only?.split(",").map(Number);
const from = Number(options.from);
const indices = only ?? Array.from({ length: Number(options.programs) }, (_, i) => from + i);
const uses = new Map<string, number>();
const shrinkAtMost = 40;
let failures = 0;
let compared = 0;
let redrawn = 0;
let nonFinite = 0;

for (const wide of [true, false]) {
  const chosen = indices.filter((index) => (index % 2 === 0) === wide);
  const suspects = await withJax(wide, "fast", (jax) => suspectsOf(chosen, jax));
  if (suspects.length > 0) await withJax(wide, "usual", (jax) => judgeAgain(suspects, jax));
}
console.log(
  `${indices.length} programs of seed ${seed}: ${compared} results compared, ${failures} programs differ; ` +
    `${redrawn} draws could not be judged, ${nonFinite} programs give NaN or infinities`,
);
if (only === undefined) reportUses(uses);
process.exitCode = failures > 0 ? 1 : 0;

async function withJax<T>(
  wide: boolean,
  compilation: Compilation,
  f: (jax: JaxProcess) => Promise<T>,
): Promise<T> {
  const jax = startJax(options.python, wide, compilation);
  const result = await f(jax);
  jax.end();
  return result;
}

/** The cases that differ. JAX is two cases behind, so that both work at the same time. */
async function suspectsOf(chosen: readonly number[], jax: JaxProcess): Promise<readonly Case[]> {
  const suspects: Case[] = [];
  const pending: Promise<void>[] = [];
  const note = (verdict: Verdict): void => {
    const { asked, judged, differences } = verdict;
    if (!judged) throw new Error(`--only ${asked.index}: no draw can be judged`);
    compared += verdict.compared;
    redrawn += verdict.redrawn;
    nonFinite += verdict.nonFinite ? 1 : 0;
    for (const call of callsOf(asked.program)) uses.set(call, (uses.get(call) ?? 0) + 1);
    if (only !== undefined) console.log(showFunction(asked.program));
    if (differences.length === 0) return;
    console.log(`  ${asked.index}: ${differences[0].split("\n")[0]}`);
    suspects.push(asked);
  };
  for (const [done, index] of chosen.entries()) {
    pending.push(compareCase((attempt) => generate(seed, index, attempt), jax).then(note));
    if (pending.length > 2) await pending.shift();
    // Lets answers in.
    await new Promise((resolve) => setImmediate(resolve));
    if (done % 100 === 99)
      console.log(`  ... ${done + 1} of ${chosen.length}, ${suspects.length} to look at`);
  }
  await Promise.all(pending);
  return suspects;
}

/** With JAX's usual compilation; what differs still is reported. */
async function judgeAgain(suspects: readonly Case[], jax: JaxProcess): Promise<void> {
  for (const asked of suspects) {
    const { differences } = await compareCase(() => asked, jax);
    if (differences.length === 0) continue;
    failures++;
    console.log(`\n--only ${asked.index} ${asked.wide ? "(float64)" : "(float32)"}`);
    for (const line of differences) console.log(`  ${line}`);
    const small = failures > shrinkAtMost ? null : await shrink(asked, differences[0], jax);
    console.log(small === null ? showFunction(asked.program) : `shrunk: ${small}`);
  }
}
