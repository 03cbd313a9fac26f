/** Which tests reach which mutants: every test file run once, alone, with the rule files instrumented. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reach } from "./instrument.js";
import { hashOf, type Mutants } from "./mutants.js";
import { root, testFiles } from "./targets.js";
import { warmRunner } from "./warm-runner.js";

/** What one test file does, with the library as it is. */
export interface TestFile {
  readonly file: string;
  /** Of its text: a test that was changed is run again. */
  readonly hash: string;
  readonly seconds: number;
  /** The words of a failure; such a test can tell nothing of a mutant. */
  readonly failure: string | null;
  readonly reach: Reach;
}

export const folder = join(root, "out/mutate");
const mapFile = join(folder, "coverage.json");

/** No test file takes longer alone, on a busy machine. */
const patience = 300;

/** The map as it was stored, brought up to date until the time is over; null when time ran out first. */
export async function coverage(
  files: readonly Mutants[],
  workers: number,
  until: number,
  tell: (line: string) => void,
): Promise<readonly TestFile[] | null> {
  mkdirSync(folder, { recursive: true });
  const sources = new Map(files.map(({ file, hash }) => [file, hash]));
  const present = testFiles().map((file) => ({ file, hash: hashOf(readFileSync(join(root, file), "utf8")) }));
  const stored = new Map(storedMap().map((test) => [test.file, test]));
  const map = new Map(
    present.flatMap(({ file, hash }) => {
      const test = stored.get(file);
      return test?.hash === hash ? [[file, test] as const] : [];
    }),
  );
  const queue = present.filter(({ file }) => !map.has(file));
  const work = async (worker: number): Promise<void> => {
    const hitsFile = join(folder, `hits-${worker}.json`);
    const runner = warmRunner(hitsFile);
    try {
      for (;;) {
        const next = performance.now() > until ? undefined : queue.shift();
        if (next === undefined) return;
        rmSync(hitsFile, { force: true });
        const outcome = await runner.run({ files: [next.file], mutant: null }, patience);
        const reach = existsSync(hitsFile) ? reachIn(hitsFile, sources) : {};
        const failure =
          outcome === null ? `took more than ${patience} s` : (outcome.failure?.message ?? null);
        const seconds = outcome === null ? patience : outcome.seconds;
        map.set(next.file, { ...next, seconds, failure, reach });
        writeFileSync(mapFile, JSON.stringify([...map.values()]));
        tell(`${next.file}: ${seconds.toFixed(1)} s${failure === null ? "" : `, FAILS: ${failure}`}`);
      }
    } finally {
      runner.stop();
    }
  };
  if (queue.length > 0) await Promise.all(Array.from({ length: workers }, (_, i) => work(i)));
  return map.size === present.length ? [...map.values()] : null;
}

/** Forgets everything, so that it is measured anew. */
export const forgetCoverage = (): void => rmSync(mapFile, { force: true });

const storedMap = (): readonly TestFile[] =>
  existsSync(mapFile) ? JSON.parse(readFileSync(mapFile, "utf8")) : [];

function reachIn(hitsFile: string, hashes: ReadonlyMap<string, string>): Reach {
  const hits: Record<string, readonly number[]> = JSON.parse(readFileSync(hitsFile, "utf8"));
  return Object.fromEntries(
    Object.entries(hits).map(([file, sites]) => [file, { hash: hashes.get(file) ?? "", sites }]),
  );
}
