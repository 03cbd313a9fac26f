/** The live page in a headless Chromium, and what is seen of it from outside. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launchChromium } from "../../scripts/chromium.js";
import { demoFolder, demoServer, listen } from "../../scripts/demo-server.js";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const siteFolder = demoFolder(root);

/** Screenshots: kept for people, not committed. */
export const pictures = join(root, "out", "browser");
mkdirSync(pictures, { recursive: true });

export interface Opened {
  readonly page: Page;
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for. */
  readonly requests: readonly string[];
}

export interface Site {
  readonly browser: () => Browser;
  readonly address: () => string;
  /** The page, once it can be used; it begins with this fragment. */
  readonly open: (fragment?: string, options?: BrowserContextOptions) => Promise<Opened>;
}

/** The site for the tests of one file, in a Chromium with further arguments. */
export function site(further: readonly string[] = []): Site {
  const server = demoServer(siteFolder);
  let browser: Browser | null = null;
  let address = "";
  const launched = (): Browser => {
    if (browser === null) throw new Error("the browser is not there yet");
    return browser;
  };
  beforeAll(async () => {
    address = await listen(server, 0);
    browser = await launchChromium(further);
  });
  afterAll(async () => {
    await browser?.close();
    server.close();
  });
  return {
    browser: launched,
    address: () => address,
    open: async (fragment = "", options = {}) => {
      const context = await launched().newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      const complaints: string[] = [];
      const requests: string[] = [];
      page.on("console", (message) => {
        if (message.type() !== "log") complaints.push(`${message.type()}: ${message.text()}`);
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      context.on("request", (request) => requests.push(request.url()));
      await page.goto(address + fragment);
      await page.locator("#data option").first().waitFor({ state: "attached" });
      return { page, complaints, requests };
    },
  };
}

/** Waits until the button can be pressed, and presses it. */
export const press = (page: Page, id: string): Promise<void> => page.click(`#${id}`, { timeout: 60_000 });

/** The step that the page says it is at. */
export async function stepOf(page: Page): Promise<number> {
  const text = await page.textContent("#progress");
  return Number(/step ([\d,]+) of/.exec(text ?? "")?.[1].replaceAll(",", "") ?? Number.NaN);
}

export const untilStep = async (page: Page, least: number): Promise<void> => {
  await page.waitForFunction(
    (step) => {
      const text = document.getElementById("progress")?.textContent ?? "";
      return Number(/step ([\d,]+) of/.exec(text)?.[1].replaceAll(",", "")) >= step;
    },
    least,
    { timeout: 120_000 },
  );
};

/** The last KL that the page says, in nats. */
export const scoreOf = async (page: Page): Promise<number> =>
  Number((await page.textContent("#kl"))?.replace("−", "-").split(" ")[0]);
