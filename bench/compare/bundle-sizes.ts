/** How many bytes a page loads: programs that use the library, bundled and minified by esbuild. */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

export interface BundleSize {
  readonly name: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

const programs: Readonly<Record<string, string>> = {
  "all of cotangent": 'import * as all from "cotangent"; console.log(all);',
  "all of cotangent, ebm, sampling":
    'import * as all from "cotangent"; import * as ebm from "cotangent/ebm"; import * as sampling from "cotangent/sampling"; console.log(all, ebm, sampling);',
  "jit, grad and three functions of numpy":
    'import { grad, jit, numpy as np } from "cotangent"; console.log(jit(grad((x) => np.sin(x).mul(np.exp(x)).sum())));',
  "grad and a sine":
    'import { grad, numpy as np } from "cotangent"; console.log(grad((x) => np.sin(x))(1).item());',
};

/** Of the built library. */
export const bundleSizes = (): Promise<readonly BundleSize[]> =>
  Promise.all(
    Object.entries(programs).map(async ([name, contents]) => {
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: "." },
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
      const [{ contents: bytes }] = outputFiles;
      return { name, bytes: bytes.length, gzipBytes: gzipSync(bytes, { level: 9 }).length };
    }),
  );
