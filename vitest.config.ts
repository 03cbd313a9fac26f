import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("./src", import.meta.url));

/**
 * Tests of functions, which leave nothing behind: their files share processes, so that the library is loaded and warmed up once
 * and not for each. What sets targets, watches memory or replaces parts of the engine stands apart, each file in its own process.
 */
const shared = [
  "autodiff",
  "control-flow",
  "ebm",
  "errors",
  "jax",
  "jaxprs",
  "laws",
  "lax",
  "nn",
  "numpy",
  "optim",
  "random",
  "reference",
  "sampling",
  "testing",
  "transforms",
  "compiler/passes",
  "compiler/simplify",
].map((folder) => `tests/${folder}/**/*.test.ts`);

export default defineConfig({
  resolve: {
    alias: [
      { find: /^cotangent$/, replacement: `${src}/index.ts` },
      { find: /^cotangent\/(.*)$/, replacement: `${src}/$1/index.ts` },
    ],
  },
  test: {
    projects: [
      { extends: true, test: { name: "shared", include: shared, isolate: false } },
      { extends: true, test: { name: "apart", include: ["tests/**/*.test.ts"], exclude: shared } },
    ],
    testTimeout: 60_000,
    // Processes rather than threads: a test that measures memory, or overflows a stack, concerns itself alone.
    pool: "forks",
    maxWorkers: 2,
  },
});
