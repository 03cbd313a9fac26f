/** Every TypeScript snippet of README and docs runs, and prints what its comments say. tests/types checks their types. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { folder, snippets } from "./snippets.js";

/** What the comments `// => text` say is printed, in order. */
const expectedOutput = (code: string): string[] =>
  [...code.matchAll(/console\.log\(.*\/\/\s*=> (.*)$/gm)].map((match) => match[1].trim());

/** Arrays as JSON with spaces, everything else as it prints itself. */
const show = (value: unknown): string =>
  Array.isArray(value) ? JSON.stringify(value).replaceAll(",", ", ") : String(value);

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { path, code } of snippets) writeFileSync(path, code);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(snippets)("$title runs and prints what it says", async ({ path, code }) => {
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => {
    printed.push(values.map(show).join(" "));
  });
  try {
    await import(/* @vite-ignore */ path);
  } finally {
    log.mockRestore();
  }
  const expected = expectedOutput(code);
  if (expected.length > 0) expect(printed).toEqual(expected);
});
