/** Times the target gpu beside wasm and kernels by hand, in Node and in a page alike. */
import { targets } from "cotangent";
import { type GpuMode, setGpuMode } from "cotangent/gpu";
import { disagreements, findWorkload, type Sizes, type WorkloadId } from "../workloads/workload.js";
import { type DeviceRun, w4ByHand, w6GradByHand, w6ValueByHand } from "./by-hand.js";
import { type Kernels, kernelsIn } from "./kernels.js";
import * as ours from "./ours.js";
import { w1ByHand, w2ByHand } from "./training-by-hand.js";

/** What is said of a mode: what it runs on, or why it cannot run here. */
export type Device =
  | { readonly kind: "runs"; readonly description: string }
  | { readonly kind: "fails"; readonly reason: string };

/** Milliseconds: the first call, and the median of those after the second. */
export interface Times {
  readonly first: number;
  readonly median: number;
}

export type Contender = "gpu" | "gpu, fastMath" | "by hand" | "wasm";

export type WorkloadTimes = Readonly<Record<Contender, Times>>;

/** Calls of each contender after its first, and whether workloads are done whole. */
export interface Amount {
  readonly rounds: number;
  readonly isWhole: boolean;
}

/** Where it is measured: in this process, or in a page that one asks from here. */
export interface Stopwatch {
  readonly device: (mode: GpuMode) => Promise<Device>;
  readonly timesOf: (mode: GpuMode, id: WorkloadId, amount: Amount) => Promise<WorkloadTimes>;
}

interface Entry {
  readonly id: WorkloadId;
  /** The part of it that is timed, where all of it takes minutes on a device that is imitated. */
  readonly part?: { readonly title: string; readonly sizes: Sizes };
  readonly ours: (how: ours.How, sizes: Sizes) => DeviceRun;
  readonly byHand: (kernels: Kernels, sizes: Sizes) => DeviceRun;
}

const entries: readonly Entry[] = [
  { id: "W1", ours: ours.w1, byHand: w1ByHand },
  {
    id: "W2",
    part: { title: "10 of its 100 steps", sizes: { steps: 10 } },
    ours: ours.w2,
    byHand: w2ByHand,
  },
  { id: "W4", ours: ours.w4, byHand: w4ByHand },
  { id: "W6 value", ours: ours.w6Value, byHand: w6ValueByHand },
  { id: "W6 grad", ours: ours.w6Grad, byHand: w6GradByHand },
];

/** The workloads of these names, where "W6" is both of its parts. */
export const workloadsOf = (names: readonly string[]): readonly WorkloadId[] =>
  entries.map(({ id }) => id).filter((id) => names.some((name) => id === name || id.startsWith(`${name} `)));

/** The workload as it is timed: its name, and which part of it where it is one. */
export function titleOf(id: WorkloadId, { isWhole }: Amount): string {
  const part = isWhole ? undefined : entryOf(id).part;
  return part === undefined ? id : `${id}, ${part.title}`;
}

/** This process, or this page. */
export const stopwatch: Stopwatch = { device, timesOf };

/** Chooses the mode and tries it with a product of two by two. */
async function device(mode: GpuMode): Promise<Device> {
  setGpuMode(mode);
  const reason = await ours
    .w4({ target: "gpu", fastMath: false }, { size: 2 })
    .call()
    .then(() => null, String);
  if (reason !== null) return { kind: "fails", reason };
  const { description = "" } = targets().find(({ name }) => name === "gpu") ?? {};
  return { kind: "runs", description };
}

/**
 * All four take turns, after a first call each. Throws where an answer differs from wasm's by more than the workload allows: a time is
 * worth nothing without it.
 */
async function timesOf(mode: GpuMode, id: WorkloadId, { rounds, isWhole }: Amount): Promise<WorkloadTimes> {
  const entry = entryOf(id);
  setGpuMode(mode);
  const kernels = kernelsIn(mode);
  const workload = findWorkload(id);
  const sizes = isWhole ? workload.sizes : { ...workload.sizes, ...entry.part?.sizes };
  const contenders = Object.entries<DeviceRun>({
    gpu: entry.ours({ target: "gpu", fastMath: false }, sizes),
    "gpu, fastMath": entry.ours({ target: "gpu", fastMath: true }, sizes),
    "by hand": entry.byHand(kernels, sizes),
    wasm: entry.ours({ target: "wasm", fastMath: false }, sizes),
  } satisfies Record<Contender, DeviceRun>).map(([name, run]) => ({ name, run, times: [] as number[] }));
  const first: number[] = [];
  for (const { run } of contenders) first.push(await timeOf(run));
  const expected = await contenders[contenders.length - 1].run.answers();
  for (const { name, run } of contenders) {
    for (const fault of disagreements(workload, ["wasm", expected], await run.answers())) {
      throw new Error(`${id}, ${name}: ${fault}`);
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const { run, times } of contenders) times.push(await timeOf(run));
  }
  kernels.close();
  const found = contenders.map(({ name, times }, i) => [name, { first: first[i], median: median(times) }]);
  return Object.fromEntries(found) as WorkloadTimes; // sound: the keys are those of `contenders`
}

function entryOf(id: WorkloadId): Entry {
  const entry = entries.find((each) => each.id === id);
  if (entry === undefined) throw new Error(`${id} is not made by hand for gpu.js`);
  return entry;
}

async function timeOf({ call }: DeviceRun): Promise<number> {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

const median = (values: readonly number[]): number => [...values].sort((x, y) => x - y)[values.length >> 1];
