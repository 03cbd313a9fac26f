/** A contender's process, seen from outside. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { FromWorker, ToWorker } from "./protocol.js";

export interface WorkerProcess {
  /** The next message; `failed` where the process ended without one. */
  readonly next: () => Promise<FromWorker>;
  readonly ask: (request: ToWorker) => Promise<FromWorker>;
}

/** Starts a command that speaks the protocol. */
export function startWorker([program, ...args]: readonly string[]): WorkerProcess {
  const child = spawn(program, args, { env: { ...process.env, JAX_PLATFORMS: "cpu" } });
  const errors = lastLines(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<FromWorker> => {
    const { done, value } = await lines.next();
    if (done === true) return { kind: "failed", message: `the process ended: ${errors()}` };
    return value.startsWith("{") ? JSON.parse(value) : next(); // our own workers wrote it
  };
  return {
    next,
    ask: (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return next();
    },
  };
}

/** What a process last said to its standard error. */
function lastLines(child: ChildProcessWithoutNullStreams): () => string {
  let text = "";
  child.stderr.on("data", (data) => {
    text = `${text}${String(data)}`.slice(-400);
  });
  child.stdin.on("error", () => undefined); // it has ended: the next message says so
  child.on("error", (error) => {
    text = error.message;
  });
  return () => text.trim();
}
