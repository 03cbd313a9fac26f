/**
 * Is anything left behind? Calls, results and programs by the ten thousand, each case in one synchronous loop, where no
 * finalizer ever runs, and in a process of its own, for each target.
 *
 *     npm run bench -- bench/memory.ts [--json] [--only=<part of a case's name>]
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { grad, jit, type NDArray, numpy as np, setDefaultTarget } from "cotangent";
import { checkAgreement, residentMb } from "./measure.js";
import { figures, startReport } from "./report.js";

interface Case {
  readonly name: string;
  readonly turns: number;
  /** After so many turns all that stays should be there. */
  readonly mark: number;
  /** Megabytes that the end may lie above the mark. */
  readonly limit: number;
  /** What is compared at the mark and at the end. Where turns leave what outlives V8's young generation, resident memory
   * rises and falls with its rare collections of the old one, and only what is in use after a collection says something. */
  readonly compares: "resident" | "in use";
  /** Makes what the turns share; what it returns does one turn and gives its answer. */
  readonly prepare: () => (i: number) => NDArray;
  /** The answer's first element. */
  readonly expected: (i: number) => number;
}

/** sin(x) x + sum of an array that the closure holds. */
const closure = (i: number): ((x: NDArray) => NDArray) => {
  const held = np.array([i, 1]);
  return (x) => np.sin(x).mul(x).add(held.sum());
};
const point = 1.5;
const value = (i: number): number => Math.sin(point) * point + i + 1;
const slope = Math.cos(point) * point + Math.sin(point);

const freshClosures = { turns: 10_000, mark: 2_000, limit: 20, compares: "resident" } as const;
/** float32 numbers of 64 kB */
const resultSize = 16_384;

const cases: readonly Case[] = [
  {
    name: "calls of a jitted function",
    turns: 100_000,
    mark: 10_000,
    limit: 50,
    compares: "resident",
    prepare: () => {
      const f = jit((x: NDArray) => np.sin(x).mul(x));
      const x = np.array(point);
      return () => f(x);
    },
    expected: () => Math.sin(point) * point,
  },
  {
    name: "results of 64 kB",
    turns: 40_000,
    mark: 4_000,
    limit: 50,
    compares: "resident",
    prepare: () => {
      const f = jit((x: NDArray, i: NDArray) => x.mul(2).add(i));
      const x = np.ones([resultSize]);
      return (i) => f(x, i);
    },
    expected: (i) => i + 2,
  },
  {
    name: "results of 64 kB that are arguments next",
    turns: 40_000,
    mark: 4_000,
    limit: 50,
    compares: "resident",
    prepare: () => {
      const f = jit((x: NDArray) => x.mul(0.5).add(1));
      let x = np.zeros([resultSize]);
      return () => {
        x = f(x);
        return x;
      };
    },
    expected: () => 2,
  },
  {
    name: "programs that differ",
    turns: 40_000,
    mark: 20_000,
    limit: 50,
    compares: "resident",
    prepare: () => {
      const x = np.array(point);
      return (i) =>
        jit((v: NDArray) =>
          np
            .sin(v)
            .mul(v)
            .add(i + 0.5),
        )(x);
    },
    expected: (i) => Math.sin(point) * point + i + 0.5,
  },
  {
    ...freshClosures,
    name: "gradients of fresh closures",
    prepare: () => {
      const x = np.array(point);
      return (i) => grad(closure(i))(x);
    },
    expected: () => slope,
  },
  {
    ...freshClosures,
    name: "jits of fresh closures",
    prepare: () => {
      const x = np.array(point);
      return (i) => jit(closure(i))(x);
    },
    expected: value,
  },
  {
    ...freshClosures,
    name: "jits of gradients of fresh closures",
    prepare: () => {
      const x = np.array(point);
      return (i) => jit(grad(closure(i)))(x);
    },
    expected: () => slope,
  },
  {
    ...freshClosures,
    name: "gradients of jits of fresh closures",
    mark: 5_000,
    compares: "in use",
    prepare: () => {
      const x = np.array(point);
      return (i) => grad(jit(closure(i)))(x);
    },
    expected: () => slope,
  },
];

