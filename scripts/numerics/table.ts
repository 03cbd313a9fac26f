/** The table of docs/numerics.md: written from measurements, and read back by the test that holds the code to it. */
import type { FloatDType } from "../../src/compiler/intrinsics/floating-point.js";
import type { Measured } from "./measure.js";

const begin = "<!-- numerics: begin (npm run numerics) -->";
const end = "<!-- numerics: end -->";

/** A line of the table. */
export interface Line {
  readonly name: string;
  readonly range: string;
  readonly dtype: string;
  readonly claim: number;
  readonly worst: number;
}

const heading = ["function", "range", "dtype", "bound", "measured", "where", "points"];

export function tableOf(measured: readonly Measured[]): string {
  const lines = measured.map(({ row, dtype, worst, at, points }) => [
    row.name,
    row.range.replaceAll("|", "\\|"),
    dtype,
    String(row.claim[dtype]),
    worst.toFixed(2),
    at.map((x) => shortest(dtype, x)).join(", "),
    points.toLocaleString("en"),
  ]);
  return [heading, heading.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The page with its table replaced. */
export function withTable(page: string, table: string): string {
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before)
    throw new Error(`docs/numerics.md has lost its markers ${begin} and ${end}`);
  return `${page.slice(0, before + begin.length)}\n\n${table}\n\n${page.slice(after)}`;
}

/** The lines of the page's table. */
export function linesOf(page: string): readonly Line[] {
  return page
    .slice(page.indexOf(begin) + begin.length, page.indexOf(end))
    .trim()
    .split("\n")
    .slice(2)
    .map((line) => {
      const cells = line
        .replaceAll("\\|", "\u0000")
        .split("|")
        .map((cell) => cell.replaceAll("\u0000", "|").trim());
      const [, name, range, dtype, claim, worst] = cells;
      return { name, range, dtype, claim: Number(claim), worst: Number(worst) };
    });
}

/** The fewest digits that give the number back. */
function shortest(dtype: FloatDType, x: number): string {
  if (dtype === "float64") return String(x);
  for (let digits = 1; digits < 10; digits++) {
    const text = x.toPrecision(digits);
    if (Math.fround(Number(text)) === x) return String(Number(text));
  }
  return String(x);
}
