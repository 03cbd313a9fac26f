/** The tests of all cells on one target. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dtypes } from "../../src/ir/dtype.js";
import type { TargetName } from "./case.js";
import { allCases } from "./cases/all.js";
import { printPage } from "./page.js";
import { rowsOn } from "./rows.js";

export function testTarget(target: TargetName): void {
  const rowsOf = rowsOn(target);

  describe(`on ${target}, every cell is a law that holds or has a reason`, () => {
    test.each(allCases.map((case_) => [case_.primitive.name, case_] as const))("%s", (_, case_) => {
      expect(rowsOf(case_).size).toBe(dtypes.length);
    });
  });

  test(`docs/coverage.md is what the cells on ${target} print`, () => {
    const page = readFileSync(new URL("../../docs/coverage.md", import.meta.url), "utf8");
    expect(page, "npm run docs:coverage writes it").toBe(printPage(rowsOf));
  });
}
