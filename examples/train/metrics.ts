/** What is written down of each step, and how it is read back for the picture. */
import type { NDArray } from "cotangent";
import type { Score, TrainMetrics } from "cotangent/ebm";
import type { MetricsRow } from "./metrics-file.js";
import type { SamplerInfo } from "./model.js";

/** One step. What there is not is NaN: acceptance of steps that nothing corrects, scores between those that are taken. */
export interface Row {
  readonly step: number;
  readonly loss: number;
  readonly dataEnergy: number;
  readonly sampleEnergy: number;
  /** Of the hops, and of the first, the middle and the last Langevin step of a visit; means over chains. */
  readonly acceptHops: number;
  readonly acceptFirst: number;
  readonly acceptMiddle: number;
  readonly acceptLast: number;
  readonly score: number;
  readonly scoreError: number;
}

/** The columns of metrics.csv, in order. No clock is among them: the same run gives the same file. */
export const columns = [
  "step",
  "loss",
  "dataEnergy",
  "sampleEnergy",
  "acceptHops",
  "acceptFirst",
  "acceptMiddle",
  "acceptLast",
  "score",
  "scoreError",
] as const satisfies readonly (keyof Row)[];

export function rowOf(step: number, metrics: TrainMetrics<SamplerInfo>, score: Score | null): Row {
  return {
    step,
    loss: read(metrics.loss),
    dataEnergy: read(metrics.dataEnergy),
    sampleEnergy: read(metrics.sampleEnergy),
    ...acceptance(metrics.sampler),
    score: score?.mean ?? Number.NaN,
    scoreError: score?.standardError ?? Number.NaN,
  };
}

const read = (x: NDArray): number => Number(x.item());

type Acceptance = Pick<Row, "acceptHops" | "acceptFirst" | "acceptMiddle" | "acceptLast">;

function acceptance(info: SamplerInfo): Acceptance {
  if (!("hops" in info)) {
    const none = Number.NaN;
    return { acceptHops: none, acceptFirst: none, acceptMiddle: none, acceptLast: none };
  }
  const hops = Array.from(info.hops.acceptance.dataSync());
  const steps = info.langevin.acceptance.dataSync();
  return {
    acceptHops: hops.length === 0 ? Number.NaN : hops.reduce((sum, a) => sum + a, 0) / hops.length,
    acceptFirst: steps[0],
    acceptMiddle: steps[Math.floor((steps.length - 1) / 2)],
    acceptLast: steps[steps.length - 1],
  };
}

/** A row as the numbers of metrics.csv. */
export const numbersOf = (row: Row): MetricsRow => [row.step, ...columns.slice(1).map((name) => row[name])];

/** Law: rowFrom(numbersOf(row)) is row. */
export function rowFrom(numbers: MetricsRow): Row {
  const [step, loss, dataEnergy, sampleEnergy, ...rest] = numbers;
  const [acceptHops, acceptFirst, acceptMiddle, acceptLast, score, scoreError] = rest;
  return {
    step,
    loss,
    dataEnergy,
    sampleEnergy,
    acceptHops,
    acceptFirst,
    acceptMiddle,
    acceptLast,
    score,
    scoreError,
  };
}
