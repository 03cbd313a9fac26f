/** The search: cases are drawn from their numbers alone, hold, shrink where they do not, and become tests that run. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as cotangent from "cotangent";
import { customJvp, type NDArray, numpy as np } from "cotangent";
import { laws } from "cotangent/testing";
import { transformSync } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { type Case, caseOf, isIllConditioned, type Kind } from "../../scripts/fuzz/case.js";
import { kinds } from "../../scripts/fuzz/kinds.js";
import { shrunkGenes } from "../../scripts/fuzz/shrink-genes.js";
import { store } from "../../scripts/fuzz/store.js";
import { emptyTally, inWords, report, tallied, totalOf } from "../../scripts/fuzz/tally.js";
import { lawTest } from "../../scripts/fuzz/vocabulary-case.js";
import { LawViolation } from "../../src/testing/comparison.js";
import { showProgram } from "../../src/testing/program.js";
import { programOf } from "../../src/testing/random-program.js";
import type { Gene } from "../../src/testing/vocabulary/draft.js";
import { vocabulary } from "../../src/testing/vocabulary/vocabulary.js";
import { Choices } from "../jax-programs/random-choices.js";

const origin = { seed: 3, index: 5 };
const folder = mkdtempSync(join(tmpdir(), "regressions-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a case", () => {
  test("is the same for the same seed and number, and another for others", () => {
    const text = (seed: number, index: number): string => {
      const { kind, check, show } = caseOf(kinds, { seed, index });
      return [kind, check, show()].join();
    };
    for (const index of [0, 1, 2]) {
      // Programs of loops number their variables from process-wide counters, which the text does not show.
      expect(text(7, index)).toBe(text(7, index));
      expect(text(7, index)).not.toBe(text(8, index));
      expect(text(7, index)).not.toBe(text(7, index + 3));
    }
  });

  test.each(kinds.map((kind) => [kind.name, kind] as const))("of %s holds", (_, kind: Kind) => {
    for (const index of [0, 1]) {
      const drawn = kind.draw(new Choices(21, index, 1), { seed: 21, index });
      try {
        expect(drawn.judge()).toBeGreaterThanOrEqual(0);
      } catch (error) {
        if (!isIllConditioned(error)) throw new Error(drawn.show(), { cause: error });
      }
    }
  });
});

describe("a failure", () => {
  const row = (name: string): number => vocabulary.findIndex((each) => each.name === name);
  const gene = (name: string, body: readonly Gene[] = []): Gene => ({
    row: row(name),
    picks: [3, 1, 2],
    body,
  });
  const genes = [gene("exp"), gene("scan", [gene("sin"), gene("vmap", [gene("tanh")])]), gene("cumsum")];
  const programFrom = (drawn: readonly Gene[]) => programOf(drawn, 1, vocabulary);
  const usesTanh = (drawn: readonly Gene[]): void => {
    if (showProgram(programFrom(drawn).program).includes("lax.tanh")) throw new LawViolation("tanh: 1");
  };
  const small = shrunkGenes(genes, usesTanh, new LawViolation("tanh: 2"));

  test("shrinks to the one operation that matters, however deep it stood", () => {
    expect(small.genes).toEqual([{ row: row("tanh"), picks: [], body: [] }]);
  });

  test("becomes a test that fails where the operation is broken, and holds where it is not", () => {
    const { test: text } = lawTest(programFrom(small.genes), small.error, "jvpIsDifference", true, origin);
    const broken = customJvp((x: NDArray) => np.tanh(x)).defjvp(([x], [dx]) => [np.tanh(x), dx.mul(0.9)]);
    expect(() => runStored(text, cotangent.lax)).not.toThrow();
    expect(() => runStored(text, { ...cotangent.lax, tanh: broken })).toThrow(LawViolation);
  });

  test("is stored whole, once, and in the project's style", () => {
    const { test: text } = lawTest(programFrom(small.genes), small.error, "jvpIsDifference", true, origin);
    const path = store("vocabulary-3-5", text, folder);
    expect(path).toBe(join(folder, "vocabulary-3-5.test.ts"));
    expect(store("vocabulary-3-5", "something else", folder)).toBeNull();
    expect(readdirSync(folder)).toEqual(["vocabulary-3-5.test.ts"]);
    const stored = readFileSync(join(folder, "vocabulary-3-5.test.ts"), "utf8");
    expect(stored).toContain("npm run fuzz -- --seed 3 --only 5");
    expect(stored).toContain('import { lax, type NDArray, numpy as np } from "cotangent";');
  });
});

test("the report adds up programs, operations and results, and what was set aside", () => {
  const drawn: Case = {
    kind: "vocabulary",
    check: "jitIsEager",
    operations: 4,
    uses: new Map([["primitive sin", 2]]),
    show: () => "",
    judge: () => 3,
    shrunk: () => ({ message: "", test: "" }),
  };
  const once = tallied(emptyTally, drawn, { compared: 3 });
  const tally = tallied(tallied(once, drawn, "discarded"), drawn, "failed");
  expect(inWords(totalOf(tally))).toBe(
    "3 programs of 12 operations, 3 results compared, 1 discarded as ill-conditioned, 1 failed",
  );
  expect(report(tally)).toContain("1 primitives: sin 4");
});

/** Runs a stored test's text, with this `lax`. */
function runStored(text: string, lax: object): void {
  const { code } = transformSync(text.replaceAll(/^import .*$/gm, ""), { loader: "ts" });
  const scope = { np, lax, laws, test: (_: string, body: () => void): void => body() };
  new Function(...Object.keys(scope), code)(...Object.values(scope));
}
