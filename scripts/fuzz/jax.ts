/**
 * Random programs of all public functions against the real JAX: value, grad, jvp, vmap and vmap of grad, eagerly and jitted. What
 * differs is shrunk and stored in tests/regressions as a test with JAX's numbers.
 *
 *     npm run fuzz:jax -- --programs 10000 --seed 1 --python python3
 *     npm run fuzz:jax -- --seed 1 --from 4000 --programs 6000     goes on with the 4,000th case
 *     npm run fuzz:jax -- --seed 1 --only 123,456                  these alone, with their code
 *
 * `--style odd` draws empty and uneven shapes, `deep` much control flow; `mixed` (the default) takes the styles in turn. Exit code 1
 * where something differs, 2 where there is no Python with JAX.
 */
import "../../src/testing/index.js";
import { spawnSync } from "node:child_process";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { programCode } from "../../tests/jax-programs/as-code.js";
import { compareCase, type Verdict } from "../../tests/jax-programs/compare-case.js";
import { type StyleName, styles } from "../../tests/jax-programs/draft.js";
import { generate } from "../../tests/jax-programs/generate.js";
import { type Compilation, type JaxProcess, startJax } from "../../tests/jax-programs/jax-process.js";
import { type Case, callsOf } from "../../tests/jax-programs/program.js";
import { smallest } from "../../tests/jax-programs/shrink.js";
import { reportUses } from "../../tests/jax-programs/uses.js";
import { jaxTest, pointCode } from "./public-test.js";
import { store } from "./store.js";

const { values: options } = parseArgs({
  options: {
    programs: { type: "string", default: "2000" },
    from: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    python: { type: "string", default: "python3" },
    style: { type: "string", default: "mixed" },
    only: { type: "string" },
    "no-store": { type: "boolean", default: false },
  },
});

const [seed, from, programs] = [options.seed, options.from, options.programs].map(Number);
const only = options.only?.split(",").map(Number);
/** Of the cases of one seed, two by two: the even ones are of float64. */
const mixed: readonly StyleName[] = ["plain", "plain", "odd", "odd", "deep", "deep"];
/** Programs between two lines of progress; suspects are judged again then. */
const chunk = 100;
/** Each takes JAX a second or so. */
const questionsAtMost = 40;

interface Sums {
  readonly compared: number;
  readonly redrawn: number;
  readonly nonFinite: number;
  readonly unjudged: number;
}

async function main(): Promise<number> {
  const missing = whatIsMissing();
  if (missing !== null) {
    console.error(missing);
    return 2;
  }
  const indices = only ?? Array.from({ length: programs }, (_, i) => from + i);
  const uses = new Map<string, number>();
  let sums: Sums = { compared: 0, redrawn: 0, nonFinite: 0, unjudged: 0 };
  let failures = 0;
  const jax = [true, false].map((wide) => startJax(options.python, wide, "fast"));
  for (let start = 0; start < indices.length; start += chunk) {
    const verdicts = await compareAll(indices.slice(start, start + chunk), (wide) => jax[wide ? 0 : 1]);
    for (const verdict of verdicts) {
      sums = summed(sums, verdict);
      for (const call of callsOf(verdict.asked.program)) uses.set(call, (uses.get(call) ?? 0) + 1);
    }
    failures += await judgeAgain(verdicts.filter(({ differences }) => differences.length > 0));
    const done = Math.min(start + chunk, indices.length);
    if (only === undefined) {
      console.error(
        `${done} of ${indices.length} programs, ${sums.compared} results compared, ${failures} differ ` +
          `(--from ${from + done} goes on from here)`,
      );
    }
  }
  for (const each of jax) each.end();
  if (only === undefined) reportUses(uses);
  console.log(
    `${indices.length} programs of seed ${seed}: ${sums.compared} results compared, ${failures} programs differ; ` +
      `${sums.redrawn} draws could not be judged, ${sums.unjudged} programs not at all, ` +
      `${sums.nonFinite} programs give NaN or infinities`,
  );
  return failures > 0 ? 1 : 0;
}

