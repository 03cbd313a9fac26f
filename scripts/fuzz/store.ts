/** Failures as files of tests. */
import { spawnSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
export const regressions = join(root, "tests", "regressions");

/**
 * Writes `name`.test.ts into the folder: whole, or not at all, and never over a file that is there. Gives its path, or null where
 * there was one already.
 */
export function store(name: string, text: string, folder = regressions): string | null {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.test.ts`);
  if (existsSync(path)) return null;
  const unfinished = join(folder, `.${name}-${process.pid}`);
  writeFileSync(unfinished, formatted(text));
  try {
    linkSync(unfinished, path); // fails where the name is taken by now
  } catch (error) {
    if (!existsSync(path)) throw error;
    return null;
  } finally {
    unlinkSync(unfinished);
  }
  return path;
}

/** In the project's style where its formatter is installed, which also drops imports that the text does not use. */
function formatted(text: string): string {
  const biome = join(root, "node_modules", ".bin", "biome");
  const { status, stdout } = spawnSync(
    biome,
    ["check", "--write", "--unsafe", "--stdin-file-path=tests/regressions/found.test.ts"],
    { cwd: root, input: text, encoding: "utf8" },
  );
  return status === 0 && stdout !== "" ? stdout : text;
}

/** Runs a stored test: whether it fails by itself, as it should until its cause is mended. */
export function failsAlone(path: string): boolean {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  return spawnSync(process.execPath, [vitest, "run", path], { cwd: root, stdio: "ignore" }).status !== 0;
}
