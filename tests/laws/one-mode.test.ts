/** What has a derivative in one mode only, against the same computed without it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { directions } from "../../src/testing/arrays.js";
import { conditionNumber, expectRounded, IllConditioned } from "../../src/testing/comparison.js";
import { weighted } from "../../src/testing/derivatives.js";
import "../../src/testing/index.js";
import { type NestableName, nested, type ScalarFunction } from "../../src/testing/nesting.js";
import { countUses } from "../../src/testing/program.js";
import { programOf, type RandomProgram, randomGenes } from "../../src/testing/random-program.js";
import { customVjpRow, type OneModeRow, whileLoopRow } from "../../src/testing/vocabulary/one-mode-rows.js";
import { vocabulary } from "../../src/testing/vocabulary/vocabulary.js";
import { searched } from "./judge.js";

/** Rows with one of them, often; and the same with its plain counterpart. Those that go through the other mode are left out. */
function pairOf({ row, plain }: OneModeRow, without: readonly string[]) {
  const others = vocabulary.filter(({ name }) => !without.includes(name));
  const many = new Array<null>(Math.ceil(others.length / 4)).fill(null);
  const rows = [...others, ...many.map(() => row)];
  const plainRows = [...others, ...many.map(() => plain)];
  return fc
    .record({ genes: randomGenes({ minOperations: 4, maxOperations: 9, rows }), seed: fc.nat(0xffff) })
    .map(({ genes, seed }) => [programOf(genes, seed, rows), programOf(genes, seed, plainRows)] as const);
}

const scalarOf = ({ run, inputs, seed }: RandomProgram): ScalarFunction => {
  const s = weighted(run, directions(run(inputs), seed));
  return (x) => s(x, ...inputs.slice(1));
};

/** The transformed function of one program is the plain function of the other. */
function judgePairs(
  pairs: fc.Arbitrary<readonly [RandomProgram, RandomProgram]>,
  nestings: readonly (readonly NestableName[])[],
  name: string,
): void {
  const uses = new Map<string, number>();
  let discarded = 0;
  const search = searched({ numRuns: 60, seed: 20260106 });
  const { numRuns } = search;
  fc.assert(
    fc.property(pairs, ([program, plainProgram]) => {
      const names = nestings[program.seed % nestings.length];
      const [x] = program.inputs;
      const vs = directions([x, x, x], program.seed);
      const { transformed } = nested(names, scalarOf(program), vs);
      const { plain } = nested(names, scalarOf(plainProgram), vs);
      try {
        expectRounded(names.join(" of "), [transformed(x)], [plain(x)], 1e-10, () =>
          conditionNumber(([each]) => [plain(each)], [x], 1),
        );
        countUses(program.program, uses);
      } catch (error) {
        if (!(error instanceof IllConditioned)) throw error;
        discarded++;
      }
    }),
    search,
  );
  console.log(
    `${name}: used ${uses.get(name)} times in ${numRuns} programs, ${discarded} discarded as ill-conditioned`,
  );
  expect(discarded).toBeLessThanOrEqual(0.1 * numRuns);
  expect(uses.get(name)).toBeGreaterThanOrEqual(60);
}

test("customVjp is the function it stands for, in reverse mode", { timeout: 200_000 }, () => {
  judgePairs(
    pairOf(customVjpRow, ["jvp", "customJvp"]),
    [
      ["grad"],
      ["jit", "grad"],
      ["vmap", "grad"],
      ["grad", "vmap"],
      ["grad", "jit"],
      ["grad", "scan"],
      ["grad", "checkpoint"],
      ["grad", "grad"],
      ["jit", "vmap", "grad"],
      ["vmap", "grad", "jit"],
      ["grad", "jit", "grad"],
      ["grad", "vmap", "grad"],
      ["grad", "scan", "vmap"],
    ],
    "customVjp",
  );
});

test("whileLoop is the loop it stands for, in forward mode", { timeout: 200_000 }, () => {
  judgePairs(
    pairOf(whileLoopRow, ["grad", "customJvp", "checkpoint"]),
    [
      ["jvp"],
      ["vmap"],
      ["jit", "jvp"],
      ["vmap", "jvp"],
      ["jvp", "vmap"],
      ["jvp", "jit"],
      ["jvp", "scan"],
      ["jvp", "jvp"],
      ["jit", "vmap", "jvp"],
      ["vmap", "jvp", "jit"],
      ["jvp", "vmap", "jvp"],
      ["scan", "jvp", "vmap"],
    ],
    "whileLoop",
  );
});
