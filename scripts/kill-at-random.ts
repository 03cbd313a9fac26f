/**
 * Kills the command with signal 9 at random moments, and looks at what it leaves: the checkpoint must load, at most one interval
 * of training may be lost, and runs that were killed and resumed must end with the same bytes as one that never was.
 *
 *     npm run check:kill -- --kills 100 --seed 0
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { random } from "cotangent";
import { decodeSafetensors, explainSafetensorsFault } from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { decodeConfig } from "../examples/train/config.js";

const { values: given } = parseArgs({
  options: {
    kills: { type: "string", default: "100" },
    seed: { type: "string", default: "0" },
    iterations: { type: "string", default: "1000" },
    every: { type: "string", default: "5" },
    /** Milliseconds within which the kill comes, once there is what it waits for. */
    window: { type: "string", default: "300" },
  },
});
const [kills, seed, iterations, every, window] = [
  given.kills,
  given.seed,
  given.iterations,
  given.every,
  given.window,
].map(Number);

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cotangent-kill-"));
const checkpointIn = (out: string): string => join(out, "checkpoint.safetensors");
const metricsIn = (out: string): string => join(out, "metrics.csv");

/** Three hundred points about two centres: a start takes little time. */
const points = join(folder, "points.csv");
const sample = random.normal(random.key(seed), [300, 2]).dataSync();
writeFileSync(
  points,
  Array.from({ length: 300 }, (_, i) => `${sample[2 * i] + 4 * (i % 2)},${sample[2 * i + 1]}\n`).join(""),
);
const settings = [
  ["--data", points],
  ["--iterations", String(iterations)],
  ["--checkpoint-every", String(every)],
  ["--hidden", "16,16"],
  ["--chains", "32"],
  ["--batch", "32"],
  ["--samples", "50"],
].flat();

/** Milliseconds within which a start is killed: about what it takes until training begins. */
const startup = 2000;

/** Uniform on [0, 1): a stream of its own, so that a seed gives the same moments. */
const moments = random.uniform(random.key(seed + 1), [2 * kills]).dataSync();

const start = (...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, ["--import", "tsx", join(root, "examples/train.ts"), ...args], {
    cwd: root,
    env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.run.json") },
    stdio: ["ignore", "pipe", "pipe"],
  });

interface Ending {
  /** Null after a signal. */
  readonly code: number | null;
  /** On stderr. */
  readonly said: string;
  /** The last step that its progress showed; 0 for none. */
  readonly shown: number;
}

const endOf = (child: ChildProcess): Promise<Ending> =>
  new Promise((resolve) => {
    let said = "";
    let shown = 0;
    child.stdout?.on("data", (text) => {
      for (const [, step] of String(text).matchAll(/^ *(\d+)\/\d+ {2}/gm)) shown = Number(step);
    });
    child.stderr?.on("data", (text) => {
      said += text;
    });
    child.on("close", (code) => resolve({ code, said, shown }));
  });

/** What tells a file from the one that stood there before. */
const versionOf = (file: string): string => {
  if (!existsSync(file)) return "none";
  const { ino, size, mtimeMs } = statSync(file);
  return `${ino} ${size} ${mtimeMs}`;
};

class Broken extends Error {}

/** The checkpoint's step; throws when it does not load. */
function stepIn(out: string): number {
  const file = decodeSafetensors(readFileSync(checkpointIn(out)));
  if (E.isLeft(file)) throw new Broken(`${checkpointIn(out)}: ${explainSafetensorsFault(file.left)}`);
  const { tensors, metadata } = file.right;
  const config = decodeConfig(metadata.config ?? "");
  if (E.isLeft(config)) throw new Broken(`${checkpointIn(out)}: ${config.left}`);
  return Number(tensors.step.item());
}

/** The last whole row's step; 0 when there is none. */
function lastRowIn(out: string): number {
  if (!existsSync(metricsIn(out))) return 0;
  const rows = readFileSync(metricsIn(out), "utf8").split("\n").slice(1, -1);
  return rows.length === 0 ? 0 : Number(rows[rows.length - 1].split(",")[0]);
}

