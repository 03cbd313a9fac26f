/** The command as a process: its streams, its exit codes, and Ctrl-C. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newFolder, rows, small } from "./running.js";

const { file, folder } = newFolder();

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Where Node looks for packages, and git for nothing. */
const cache = join(root, "node_modules/.cache");
mkdirSync(cache, { recursive: true });
const built = mkdtempSync(join(cache, "train-"));

/** JavaScript of the sources, made once for all runs: in each it would take longer than the run. */
beforeAll(async () => {
  await build({
    entryPoints: [join(root, "examples/train.ts")],
    outdir: built,
    outExtension: { ".js": ".mjs" },
    tsconfig: join(root, "tsconfig.json"),
    bundle: true,
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "node",
  });
});
afterAll(() => rmSync(built, { recursive: true }));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the script as a stranger would from the command line. */
const script = (
  args: readonly string[],
  watch: (child: ChildProcess, stdout: string) => void = () => undefined,
) =>
  new Promise<Outcome>((resolve) => {
    const child = spawn(process.execPath, [join(built, "train.mjs"), ...args], { cwd: root });
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

test("whoever reads the lines may go: the run stops as at Ctrl-C, and nothing is lost", async () => {
  const out = join(folder, "unread");
  const { code, stderr } = await script(
    // The next line, which nobody reads, comes after a twentieth of the steps.
    [...small, "--iterations", "200000", "--checkpoint-every", "1000000", "--out", out],
    (child, said) => {
      if (said.includes("1/200000")) child.stdout?.destroy();
    },
  );
  expect([code, stderr]).toEqual([130, ""]);
  expect(readdirSync(out)).toEqual(expect.arrayContaining(["checkpoint.safetensors", "picture.png"]));
  expect(readdirSync(out)).not.toContain(".running");
});

test("Ctrl-C while a way to train is chosen ends at once, since there is nothing to save", async () => {
  const out = join(folder, "choosing");
  const points = file("choosing.csv", `${rows.join("\n")}\n`);
  const { code, stdout } = await script(["--data", points, "--out", out], (child, said) => {
    if (said.includes("rows are few: iterations")) child.kill("SIGINT");
  });
  expect(code).toBe(null); // ended by the signal
  expect(stdout).not.toContain("chosen:");
  expect(readdirSync(out).filter((name) => name !== ".running")).toEqual([]);
});
