/** Bundles the page of the cross-target tests, as scripts/demo-build.ts does the live one. Needs dist/. */
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const page = fileURLToPath(new URL(".", import.meta.url));

/** Where the built page lies. */
export const pageFolder = join(root, "out", "cross-target");

/** Makes the folder anew. */
export async function buildPage(): Promise<void> {
  await rm(pageFolder, { recursive: true, force: true });
  await mkdir(pageFolder, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [join(page, "page.ts")],
    outdir: pageFolder,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    // The library as it is published, through package.json's exports.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    logLevel: "warning",
  });
  await cp(join(page, "index.html"), join(pageFolder, "index.html"));
  // Asked for by every browser; one that is missing is a complaint in its console.
  await cp(join(root, "examples", "browser", "icon.svg"), join(pageFolder, "icon.svg"));
}
