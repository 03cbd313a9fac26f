/** What was measured, as rows of tables. */

import type { BundleSize } from "../../scripts/bundle-sizes.mjs";
import { figures } from "../report.js";
import type { Workload } from "../workloads/workload.js";
import type { ContenderInfo } from "./contenders.js";
import { isMeasured, type Measured, type Outcome } from "./contest.js";

type Rows = readonly (readonly string[])[];

/** The contender whose times others are divided by: our wasm target. */
const base = "wasm";
/** And the yardstick, which our time is divided by. */
const limit = "c-wasm";

const find = (outcomes: readonly Outcome[], id: string, name: string): Outcome | undefined =>
  outcomes.find(({ workload, contender }) => workload.id === id && contender === name);

const measuredMs = (
  outcomes: readonly Outcome[],
  id: string,
  name: string,
  which: "ms" | "leastMs" = "ms",
): number | undefined => {
  const found = find(outcomes, id, name);
  return found !== undefined && isMeasured(found) ? found[which] : undefined;
};

/** Figures in the workloads' own units, a row for each contender. "~" marks what was measured on a part of the work. */
export function figureRows(
  outcomes: readonly Outcome[],
  workloads: readonly Workload[],
  contenders: readonly ContenderInfo[],
): Rows {
  const cell = (outcome: Outcome | undefined): string => {
    if (outcome === undefined) return "";
    if (!isMeasured(outcome)) return outcome.reason === "absent" ? "" : outcome.reason;
    const { workload, ms, share } = outcome;
    return `${share < 1 ? "~" : ""}${figures(workload.figure(ms, workload.sizes))}`;
  };
  return [
    ["", ...workloads.map(({ id, unit }) => `${id}, ${unit}`)],
    ...contenders.map(({ name, title }) => [
      title,
      ...workloads.map(({ id }) => cell(find(outcomes, id, name))),
    ]),
  ];
}

/** Times divided by those of our wasm target, a row for each contender; and ours divided by the yardstick's. */
export function ratioRows(
  outcomes: readonly Outcome[],
  workloads: readonly Workload[],
  contenders: readonly ContenderInfo[],
): Rows {
  const ratio = (over?: number, under?: number): string =>
    over === undefined || under === undefined ? "" : figures(over / under);
  return [
    ["time / time of cotangent wasm", ...workloads.map(({ id }) => id)],
    ...contenders
      .filter(({ name }) => name !== base)
      .map(({ name, title }) => [
        title,
        ...workloads.map(({ id }) => ratio(measuredMs(outcomes, id, name), measuredMs(outcomes, id, base))),
      ]),
    ...(["ms", "leastMs"] as const).map((which) => [
      which === "ms" ? "cotangent wasm / C in Wasm" : "the same, least of the rounds",
      ...workloads.map(({ id }) =>
        ratio(measuredMs(outcomes, id, base, which), measuredMs(outcomes, id, limit, which)),
      ),
    ]),
    ["the same, at most", ...workloads.map(({ overYardstick }) => overYardstick?.toFixed(2) ?? "")],
  ];
}

/** First calls, and the peak of the process in MB, a row for each contender. */
export const startRows = (
  outcomes: readonly Outcome[],
  workloads: readonly Workload[],
  contenders: readonly ContenderInfo[],
): Rows => [
  ["first call in ms, peak of the process in MB", ...workloads.map(({ id }) => id)],
  ...contenders.map(({ name, title }) => [
    title,
    ...workloads.map(({ id }) => {
      const found = find(outcomes, id, name);
      return found !== undefined && isMeasured(found)
        ? `${figures(found.firstMs)}, ${found.rssMb.toFixed(0)}`
        : "";
    }),
  ]),
];

/** Bytes of the Wasm modules, ours and the yardstick's. */
export const codeRows = (outcomes: readonly Outcome[], workloads: readonly Workload[]): Rows => [
  ["bytes of the program", ...workloads.map(({ id }) => id)],
  ...[base, limit].map((name) => [
    name === base ? "cotangent wasm" : "C in Wasm, by hand",
    ...workloads.map(({ id }) => {
      const found = find(outcomes, id, name);
      return found !== undefined && isMeasured(found) ? String(found.codeBytes ?? "") : "";
    }),
  ]),
];

export const bundleRows = (sizes: readonly BundleSize[]): Rows => [
  ["bundle, minified", "kB", "kB gzipped"],
  ...sizes.map(({ name, bytes, gzipBytes }) => [
    name,
    (bytes / 1000).toFixed(1),
    (gzipBytes / 1000).toFixed(1),
  ]),
];

/** One line of JSON for a workload and a target. */
export function jsonLine(measured: Measured, machine: Readonly<Record<string, string | number>>): string {
  const { workload, contender, ms, leastMs, spread, firstMs, rssMb, rounds, share, codeBytes } = measured;
  const five = (x: number): number => Number(x.toPrecision(5));
  return JSON.stringify({
    workload: workload.id,
    target: contender,
    ms: five(ms),
    firstMs: five(firstMs),
    rssMb: Math.round(rssMb),
    leastMs: five(leastMs),
    spread: five(spread),
    figure: five(workload.figure(ms, workload.sizes)),
    unit: workload.unit,
    rounds,
    ...(share < 1 ? { share } : {}),
    ...(codeBytes === undefined ? {} : { codeBytes }),
    ...machine,
  });
}
