/** The command as a process: its streams, its exit codes, and Ctrl-C. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { folder, small } from "./running.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the script on the sources, as a stranger would from the command line. */
const script = (
  args: readonly string[],
  watch: (child: ChildProcess, stdout: string) => void = () => undefined,
) =>
  new Promise<Outcome>((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", join(root, "examples/train.ts"), ...args], {
      cwd: root,
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (part: Buffer) => {
      stdout += part.toString();
      watch(child, stdout);
    });
    child.stderr.on("data", (part: Buffer) => {
      stderr += part.toString();
    });
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });

test("a fault is one line on stderr, exit code 2, and nothing on stdout", async () => {
  expect(await script(["--colour"])).toEqual({
    code: 2,
    stdout: "",
    stderr: "train: unknown option '--colour'\n",
  });
});

test("help is for reading: on stdout, with exit code 0", async () => {
  const { code, stdout, stderr } = await script(["--help"]);
  expect([code, stderr]).toEqual([0, ""]);
  for (const heading of ["Points:", "Training:", "Network:", "Sampler:", "Run:"])
    expect(stdout).toContain(heading);
});

test("Ctrl-C ends the step at hand, saves, draws, and says how to go on", async () => {
  const out = join(folder, "interrupted");
  let isPressed = false;
  const { code, stdout, stderr } = await script(
    [...small, "--iterations", "1000000", "--checkpoint-every", "1000000", "--out", out],
    (child, said) => {
      if (isPressed || !said.includes("1/1000000")) return;
      isPressed = true;
      child.kill("SIGINT");
    },
  );
  expect([code, stderr]).toEqual([130, ""]);
  expect(stdout.trimEnd().split("\n").at(-1)).toBe(`stopped; to go on: npm start -- --resume ${out}`);
  expect(readdirSync(out)).toContain("picture.png");
  expect(stdout).not.toContain("\u001b"); // plain lines where there is no terminal
});
