/** Code that the documents quote from a file (```ts path) stands in that file, word for word. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs"))
    .filter((n) => n.endsWith(".md"))
    .map((n) => `docs/${n}`),
];

const quotes = documents.flatMap((document) =>
  [...readFileSync(join(root, document), "utf8").matchAll(/```ts (\S+)\n([\s\S]*?)```/g)].map(
    ([, path, code]) => ({ document, path, code }),
  ),
);

test.each(quotes)("$document quotes $path as it is", ({ path, code }) => {
  expect(readFileSync(join(root, path), "utf8")).toContain(code);
});

/** [text](path), pages of the web aside. Programs have no links. */
const links = documents.flatMap((document) =>
  [...proseOf(document).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target]) => ({ document, target })),
);

test.each(links)("the link of $document to $target leads somewhere", ({ document, target }) => {
  expect(existsSync(join(root, document, "..", target))).toBe(true);
});

/** What stands outside of blocks of code. */
function proseOf(document: string): string {
  return readFileSync(join(root, document), "utf8").replace(/```[\s\S]*?```/g, "");
}
