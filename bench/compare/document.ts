/** docs/performance.md, whose tables stand between two marks. */
import { readFileSync, writeFileSync } from "node:fs";

const path = "docs/performance.md";
const begin = "<!-- bench: begin -->";
const end = "<!-- bench: end -->";

/** A table of Markdown; the first row is its head, and every column but the first stands right. */
export function markdownTable([head, ...body]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, rule, ...body].map(line).join("\n");
}

/** Puts these paragraphs between the marks. */
export function writeTables(paragraphs: readonly string[]): void {
  const text = readFileSync(path, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} lacks the marks "${begin}" and "${end}"`);
  writeFileSync(path, `${text.slice(0, from + begin.length)}\n${paragraphs.join("\n\n")}\n${text.slice(to)}`);
}
