/** Transformations nested three deep, in every order, against forward mode and JavaScript loops alone. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { NDArray } from "../../src/autodiff/array.js";
import { allElements, directions, moved } from "../../src/testing/arrays.js";
import { difference } from "../../src/testing/differences.js";
import "../../src/testing/index.js";
import { conditionNumber, expectRounded, IllConditioned } from "../../src/testing/comparison.js";
import { weighted } from "../../src/testing/derivatives.js";
import { type NestableName, nestableNames, nested, type ScalarFunction } from "../../src/testing/nesting.js";
import { randomProgram } from "../../src/testing/random-program.js";

const triples = nestableNames.flatMap((outer) =>
  nestableNames.flatMap((middle) => nestableNames.map((inner) => [outer, middle, inner] as const)),
);

/** A program's weighted outputs as a function of its first input. */
function subjectOf(seed: number): { f: ScalarFunction; x: NDArray; text: string } {
  const [program] = fc.sample(randomProgram({ minOperations: 5, maxOperations: 8 }), { numRuns: 1, seed });
  const { inputs, run } = program;
  const s = weighted(run, directions(run(inputs), seed));
  const [x, ...rest] = inputs;
  return { f: (first) => s(first, ...rest), x, text: String(program) };
}

/** Each triple meets this many programs. */
const rounds = 2;

test(`all ${triples.length} orders of nesting agree with forward mode and loops`, {
  timeout: 200_000,
}, () => {
  let judged = 0;
  let discarded = 0;
  const met = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    triples.forEach((names, i) => {
      // Fewer programs than triples: one program is nested in several ways.
      const { f, x, text } = subjectOf(1000 + 50 * round + (i % 50));
      const vs = directions([x, x, x], i);
      judged++;
      try {
        expectNested(names, f, x, vs);
        met.set(names.join(), (met.get(names.join()) ?? 0) + 1);
      } catch (error) {
        if (error instanceof IllConditioned) discarded++;
        else throw new Error(`${names.join(" of ")} of\n${text}`, { cause: error });
      }
    });
  }
  console.log(
    `nesting: ${judged} cases of ${triples.length} orders, ${discarded} discarded as ill-conditioned`,
  );
  expect(discarded).toBeLessThanOrEqual(0.1 * judged);
  expect(met.size).toBe(triples.length);
});

function expectNested(
  names: readonly NestableName[],
  f: ScalarFunction,
  x: NDArray,
  vs: readonly NDArray[],
): void {
  const { transformed, plain } = nested(names, f, vs);
  const expected = plain(x);
  expectRounded(names.join(" of "), [transformed(x)], [expected], 1e-10, () =>
    conditionNumber(([each]) => [plain(each)], [x], 1),
  );
}

test("the reference's third derivative is what differences of the second give", () => {
  let discarded = 0;
  for (let k = 0; k < 20; k++) {
    const { f, x, text } = subjectOf(3000 + k);
    const vs = directions([x, x, x], k);
    const second = nested(["jvp", "jvp"], f, vs.slice(1)).plain;
    const third = nested(["jvp", "jvp", "jvp"], f, vs).plain;
    const [actual] = allElements([third(x)]);
    const size = Math.max(Math.abs(actual), 1e-3);
    const { estimate, error } = difference((t) => allElements([second(moved([x], [vs[0]], t)[0])]), {
      target: () => 1e-8 * size,
    });
    const off = Math.abs(actual - estimate[0]);
    if (off <= 1e-6 * size) continue;
    if (error > 2.5e-7 * size) discarded++;
    else throw new Error(`third derivative ${actual}, differences ${estimate[0]} of\n${text}`);
  }
  expect(discarded).toBeLessThanOrEqual(2);
});
