/** The files whose rules are mutated, and what a pass is. */
import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

const folders = [
  "src/autodiff/primitives",
  "src/autodiff/transforms",
  "src/autodiff/control-flow",
  "src/compiler/simplify",
  "src/sampling",
  "src/ebm/negatives",
];

/** The passes over LoopIR, and what they are made of. */
const passes = [
  "affine",
  "buffers",
  "canonical",
  "expand-fma",
  "fuse",
  "hoist",
  "inline-functions",
  "memory-access",
  "rewrite",
  "statement-expressions",
  "vector-analysis",
  "vector-functions",
  "vectorize",
  "widen",
].map((name) => `src/compiler/${name}.ts`);

const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();

/** Paths from the root of the repository, in order. Lists of names have no rules. */
export const ruleFiles = (): readonly string[] =>
  [...folders.flatMap((folder) => filesIn(folder, ".ts")), ...passes, "src/ebm/loss.ts"].filter(
    (file) => !/\/(index|registry|register)\.ts$/.test(file),
  );

export const testFiles = (): readonly string[] => filesIn("tests", ".test.ts");

/** All of the library: whether a mutant survives depends on the rest as well. */
export const libraryFiles = (): readonly string[] => filesIn("src", ".ts");
