// Bundles every public entry into dist/. All entries go through one esbuild run with splitting, so that whatever
// two entries share is one chunk: `cotangent` and `cotangent/numpy` see the same trace stack. A bundler that takes
// dist/ in turn can drop what a program does not use: constants are marked as free of effects, and the namespaces of the
// main entry stay modules.

import { readFile, rm, writeFile } from "node:fs/promises";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { markPure } from "./mark-pure.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(await readFile(`${root}package.json`, "utf8"));
const main = `${root}src/index.ts`;

/** The modules of `export * as name from "./name/index.js"` in the main entry, as paths in dist/. */
const namespaces = [...(await readFile(main, "utf8")).matchAll(/^export \* as \w+ from "(.*)";$/gm)].map(
  ([, path]) => posix.normalize(path),
);

/** "./dist/numpy/index.js", as package.json exports it, becomes the entry "numpy/index" of src/numpy/index.ts. */
const entries = new Set(
  [
    ...Object.values(manifest.exports)
      .filter((target) => typeof target === "object")
      .map((target) => target.default.replace(/^\.\/dist\//, "")),
    ...namespaces,
    ...Object.values(manifest.imports).flatMap((conditions) =>
      Object.values(conditions).map((path) => path.replace(/^\.\/dist\//, "")),
    ),
  ].map((path) => path.replace(/\.js$/, "")),
);

/** @type {import("esbuild").Plugin} */
const droppable = {
  name: "droppable",
  setup: ({ onLoad, onResolve }) => {
    onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => ({
      contents: markPure(await readFile(path, "utf8"), path),
      loader: "ts",
    }));
    // Bundled, a namespace would be an object that holds all of its module, whatever a program uses of it.
    onResolve({ filter: /^\.\// }, ({ path, importer }) =>
      importer === main && namespaces.includes(posix.normalize(path)) ? { path, external: true } : undefined,
    );
    // fp-ts's CommonJS build, which Node needs, cannot be cut down to the functions that are used; its ES modules can.
    onResolve({ filter: /^fp-ts\/lib\// }, ({ path }) => ({
      path: `${root}node_modules/${path.replace("/lib/", "/es6/")}`,
      sideEffects: false,
    }));
  },
};

await rm(`${root}dist`, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [...entries].map((entry) => ({ in: `src/${entry}.ts`, out: entry })),
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  // What package.json's imports choose by the platform is left to whoever loads the library.
  external: [
    ...Object.keys(manifest.peerDependencies).flatMap((name) => [name, `${name}/*`]),
    ...Object.keys(manifest.imports),
  ],
  plugins: [droppable],
  sourcemap: true,
  metafile: true,
  logLevel: "warning",
});

// An inner namespace (numpy.linalg, random.State) is bundled as an empty object that a call fills: one marked expression
// instead, of as many lines, for the source maps.
const filled = /^var (\w+) = \{\};\n__export\(\1, /gm;
for (const output of Object.keys(metafile.outputs).filter((path) => path.endsWith(".js"))) {
  const text = await readFile(`${root}${output}`, "utf8");
  const marked = text.replace(
    filled,
    "var $1 =\n/* @__PURE__ */ ((namespace, all) => (__export(namespace, all), namespace))({}, ",
  );
  if (/^__export\(/m.test(marked)) throw new Error(`${output}: a namespace that bundlers cannot drop`);
  if (marked !== text) await writeFile(`${root}${output}`, marked);
}
