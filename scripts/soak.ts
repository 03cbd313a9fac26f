/**
 * Trains an energy-based model and draws samples of it for long, in one process, and looks every 1,000 steps at what must not
 * change: memory, handles, energies, and the hash of the state, which a second process must have too.
 *
 *     npm run soak -- --minutes 60 [--seed 0] [--dataset 8gaussians]
 *
 * It ends with 1 when resident memory leaves the place where it was after five minutes (after a tenth of a shorter run) by more than
 * 30 MB, a handle is left open, an energy leaves the bound, or the two processes differ in one bit.
 */
import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { setImmediate as otherTasks } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type NDArray, optim, random, tree } from "cotangent";
import {
  dataSets,
  drawSamples,
  hopsAndLangevin,
  initialState,
  mlpEnergy,
  persistentChains,
  trainStep,
  trainSteps,
  withinBound,
} from "cotangent/ebm";

const { values: given } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    seed: { type: "string", default: "0" },
    dataset: { type: "string", default: "8gaussians" },
    /** The second process, which goes on until it is ended. */
    second: { type: "boolean", default: false },
  },
});
const seconds = Number(given.minutes) * 60;

/** Steps between two looks. */
const every = 1000;
/** Seconds after which memory is what it should stay. */
const settled = Math.min(300, seconds / 10);
/** Megabytes by which it may differ then. */
const limit = 30;

interface Look {
  readonly step: number;
  readonly seconds: number;
  /** Of the whole training state and of samples drawn from it. */
  readonly hash: string;
  readonly residentMb: number;
  readonly heapMb: number;
  /** Open files, and what keeps the event loop alive. */
  readonly handles: number;
  readonly dataEnergy: number;
  readonly sampleEnergy: number;
  readonly isWithinBound: boolean;
}

/** The looks of one process, without end. */
async function* looks(): AsyncGenerator<Look> {
  const set = Object.entries(dataSets).find(([name]) => name === given.dataset)?.[1];
  if (set === undefined) throw new Error(`no data set ${given.dataset}; there are ${Object.keys(dataSets)}`);
  const [dataKey, trainKey, samplesKey] = random.split(random.key(Number(given.seed)), 3);
  const points = set.sample(dataKey, 10_000);
  const parts = {
    ...mlpEnergy(),
    optimizer: optim.adam(0.001),
    negatives: persistentChains(hopsAndLangevin()),
    batchSize: 256,
  };
  const started = performance.now();
  const steps = trainSteps(trainStep(parts), points, Number.MAX_SAFE_INTEGER)(initialState(trainKey, parts));
  for (const { iteration, state, metrics } of steps) {
    if (iteration % every !== 0) continue;
    // A function of this step's own, which is compiled anew: programs must be let go as arrays are.
    const samples = drawSamples(
      random.foldIn(samplesKey, iteration),
      (x) => parts.energy(state.params, x),
      500,
    );
    const hash = hashOf([...tree.leaves(state), samples]);
    await otherTasks();
    collectGarbage();
    yield {
      step: iteration,
      seconds: (performance.now() - started) / 1000,
      hash,
      residentMb: process.memoryUsage.rss() / 2 ** 20,
      heapMb: process.memoryUsage().heapUsed / 2 ** 20,
      handles: openFiles() + process.getActiveResourcesInfo().length,
      dataEnergy: Number(metrics.dataEnergy.item()),
      sampleEnergy: Number(metrics.sampleEnergy.item()),
      isWithinBound: withinBound(metrics),
    };
  }
}

function hashOf(arrays: readonly NDArray[]): string {
  const hash = createHash("sha256");
  for (const x of arrays) {
    const { buffer, byteOffset, byteLength } = x.dataSync();
    hash.update(`${x.dtype}[${x.shape}]`).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex").slice(0, 16);
}

/** What stays when all that nobody holds is gone: without it, numbers tell when V8 last collected. */
const collectGarbage: () => void = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
})();