/** A sentence where something is, null where all is there. */
function whatIsMissing(): string | null {
  if (options.style !== "mixed" && !(options.style in styles)) {
    return `fuzz:jax: there is no style ${options.style}; there are mixed, ${Object.keys(styles).join(", ")}`;
  }
  if (![seed, from, programs, ...(only ?? [])].every((n) => Number.isSafeInteger(n) && n >= 0)) {
    return "fuzz:jax: --seed, --from, --programs and --only take whole numbers";
  }
  const asked = spawnSync(options.python, ["-c", "import jax; print(jax.__version__)"], {
    encoding: "utf8",
    env: { ...process.env, JAX_PLATFORMS: "cpu" },
  });
  if (asked.status === 0) {
    console.error(`JAX ${asked.stdout.trim()}`);
    return null;
  }
  const why = asked.error === undefined ? "has no JAX (pip install jax)" : "is not there";
  return `fuzz:jax compares with the real JAX, and the Python "${options.python}" ${why}; name another with --python`;
}

const styleOf = (index: number): StyleName =>
  options.style === "mixed" ? mixed[Math.floor(index / 2) % mixed.length] : (options.style as StyleName); // looked at above

const draw =
  (index: number) =>
  (attempt: number): Case =>
    generate(seed, index, attempt, styleOf(index));

/** JAX is two cases behind, so that both work at the same time. */
async function compareAll(
  indices: readonly number[],
  jaxFor: (wide: boolean) => JaxProcess,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  const pending: Promise<void>[] = [];
  for (const index of indices) {
    const comparison = compareCase(draw(index), jaxFor(index % 2 === 0)).then((verdict) => {
      verdicts.push(verdict);
      if (only !== undefined) console.log(`${programCode(verdict.asked)}\n${pointCode(verdict.asked)}`);
    });
    pending.push(comparison);
    if (pending.length > 3) await pending.shift();
    // Lets answers in.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(pending);
  return verdicts;
}

/** With JAX's usual compilation; what differs still is shrunk, printed and stored. */
async function judgeAgain(suspects: readonly Verdict[]): Promise<number> {
  let failures = 0;
  for (const wide of [true, false]) {
    const cases = suspects.filter(({ asked }) => asked.wide === wide);
    if (cases.length === 0) continue;
    await withJax(wide, "usual", async (jax) => {
      for (const { asked } of cases) {
        const { differences } = await compareCase(() => asked, jax);
        if (differences.length === 0) continue;
        failures++;
        await keep(asked, differences, jax);
      }
    });
  }
  return failures;
}

async function keep(asked: Case, differences: readonly string[], jax: JaxProcess): Promise<void> {
  const differenceOf = async (candidate: Case): Promise<string | null> => {
    const { differences: found } = await compareCase(() => candidate, jax);
    return found[0] ?? null;
  };
  const small = await smallest(asked, differences[0], differenceOf, questionsAtMost);
  const { theirs } = await compareCase(() => small.asked, jax);
  console.log(`\n--seed ${seed} --only ${asked.index} ${asked.wide ? "(float64)" : "(float32)"}`);
  for (const line of differences) console.log(`  ${line}`);
  console.log(`shrunk: ${small.difference}\n${programCode(small.asked)}\n${pointCode(small.asked)}`);
  const answer = theirs ?? (await jax.ask(small.asked));
  const text = jaxTest(small.asked, small.difference, answer, { seed, index: asked.index });
  if (text === null || options["no-store"]) return;
  const path = store(`jax-${seed}-${asked.index}`, text);
  if (path !== null) console.log(`stored: ${relative(process.cwd(), path)}`);
}

async function withJax<T>(
  wide: boolean,
  compilation: Compilation,
  f: (jax: JaxProcess) => Promise<T>,
): Promise<T> {
  const jax = startJax(options.python, wide, compilation);
  try {
    return await f(jax);
  } finally {
    jax.end();
  }
}

const summed = (sums: Sums, { compared, redrawn, nonFinite, judged }: Verdict): Sums => ({
  compared: sums.compared + compared,
  redrawn: sums.redrawn + redrawn,
  nonFinite: sums.nonFinite + (nonFinite ? 1 : 0),
  unjudged: sums.unjudged + (judged ? 0 : 1),
});

// The last statement, since what stands above is defined by then.
process.exitCode = await main();
