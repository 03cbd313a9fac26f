/**
 * The target gpu beside wasm and beside kernels written by hand for gpu.js, in one run:
 *
 *     npm run bench -- bench/gpu.ts --mode webasm,webgpu --only W4,W6
 *
 * A mode that cannot run here is left out, and said to be. With --json a line a measurement. Kernels by hand use the elementary functions
 * of the driver, as ours do under fastMath and not otherwise.
 */
import { parseArgs } from "node:util";
import { targets } from "cotangent";
import { type GpuMode, setGpuMode } from "cotangent/gpu";
import { type DeviceRun, w4ByHand, w6GradByHand, w6ValueByHand } from "./gpu/by-hand.js";
import { type Kernels, kernelsIn } from "./gpu/kernels.js";
import * as ours from "./gpu/ours.js";
import { w1ByHand, w2ByHand } from "./gpu/training-by-hand.js";
import { figures, startReport } from "./report.js";
import { disagreements, findWorkload, type Sizes, type WorkloadId } from "./workloads/workload.js";

/** What our kernels may take, as a multiple of those by hand. */
const bound = 1.5;

const entries: readonly {
  readonly id: WorkloadId;
  readonly ours: (how: ours.How, sizes: Sizes) => DeviceRun;
  readonly byHand: (kernels: Kernels, sizes: Sizes) => DeviceRun;
}[] = [
  { id: "W1", ours: ours.w1, byHand: w1ByHand },
  { id: "W2", ours: ours.w2, byHand: w2ByHand },
  { id: "W4", ours: ours.w4, byHand: w4ByHand },
  { id: "W6 value", ours: ours.w6Value, byHand: w6ValueByHand },
  { id: "W6 grad", ours: ours.w6Grad, byHand: w6GradByHand },
];

const { values: given } = parseArgs({
  args: process.argv.slice(2),
  options: {
    mode: { type: "string", default: "webgpu,webasm" },
    only: { type: "string", default: "W1,W2,W4,W6" },
    rounds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});
const wanted = given.only.split(",");
const rounds = Number(given.rounds);
const chosen = entries.filter(({ id }) => wanted.some((name) => id === name || id.startsWith(`${name} `)));

const report = startReport("The target gpu, beside wasm and kernels of gpu.js by hand");
for (const mode of given.mode.split(",") as GpuMode[]) await inMode(mode); // setGpuMode refuses what is none
setGpuMode(null);
report.finish();
process.exit(); //        a device of the package webgpu keeps the process

async function inMode(mode: GpuMode): Promise<void> {
  setGpuMode(mode);
  const fault = await ours
    .w4({ target: "gpu", fastMath: false }, { size: 2 })
    .call()
    .then(() => null, String);
  const { description } = targets().find(({ name }) => name === "gpu") ?? { description: "" };
  if (fault !== null) return report.note(`without ${mode}: ${fault}`);
  report.note(description);
  const kernels = kernelsIn(mode);
  const rows = [
    [
      "",
      "gpu ms",
      "fastMath ms",
      "by hand ms",
      "wasm ms",
      "gpu / by hand",
      "fastMath / by hand",
      "first call ms",
    ],
  ];
  for (const { id, ours: own, byHand } of chosen) {
    const workload = findWorkload(id);
    const { sizes } = workload;
    const runs = [
      ["gpu", own({ target: "gpu", fastMath: false }, sizes)],
      ["gpu, fastMath", own({ target: "gpu", fastMath: true }, sizes)],
      ["by hand", byHand(kernels, sizes)],
      ["wasm", own({ target: "wasm", fastMath: false }, sizes)],
    ] as const;
    const first: number[] = [];
    for (const [, run] of runs) first.push(await timeOf(run));
    const answers = await Promise.all(runs.map(async ([name, run]) => [name, await run.answers()] as const));
    for (const [name, answer] of answers) {
      for (const fault of disagreements(workload, answers[3], answer))
        throw new Error(`${id}, ${name}: ${fault}`);
    }
    const times = runs.map((): number[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [i, [, run]] of runs.entries()) times[i].push(await timeOf(run));
    }
    const [gpu, fast, hand, wasm] = times.map(median);
    runs.forEach(([name], i) => {
      const ms = median(times[i]);
      report.measured({ workload: id, target: name, mode, device: description, ms, firstMs: first[i] });
    });
    rows.push([id, ...[gpu, fast, hand, wasm, gpu / hand, fast / hand, first[0]].map(figures)]);
    report.bound(`${mode}: ${id}, gpu over by hand`, gpu / hand, bound, "");
    report.bound(`${mode}: ${id}, gpu under fastMath over by hand`, fast / hand, bound, "");
  }
  report.table(rows);
  kernels.close();
}

async function timeOf({ call }: DeviceRun): Promise<number> {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((x, y) => x - y)[values.length >> 1];
}
