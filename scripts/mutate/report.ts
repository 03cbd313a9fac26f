/** The share of mutants killed, by file and by operator, and the survivors, each with its lines. */
import { type Equivalent, equivalents } from "./equivalent/equivalent.js";
import { type Entry, isKilled } from "./log.js";
import { grouped, type Mutant, mutated } from "./mutants.js";

/** A mutant and what became of it. */
export interface Judged {
  readonly mutant: Mutant;
  readonly entry: Entry;
  /** Of the file it is in. */
  readonly text: string;
}

export interface Difference {
  /** Counted from 1. */
  readonly line: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The lines that a mutant changes. */
export function differenceOf(text: string, mutant: Mutant): Difference {
  const [before, after] = [text, mutated(text, mutant)].map((whole) => whole.split("\n"));
  const least = Math.min(before.length, after.length);
  let first = 0;
  while (first < least && before[first] === after[first]) first++;
  let last = 0;
  while (last < least - first && before[before.length - 1 - last] === after[after.length - 1 - last]) last++;
  return {
    line: first + 1,
    before: before.slice(first, before.length - last),
    after: after.slice(first, after.length - last),
  };
}

/** The proof that nothing can tell the mutant from what it was made of; undefined where there is none. */
export const proofOf = (text: string, mutant: Mutant): Equivalent | undefined => {
  const becomes = differenceOf(text, mutant).after.join(" ").replace(/\s+/g, " ").trim();
  return equivalents.find((one) => one.id === mutant.id && one.becomes === becomes);
};

/** The killed among the mutants that are not proven equivalent. */
export function shareKilled(judged: readonly Judged[]): number {
  const fair = judged.filter(({ mutant, text }) => proofOf(text, mutant) === undefined);
  return fair.length === 0 ? 1 : fair.filter(({ entry }) => isKilled(entry)).length / fair.length;
}

export function report(judged: readonly Judged[]): string {
  const alive = judged.filter(({ entry }) => !isKilled(entry));
  const [proven, open] = [true, false].map((wanted) =>
    alive.filter(({ mutant, text }) => (proofOf(text, mutant) !== undefined) === wanted),
  );
  const seconds = judged.reduce((sum, { entry }) => sum + entry.seconds, 0);
  return [
    table("file", judged, ({ mutant }) => mutant.file),
    table("operator", judged, ({ mutant }) => mutant.operator),
    ...(open.length > 0 ? ["Survivors:\n", ...open.map(survivor)] : []),
    `${judged.length} mutants in ${seconds.toFixed(0)} s of running tests: ${judged.length - alive.length} killed ` +
      `(${judged.filter(({ entry }) => entry.status === "timeout").length} by time), ${proven.length} equivalent, ` +
      `${open.length} left (${open.filter(({ entry }) => entry.skipped > 0).length} of them with tests not run, ` +
      `${open.filter(({ entry }) => entry.status === "unreached").length} that no test reaches): ` +
      `${(100 * shareKilled(judged)).toFixed(1)}% killed`,
  ].join("\n");
}

function table(title: string, judged: readonly Judged[], nameOf: (one: Judged) => string): string {
  const rows = grouped(judged, nameOf).map((group) => ({
    name: nameOf(group[0]),
    killed: group.filter(({ entry }) => isKilled(entry)).length,
    all: group.length,
    share: shareKilled(group),
  }));
  rows.sort((a, b) => a.share - b.share || (a.name < b.name ? -1 : 1));
  const width = Math.max(...rows.map(({ name }) => name.length), title.length);
  const lines = rows.map(
    ({ name, killed, all, share }) =>
      `${name.padEnd(width)} ${String(killed).padStart(6)} ${String(all).padStart(6)} ${(100 * share).toFixed(0).padStart(5)}%`,
  );
  return [`${title.padEnd(width)} killed     of share`, ...lines, ""].join("\n");
}

function survivor({ mutant, entry, text }: Judged): string {
  const { line, before, after } = differenceOf(text, mutant);
  const tests = entry.skipped > 0 ? `${entry.ran} tests, ${entry.skipped} not run` : `${entry.ran} tests`;
  return [
    `${mutant.id} (${entry.status}, ${tests})`,
    `  ${mutant.file}:${line}`,
    ...before.map((text) => `  - ${text.trim()}`),
    ...after.map((text) => `  + ${text.trim()}`),
    "",
  ].join("\n");
}
