/** The TypeScript snippets of README and docs. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");
/** Where they stand as files while they run. */
export const folder = join(root, "tests/docs/.snippets");

export interface Snippet {
  readonly title: string;
  readonly path: string;
  /** A module. */
  readonly code: string;
}

const documents = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((n) => n.endsWith(".md"))
    .map((n) => `docs/${n}`),
];

export const snippets: readonly Snippet[] = documents.flatMap((document) => {
  const text = readFileSync(join(root, document), "utf8");
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match, i): Snippet => {
    const name = `${document.replaceAll(/[/.]/g, "-")}-${i + 1}`;
    const path = join(folder, `${name}.ts`);
    return { title: `${document}, snippet ${i + 1}`, path, code: `${match[1]}\nexport {};\n` };
  });
});
