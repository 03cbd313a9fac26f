/** Programs of the vocabulary of src/testing: what they use, and how they stand in a stored test. */
import { codeOf } from "../../src/testing/array-code.js";
import { countUses, inputsOf, type Program, showProgram, stepsOf } from "../../src/testing/program.js";
import type { RandomProgram } from "../../src/testing/random-program.js";
import { firstOrderRows } from "../../src/testing/vocabulary/vocabulary.js";
import { inComment, testText } from "./as-test.js";
import { type Failing, messageOf, type Origin } from "./case.js";

const primitives = new Set(firstOrderRows.map(({ name }) => name));

/** How often each primitive, and each loop or transformation, stands in the program. */
export function countRows(program: Program): Map<string, number> {
  const counts = new Map<string, number>();
  countUses(program, counts);
  return new Map(
    [...counts].map(([name, times]) => [
      primitives.has(name) ? `primitive ${name}` : `transformation ${name}`,
      times,
    ]),
  );
}

/** A program that breaks a law, as a test. `isPublic`: the law is one of `cotangent/testing`, else of tests/fuzz/more-laws. */
export function lawTest(
  random: RandomProgram,
  error: unknown,
  law: string,
  isPublic: boolean,
  origin: Origin,
): Failing {
  return vocabularyTest(random, error, origin, {
    imports: [
      isPublic
        ? 'import { laws } from "cotangent/testing";'
        : `import { ${law} } from "../fuzz/more-laws.js";`,
    ],
    finding: law,
    title: `${law} holds`,
    call: (subject) => `${isPublic ? `laws.${law}` : law}(${subject});`,
  });
}

export interface VocabularyTest {
  readonly imports: readonly string[];
  readonly finding: string;
  readonly title: string;
  /** The statement that throws, of a subject as code. */
  readonly call: (subject: string) => string;
}

export function vocabularyTest(
  random: RandomProgram,
  error: unknown,
  origin: Origin,
  { imports, finding, title, call }: VocabularyTest,
): Failing {
  const { program, inputs, seed } = random;
  const names = inputsOf(program).map((_, i) => `x${i}`);
  const subject = `{ f: ([${names.join(", ")}]) => program(${names.join(", ")}), inputs, seed: ${seed} }`;
  const count = stepsOf(program).length;
  const test = testText({
    origin,
    finding: `${finding}: ${inComment(messageOf(error))}`,
    imports,
    definitions: [
      `const program = ${showProgram(program)};`,
      `const inputs = [${inputs.map(codeOf).join(", ")}];`,
    ],
    title: `${title} of a program of ${count} operation${count === 1 ? "" : "s"}`,
    statement: call(subject),
    typed: true,
  });
  return { message: messageOf(error), test };
}
