/**
 * Writes goldens/programs.json.gz, cases with JAX's answers, for the test that has no Python:
 *
 *     npx tsx tests/jax-programs/make-fixture.ts python3
 */
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { compareCase } from "./compare-case.js";
import { generate } from "./generate.js";
import { higherOrder } from "./higher-order.js";
import { startJax } from "./jax-process.js";
import { callsOf } from "./program.js";

const seed = 4;
const count = 24;
const python = process.argv[2] ?? "python3";

/** Those of the first hundred that hold a transformation or a loop that none before them holds, then the first others. */
function chosen(): readonly number[] {
  const seen = new Set<string>();
  const indices = Array.from({ length: 100 }, (_, index) => index);
  const isNew = indices.map((index) => {
    const fresh = callsOf(generate(seed, index).program).filter(
      (name) => name in higherOrder && !seen.has(name),
    );
    for (const name of fresh) seen.add(name);
    return fresh.length > 0;
  });
  return [...indices.filter((index) => isNew[index]), ...indices.filter((index) => !isNew[index])].slice(
    0,
    count,
  );
}

const stored: object[] = [];
const all = chosen();
for (const wide of [true, false]) {
  const jax = startJax(python, wide, "usual");
  for (const index of all.filter((each) => (each % 2 === 0) === wide)) {
    const { asked, differences } = await compareCase((attempt) => generate(seed, index, attempt), jax);
    if (differences.length > 0) throw new Error(`case ${index} differs: ${differences.join("\n")}`);
    stored.push({ case: asked, answer: await jax.ask(asked) });
  }
  jax.end();
}
const text = JSON.stringify(stored);
writeFileSync(new URL("goldens/programs.json.gz", import.meta.url), gzipSync(text, { level: 9 }));
console.log(`${stored.length} cases, ${text.length} characters`);
