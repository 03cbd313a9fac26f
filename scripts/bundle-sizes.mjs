// What a page loads: programs that use the built library, bundled and minified by esbuild as a page's own build does it.

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
 * The program as one minified module. `directory` is where it stands, and finds the library from.
 * @param {string} program
 * @param {string} directory
 * @returns {Promise<Uint8Array>}
 */
export const bundle = async (program, directory) => {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: directory },
    write: false,
    bundle: true,
    minify: true,
    treeShaking: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    logLevel: "error",
  });
  return outputFiles[0].contents;
};

/** @type {(name: string, contents: Uint8Array) => BundleSize} */
export const sizeOf = (name, contents) => ({
  name,
  bytes: contents.length,
  gzipBytes: gzipSync(contents, { level: 9 }).length,
});

/**
 * Of all programs, in their order.
 * @param {string} [directory]
 * @returns {Promise<readonly BundleSize[]>}
 */
export const bundleSizes = (directory = ".") =>
  Promise.all(
    Object.entries(programs).map(async ([name, program]) => sizeOf(name, await bundle(program, directory))),
  );
