/** The article's script stays short, and runs. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("the article's script is under 60 lines, trains, and draws its picture in text", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const script = fileURLToPath(new URL("../../examples/article.ts", import.meta.url));
  expect(readFileSync(script, "utf8").trimEnd().split("\n").length).toBeLessThan(60);

  const text = execFileSync(process.execPath, ["--import", "tsx", script, "50"], {
    cwd: root,
    encoding: "utf8",
  });
  const [loss, ...rows] = text.split("\n").slice(0, -1);
  expect(loss).toMatch(/^step 50: loss -?\d+\.\d{3}$/);
  expect(rows.map((row) => row.length)).toEqual(new Array(25).fill(49));
});
