import { vi } from "vitest";

/** What a script prints: it is loaded here, as a module, so that the library is loaded once for all. Works once for each. */
export async function printedBy(script: string, ...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...words) => {
    printed.push(`${words.join(" ")}\n`);
  });
  const argv = process.argv;
  process.argv = [process.execPath, script, ...args];
  try {
    await import(/* @vite-ignore */ script);
  } finally {
    process.argv = argv;
    log.mockRestore();
  }
  return printed.join("");
}
