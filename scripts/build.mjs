// Bundles every public entry into dist/. All entries go through one esbuild run with splitting, so that whatever
// two entries share is one chunk: `cotangent` and `cotangent/numpy` see the same trace stack.

import { readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(await readFile(`${root}package.json`, "utf8"));

/** "./dist/numpy/index.js", as package.json exports it, becomes the entry "numpy/index" of src/numpy/index.ts. */
const entries = Object.values(manifest.exports)
  .filter((target) => typeof target === "object")
  .map((target) => target.default.replace(/^\.\/dist\//, "").replace(/\.js$/, ""));

await rm(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: entries.map((entry) => ({ in: `src/${entry}.ts`, out: entry })),
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  external: [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)].flatMap(
    (name) => [name, `${name}/*`],
  ),
  sourcemap: true,
  logLevel: "warning",
});
