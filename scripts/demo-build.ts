/** Bundles the page of examples/browser into a folder of files that any static server can serve. Needs dist/. */
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";

/** Makes the folder anew; gives what esbuild knows of its files. */
export async function buildDemo(root: string, folder: string): Promise<Metafile> {
  const page = join(root, "examples", "browser");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["main.ts", "train-worker.ts", "judge-worker.ts", "style.css"].map((name) =>
      join(page, name),
    ),
    outdir: folder,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    // The library as it is published, through package.json's exports; fp-ts's ES modules, which can be cut down.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    plugins: [
      {
        name: "fp-ts",
        setup: ({ onResolve }) => {
          onResolve({ filter: /^fp-ts\/lib\// }, ({ path }) => ({
            path: join(root, "node_modules", path.replace("/lib/", "/es6/")),
            sideEffects: false,
          }));
        },
      },
    ],
    sourcemap: true,
    metafile: true,
    logLevel: "warning",
  });
  for (const name of ["index.html", "icon.svg"]) await cp(join(page, name), join(folder, name));
  return metafile;
}
