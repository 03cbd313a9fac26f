/** Random programs of 5 to 20 operations: vmap against a loop over examples, jit against eager execution, bit for bit. */
import { test } from "vitest";
import "../../src/testing/index.js";
import { jit } from "../../src/autodiff/transforms/jit-function.js";
import { directions } from "../../src/testing/arrays.js";
import { conditionNumber, expectRounded, expectSameBits } from "../../src/testing/comparison.js";
import { gradient, weighted } from "../../src/testing/derivatives.js";
import { jitIsEager, vmapIsLoop } from "../../src/testing/laws.js";
import { someStep } from "../../src/testing/program.js";
import { vocabulary } from "../../src/testing/vocabulary/vocabulary.js";
import { expectCoverage, judge } from "./judge.js";

const names = vocabulary.map((row) => row.name);

test("vmap is a loop, and jit is eager", { timeout: 200_000 }, () => {
  const judgement = judge(
    (subject) => {
      vmapIsLoop(subject);
      jitIsEager(subject);
    },
    { numRuns: 1000, seed: 20260102 },
  );
  expectCoverage("vmap and jit", judgement, names, 100);
});

test("jit of the gradient is the eager gradient: bit for bit where no jit is inside", () => {
  const judgement = judge(
    ({ f, inputs, seed }, { program }) => {
      const slopes = gradient(weighted(f, directions(f(inputs), seed)));
      const compiled = jit((...xs: (typeof inputs)[number][]) => [...slopes(xs)])(...inputs);
      const law = "jit of the gradient is the eager gradient";
      // An inner jit associates the sums of cotangents by calls.
      if (someStep(program, (step) => step.row === "jit")) {
        expectRounded(law, compiled, slopes(inputs), 1e-12, () => conditionNumber(slopes, inputs, seed));
      } else expectSameBits(law, compiled, slopes(inputs));
    },
    { numRuns: 100, seed: 20260103 },
  );
  expectCoverage("jit of grad", judgement, names, 5);
});
