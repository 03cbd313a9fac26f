/** Random programs of 5 to 20 operations: the Hessian by two routes, and twice forwards. */
import { test } from "vitest";
import "../../src/testing/index.js";
import { secondDerivativesAgree } from "../../src/testing/laws.js";
import { vocabulary } from "../../src/testing/vocabulary/vocabulary.js";
import { expectCoverage, judge } from "./judge.js";

test("forward over reverse is reverse over forward", { timeout: 200_000 }, () => {
  const judgement = judge(secondDerivativesAgree, { numRuns: 160, seed: 20260104 });
  expectCoverage(
    "second derivatives",
    judgement,
    vocabulary.map((row) => row.name),
    10,
  );
});
