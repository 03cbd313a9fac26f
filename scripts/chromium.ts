/** A Chromium without a window, for whatever looks at a page: tests, measurements. */
import { existsSync } from "node:fs";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";

/** Chromium's arguments for WebGPU and WebGL2 on a graphics card that SwiftShader imitates. */
export const imitatedGraphics: readonly string[] = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--enable-unsafe-swiftshader",
  "--use-angle=swiftshader",
];

/** Debian's, or the one that CHROMIUM names, with further arguments. Throws where there is none. */
export function launchChromium(
  further: readonly string[] = [],
  options: LaunchOptions = {},
): Promise<Browser> {
  const executablePath = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (executablePath === undefined) {
    throw new Error("there is no Chromium: apt-get install chromium, or name one in CHROMIUM");
  }
  // As root Chromium runs without its sandbox, or not at all.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ ...options, executablePath, args: [...args, ...further] });
}
