/** Every TypeScript snippet of README and docs runs, type-checks, and prints what its comments say. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "tests/docs/.snippets");

interface Snippet {
  readonly title: string;
  readonly path: string;
  readonly code: string;
}

const documents = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((n) => n.endsWith(".md"))
    .map((n) => `docs/${n}`),
];

const snippets: Snippet[] = documents.flatMap((document) => {
  const text = readFileSync(join(root, document), "utf8");
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match, i): Snippet => {
    const name = `${document.replaceAll(/[/.]/g, "-")}-${i + 1}`;
    return { title: `${document}, snippet ${i + 1}`, path: join(folder, `${name}.ts`), code: match[1] };
  });
});

/** What the comments `// => text` say is printed, in order. */
const expectedOutput = (code: string): string[] =>
  [...code.matchAll(/console\.log\(.*\/\/\s*=> (.*)$/gm)].map((match) => match[1].trim());

/** Arrays as JSON with spaces, everything else as it prints itself. */
const show = (value: unknown): string =>
  Array.isArray(value) ? JSON.stringify(value).replaceAll(",", ", ") : String(value);

describe("snippets", () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { path, code } of snippets) writeFileSync(path, `${code}\nexport {};\n`);
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

  test("all of them type-check under strict", () => {
    const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
    const program = ts.createProgram(
      snippets.map(({ path }) => path),
      { ...options, noEmit: true },
    );
    const faults = snippets.flatMap(({ path }) =>
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(path))
        .map((d) => `${path}: ${ts.flattenDiagnosticMessageText(d.messageText, "\n")}`),
    );
    expect(faults).toEqual([]);
  });
});
