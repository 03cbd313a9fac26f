/** Every differentiable primitive, alone: its row of the vocabulary is judged by every law. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstOrderPrimitives } from "../../src/autodiff/primitives/registry.js";
import "../../src/testing/index.js";
import type { Subject } from "../../src/testing/law.js";
import {
  jitIsEager,
  jvpIsDifference,
  pullbackIsAdjoint,
  secondDerivativesAgree,
  vmapIsLoop,
} from "../../src/testing/laws.js";
import { randomProgram } from "../../src/testing/random-program.js";
import { countBinds } from "../../src/testing/uses.js";
import { firstOrderRows, vocabulary, withoutRow } from "../../src/testing/vocabulary/vocabulary.js";
import { judge } from "./judge.js";

const laws: readonly ((subject: Subject) => void)[] = [
  jvpIsDifference,
  pullbackIsAdjoint,
  vmapIsLoop,
  jitIsEager,
  secondDerivativesAgree,
];

describe("the vocabulary", () => {
  const rowNames = new Set(vocabulary.map((row) => row.name));

  test("has a row for every primitive of first order, or a reason why not", () => {
    const names = firstOrderPrimitives.map((primitive) => primitive.name);
    expect(names.filter((name) => !rowNames.has(name) && !withoutRow.has(name))).toEqual([]);
    expect([...withoutRow.keys()].filter((name) => rowNames.has(name) || !names.includes(name))).toEqual([]);
  });

  test("gives each row a name of its own", () => {
    expect(rowNames.size).toBe(vocabulary.length);
  });

  test.each(firstOrderRows.map((row) => [row.name, row] as const))("applies %s in its row", (name, row) => {
    const samples = fc.sample(randomProgram({ minOperations: 1, maxOperations: 1, rows: [row] }), {
      numRuns: 40,
      seed: 1,
    });
    const applied = samples.filter(({ run, inputs }) => (countBinds(() => run(inputs)).get(name) ?? 0) > 0);
    // A reshape to the shape that is there already, say, applies nothing: that may not be the rule.
    expect(applied.length).toBeGreaterThan(0.6 * samples.length);
  });
});

describe("each law, on each row alone", () => {
  test.each(vocabulary.map((row) => [row.name, row] as const))("%s", (_, row) => {
    const { discarded, programs } = judge(
      (subject) => {
        for (const law of laws) law(subject);
      },
      // Bodies of loops and branches hold operations of this row too: a few go a long way.
      {
        minOperations: 1,
        maxOperations: 2,
        rows: [row],
        numRuns: firstOrderRows.includes(row) ? 12 : 5,
        seed: 2,
      },
    );
    expect(discarded).toBeLessThanOrEqual(0.3 * programs);
  });
});
