/** Runs laws over random programs, counts what the programs use, and sets aside those that are ill-conditioned. */
import fc from "fast-check";
import { expect } from "vitest";
import { IllConditioned } from "../../src/testing/comparison.js";
import type { Subject } from "../../src/testing/law.js";
import { countUses, stepsOf } from "../../src/testing/program.js";
import {
  type RandomProgram,
  type RandomProgramOptions,
  randomProgram,
} from "../../src/testing/random-program.js";

/**
 * How many runs of which seed: the test's own, so that every run is the same. For longer searches by hand:
 * `LAWS_SEED=7 LAWS_FACTOR=10 npx vitest run tests/laws` takes other programs, and ten times as many.
 */
export const searched = ({ numRuns, seed }: Search): Search => ({
  numRuns: numRuns * Number(process.env["LAWS_FACTOR"] ?? 1),
  seed: seed + 1000 * Number(process.env["LAWS_SEED"] ?? 0),
});

export interface Search {
  readonly numRuns: number;
  readonly seed: number;
}

export interface Judgement {
  readonly programs: number;
  readonly operations: number;
  readonly discarded: number;
  /** How often each row of the vocabulary was used in programs that were judged. */
  readonly uses: ReadonlyMap<string, number>;
}

export interface JudgeOptions extends RandomProgramOptions, Search {}

/** Throws fast-check's report, with the smallest program found, where a law is violated. */
export function judge(
  law: (subject: Subject, program: RandomProgram) => void,
  options: JudgeOptions,
): Judgement {
  const uses = new Map<string, number>();
  let programs = 0;
  let operations = 0;
  let discarded = 0;
  const { numRuns, seed, ...drawn } = options;
  const property = fc.property(randomProgram(drawn), (program) => {
    programs++;
    try {
      law({ f: program.run, inputs: program.inputs, seed: program.seed }, program);
    } catch (error) {
      if (!(error instanceof IllConditioned)) throw error;
      discarded++;
      return;
    }
    operations += stepsOf(program.program).length;
    countUses(program.program, uses);
  });
  fc.assert(property, searched({ numRuns, seed }));
  return { programs, operations, discarded, uses };
}

/** Prints the table of uses, and asserts that every row was used often enough and that few programs were set aside. */
export function expectCoverage(
  title: string,
  { programs, operations, discarded, uses }: Judgement,
  names: readonly string[],
  atLeast: number,
): void {
  const table = names.map((name) => `${name} ${uses.get(name) ?? 0}`).join(", ");
  console.log(
    `${title}: ${programs} programs of ${operations} operations, ${discarded} discarded as ill-conditioned ` +
      `(${((100 * discarded) / programs).toFixed(1)}%); uses: ${table}`,
  );
  expect(discarded).toBeLessThanOrEqual(0.1 * programs);
  for (const name of names) expect(uses.get(name) ?? 0, `uses of ${name}`).toBeGreaterThanOrEqual(atLeast);
}
