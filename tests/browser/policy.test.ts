/** The live page where a policy forbids more than its own does. */
import type { BrowserContext } from "playwright-core";
import { expect, test } from "vitest";
import { imitatedGraphics } from "../../scripts/chromium.js";
import { site } from "./opened.js";

const { browser, address } = site(imitatedGraphics);

/** Every answer of the server under this policy instead of its own. */
async function under(context: BrowserContext, policy: string): Promise<void> {
  await context.route("**/*", async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/<meta\s[^>]*Content-Security-Policy[^>]*>/, "");
    await route.fulfill({
      response,
      headers: { ...response.headers(), "content-security-policy": policy },
      body,
    });
  });
}

test.each(["wasm", "gpu", "webgpu"])(
  "asked to train on %s where neither WebAssembly nor new functions are allowed, the page says that it cannot, and why",
  async (target) => {
    const context = await browser().newContext();
    await under(context, "default-src 'self'; script-src 'self'; worker-src 'self'");
    const page = await context.newPage();
    await page.goto(`${address()}#target=${target}`);
    await page.locator("#notice:not([hidden])").waitFor();
    expect(await page.textContent("#notice")).toMatch(
      /^nothing can run here: wasm is WebAssembly with SIMD, which this engine or page does not allow; js is .* policy forbids/,
    );
    expect(await page.isDisabled("#train")).toBe(true);
    expect(await page.isDisabled("#step")).toBe(true);
    await context.close();
  },
);
