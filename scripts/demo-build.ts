/** Bundles the live page of examples/browser. Needs dist/. */
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { bundlePage } from "./page-bundle.js";

const page = "examples/browser";

/** Makes the folder anew; gives what esbuild knows of its files. */
export const buildDemo = (root: string, folder: string): Promise<Metafile> =>
  bundlePage(root, folder, {
    entries: ["main.ts", "train-worker.ts", "judge-worker.ts", "style.css"].map((name) => `${page}/${name}`),
    files: [`${page}/index.html`, `${page}/icon.svg`],
    options: {
      minify: true,
      sourcemap: true,
      plugins: [
        {
          // fp-ts's ES modules, which can be cut down.
          name: "fp-ts",
          setup: ({ onResolve }) => {
            onResolve({ filter: /^fp-ts\/lib\// }, ({ path }) => ({
              path: join(root, "node_modules", path.replace("/lib/", "/es6/")),
              sideEffects: false,
            }));
          },
        },
      ],
    },
  });
