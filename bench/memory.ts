/**
 * Is anything left behind? Gradients and jits of fresh closures in one synchronous loop each, where no finalizer ever runs:
 * the same program 10,000 times, and 40,000 programs that all differ. Every case has a process of its own.
 *
 *     npm run bench -- bench/memory.ts [--json]
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { grad, jit, type NDArray, numpy as np } from "cotangent";
import { checkAgreement, residentMb } from "./measure.js";
import { figures, startReport } from "./report.js";

interface Case {
  readonly name: string;
  readonly turns: number;
  /** One turn with a closure that no turn had before; its answer. */
  readonly turn: (i: number) => NDArray;
  readonly expected: (i: number) => number;
  /**
   * What such a turn leaves outlives V8's young generation, so resident memory rises and falls with its rare collections of
   * the old one. What is still in use after a collection at half the turns, and at the end, shows whether anything stays.
   */
  readonly collectsAtHalf: boolean;
}

/** sin(x) x + sum of an array that the closure holds. */
const closure = (i: number): ((x: NDArray) => NDArray) => {
  const held = np.array([i, 1]);
  return (x) => np.sin(x).mul(x).add(held.sum());
};
const point = 1.5;
const value = (i: number): number => Math.sin(point) * point + i + 1;
const slope = Math.cos(point) * point + Math.sin(point);
const x = np.array(point);

const cases: readonly Case[] = [
  {
    name: "gradients of fresh closures",
    turns: 10_000,
    turn: (i) => grad(closure(i))(x),
    expected: () => slope,
    collectsAtHalf: false,
  },
  {
    name: "jits of fresh closures",
    turns: 10_000,
    turn: (i) => jit(closure(i))(x),
    expected: value,
    collectsAtHalf: false,
  },
  {
    name: "jits of gradients of fresh closures",
    turns: 10_000,
    turn: (i) => jit(grad(closure(i)))(x),
    expected: () => slope,
    collectsAtHalf: false,
  },
  {
    name: "gradients of jits of fresh closures",
    turns: 10_000,
    turn: (i) => grad(jit(closure(i)))(x),
    expected: () => slope,
    collectsAtHalf: true,
  },
  {
    name: "jits of programs that differ",
    turns: 40_000,
    turn: (i) =>
      jit((v: NDArray) =>
        np
          .sin(v)
          .mul(v)
          .add(i + 0.5),
      )(x),
    expected: (i) => Math.sin(point) * point + i + 0.5,
    collectsAtHalf: true,
  },
];

/** All in megabytes, save the time. */
interface Trace {
  /** Resident after each thousand turns. */
  readonly thousands: readonly number[];
  readonly highest: number;
  /** Resident at the end, garbage collected. */
  readonly collected: number;
  /** In use when garbage has just been collected: after half the turns (where that is done) and at the end. */
  readonly inUse: readonly [number, number];
  readonly ms: number;
}

const heapMb = (): number => process.memoryUsage().heapUsed / 2 ** 20;

/** Flags may be set after the start; a new context then has the function. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
}

function runCase({ name, turns, turn, expected, collectsAtHalf }: Case): Trace {
  const thousands: number[] = [];
  let highest = 0;
  let inUseAtHalf = 0;
  const start = performance.now();
  for (let i = 0; i < turns; i++) {
    const out = turn(i);
    if (i % 100 === 99) {
      const resident = residentMb();
      highest = Math.max(highest, resident);
      if (i % 1000 === 999) {
        thousands.push(resident);
        checkAgreement(
          name,
          [
            ["by hand", expected(i)],
            ["cotangent", Number(out.item())],
          ],
          1e-5,
        );
      }
    }
    if (collectsAtHalf && i + 1 === turns / 2) {
      collectGarbage();
      inUseAtHalf = heapMb();
    }
  }
  const ms = performance.now() - start;
  collectGarbage();
  return { thousands, highest, collected: residentMb(), inUse: [inUseAtHalf, heapMb()], ms };
}

/** Runs one case in a new process: this script with the number of the case. */
const inNewProcess = (index: number): Promise<Trace> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [`--case=${index}`]);
    child.once("message", (message) => resolve(message as Trace)); // what the end of this script sends
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the process of case ${index} ended with code ${code}`)));
  });

async function runAll(): Promise<void> {
  const report = startReport("Is anything left behind? Resident memory in MB.");
  const rows = [
    ["", "turns", "after 1,000", "after 2,000", "at the end", "collected", "highest", "µs a turn"],
  ];
  const bounds: (() => void)[] = [];
  for (const [index, { name, turns, collectsAtHalf }] of cases.entries()) {
    const { thousands, highest, collected, inUse, ms } = await inNewProcess(index);
    const second = thousands[1];
    const end = thousands[thousands.length - 1];
    rows.push(
      [name, String(turns)].concat(
        [thousands[0], second, end, collected, highest, (ms * 1000) / turns].map(figures),
      ),
    );
    report.measured({ workload: name, target: "js", ms: ms / turns, second, end, collected, highest });
    bounds.push(() => {
      if (collectsAtHalf) {
        report.bound(`${name}: in use, the end above half the turns`, inUse[1] - inUse[0], 20, " MB");
        return;
      }
      report.bound(`${name}: the end above 2,000`, end - second, 20, " MB");
      report.bound(`${name}: the same, garbage collected`, collected - second, 20, " MB");
    });
  }
  report.table(rows);
  for (const check of bounds) check();
  report.finish();
}

const chosen = process.argv.find((argument) => argument.startsWith("--case="));
if (chosen === undefined) await runAll();
else process.send?.(runCase(cases[Number(chosen.slice("--case=".length))]));
