/**
 * A process that keeps vitest warm: it runs the test files it is told to against the library with one mutant in it, in the order
 * given, up to the first failure. No file of the tree is changed: the mutant's text takes the file's place where vite loads it.
 */

import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Plugin } from "vite";
import { createVitest, type TestModule, type TestSpecification } from "vitest/node";
import config from "../../vitest.config.js";
import { instrumented } from "./instrument.js";
import { root, ruleFiles } from "./targets.js";

export interface Order {
  readonly files: readonly string[];
  /** The file that is replaced and its text; null for the library as it is. */
  readonly mutant: { readonly file: string; readonly text: string } | null;
}

export interface Outcome {
  /** The file of the first failure, and its words; null when all passed. */
  readonly failure: { readonly file: string; readonly message: string } | null;
  readonly seconds: number;
}

const isInstrumented = process.env["MUTATE_HITS"] !== undefined;
const rules = new Set(ruleFiles());
let mutant: Order["mutant"] = null;

const pathOf = (id: string): string => relative(root, id.split("?")[0]).split(sep).join("/");

const plugin: Plugin = {
  name: "cotangent:mutant",
  enforce: "pre",
  load(id) {
    const file = pathOf(id);
    if (!rules.has(file)) return null;
    if (isInstrumented) return instrumented(file, readFileSync(join(root, file), "utf8"));
    return mutant?.file === file ? mutant.text : null;
  },
};

/** Files run in the order in which they are given. */
class GivenOrder {
  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
  sort(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
}

// Projects that extend a configuration file do not see plugins given in code, so the file's projects are given in code as well.
const { projects = [], ...common } = config.test ?? {};
const test = {
  ...common,
  maxWorkers: 1,
  fileParallelism: false,
  bail: isInstrumented ? 0 : 1,
  sequence: { sequencer: GivenOrder },
  ...(isInstrumented && { setupFiles: [join(root, "scripts/mutate/write-hits.ts")] }),
};
const resolve = config.resolve ?? {};
const vitest = await createVitest(
  "test",
  { root, config: false, watch: false, reporters: [{}] },
  {
    resolve,
    test: {
      ...test,
      projects: projects.map((project) =>
        typeof project === "object" && "test" in project
          ? { plugins: [plugin], resolve, test: { ...test, ...project.test } }
          : project,
      ),
    },
  },
);
await vitest.standalone();

const known = new Map<string, TestSpecification>();
for (const specification of await vitest.globTestSpecifications([])) {
  known.set(pathOf(specification.moduleId), specification);
}

function firstFailure(modules: readonly TestModule[], errors: readonly unknown[]): Outcome["failure"] {
  for (const module of modules) {
    const file = pathOf(module.moduleId);
    const [error] = module.errors();
    if (error !== undefined) return { file, message: error.message };
    for (const one of module.children.allTests("failed")) {
      return { file, message: `${one.fullName}: ${one.result().errors?.[0]?.message ?? ""}` };
    }
    if (module.state() === "failed") return { file, message: "failed" };
  }
  // What is not an error of a test: the process died, or something was thrown outside of one.
  return errors.length > 0 ? { file: "", message: String(errors[0]) } : null;
}

async function run({ files, mutant: next }: Order): Promise<Outcome> {
  const changed = [mutant, next].flatMap((one) => (one === null ? [] : [one.file]));
  mutant = next;
  for (const file of new Set(changed)) vitest.invalidateFile(join(root, file));
  vitest.state.errorsSet.clear();
  const specifications = files.flatMap((file) => known.get(file) ?? []);
  const started = performance.now();
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, false);
  // The modules of earlier runs are among them.
  const ran = testModules.filter(({ moduleId }) => files.includes(pathOf(moduleId)));
  return {
    failure: firstFailure(ran, unhandledErrors),
    seconds: (performance.now() - started) / 1000,
  };
}

process.on("message", async (order: Order) => {
  process.send?.(await run(order));
});
process.on("disconnect", () => process.exit());
process.send?.({ failure: null, seconds: 0 } satisfies Outcome);
