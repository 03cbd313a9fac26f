/**
 * The target gpu beside wasm and beside kernels written by hand for gpu.js, in one run:
 *
 *     npm run bench -- bench/gpu.ts --mode webasm,webgpu --only W4,W6
 *     npm run bench -- bench/gpu.ts --in chromium --mode webgpu
 *
 * Of W2 a tenth is timed, since all of it takes minutes on a card that is imitated; with --whole all. A mode that cannot run here is
 * left out, and said to be. With --json a line a measurement. Kernels by hand use the elementary functions of the driver, as ours do
 * under fastMath and not otherwise. Chromium's graphics card is the one that SwiftShader imitates.
 */
import { parseArgs } from "node:util";
import type { GpuMode } from "cotangent/gpu";
import { inChromium } from "./gpu/in-chromium.js";
import { type Stopwatch, stopwatch, titleOf, workloadsOf } from "./gpu/timing.js";
import { figures, startReport } from "./report.js";

/** What our kernels may take, as a multiple of those by hand. */
const bound = 1.5;

const { values: given } = parseArgs({
  args: process.argv.slice(2),
  options: {
    in: { type: "string", default: "node" },
    mode: { type: "string", default: "webgpu,webasm" },
    only: { type: "string", default: "W1,W2,W4,W6" },
    rounds: { type: "string", default: "5" },
    whole: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const chosen = workloadsOf(given.only.split(","));
const amount = { rounds: Number(given.rounds), isWhole: given.whole };
const modes = given.mode.split(",") as GpuMode[]; // setGpuMode refuses what is none

const report = startReport("The target gpu, beside wasm and kernels of gpu.js by hand");
if (given.in === "node") await inEach(stopwatch);
else if (given.in === "chromium") await inChromium(inEach);
else throw new Error(`--in takes node or chromium, got ${JSON.stringify(given.in)}`);
report.finish();
process.exit(); //        a device of the package webgpu keeps the process

async function inEach(watch: Stopwatch): Promise<void> {
  for (const mode of modes) await inMode(watch, mode);
}

async function inMode({ device, timesOf }: Stopwatch, mode: GpuMode): Promise<void> {
  const found = await device(mode);
  if (found.kind === "fails") return report.note(`without ${mode}: ${found.reason}`);
  report.note(found.description);
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
  for (const id of chosen) {
    const workload = titleOf(id, amount);
    const times = await timesOf(mode, id, amount);
    for (const [target, { first: firstMs, median: ms }] of Object.entries(times)) {
      report.measured({ workload, target, mode, device: found.description, ms, firstMs });
    }
    const { gpu, "gpu, fastMath": fast, "by hand": hand, wasm } = times;
    const [ratio, fastRatio] = [gpu, fast].map(({ median }) => median / hand.median);
    const ms = [gpu, fast, hand, wasm].map(({ median }) => median);
    rows.push([workload, ...[...ms, ratio, fastRatio, gpu.first].map(figures)]);
    report.bound(`${mode}: ${workload}, gpu over by hand`, ratio, bound, "");
    report.bound(`${mode}: ${workload}, gpu under fastMath over by hand`, fastRatio, bound, "");
  }
  report.table(rows);
}
