import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const src = fileURLToPath(new URL("./src", import.meta.url));

/**
 * Files share processes, so that the library is loaded and warmed up once and not for each: a test leaves nothing behind. What
 * watches memory, keeps settings, replaces parts of the engine or loads the library anew stands apart, each file in a process
 * of its own.
 */
const apart = [
  "compiler/gpu/loading",
  "compiler/gpu/random-programs",
  "compiler/gpu/webgpu",
  "compiler/wasm-fallback",
  "compiler/wasm-memory",
  "docs/snippets",
  "tooling/mutate",
].map((name) => `tests/${name}.test.ts`);

/** These take longest, to run or to load: none begins when the others are done. */
const longest = [
  "laws/batching-and-compilation",
  "laws/derivatives",
  "matrix/on-wasm",
  "matrix/on-js",
  "matrix/as-lowered",
  "compiler/numerics",
  "laws/primitives",
  "docs/snippets",
  "laws/second-derivatives",
  "examples/train/run",
  "compiler/targets-agree",
  "laws/nesting",
  "types/programs",
  "errors/complete",
].map((name) => `tests/${name}.test.ts`);

/** Where one stands in that order; the end for all others. */
const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = longest.findIndex((file) => moduleId.endsWith(file));
  return place < 0 ? longest.length : place;
};

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isShared = ({ project }: TestSpecification): number => (project.name === "shared" ? 1 : 0);
    return (await super.sort(files)).sort((a, b) => isShared(a) - isShared(b) || placeOf(a) - placeOf(b));
  }
}

export default defineConfig({
  resolve: {
    alias: [
      { find: /^cotangent$/, replacement: `${src}/index.ts` },
      { find: /^cotangent\/(.*)$/, replacement: `${src}/$1/index.ts` },
      // As in Node, by package.json's imports.
      { find: "#gpu-runtime", replacement: `${src}/compiler/targets/gpu/runtime-now.ts` },
    ],
  },
  test: {
    projects: [
      { extends: true, test: { name: "apart", include: apart } },
      {
        extends: true,
        test: {
          name: "shared",
          include: ["tests/**/*.test.ts"],
          exclude: [...apart, "tests/browser/**"],
          isolate: false,
        },
      },
    ],
    testTimeout: 60_000,
    // Processes rather than threads: a test that measures memory, or overflows a stack, concerns itself alone.
    pool: "forks",
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
