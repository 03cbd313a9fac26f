import { describe, expect, test } from "vitest";
import { importCycles, strayImports, upwardImports } from "../../scripts/check-imports.mjs";

const graph = (edges: Record<string, readonly string[]>) => new Map(Object.entries(edges));

const sound = graph({
  "ir/dtype.ts": [],
  "autodiff/trace.ts": ["ir/dtype.ts"],
  "autodiff/primitives/sin.ts": ["autodiff/trace.ts", "fp-ts/lib/function.js"],
  "lax/index.ts": ["autodiff/trace.ts"],
  "numpy/index.ts": ["autodiff/primitives/sin.ts", "lax/index.ts"],
  "testing/index.ts": ["index.ts", "fast-check"],
  "index.ts": ["numpy/index.ts", "lax/index.ts"],
});

const along = (edge: readonly [string, string]) =>
  new Map([...sound].map(([file, imports]) => [file, file === edge[0] ? [...imports, edge[1]] : imports]));

describe("imports between floors", () => {
  test("imports downward and within a floor have no fault", () => {
    expect(upwardImports(sound)).toEqual([]);
    expect(importCycles(sound)).toEqual([]);
    expect(strayImports(sound)).toEqual([]);
  });

  test("an import of the floor above is named with both files", () => {
    expect(upwardImports(along(["ir/dtype.ts", "numpy/index.ts"]))).toEqual([
      "ir/dtype.ts (floor 0) imports numpy/index.ts (floor 5) above it",
    ]);
  });

  test("the folders of autodiff are floors of their own", () => {
    expect(upwardImports(along(["autodiff/trace.ts", "autodiff/primitives/sin.ts"]))).toHaveLength(1);
  });

  test("a file outside the table is a fault", () => {
    expect(upwardImports(graph({ "autodiff/attic/old.ts": [] }))).toEqual([
      "autodiff/attic/old.ts stands on no floor: give its folder a place in FLOORS",
    ]);
  });
});

describe("cycles", () => {
  test("a cycle within one floor is returned as a closed path", () => {
    expect(importCycles(along(["lax/index.ts", "numpy/index.ts"]))).toEqual([
      ["lax/index.ts", "numpy/index.ts", "lax/index.ts"],
    ]);
  });

  test("a file that imports itself is a cycle", () => {
    expect(importCycles(graph({ "ir/aval.ts": ["ir/aval.ts"] }))).toEqual([["ir/aval.ts", "ir/aval.ts"]]);
  });

  test("two ways to one file are no cycle", () => {
    expect(importCycles(graph({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] }))).toEqual([]);
  });
});

describe("packages", () => {
  test("fast-check is for testing alone, and Node's own modules for nobody", () => {
    expect(strayImports(along(["numpy/index.ts", "fast-check"]))).toHaveLength(1);
    expect(strayImports(along(["ir/dtype.ts", "node:fs"]))).toHaveLength(1);
  });

  test("an import of a file that does not exist is a fault", () => {
    expect(strayImports(along(["ir/dtype.ts", "ir/missing.ts"]))).toHaveLength(1);
  });
});
