/** The live page trains, in a real browser and under its own policy. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { contentSecurityPolicy } from "../../scripts/demo-server.js";
import { pictures, press, scoreOf, site, siteFolder, stepOf, untilStep } from "./opened.js";

const { open, address, browser } = site();

describe("the page", () => {
  test("trains on eight gaussians to a KL below 0.1, without a complaint, and asks its own origin alone", async () => {
    const { page, complaints, requests } = await open("#iterations=600&speed=16");
    await press(page, "train");
    await page.locator('#kl[title="at step 600"]').waitFor({ timeout: 170_000 });
    await page.screenshot({ path: join(pictures, "light.png") });
    await page.emulateMedia({ colorScheme: "dark" });
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(pictures, "dark.png") });
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 360, height: 780 });
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(pictures, "phone.png"), fullPage: true });
    expect(await scoreOf(page)).toBeLessThan(0.1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(complaints).toEqual([]);
    expect(requests.length).toBeGreaterThan(5);
    expect(requests.filter((url) => !url.startsWith(address()))).toEqual([]);
  });

  test("stands under a policy of its own scripts and WebAssembly, and loads less than 250 kB gzipped", async () => {
    const { page, requests } = await open();
    await press(page, "step");
    await untilStep(page, 1);
    const response = await page.request.get(address());
    expect(response.headers()["content-security-policy"]).toBe(contentSecurityPolicy);
    expect(contentSecurityPolicy).toMatch(
      /^default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'/,
    );
    const files = [...new Set(requests.map((url) => new URL(url).pathname.replace(/\/$/, "/index.html")))];
    const weights = files.map((path) => gzipSync(readFileSync(join(siteFolder, path)), { level: 9 }).length);
    const total = weights.reduce((sum, bytes) => sum + bytes, 0);
    console.log(`first load: ${files.length} files, ${Math.round(total / 1000)} kB gzipped`);
    expect(total).toBeGreaterThan(150_000);
    expect(total).toBeLessThan(250_000);
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'a script of somebody else';";
      document.head.append(script);
      return document.title;
    });
    expect(ran).toBe("Energy-based models, live");
  });

  test("pauses, takes single steps, and begins anew", async () => {
    const { page, complaints } = await open("#hidden=8,8&langevin=2&hops=1");
    await press(page, "step");
    await untilStep(page, 1);
    await press(page, "step");
    await untilStep(page, 2);
    expect(await stepOf(page)).toBe(2);
    await press(page, "train");
    await untilStep(page, 20);
    await press(page, "train");
    await expect.poll(() => page.isEnabled("#step")).toBe(true);
    await page.waitForTimeout(500);
    const paused = await stepOf(page);
    await page.waitForTimeout(500);
    expect(await stepOf(page)).toBe(paused);
    await press(page, "step");
    await untilStep(page, paused + 1);
    expect(await stepOf(page)).toBe(paused + 1);
    await press(page, "reset");
    await expect.poll(() => stepOf(page)).toBe(0);
    expect(await page.textContent("#kl")).toBe("–");
    expect(complaints).toEqual([]);
  });

  test("takes other settings while it trains, and keeps what it has learned", async () => {
    const { page, complaints } = await open("#hidden=8,8&langevin=2&hops=1");
    await press(page, "train");
    await untilStep(page, 10);
    await page.locator("#stepSize").fill("4");
    await page.locator("#hops").fill("3");
    await page.selectOption("#surface", "density");
    const before = await stepOf(page);
    expect(before).toBeGreaterThanOrEqual(10);
    await untilStep(page, before + 20);
    expect(new URL(page.url()).hash).toBe("#hidden=8,8&step=0.02&langevin=2&hops=3&surface=density");
    expect(complaints).toEqual([]);
  });

  test("ends with the last step, and goes on when there are more", async () => {
    const { page } = await open("#hidden=8&langevin=2&hops=1&iterations=12&speed=8");
    await press(page, "train");
    await expect.poll(() => page.textContent("#train"), { timeout: 60_000 }).toBe("Done");
    expect(await stepOf(page)).toBe(12);
    await page.fill("#iterations", "20");
    await page.press("#iterations", "Enter");
    await press(page, "train");
    await untilStep(page, 20);
  });

  test("has no task of its main thread that takes 50 ms of it while it trains", async () => {
    const { page } = await open("#speed=2");
    await press(page, "train");
    await untilStep(page, 4);
    await browser().startTracing(page, { categories: ["toplevel", "__metadata"] });
    await page.waitForTimeout(6000);
    const tasks = mainThreadTasks(JSON.parse((await browser().stopTracing()).toString()).traceEvents);
    const longest = Math.max(...tasks) / 1000;
    console.log(`${tasks.length} tasks of the main thread, the longest ${longest.toFixed(1)} ms of its time`);
    expect(tasks.length).toBeGreaterThan(50);
    expect(longest).toBeLessThan(50);
  });
});

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** The time that the thread itself took, in microseconds: what other programs of the machine take is not in it. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** What each task on a page's main thread took. */
function mainThreadTasks(events: readonly TraceEvent[]): readonly number[] {
  const threads = events
    .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
    .map(({ pid, tid }) => `${pid}/${tid}`);
  return events
    .filter(
      ({ name, pid, tid }) => name === "ThreadControllerImpl::RunTask" && threads.includes(`${pid}/${tid}`),
    )
    .map(({ tdur = 0 }) => tdur);
}
