/**
 * Trains in the live page for long, in a Chromium without a window, and looks once a minute at the memory of its processes, after the
 * page and its workers have collected their garbage.
 *
 *     npm run soak:page -- --minutes 60 [--link "#iterations=1000000&speed=16"]
 *
 * It ends with 1 when the page's processes take more than 30 MB above what they took after five minutes (after a tenth of a shorter
 * run) at any look, when all processes together do, when training stops, or when the console complains. A look collects three times and
 * takes the least: training goes on meanwhile, and what it has just allocated is gone at the next collection, while what leaks stays.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { imitatedGraphics, launchChromium } from "./chromium.js";
import { buildDemo } from "./demo-build.js";
import { demoFolder, demoServer, listen } from "./demo-server.js";

const { values: given } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    link: { type: "string", default: "#iterations=1000000" },
    /** The page at the end. */
    picture: { type: "string" },
  },
});
const seconds = Number(given.minutes) * 60;

/** Seconds between two looks. */
const every = Math.min(60, seconds / 10);
/** Seconds after which memory is what it should stay. */
const settled = Math.min(300, seconds / 10);
/** Megabytes by which it may differ then. */
const limit = 30;
/** Collections of a look, and milliseconds between them. */
const collections = 3;
const pause = 300;

interface Memory {
  /** Resident megabytes of the process that has the page and its workers. */
  readonly pageMb: number;
  /** Of the process that draws for the page. */
  readonly gpuMb: number;
  /** Of all of Chromium's processes, without counting twice what they share. */
  readonly allMb: number;
  /** Of the main thread's objects. */
  readonly heapMb: number;
}

interface Look extends Memory {
  readonly seconds: number;
  readonly step: number;
  readonly kl: string;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = demoFolder(root);
await buildDemo(root, folder);
const server = demoServer(folder);
const address = await listen(server, 0);
const browser = await launchChromium([...imitatedGraphics, "--js-flags=--expose-gc"]);
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
const complaints: string[] = [];
page.on("console", (message) => {
  if (message.type() !== "log") complaints.push(message.text());
});
page.on("pageerror", (error) => complaints.push(String(error)));
await page.goto(address + given.link);
await page.click("#train:enabled", { timeout: 60_000 });

const started = performance.now();
const taken: Look[] = [];
const columns = ["seconds", "step", "page MB", "GPU MB", "all MB", "heap MB", "KL"];
const widths = [8, 9, 9, 9, 9, 9, 18];
const print = (cells: readonly string[]): void =>
  console.log(cells.map((cell, i) => cell.padStart(widths[i])).join(" "));
print(columns);
while ((taken.at(-1)?.seconds ?? 0) < seconds) {
  await sleep(every * 1000);
  const look = await lookAt(browser, page);
  taken.push(look);
  const { pageMb, gpuMb, allMb, heapMb } = look;
  print([
    look.seconds.toFixed(0),
    String(look.step),
    ...[pageMb, gpuMb, allMb, heapMb].map((mb) => mb.toFixed(1)),
    look.kl,
  ]);
}
if (given.picture !== undefined) await page.screenshot({ path: given.picture });
await browser.close();
server.close();
const found = faults();
console.log(found.length > 0 ? found.join("\n") : `${taken.at(-1)?.step} steps: memory is flat`);
process.exitCode = found.length > 0 ? 1 : 0;

async function lookAt(chromium: Browser, live: Page): Promise<Look> {
  const readings: Memory[] = [];
  for (let i = 0; i < collections; i++) {
    if (i > 0) await sleep(pause);
    readings.push(await memoryOf(chromium, live));
  }
  const least = (key: keyof Memory): number => Math.min(...readings.map((reading) => reading[key]));
  const progress = (await live.textContent("#progress")) ?? "";
  return {
    seconds: (performance.now() - started) / 1000,
    step: Number(/step ([\d,]+) of/.exec(progress)?.[1].replaceAll(",", "")),
    pageMb: least("pageMb"),
    gpuMb: least("gpuMb"),
    allMb: least("allMb"),
    heapMb: least("heapMb"),
    kl: (await live.textContent("#kl")) ?? "",
  };
}

/** Megabytes after a collection in the page and its workers. */
async function memoryOf(chromium: Browser, live: Page): Promise<Memory> {
  const collect = (): void => {
    const { gc } = globalThis;
    gc?.();
  };
  await Promise.all([live.evaluate(collect), ...live.workers().map((worker) => worker.evaluate(collect))]);
  const session = await chromium.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const ofPage = await live.context().newCDPSession(live);
  const { usedSize } = await ofPage.send("Runtime.getHeapUsage");
  await ofPage.detach();
  const sizes = processInfo.map(({ type, id }) => ({ type, mb: proportionalMb(id) }));
  const mbOf = (chosen: readonly { readonly mb: number }[]): number =>
    chosen.reduce((sum, { mb }) => sum + mb, 0);
  return {
    pageMb: mbOf(sizes.filter(({ type }) => type === "renderer")),
    gpuMb: mbOf(sizes.filter(({ type }) => type === "GPU")),
    allMb: mbOf(sizes),
    heapMb: usedSize / 2 ** 20,
  };
}

/** Resident memory of a process, where pages that n processes share count 1/n each: the system says it under /proc. */
function proportionalMb(pid: number): number {
  const text = readFileSync(join("/proc", String(pid), "smaps_rollup"), "utf8");
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1]) / 1024;
}

/** What went wrong, in words; nothing when all is well. */
function faults(): readonly string[] {
  const late = taken.filter((look) => look.seconds >= settled);
  if (late.length < 2) return [`only ${taken.length} looks: give more minutes`];
  const words: string[] = complaints.map((text) => `the console says: ${text}`);
  const parts = { "the page": (look: Look) => look.pageMb, Chromium: (look: Look) => look.allMb };
  for (const [name, mbOf] of Object.entries(parts)) {
    const changes = late.map((look) => mbOf(look) - mbOf(late[0]));
    const [lowest, growth] = [Math.min(...changes), Math.max(...changes)];
    console.log(
      `${name}: ${mbOf(late[0]).toFixed(1)} MB after ${late[0].seconds.toFixed(0)} s, then ${lowest.toFixed(1)} to +${growth.toFixed(1)} MB`,
    );
    if (growth > limit) words.push(`${name} grew by ${growth.toFixed(1)} MB; ${limit} are allowed`);
  }
  for (const [i, { step }] of taken.entries()) {
    if (i > 0 && !(step > taken[i - 1].step)) words.push(`training stands still at step ${step}`);
  }
  return words;
}
