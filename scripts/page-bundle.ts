/** Bundles a page into a folder of files that any static server can serve. Needs dist/. */
import { cp, mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";

export interface Page {
  /** Paths in the repository: scripts and style sheets that are bundled, and files that are copied as they are. */
  readonly entries: readonly string[];
  readonly files: readonly string[];
  /** What else esbuild is told. */
  readonly options?: BuildOptions;
}

/** Makes the folder anew; gives what esbuild knows of its files. */
export async function bundlePage(
  root: string,
  folder: string,
  { entries, files, options = {} }: Page,
): Promise<Metafile> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries.map((path) => join(root, path)),
    outdir: folder,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    // The library as it is published, through package.json's exports.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    logLevel: "warning",
    ...options,
    metafile: true,
  });
  for (const path of files) await cp(join(root, path), join(folder, basename(path)));
  return metafile;
}