/** Where the system says. */
const openFiles = (): number => (existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").length : 0);

// two processes ------------------------------------------------------------------------------------------------------

/** The hashes of a second process, by step. */
interface Second {
  readonly hashes: ReadonlyMap<number, string>;
  readonly child: ChildProcess;
}

function startSecond(): Second {
  const hashes = new Map<number, string>();
  const child = fork(
    fileURLToPath(import.meta.url),
    ["--second", "--seed", given.seed, "--dataset", given.dataset],
    { execArgv: process.execArgv },
  );
  // Sound: the second process sends nothing but its looks.
  child.on("message", (message) => {
    const { step, hash } = message as Look;
    hashes.set(step, hash);
  });
  return { hashes, child };
}

/** Waits until the second process has come to the step too. */
const hasReached = ({ hashes, child }: Second, step: number): Promise<boolean> =>
  new Promise((resolve) => {
    const check = (): void => {
      if (hashes.has(step)) resolve(true);
    };
    child.on("message", check);
    child.on("exit", () => resolve(false));
    check();
  });

const columns = ["step", "seconds", "hash", "resident MB", "heap MB", "handles", "E(data)", "E(samples)"];
const widths = [8, 8, 17, 12, 8, 8, 9, 11];
const row = (cells: readonly string[]): string => cells.map((cell, i) => cell.padStart(widths[i])).join(" ");

const rowOf = (look: Look): string =>
  row([
    String(look.step),
    look.seconds.toFixed(0),
    look.hash,
    look.residentMb.toFixed(1),
    look.heapMb.toFixed(1),
    String(look.handles),
    look.dataEnergy.toFixed(4),
    look.sampleEnergy.toFixed(4),
  ]);

/** What went wrong, in words; nothing when all is well. */
function faults(taken: readonly Look[], hashes: ReadonlyMap<number, string>): readonly string[] {
  const found: string[] = [];
  const late = taken.filter((look) => look.seconds >= settled);
  if (late.length < 2) {
    return [`only ${taken.length} looks in ${seconds} s: give more minutes`];
  }
  const [mark] = late;
  const highest = late.reduce((a, b) => (b.residentMb > a.residentMb ? b : a));
  const lowest = late.reduce((a, b) => (b.residentMb < a.residentMb ? b : a));
  const [growth, fall] = [highest, lowest].map(({ residentMb }) => residentMb - mark.residentMb);
  console.log(
    `resident memory: ${mark.residentMb.toFixed(1)} MB at step ${mark.step}, then ${signed(fall)} to ${signed(growth)} MB`,
  );
  if (growth > limit) {
    found.push(
      `memory grew by ${growth.toFixed(1)} MB from step ${mark.step} to ${highest.step}; ${limit} are allowed`,
    );
  }
  for (const look of late) {
    if (look.handles > mark.handles) {
      found.push(`step ${look.step}: ${look.handles} handles are open, ${mark.handles} were at ${mark.step}`);
      break;
    }
  }
  const diverged = taken.find((look) => !look.isWithinBound);
  if (diverged !== undefined) found.push(`step ${diverged.step}: energies left the bound`);
  for (const { step, hash } of taken) {
    if (hashes.get(step) === hash) continue;
    found.push(`step ${step}: the state's hash is ${hash}, in the second process ${hashes.get(step)}`);
    break;
  }
  return found;
}

const signed = (x: number): string => `${x < 0 ? "-" : "+"}${Math.abs(x).toFixed(1)}`;

async function soak(): Promise<void> {
  const second = startSecond();
  const taken: Look[] = [];
  console.log(row(columns));
  for await (const look of looks()) {
    taken.push(look);
    console.log(rowOf(look));
    if (look.seconds >= seconds || !look.isWithinBound || second.child.exitCode !== null) break;
  }
  const last = taken[taken.length - 1].step;
  if (!(await hasReached(second, last))) console.error("the second process ended before its time");
  second.child.kill("SIGKILL");
  const found = faults(taken, second.hashes);
  console.log(
    found.length > 0
      ? found.join("\n")
      : `${last} steps in ${seconds} s: ${taken.length} hashes equal to those of a second process, no handle left open, ` +
          "no energy beyond the bound",
  );
  process.exitCode = found.length > 0 ? 1 : 0;
}

if (given.second) {
  process.on("disconnect", () => process.exit());
  for await (const look of looks()) process.send?.(look);
} else {
  await soak();
}
