/** The last word on a run, for people. */
import { expect, test } from "vitest";
import type { Row } from "../../../examples/train/metrics.js";
import { acceptanceLines, showScore } from "../../../examples/train/verdict.js";

const row = (step: number, acceptance: Partial<Row>): Row => ({
  step,
  loss: 0,
  dataEnergy: 0,
  sampleEnergy: 0,
  acceptHops: Number.NaN,
  acceptFirst: Number.NaN,
  acceptMiddle: Number.NaN,
  acceptLast: Number.NaN,
  score: Number.NaN,
  scoreError: Number.NaN,
  ...acceptance,
});
const rowsWith = (acceptLast: number): Row[] =>
  Array.from({ length: 20 }, (_, i) =>
    // Early steps do not count.
    row(
      i + 1,
      i < 18 ? { acceptLast: 0.1 } : { acceptHops: 0.4, acceptFirst: 0.5, acceptMiddle: 0.97, acceptLast },
    ),
  );

test("acceptance is the mean of the last tenth of the steps", () => {
  expect(acceptanceLines(rowsWith(0.8))).toEqual([
    "accepted at the end: hops 40%, first Langevin step 50%, middle 97%, last 80%",
  ]);
});

test("a last step that is accepted less than 80% of the time is said to be too large", () => {
  expect(acceptanceLines(rowsWith(0.79))).toEqual([
    "accepted at the end: hops 40%, first Langevin step 50%, middle 97%, last 79%",
    "  the last step is too large for the narrowest well (80% or more are due): lower --last-step",
  ]);
});

test("what nothing corrects has no acceptance, and no line", () => {
  expect(acceptanceLines([row(1, {})])).toEqual([]);
  expect(acceptanceLines([])).toEqual([]);
});

test("a score has two digits of its standard error", () => {
  expect(showScore({ mean: 0.0031234, standardError: 0.00051234 })).toBe("0.00312 ± 0.00051");
});
