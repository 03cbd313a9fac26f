/** Measures in a page of a Chromium without a window, served from 127.0.0.1 under the live page's policy. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { imitatedGraphics, launchChromium } from "../../scripts/chromium.js";
import { demoServer, listen } from "../../scripts/demo-server.js";
import { bundlePage } from "../../scripts/page-bundle.js";
import type {} from "./page.js";
import type { Stopwatch } from "./timing.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "out", "bench-gpu");

/** What `use` does with the page's stopwatch. */
export async function inChromium(use: (watch: Stopwatch) => Promise<void>): Promise<void> {
  await bundlePage(root, folder, {
    entries: ["bench/gpu/page.ts"],
    files: ["bench/gpu/index.html", "examples/browser/icon.svg"],
  });
  const server = demoServer(folder);
  const address = await listen(server, 0);
  const browser = await launchChromium(imitatedGraphics);
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0); //        W1 takes minutes on a card that is imitated
    await page.goto(address);
    await page.waitForFunction(() => "pageStopwatch" in globalThis);
    await use({
      device: (mode) => page.evaluate((on) => globalThis.pageStopwatch.device(on), mode),
      timesOf: (mode, id, amount) =>
        page.evaluate(([on, workload, much]) => globalThis.pageStopwatch.timesOf(on, workload, much), [
          mode,
          id,
          amount,
        ] as const),
    });
  } finally {
    await browser.close();
    server.close();
  }
}
