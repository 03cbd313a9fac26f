/** In which order tests are run against a mutant: what is quick and likely to notice it comes first. */
import type { TestFile } from "./coverage.js";
import type { Entry } from "./log.js";

/** How often each test file was the one that killed a mutant of each file. */
export type Kills = ReadonlyMap<string, number>;

const pair = (file: string, test: string): string => `${file} < ${test}`;

export function killsOf(entries: Iterable<Entry>): Map<string, number> {
  const kills = new Map<string, number>();
  for (const entry of entries) noteKill(kills, entry);
  return kills;
}

export function noteKill(kills: Map<string, number>, { id, killer }: Entry): void {
  if (killer === null) return;
  const key = pair(id.split("#")[0], killer);
  kills.set(key, (kills.get(key) ?? 0) + 1);
}

/**
 * Ascending in seconds / chance to kill, which has the least expected time to the first failure when chances are independent.
 * The chance is guessed from what killed other mutants of the file, from the words that its path and the test's share, and from
 * whether the lines there complain: then it is for the tests of errors.
 */
export function inOrder(
  file: string,
  lines: string,
  tests: readonly TestFile[],
  kills: Kills,
): readonly TestFile[] {
  const complains = /\b(check[A-Z]\w*\(|throw\b)/.test(lines);
  const cost = new Map(
    tests.map((test) => {
      const ofErrors = complains && test.file.includes("errors") ? 20 : 0;
      const known = 4 * (kills.get(pair(file, test.file)) ?? 0);
      const chance = 1 + known + 2 * likeness(file, test.file) + ofErrors;
      return [test, (overhead + test.seconds) / chance];
    }),
  );
  return [...tests].sort((a, b) => (cost.get(a) ?? 0) - (cost.get(b) ?? 0));
}

/** Seconds that a test file costs beside its tests. */
const overhead = 0.2;

/** How many words both paths have: src/sampling/mala.ts and tests/sampling/mala.test.ts share two. */
const likeness = (file: string, test: string): number => {
  const words = new Set(file.split(/[^a-z]+/));
  return new Set(test.split(/[^a-z]+/).filter((word) => word !== "ts" && words.has(word))).size;
};

/** As many of the tests, in order, as fit into so many seconds; the first always. */
export function withinBudget(tests: readonly TestFile[], seconds: number): readonly TestFile[] {
  let left = seconds;
  return tests.filter((test, i) => {
    const fits = i === 0 || test.seconds <= left;
    if (fits) left -= test.seconds;
    return fits;
  });
}
