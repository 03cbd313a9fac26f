import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("./src", import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^cotangent$/, replacement: `${src}/index.ts` },
      { find: /^cotangent\/(.*)$/, replacement: `${src}/$1/index.ts` },
    ],
  },
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 60_000,
    // Processes rather than threads: a test that measures memory, or overflows a stack, concerns itself alone.
    pool: "forks",
    maxWorkers: 2,
  },
});
