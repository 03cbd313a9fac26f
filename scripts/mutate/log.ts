/** What became of each mutant, one line of JSON each, so that a run that is stopped goes on where it was. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "./coverage.js";

export interface Entry {
  readonly id: string;
  /** The hash of the mutated file's text. */
  readonly source: string;
  /** The hash of all tests and all of the library. */
  readonly tree: string;
  /** An endless loop, and a test that is still running after many times its usual time, is "timeout": it would be noticed. */
  readonly status: "killed" | "timeout" | "survived" | "unreached";
  /** The test file that failed, and its words. */
  readonly killer: string | null;
  readonly message: string | null;
  readonly seconds: number;
  /** How many test files that reach the mutant were run at most, and how many were left out because of the budget. */
  readonly ran: number;
  readonly skipped: number;
  /** Seconds of tests that it was given at most. */
  readonly budget: number;
}

const logFile = join(folder, "log.jsonl");

/** The last entry of each mutant. */
export function readLog(): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  if (!existsSync(logFile)) return entries;
  for (const line of readFileSync(logFile, "utf8").split("\n")) {
    if (line === "") continue;
    const entry = entryIn(line);
    if (entry !== null) entries.set(entry.id, entry);
  }
  return entries;
}

/** Null for a line that was cut short. */
function entryIn(line: string): Entry | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

export function writeEntry(entry: Entry): void {
  mkdirSync(folder, { recursive: true });
  appendFileSync(logFile, `${JSON.stringify(entry)}\n`);
}

export const isKilled = ({ status }: Entry): boolean => status === "killed" || status === "timeout";

/**
 * Whether the entry still holds. A kill does while the mutated file is the same; a survivor may be killed by any test that is new,
 * and by one that the budget left out.
 */
export const stillHolds = (entry: Entry, source: string, tree: string, budget: number): boolean =>
  entry.source === source &&
  (isKilled(entry) || (entry.tree === tree && (entry.skipped === 0 || budget <= entry.budget)));
