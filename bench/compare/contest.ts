/**
 * One workload, all contenders: each in a process of its own, first calls one after the other, then the answers compared, and
 * only then rounds in turn, so that whatever disturbs the machine disturbs all of them.
 */
import { summarize } from "../measure.js";
import { disagreements, type Workload } from "../workloads/workload.js";
import type { ContenderInfo } from "./contenders.js";
import type { Ready } from "./protocol.js";
import { startWorker, type WorkerProcess } from "./worker-process.js";

export interface Pace {
  readonly rounds: number;
  /** What one round of one contender should take, at least one call. */
  readonly roundMs: number;
  /** Processor time for each contender before anything is measured. */
  readonly warmMs: number;
  /** What all rounds of one contender may take: slow ones get fewer. */
  readonly budgetMs: number;
}

/** One contender's figures for the whole workload. */
export interface Measured {
  readonly workload: Workload;
  readonly contender: string;
  /** Median, least and spread of the rounds, in milliseconds. */
  readonly ms: number;
  readonly leastMs: number;
  readonly spread: number;
  readonly firstMs: number;
  /** Peak of the process. */
  readonly rssMb: number;
  readonly rounds: number;
  /** The share of the workload that was measured; 1 mostly. */
  readonly share: number;
  readonly codeBytes?: number | undefined;
}

/** A contender that was not timed: it has no such workload, failed, or gave another answer. */
export interface Refused {
  readonly workload: Workload;
  readonly contender: string;
  readonly reason: "absent" | "failed" | "wrong answer";
  readonly message: string;
}

export type Outcome = Measured | Refused;

export const isMeasured = (outcome: Outcome): outcome is Measured => "ms" in outcome;

interface Entrant {
  readonly contender: string;
  readonly process: WorkerProcess;
  readonly ready: Ready;
}

export async function contest(
  workload: Workload,
  contenders: readonly ContenderInfo[],
  pace: Pace,
): Promise<readonly Outcome[]> {
  const refused: Refused[] = [];
  const entrants: Entrant[] = [];
  for (const { name, command } of contenders) {
    const process = startWorker(command(workload.id, workload.sizes));
    const message = await process.next();
    const refuse = (reason: Refused["reason"], text: string): void =>
      void refused.push({ workload, contender: name, reason, message: text });
    if (message.kind === "absent") refuse("absent", "");
    else if (message.kind === "failed") refuse("failed", message.message);
    else if (message.kind === "ready") {
      const faults = wrongAnswers(workload, entrants, message);
      if (faults.length === 0) entrants.push({ contender: name, process, ready: message });
      else {
        refuse("wrong answer", faults.join("; "));
        await process.ask({ kind: "end" });
      }
    }
  }
  const samples = await rounds(entrants, pace);
  const measured: Outcome[] = [];
  for (const [i, { contender, process, ready }] of entrants.entries()) {
    const ended = await process.ask({ kind: "end" });
    if (ended.kind !== "ended" || samples[i].length === 0) {
      const message = ended.kind === "failed" ? ended.message : "it ended before it was measured";
      measured.push({ workload, contender, reason: "failed", message });
      continue;
    }
    const { median, least, spread } = summarize(samples[i]);
    const { firstMs, share, codeBytes } = ready;
    measured.push({
      workload,
      contender,
      ...{ ms: median, leastMs: least, spread, firstMs, rssMb: ended.rssMb },
      ...{ rounds: samples[i].length, share, codeBytes },
    });
  }
  return [...measured, ...refused];
}

/** Answers are compared with those of everyone before, so that each is checked even where the first has not all of them. */
const wrongAnswers = (
  workload: Workload,
  before: readonly Entrant[],
  { answers }: Ready,
): readonly string[] => {
  const known = Object.assign({}, ...before.map(({ ready }) => ready.answers).reverse());
  return disagreements(workload, [before[0]?.contender ?? "itself", known], answers);
};

/** Milliseconds of every round of every contender, after warming. Where one call takes all the budget, that one is the round. */
async function rounds(
  entrants: readonly Entrant[],
  { rounds, roundMs, warmMs, budgetMs }: Pace,
): Promise<readonly (readonly number[])[]> {
  const samples = entrants.map((): number[] => []);
  const counts: number[] = [];
  for (const [i, { process }] of entrants.entries()) {
    const warmed = await process.ask({ kind: "warm", ms: warmMs });
    if (warmed.kind !== "timed") counts.push(0);
    else if (warmed.callMs > budgetMs / 2) {
      samples[i].push(warmed.ms);
      counts.push(0);
    } else counts.push(Math.min(rounds, Math.floor(budgetMs / Math.max(warmed.callMs, roundMs))));
  }
  for (let round = 0; round < rounds; round++) {
    for (const [i, { process }] of entrants.entries()) {
      if (round >= counts[i]) continue;
      const timed = await process.ask({ kind: "round", ms: roundMs });
      if (timed.kind === "timed") samples[i].push(timed.ms);
    }
  }
  return samples;
}
