/** `npm run test:browser`: the live page in Debian's Chromium, headless. Apart from `npm test`, which needs no browser. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("./src", import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^cotangent$/, replacement: `${src}/index.ts` },
      { find: /^cotangent\/(.*)$/, replacement: `${src}/$1/index.ts` },
      { find: "#gpu-runtime", replacement: `${src}/compiler/targets/gpu/runtime-now.ts` },
    ],
  },
  test: {
    include: ["tests/browser/**/*.test.ts"],
    globalSetup: ["tests/browser/build.ts"],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    // One browser at a time: two cores are what a page and its workers take.
    fileParallelism: false,
    pool: "forks",
  },
});
