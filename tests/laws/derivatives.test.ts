/** Random programs of 5 to 20 operations: forward mode against central differences, reverse mode against forward mode. */
import { test } from "vitest";
import "../../src/testing/index.js";
import { jvpIsDifference, pullbackIsAdjoint } from "../../src/testing/laws.js";
import { vocabulary } from "../../src/testing/vocabulary/vocabulary.js";
import { expectCoverage, judge } from "./judge.js";

const names = vocabulary.map((row) => row.name);

test("jvp is the directional derivative, and the pullback is its adjoint", { timeout: 200_000 }, () => {
  const judgement = judge(
    (subject) => {
      jvpIsDifference(subject);
      pullbackIsAdjoint(subject);
    },
    { numRuns: 900, seed: 20260101 },
  );
  expectCoverage("jvp and vjp", judgement, names, 100);
});
