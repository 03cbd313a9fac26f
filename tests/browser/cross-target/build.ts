/** Bundles the page of the cross-target tests. Needs dist/. */
import { join } from "node:path";
import { bundlePage } from "../../../scripts/page-bundle.js";
import { root } from "../opened.js";

/** Where the built page lies. */
export const pageFolder = join(root, "out", "cross-target");

const page = "tests/browser/cross-target";

/** Makes the folder anew. */
export const buildPage = (): Promise<unknown> =>
  bundlePage(root, pageFolder, {
    entries: [`${page}/page.ts`],
    // Every browser asks for an icon; one that is missing is a complaint in its console.
    files: [`${page}/index.html`, "examples/browser/icon.svg"],
  });
