/** fast-check's arbitrary of loop bodies: random programs that turn a carry and an element into the next carry. */
import fc from "fast-check";
import type { NDArray } from "../autodiff/array.js";
import type { Shape } from "../ir/shape.js";
import { noise } from "./arrays.js";
import { type Program, runProgram, showProgram } from "./program.js";
import { growWith, pointOf, type RandomProgramOptions, randomGenes } from "./random-program.js";
import { Draft } from "./vocabulary/draft.js";
import { vocabulary } from "./vocabulary/vocabulary.js";

/** A loop's body, and what the loop starts with. */
export interface RandomStep {
  /** carry, x, and what the body closes over -> the next carry. */
  readonly step: (carry: NDArray, x: NDArray, captured: readonly NDArray[]) => NDArray;
  readonly init: NDArray;
  /** One element after the other along the first axis. */
  readonly xs: NDArray;
  readonly captured: readonly NDArray[];
  readonly program: Program;
  readonly seed: number;
  toString(): string;
}

const shapes: readonly Shape[] = [[], [2], [3], [2, 2], [1, 3]];

/** Bodies of the given number of operations (default 2 to 6), for carries and elements of several shapes. */
export function randomStep(options: RandomProgramOptions = {}): fc.Arbitrary<RandomStep> {
  const { minOperations = 2, maxOperations = 6, rows = vocabulary } = options;
  return fc
    .noBias(
      fc.record({
        body: randomGenes({ minOperations, maxOperations, rows }),
        carry: fc.constantFrom(...shapes),
        element: fc.constantFrom(...shapes),
        length: fc.integer({ min: 1, max: 5 }),
        seed: fc.nat(0xffff),
      }),
    )
    .map(({ body, carry, element, length, seed }) => {
      const outer = new Draft(growWith(rows));
      outer.begin({ row: 0, picks: [], body });
      const { program, captured } = outer.body(
        [
          [carry, [-1.5, 1.5]],
          [element, [-1, 1]],
        ],
        true,
      );
      const enclosing = outer.finish(captured);
      const values = pointOf(enclosing, seed);
      return {
        step: (c, x, others) => runProgram(program, [c, x, ...others])[0],
        init: noise(carry, seed + 1),
        xs: noise([length, ...element], seed + 2),
        captured: captured.map((ref) => values[ref]),
        program,
        seed,
        toString: () => `${length} turns of ${showProgram(program)}\nat seed ${seed}`,
      };
    });
}