const targets = ["js", "wasm"];

/** All in megabytes, save the time. */
interface Trace {
  /** Resident at the mark, at the end, at most after the mark, and when all garbage is collected at the end. */
  readonly mark: number;
  readonly end: number;
  readonly highest: number;
  readonly collected: number;
  /** In use in V8's heap, and outside of it in buffers, when garbage has just been collected, at the end. */
  readonly heap: number;
  readonly buffers: number;
  /** What the case compares: the end above the mark. */
  readonly growth: number;
  readonly ms: number;
}

const inUseMb = (): number => process.memoryUsage().heapUsed / 2 ** 20;

/** Flags may be set after the start; a new context then has the function. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
}

function runCase({ name, turns, mark, compares, prepare, expected }: Case): Trace {
  const turn = prepare();
  let [atMark, inUseAtMark, highest] = [0, 0, 0];
  const start = performance.now();
  for (let i = 0; i < turns; i++) {
    const out = turn(i);
    if (i % 100 === 99 && i >= mark) highest = Math.max(highest, residentMb());
    if (i % 1000 === 999) {
      const [answer] = out.dataSync();
      checkAgreement(
        name,
        [
          ["by hand", expected(i)],
          ["cotangent", Number(answer)],
        ],
        1e-5,
      );
    }
    if (i + 1 === mark) {
      atMark = residentMb();
      if (compares === "in use") {
        collectGarbage();
        inUseAtMark = inUseMb();
      }
    }
  }
  const ms = performance.now() - start;
  const end = residentMb();
  collectGarbage();
  const { external, arrayBuffers } = process.memoryUsage();
  return {
    mark: atMark,
    end,
    highest,
    collected: residentMb(),
    heap: inUseMb(),
    buffers: Math.max(external, arrayBuffers) / 2 ** 20,
    growth: compares === "resident" ? end - atMark : inUseMb() - inUseAtMark,
    ms,
  };
}

/** Runs one case in a new process: this script with the number of the case. */
const inNewProcess = (index: number, target: string): Promise<Trace> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [`--case=${index}`, `--target=${target}`]);
    child.once("message", (message) => resolve(message as Trace)); // what the end of this script sends
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the process of case ${index} ended with code ${code}`)));
  });

const argument = (name: string): string | undefined =>
  process.argv.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);

async function runAll(): Promise<void> {
  const report = startReport("Is anything left behind? Memory in MB.");
  const rows = [
    ["", "turns", "at the mark", "at the end", "highest", "collected", "heap", "buffers", "µs a turn"],
  ];
  const bounds: (() => void)[] = [];
  for (const [index, { name, turns, mark, limit, compares }] of cases.entries()) {
    if (!name.includes(argument("only") ?? "")) continue;
    for (const target of targets) {
      const trace = await inNewProcess(index, target);
      const { ms, growth, ...sizes } = trace;
      const shown = [sizes.mark, sizes.end, sizes.highest, sizes.collected, sizes.heap, sizes.buffers];
      rows.push([`${name}, ${target}`, String(turns)].concat([...shown, (ms * 1000) / turns].map(figures)));
      report.measured({ workload: name, target, ms: ms / turns, growth, ...sizes });
      const what = `${name}, ${target}: ${compares} after ${turns} turns above that after ${mark}`;
      bounds.push(() => report.bound(what, growth, limit, " MB"));
    }
  }
  report.table(rows);
  for (const check of bounds) check();
  report.finish();
}

const chosen = argument("case");
if (chosen === undefined) await runAll();
else {
  setDefaultTarget(argument("target") ?? "js");
  process.send?.(runCase(cases[Number(chosen)]));
}
