/** The live page on gpu.js, with a graphics card that Chromium imitates: the same training, and what happens when the card is lost. */
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { imitatedGraphics } from "../../scripts/chromium.js";
import { pictures, press, scoreOf, site, stepOf, untilStep } from "./opened.js";

const { open, browser } = site(imitatedGraphics);

/** A small run, whose kernels are built in seconds. */
const small = "hidden=8&langevin=1&hops=0&speed=4";

const deviceOf = async (page: Page): Promise<string> => (await page.textContent("#target-reason")) ?? "";
const noticeOf = (page: Page): Promise<string | null> => page.textContent("#notice");

describe("the page on a device", () => {
  test("loads gpu.js when it is chosen, and not before, and says which mode it found", async () => {
    const { page, requests, complaints } = await open(`#${small}`);
    await press(page, "step");
    await untilStep(page, 1);
    const before = requests.length;
    expect(await page.isVisible("#target-reason")).toBe(false);
    await page.selectOption("#target", "gpu");
    await press(page, "step");
    await untilStep(page, 2);
    expect(requests.length).toBeGreaterThan(before);
    // What is imitated is slower than WebAssembly: the library passes it over.
    expect(await deviceOf(page)).toMatch(
      /^It trains on kernels by gpu.js in mode "webasm": the graphics card is imitated/,
    );
    expect(complaints).toEqual([]);
  });

  test.each([
    ["webgpu", "WebGPU"],
    ["webgl2", "WebGL2"],
  ])("learns on %s what it learns on wasm, under the page's policy", async (target, title) => {
    const steps = 6;
    const runs = await Promise.all(
      [target, "wasm"].map(async (each) => {
        const { page, complaints } = await open(`#${small}&iterations=${steps}&target=${each}`);
        await press(page, "train");
        await page.locator(`#kl[title="at step ${steps}"]`).waitFor({ timeout: 120_000 });
        const device = await deviceOf(page);
        const energies = await Promise.all(
          ["#data-energy", "#sample-energy"].map(async (id) =>
            Number((await page.textContent(id))?.replace("−", "-")),
          ),
        );
        if (each !== "wasm") await page.screenshot({ path: join(pictures, `${target}.png`) });
        expect(complaints).toEqual([]);
        return { device, energies, score: await scoreOf(page), used: await page.inputValue("#target") };
      }),
    );
    const [onDevice, onHost] = runs;
    expect(onDevice.used).toBe(target);
    expect(onDevice.device).toContain(`in mode "${target}"`);
    console.log(`${title}: ${onDevice.device} KL ${onDevice.score}, on wasm ${onHost.score}`);
    expect(Math.abs(onDevice.score - onHost.score)).toBeLessThan(0.01);
    onDevice.energies.forEach((energy, i) => {
      expect(Math.abs(energy - onHost.energies[i])).toBeLessThan(0.01);
    });
  });

  test.each(["webgpu", "webgl2"])(
    "goes on on wasm when %s is lost in the middle of training, and says so",
    async (target) => {
      const { page } = await open(`#${small}&target=${target}&iterations=100000`);
      await press(page, "train");
      await untilStep(page, 20);
      const session = await browser().newBrowserCDPSession();
      await session.send("Browser.crashGpuProcess").catch(() => undefined);
      await page.locator("#notice:not([hidden])").waitFor({ timeout: 60_000 });
      const notice = (await noticeOf(page)) ?? "";
      expect(notice).toMatch(
        new RegExp(`^The target ${target} has stopped at step \\d+: .* Training goes on on wasm`),
      );
      expect(await page.inputValue("#target")).toBe("wasm");
      const [, stopped, from] = /at step (\d+).*from step (\d+)/.exec(notice) ?? ["", "0", "0"];
      expect(Number(stopped) - Number(from)).toBeLessThanOrEqual(16);
      await untilStep(page, (await stepOf(page)) + 50);
      expect(await page.isVisible("#target-reason")).toBe(false);
    },
  );
});
