/** Hands out cases to worker processes until the time is over, and adds up what they report. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { caseOf } from "./case.js";
import { kinds } from "./kinds.js";
import type { Found, Report, Work } from "./messages.js";
import { emptyTally, inWords, type Tally, together, totalOf } from "./tally.js";

export interface SearchOptions {
  readonly seed: number;
  readonly from: number;
  /** At most so many cases. */
  readonly programs: number;
  readonly minutes: number;
  readonly workers: number;
  readonly onFound: (found: Found) => void;
  /** A line now and then. */
  readonly onProgress: (line: string) => void;
}

/** Cases that are handed out together. */
const chunk = 40;
/** A case that takes longer hangs: its worker is ended, and another one goes on behind it. */
const patience = 180_000;
const patienceWithShrinking = 1_800_000;
/** A worker that holds more is ended, and another one goes on. */
const megabytesAtMost = 1500;
const progressEvery = 30_000;

export async function search(options: SearchOptions): Promise<Tally> {
  const { seed, from, programs, minutes, workers, onFound, onProgress } = options;
  const started = performance.now();
  const until = started + minutes * 60_000;
  const end = from + programs;
  let next = from;
  let tally: Tally = emptyTally;
  let found = 0;
  let megabytes = 0;

  const note = (each: Found): void => {
    found++;
    onFound(each);
  };
  /** What is left of a chunk whose worker ended comes first. */
  const rests: Work[] = [];
  const takeWork = (): Work | null => {
    const rest = rests.pop();
    if (rest !== undefined) return rest;
    if (next >= end || performance.now() >= until) return null;
    const work = { seed, from: next, to: Math.min(next + chunk, end) };
    next = work.to;
    return work;
  };

  const progress = setInterval(() => {
    const seconds = (performance.now() - started) / 1000;
    const { programs: done } = totalOf(tally);
    onProgress(
      `${(seconds / 60).toFixed(1)} min, ${(done / seconds).toFixed(1)} programs/s, ${megabytes.toFixed(0)} MB: ` +
        `${inWords(totalOf(tally))}${found === 0 ? "" : `, ${found} FOUND`}`,
    );
  }, progressEvery);

  /** One process at a time, until there is no work. */
  async function runWorkers(): Promise<void> {
    for (let work = takeWork(); work !== null; work = takeWork()) {
      const { at, why } = await runWorker(work);
      if (why === null) continue;
      const { kind, show } = caseOf(kinds, { seed, index: at.index });
      note({ seed, index: at.index, kind, message: `${why}:\n${show()}`, test: "" });
      if (at.index + 1 < at.to) rests.push({ seed, from: at.index + 1, to: at.to });
    }
  }

  /** Resolves when the worker has ended: `why` in words where it did not end by itself. */
  function runWorker(first: Work): Promise<{ at: { index: number; to: number }; why: string | null }> {
    const child: ChildProcess = fork(fileURLToPath(new URL("worker.ts", import.meta.url)));
    let current = first;
    let index = first.from;
    let why: string | null = "the process ended in this case";
    let isLate = setTimeout(() => {}, 0);
    const watch = (milliseconds: number): void => {
      clearTimeout(isLate);
      isLate = setTimeout(() => {
        why = `no answer within ${milliseconds / 1000} s`;
        child.kill("SIGKILL");
      }, milliseconds);
    };
    child.on("message", (report: Report) => {
      watch(report.type === "shrinking" ? patienceWithShrinking : patience);
      switch (report.type) {
        case "at":
          index = report.index;
          return;
        case "shrinking":
          return;
        case "found":
          note(report.found);
          return;
        case "done": {
          tally = together(tally, report.tally);
          megabytes = Math.max(megabytes, report.megabytes);
          const work = report.megabytes > megabytesAtMost ? null : takeWork();
          if (work === null) {
            why = null;
            child.disconnect();
            return;
          }
          current = work;
          child.send(work);
          return;
        }
        default:
          report satisfies never;
      }
    });
    watch(patience);
    child.send(first);
    return new Promise((resolve) => {
      child.on("exit", () => {
        clearTimeout(isLate);
        resolve({ at: { index, to: current.to }, why });
      });
    });
  }

  await Promise.all(Array.from({ length: workers }, runWorkers));
  clearInterval(progress);
  return tally;
}
