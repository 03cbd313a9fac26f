/** The workers' program as plain JavaScript, so that neither first calls nor memory have a compiler of TypeScript in them. */
import { build } from "esbuild";
import { workerFile } from "./contenders.js";

/** Bundles bench/worker.ts with the built library to `workerFile`. What the peers' folder has installed stays outside. */
export async function bundleWorker(): Promise<void> {
  await build({
    entryPoints: ["bench/worker.ts"],
    outdir: workerFile.slice(0, workerFile.lastIndexOf("/")),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["@jax-js/jax", "@tensorflow/*"],
    logLevel: "warning",
  });
}
