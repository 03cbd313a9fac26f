/** What a search has seen, added up; and the report that it ends with. */
import type { Case } from "./case.js";

/** Plain data, so that it goes from process to process. */
export interface Tally {
  /** By kind and check. */
  readonly checks: Readonly<Record<string, Counts>>;
  /** "primitive sin" -> how often. */
  readonly uses: Readonly<Record<string, number>>;
}

export interface Counts {
  readonly programs: number;
  readonly operations: number;
  readonly compared: number;
  readonly discarded: number;
  readonly failed: number;
}

export type Ending = { readonly compared: number } | "discarded" | "failed";

export const emptyTally: Tally = { checks: {}, uses: {} };
const none: Counts = { programs: 0, operations: 0, compared: 0, discarded: 0, failed: 0 };

/** One case more. */
export const tallied = (tally: Tally, { kind, check, operations, uses }: Case, ending: Ending): Tally => ({
  checks: summed(tally.checks, {
    [`${kind}: ${check}`]: {
      programs: 1,
      operations,
      compared: typeof ending === "object" ? ending.compared : 0,
      discarded: ending === "discarded" ? 1 : 0,
      failed: ending === "failed" ? 1 : 0,
    },
  }),
  uses: ending === "discarded" ? tally.uses : added(tally.uses, Object.fromEntries(uses)),
});

/** Both. */
export const together = (x: Tally, y: Tally): Tally => ({
  checks: summed(x.checks, y.checks),
  uses: added(x.uses, y.uses),
});

/** All checks together. */
export const totalOf = ({ checks }: Tally): Counts => Object.values(checks).reduce(plus, none);

function summed(x: Tally["checks"], y: Tally["checks"]): Tally["checks"] {
  const all = Object.entries(y).map(([name, counts]) => [name, plus(x[name] ?? none, counts)] as const);
  return { ...x, ...Object.fromEntries(all) };
}

function added(x: Tally["uses"], y: Tally["uses"]): Tally["uses"] {
  const all = Object.entries(y).map(([name, times]) => [name, (x[name] ?? 0) + times] as const);
  return { ...x, ...Object.fromEntries(all) };
}

const plus = (x: Counts, y: Counts): Counts => ({
  programs: x.programs + y.programs,
  operations: x.operations + y.operations,
  compared: x.compared + y.compared,
  discarded: x.discarded + y.discarded,
  failed: x.failed + y.failed,
});

// words ----------------------------------------------------------------------------------------------------------------

/** "1,200 programs of 9,000 operations, 3,100 results compared, 12 discarded as ill-conditioned, 0 failed" */
export const inWords = ({ programs, operations, compared, discarded, failed }: Counts): string =>
  [
    `${shown(programs)} programs of ${shown(operations)} operations`,
    `${shown(compared)} results compared`,
    `${shown(discarded)} discarded as ill-conditioned`,
    `${shown(failed)} failed`,
  ].join(", ");

/** The tables: by kind of check, and of what was used, group by group. */
export function report(tally: Tally): string {
  const rows = Object.entries(tally.checks).sort(([x], [y]) => (x < y ? -1 : 1));
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  const columns = ["programs", "operations", "compared", "discarded", "failed"] as const;
  const line = (name: string, cells: readonly string[]): string =>
    name.padEnd(width) + cells.map((cell) => cell.padStart(12)).join("");
  const table = [
    line("", columns),
    ...rows.map(([name, counts]) =>
      line(
        name,
        columns.map((column) => shown(counts[column])),
      ),
    ),
  ];
  return [...table, "", ...usesByGroup(tally.uses)].join("\n");
}

function usesByGroup(uses: Tally["uses"]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const [key, times] of Object.entries(uses).sort(([x], [y]) => (x < y ? -1 : 1))) {
    const at = key.indexOf(" ");
    const group = key.slice(0, at);
    groups.set(group, [...(groups.get(group) ?? []), `${key.slice(at + 1)} ${times}`]);
  }
  return [...groups].map(([group, names]) => `${names.length} ${group}s: ${names.join(", ")}`);
}

const shown = (n: number): string => n.toLocaleString("en-US");
