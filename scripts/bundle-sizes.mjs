// What a page loads: programs that use the built library, bundled and minified by esbuild as a page's own build does it.

import { basename, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** @typedef {{ readonly name: string, readonly bytes: number, readonly gzipBytes: number }} BundleSize */

/**
 * esbuild cuts a namespace down to what is used of it only where it is imported as one (`import * as np`), not where it is
 * a name of another module (`import { numpy as np }`); Rolldown, and so Vite, does both.
 */
export const programs = {
  "all of cotangent": 'import * as all from "cotangent"; console.log(all);',
  "all of cotangent, ebm, sampling": `
    import * as all from "cotangent";
    import * as ebm from "cotangent/ebm";
    import * as sampling from "cotangent/sampling";
    console.log(all, ebm, sampling);`,
  "jit, grad and the whole of numpy": `
    import { grad, jit, numpy as np } from "cotangent";
    console.log(jit(grad((x) => np.sin(x).mul(np.exp(x)).sum()))(1).item());`,
  "jit, grad and three functions of numpy": `
    import { grad, jit } from "cotangent";
    import * as np from "cotangent/numpy";
    console.log(jit(grad((x) => np.sin(x).mul(np.exp(x)).sum()))(1).item());`,
  "grad and a sine": `
    import { grad } from "cotangent";
    import * as np from "cotangent/numpy";
    console.log(grad((x) => np.sin(x))(0).item());`,
};

/**
 * A file of a build; `isFirst`: the program loads it at once, and not when it needs it.
 * @typedef {{ readonly name: string, readonly contents: Uint8Array, readonly isFirst: boolean }} BundleFile
 */

/**
 * The program as minified modules, of which "bundle.js" is the entry. `directory` is where it stands, and finds the library from.
 * @param {string} program
 * @param {string} directory
 * @returns {Promise<readonly BundleFile[]>}
 */
export const bundle = async (program, directory) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: directory },
    absWorkingDir: resolve(directory),
    write: false,
    outdir: "out",
    entryNames: "bundle",
    bundle: true,
    splitting: true,
    minify: true,
    treeShaking: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    metafile: true,
    external: ["gpu.js"],
    // The library as it is published, and not by the paths of this repository's own configuration.
    tsconfigRaw: "{}",
    logLevel: "error",
  });
  /** @type {Set<string>} */
  const first = new Set();
  /** @type {(path: string) => void} */
  const visit = (path) => {
    if (first.has(path)) return;
    first.add(path);
    for (const { path: next, kind, external } of metafile.outputs[path].imports)
      if (kind === "import-statement" && external !== true) visit(next);
  };
  visit("out/bundle.js");
  return outputFiles.map(({ path, contents }) => {
    const name = basename(path);
    return { name, contents, isFirst: first.has(`out/${name}`) };
  });
};

/** What is loaded at once. @type {(name: string, files: readonly BundleFile[]) => BundleSize} */
export const sizeOf = (name, files) => {
  const first = files.filter(({ isFirst }) => isFirst).map(({ contents }) => contents);
  return {
    name,
    bytes: first.reduce((sum, { length }) => sum + length, 0),
    gzipBytes: first.reduce((sum, contents) => sum + gzipSync(contents, { level: 9 }).length, 0),
  };
};

/**
 * Of all programs, in their order.
 * @param {string} [directory]
 * @returns {Promise<readonly BundleSize[]>}
 */
export const bundleSizes = (directory = ".") =>
  Promise.all(
    Object.entries(programs).map(async ([name, program]) => sizeOf(name, await bundle(program, directory))),
  );
