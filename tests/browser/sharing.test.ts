/** What goes into the page and what comes out of it: links, painted points, pictures and checkpoints. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { pictures, press, root, site, stepOf, untilStep } from "./opened.js";

const execute = promisify(execFile);
const { open } = site();
const folder = mkdtempSync(join(tmpdir(), "cotangent-page-"));

describe("a link", () => {
  test.each([
    [
      "#seed=evil",
      'The link cannot be read: seed must be a whole number from 0 to 4294967295; it is "evil". These are the usual settings.',
    ],
    ["#<img/src=x/onerror=alert(1)>", 'The link cannot be read: "'],
  ])("of nonsense is said to be, and gives the usual settings: %s", async (fragment, notice) => {
    const { page, complaints } = await open(fragment);
    await expect.poll(() => page.isVisible("#notice")).toBe(true);
    expect(await page.textContent("#notice")).toContain(notice);
    expect(await page.inputValue("#seed")).toBe("0");
    expect(await page.locator("img").count()).toBe(0);
    await press(page, "step");
    await untilStep(page, 1);
    expect(complaints).toEqual([]);
  });
  test("carries the settings to another page, also to one that is open", async () => {
    const { page } = await open("#data=moons&seed=7&hidden=16,16");
    expect(await page.inputValue("#data")).toBe("moons");
    expect(await page.inputValue("#hidden")).toBe("16, 16");
    await page.evaluate(() => {
      location.hash = "#data=rings";
    });
    await expect.poll(() => page.inputValue("#data")).toBe("rings");
    expect(await page.inputValue("#seed")).toBe("0");
    await page.fill("#seed", "12");
    await page.press("#seed", "Enter");
    await expect.poll(() => new URL(page.url()).hash).toBe("#data=rings&seed=12");
  });
  test("a field that makes no sense is complained of, and changes nothing", async () => {
    const { page } = await open();
    await page.fill("#hidden", "64, many");
    await page.press("#hidden", "Enter");
    expect(await page.getAttribute("#hidden", "aria-invalid")).toBe("true");
    expect(new URL(page.url()).hash).toBe("");
  });
});

describe("a painting", () => {
  test("by mouse and by keyboard becomes points that are learned", async () => {
    const { page, complaints } = await open(
      "#data=painted&brush=0.5&dabs=&hidden=16,16&langevin=3&hops=2&speed=8",
    );
    await expect.poll(() => page.isVisible("#hint")).toBe(true);
    expect(await page.isEnabled("#train")).toBe(false);
    const { x, y, width } = await planeOf(page);
    await page.mouse.move(x + 0.2 * width, y + 0.3 * width);
    await page.mouse.down();
    await page.mouse.move(x + 0.8 * width, y + 0.3 * width, { steps: 12 });
    await page.mouse.up();
    await expect.poll(() => page.isEnabled("#train")).toBe(true);
    const dabs = (): number => (/dabs=([^&]*)/.exec(page.url())?.[1].length ?? 0) / 3;
    await expect.poll(dabs).toBeGreaterThanOrEqual(9); //   0.6 of a plane of 8, a dab every 0.5
    const stroked = dabs();
    await page.focus("#plane");
    for (let i = 0; i < 10; i++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await expect.poll(dabs).toBe(stroked + 1);
    await press(page, "undo");
    await expect.poll(dabs).toBe(stroked);
    await press(page, "train");
    await untilStep(page, 40);
    await press(page, "train");
    await page.waitForTimeout(1000);
    await page.screenshot({ path: join(pictures, "painted.png") });
    await press(page, "clear");
    await expect.poll(() => page.isVisible("#hint")).toBe(true);
    expect(complaints).toEqual([]);
  });
  test("by finger, and a finger that moves paints instead of scrolling", async () => {
    const { page } = await open("#data=painted&brush=0.5&dabs=", {
      viewport: { width: 360, height: 780 },
      hasTouch: true,
      isMobile: true,
    });
    const { x, y, width } = await planeOf(page);
    await page.touchscreen.tap(x + width / 2, y + width / 2);
    await expect.poll(() => page.url()).toMatch(/dabs=[\w-]{3}$/);
    expect(await page.locator("#plane").evaluate((plane) => getComputedStyle(plane).touchAction)).toBe(
      "none",
    );
  });
});

describe("what is saved", () => {
  test("is a picture", async () => {
    const { page } = await open("#hidden=8");
    await press(page, "step");
    await untilStep(page, 1);
    const download = page.waitForEvent("download");
    await press(page, "picture");
    const file = join(folder, "energy.png");
    await (await download).saveAs(file);
    const png = readFileSync(file);
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1296, 1432]);
  });

  test("is a checkpoint from which the command goes on to the bytes of a run that was its own", async () => {
    const settings = "#data=moons&seed=3&hidden=8,8&langevin=3&hops=2&iterations=12&speed=1";
    const { page, complaints } = await open(settings);
    for (let step = 1; step <= 5; step++) {
      await press(page, "step");
      await untilStep(page, step);
    }
    const [place, whole] = [join(folder, "resumed"), join(folder, "whole")];
    await saved(page, place, 1);
    expect(await page.textContent("#status")).toContain("npm start -- --resume");
    expect(await started(["--resume", place], folder)).toBe(6);
    const same = [
      "--dataset",
      "moons",
      "--seed",
      "3",
      "--hidden",
      "8,8",
      "--langevin-steps",
      "3",
      "--hops",
      "2",
    ];
    expect(await started([...same, "--iterations", "12", "--out", whole], folder)).toBe(1);
    for (const name of ["checkpoint.safetensors", "config.json", "samples.csv"])
      expect(readFileSync(join(place, name)).equals(readFileSync(join(whole, name)))).toBe(true);
    expect(complaints).toEqual([]);
  });

  test("is a checkpoint of painted points with the file of them, and the command goes on from both", async () => {
    const { page } = await open(
      "#data=painted&brush=0.5&dabs=gAAoAA__8xyz&hidden=8,8&langevin=3&hops=2&iterations=8",
    );
    await press(page, "step");
    await untilStep(page, 1);
    const place = join(folder, "painted");
    await saved(page, place, 2);
    expect(await started(["--resume", "."], place)).toBe(2);
    expect(await stepOf(page)).toBe(1);
  });
});

async function planeOf(
  page: Page,
): Promise<{ readonly x: number; readonly y: number; readonly width: number }> {
  await page.locator("#plane").scrollIntoViewIfNeeded();
  const box = await page.locator("#plane").boundingBox();
  if (box === null) throw new Error("the plane is not seen");
  return box;
}

/** Saves the checkpoint, which comes as so many files. */
async function saved(page: Page, place: string, count: number): Promise<void> {
  mkdirSync(place);
  const files: Promise<void>[] = [];
  const all = new Promise<void>((done) => {
    page.on("download", (download) => {
      files.push(download.saveAs(join(place, download.suggestedFilename())));
      if (files.length === count) done();
    });
  });
  await press(page, "checkpoint");
  await all;
  await Promise.all(files);
}

/** `npm start` with these arguments, in a folder; gives the first step that it took. On a fault the test ends with its line. */
async function started(args: readonly string[], cwd: string): Promise<number> {
  const tsx = [join(root, "node_modules/tsx/dist/cli.mjs"), "--tsconfig", join(root, "tsconfig.run.json")];
  const { stdout } = await execute(process.execPath, [...tsx, join(root, "examples/train.ts"), ...args], {
    cwd,
  });
  return Number(/^ *(\d+)\/\d+ {2}loss /m.exec(stdout)?.[1]);
}
