/** The command, run in this process on settings that take no time. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setDefaultTarget } from "cotangent";
import { command } from "../../../examples/train/command.js";

/** A new folder for the runs of a test file, and how a file is written there. */
export function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-train-"));
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return { folder, file };
}

export interface Outcome {
  readonly code: number;
  readonly said: readonly string[];
  readonly complaints: readonly string[];
  /** The steps that were reported. */
  readonly steps: readonly number[];
}

/** `stopAt` presses Ctrl-C during that step. */
export async function run(args: readonly string[], stopAt = Number.POSITIVE_INFINITY): Promise<Outcome> {
  const said: string[] = [];
  const complaints: string[] = [];
  const steps: number[] = [];
  const code = await command(args, {
    say: (line) => said.push(line),
    complain: (line) => complaints.push(line),
    progress: () => ({ report: ({ step }) => steps.push(step), stop: () => undefined }),
    trial: () => ({ report: () => undefined, stop: () => undefined }),
    whileStoppable: (train) => train(() => (steps.at(-1) ?? 0) >= stopAt),
  }).finally(() => setDefaultTarget(null));
  return { code, said, complaints, steps };
}

/** Two columns of numbers, of which no two rows are equal. */
export const rows = Array.from({ length: 60 }, (_, i) => `${Math.sin(i)},${Math.cos(3 * i)}`);

/** A small network, few chains, few steps. */
export const small = [
  ...["--hidden", "8,8", "--batch", "16", "--chains", "16", "--buffer", "16", "--hops", "2"],
  ...["--langevin-steps", "3", "--iterations", "6", "--samples", "60", "--checkpoint-every", "2"],
];