/** Names and bytes of all files must agree. */
function compareFolders(expected: string, found: string): void {
  const names = readdirSync(expected).sort();
  const others = readdirSync(found).sort();
  if (names.join() !== others.join()) {
    throw new Broken(`${found} has ${others}; the run that was not killed has ${names}`);
  }
  for (const name of names) {
    if (!readFileSync(join(expected, name)).equals(readFileSync(join(found, name)))) {
      throw new Broken(`${join(found, name)} differs from that of the run that was not killed`);
    }
  }
}

interface Killing {
  /** From 0 to 1: when, and which way. */
  readonly moment: number;
  readonly way: number;
}

/**
 * Goes on with the run in a folder, or begins it, and kills it: mostly while it trains, which is when checkpoints change;
 * sometimes from when the metrics are made or cut; now and then while it starts. The step that was shown last, or null when
 * the run ended before.
 */
async function runAndKill(out: string, { moment, way }: Killing): Promise<number | null> {
  const awaited = way > 0.35 ? checkpointIn(out) : way > 0.15 ? metricsIn(out) : null;
  const before = awaited === null ? "" : versionOf(awaited);
  const child = existsSync(checkpointIn(out)) ? start("--resume", out) : start(...settings, "--out", out);
  let isOver = false;
  const ended = endOf(child).then((end) => {
    isOver = true;
    return end;
  });
  while (awaited !== null && !isOver && versionOf(awaited) === before) await wait(1);
  await wait(moment * (awaited === null ? startup : window));
  child.kill("SIGKILL");
  const { code, said, shown } = await ended;
  if (code !== null && code !== 0) throw new Broken(`the command ended with ${code}: ${said}`);
  return code === null ? shown : null;
}

/** Runs to the end. */
async function finish(...args: readonly string[]): Promise<void> {
  const { code, said } = await endOf(start(...args));
  if (code !== 0) throw new Broken(`the command ended with ${code}: ${said}`);
}

async function check(): Promise<void> {
  const reference = join(folder, "reference");
  await finish(...settings, "--out", reference);

  let killed = 0;
  let runs = 0;
  let greatestLoss = 0;
  let leftovers = 0;
  let between = 0;
  while (killed < kills) {
    const out = join(folder, `run-${runs}`);
    let lastStep = 0;
    for (;;) {
      if (killed === kills) {
        const args = existsSync(checkpointIn(out)) ? ["--resume", out] : [...settings, "--out", out];
        await finish(...args);
        break;
      }
      const shown = await runAndKill(out, { moment: moments[2 * killed], way: moments[2 * killed + 1] });
      if (shown === null) break;
      killed++;
      if (existsSync(out)) leftovers += readdirSync(out).filter((name) => name.endsWith(".tmp")).length;
      if (!existsSync(checkpointIn(out))) {
        if (shown > 0 || lastRowIn(out) > 0)
          throw new Broken(`${out}: steps were taken, and there is no checkpoint`);
        continue;
      }
      const step = stepIn(out);
      const written = lastRowIn(out);
      const loss = Math.max(written, shown) - step;
      if (step < lastStep)
        throw new Broken(`${out}: the checkpoint went back from step ${lastStep} to ${step}`);
      if (written < step)
        throw new Broken(`${out}: the checkpoint is of step ${step}, and rows end at ${written}`);
      if (loss > every)
        throw new Broken(`${out}: ${loss} steps are lost, and checkpoints come every ${every}`);
      lastStep = step;
      if (written > step) between++;
      greatestLoss = Math.max(greatestLoss, loss);
      console.log(`kill ${killed}: run ${runs}, checkpoint of step ${step}, ${loss} steps known to be lost`);
    }
    compareFolders(reference, out);
    rmSync(out, { recursive: true });
    runs++;
  }
  rmSync(folder, { recursive: true });
  console.log(
    `${killed} kills in ${runs} runs: every checkpoint loaded, at most ${greatestLoss} of ${every} steps lost ` +
      `(${between} kills between metrics and checkpoint), ${leftovers} temporary files left and ` +
      "removed, and every run ended with the bytes of the run that was not killed",
  );
}

try {
  await check();
} catch (error) {
  if (!(error instanceof Broken)) throw error;
  console.error(`${error.message}; the folder is kept`);
  process.exitCode = 1;
}
