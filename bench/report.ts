/** What every script here prints: the machine, a table, and which bounds hold; with --json one line a measurement instead. */
import { cpus } from "node:os";
import { residentMb } from "./measure.js";

/** One measurement, named as in a table of workloads and targets. */
export interface Measurement {
  readonly workload: string;
  readonly target: string;
  readonly ms: number;
  readonly firstMs?: number;
  /** Whatever else was measured. */
  readonly [figure: string]: string | number | undefined;
}

export interface Report {
  /** With --json a line at once. */
  measured(measurement: Measurement): void;
  /** Without --json a table: the first row is its head. */
  table(rows: readonly (readonly string[])[]): void;
  note(text: string): void;
  /** A figure beside the bound it must not pass. */
  bound(what: string, figure: number, limit: number, unit: string): void;
  /** Says which bounds do not hold; the exit code is 1 if there are any. */
  finish(): void;
}

export const machine = (): { cpu: string; cores: number; node: string } => ({
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  cores: cpus().length,
  node: process.version,
});

export function startReport(question: string): Report {
  const json = process.argv.includes("--json");
  const { cpu, cores, node } = machine();
  const print = (text: string): void => {
    if (!json) console.log(text);
  };
  const misses: string[] = [];
  print(`${question}\n${cpu}, ${cores} cores, Node ${node}\n`);
  return {
    measured: (measurement) => {
      if (!json) return;
      console.log(JSON.stringify({ ...rounded(measurement), rssMb: Math.round(residentMb()), node, cpu }));
    },
    table: (rows) => {
      if (!json) printTable(rows);
    },
    note: print,
    bound: (what, figure, limit, unit) => {
      const holds = figure <= limit;
      if (!holds) misses.push(what);
      print(`${holds ? "holds" : "MISSED"}: ${what}: ${figures(figure)}${unit}, at most ${limit}${unit}`);
    },
    finish: () => {
      if (misses.length === 0) return;
      process.exitCode = 1;
      console.error(`bounds missed: ${misses.join("; ")}`);
    },
  };
}

/** Columns of one width; the first row is the head. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])));
    console.log(cells.join("  ").trimEnd());
  }
  console.log("");
}

const rounded = (measurement: Measurement): Measurement =>
  Object.fromEntries(
    Object.entries(measurement).map(([key, value]) => [
      key,
      typeof value === "number" ? Number(value.toPrecision(5)) : value,
    ]),
  ) as unknown as Measurement; // the same keys, and numbers where there were numbers

/** Three figures are as many as repeat. */
export const figures = (x: number): string => (x >= 1000 ? x.toFixed(0) : String(Number(x.toPrecision(3))));
