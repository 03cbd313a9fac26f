/** A Python process that answers cases with JAX's results, in the order asked. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { EncodedArray } from "../jax/encoding.js";
import type { Case } from "./program.js";
import type { QuantityName } from "./quantities.js";

/** JAX's results, or the error it raised. */
export type Answer = { readonly [N in QuantityName]?: readonly EncodedArray[] } & { readonly error?: string };

export interface JaxProcess {
  readonly ask: (asked: Case) => Promise<Answer>;
  readonly end: () => void;
}

/**
 * XLA's flags. "fast" compiles in a third of the time, but what it computes twice may be rounded differently, and where the
 * program compares a maximum with its elements none is equal then: what differs is asked again with the usual flags.
 */
export type Compilation = "fast" | "usual";

const fastFlags = [
  "--xla_backend_optimization_level=0",
  "--xla_llvm_disable_expensive_passes=true",
  "--xla_cpu_use_fusion_emitters=false",
  "--xla_cpu_parallel_codegen_split_count=1",
].join(" ");

export function startJax(python: string, wide: boolean, compilation: Compilation): JaxProcess {
  const script = fileURLToPath(new URL("answer.py", import.meta.url));
  const flags = compilation === "fast" ? fastFlags : "";
  const env = { ...process.env, XLA_FLAGS: flags, JAX_PLATFORMS: "cpu" };
  const child = spawn("nice", ["-n", "10", python, script, wide ? "wide" : "narrow"], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting: { resolve: (answer: Answer) => void; reject: (reason: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    // The script prints one answer for every case, and nothing else.
    waiting.shift()?.resolve(JSON.parse(line) as Answer);
  });
  child.on("exit", (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`${python} ended with code ${code}`));
  });
  const ask = (asked: Case): Promise<Answer> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify(asked)}\n`);
    });
  return { ask, end: () => child.stdin.end() };
}
