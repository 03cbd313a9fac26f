/** Who takes part: our targets, the limit, the peers; and why some of them cannot here. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { missingClang } from "../limits/build.js";
import { python } from "../peers/python.js";
import type { Sizes, WorkloadId } from "../workloads/workload.js";

export interface ContenderInfo {
  readonly name: string;
  readonly title: string;
  /** Why it cannot run here, or null. */
  readonly missing: () => string | null;
  /** What to run for one workload. */
  readonly command: (id: WorkloadId, sizes: Sizes) => readonly string[];
}

/** The workers' program, as `bundleWorker` leaves it: where the peers can be imported from. */
export const workerFile = "bench/peers/node_modules/.cache/worker/worker.mjs";

const inNode = (name: string, title: string, missing: () => string | null = () => null): ContenderInfo => ({
  name,
  title,
  missing,
  command: (id, sizes) => [process.execPath, workerFile, name, id, JSON.stringify(sizes)],
});

const peer = (name: string, title: string, folder: string): ContenderInfo =>
  inNode(name, title, () =>
    existsSync(`bench/peers/node_modules/${folder}`) ? null : "not installed: npm ci --prefix bench/peers",
  );

const inPython = (name: string, title: string, library: string, oneCore: boolean): ContenderInfo => ({
  name,
  title,
  missing: () => {
    if (spawnSync(python, ["-c", `import ${library}`]).status !== 0) {
      return `${python} cannot import ${library}: name an interpreter that can in PYTHON`;
    }
    return oneCore && spawnSync("taskset", ["--version"]).status !== 0 ? "there is no taskset here" : null;
  },
  command: (id, sizes) => [
    ...(oneCore ? ["taskset", "--cpu-list", "0"] : []),
    python,
    "bench/python/contender.py",
    library,
    id,
    JSON.stringify(sizes),
  ],
});

/** Ours first: answers are compared with those of the first that takes part. */
export const contenders: readonly ContenderInfo[] = [
  inNode("js", "cotangent js"),
  inNode("wasm", "cotangent wasm"),
  inNode("c-wasm", "C in Wasm, by hand", missingClang),
  peer("jax-js", "jax-js, as users write it", "@jax-js/jax"),
  peer("jax-js-best", "jax-js, best arrangement", "@jax-js/jax"),
  peer("tfjs", "tfjs wasm", "@tensorflow/tfjs"),
  inPython("jax", "JAX, all cores", "jax", false),
  inPython("jax-1", "JAX, one core", "jax", true),
  inPython("torch", "PyTorch eager, all cores", "torch", false),
  inPython("torch-1", "PyTorch eager, one core", "torch", true),
];
