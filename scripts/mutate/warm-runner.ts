/** Runners from outside: started when needed, killed with all that they started when they take too long. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Order, Outcome } from "./runner.js";
import { root } from "./targets.js";

export interface Runner {
  /** The outcome, or null when it took longer than so many seconds. */
  readonly run: (order: Order, seconds: number) => Promise<Outcome | null>;
  readonly stop: () => void;
}

/** A runner that starts at its first order; `hitsFile` makes it one that writes there what the tests reach. */
export function warmRunner(hitsFile: string | null): Runner {
  let child: ChildProcess | null = null;
  const stop = (): void => {
    if (child?.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    child = null;
  };
  // A mutant's endless loop would outlive whoever ends this process.
  process.once("exit", stop);
  return {
    run: async (order, seconds) => {
      if (child === null) {
        child = start(hitsFile);
        if ((await outcomeOf(child, startSeconds)) === null) throw new Error("the runner did not start");
      }
      child.send(order);
      const outcome = await outcomeOf(child, seconds);
      if (outcome === null) stop();
      return outcome;
    },
    stop,
  };
}

const startSeconds = 120;

/** In a group of its own, so that the processes of vitest can be ended with it. */
const start = (hitsFile: string | null): ChildProcess =>
  fork(join(root, "scripts/mutate/runner.ts"), [], {
    cwd: root,
    execArgv: ["--import", "tsx"],
    env: {
      ...process.env,
      TSX_TSCONFIG_PATH: join(root, "tsconfig.json"),
      ...(hitsFile === null ? {} : { MUTATE_HITS: hitsFile }),
    },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    detached: true,
  });

const outcomeOf = (child: ChildProcess, seconds: number): Promise<Outcome | null> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => resolve(null)), seconds * 1000);
    const heard = (message: unknown): void => finish(() => resolve(message as Outcome)); // runner.ts sends nothing else
    const ended = (): void => finish(() => reject(new Error("the runner ended")));
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      child.off("message", heard);
      child.off("exit", ended);
      settle();
    };
    child.on("message", heard);
    child.on("exit", ended);
  });
