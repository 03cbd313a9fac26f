/** Programs of the public functions as stored tests. */
import type { NDArray } from "cotangent";
import { codeOf } from "../../src/testing/array-code.js";
import type { PublicCheckName } from "../../tests/fuzz/public-checks.js";
import { decodeArray } from "../../tests/jax/encoding.js";
import { programCode } from "../../tests/jax-programs/as-code.js";
import type { Answer } from "../../tests/jax-programs/jax-process.js";
import { callsOf, type Case as Program } from "../../tests/jax-programs/program.js";
import { pointOf, type QuantityName } from "../../tests/jax-programs/quantities.js";
import { inComment, testText } from "./as-test.js";
import type { Failing, Origin } from "./case.js";

export const callsJit = (asked: Program): boolean => callsOf(asked.program).includes("jit");

/** A check that does not hold of a quantity of the program. */
export function publicTest(
  asked: Program,
  message: string,
  check: PublicCheckName,
  quantity: QuantityName,
  origin: Origin,
): Failing {
  const test = testText({
    origin,
    finding: `${check}: ${inComment(message)}`,
    imports: [`import { ${check} } from "../fuzz/public-checks.js";`],
    definitions: definitionsOf(asked),
    title: `${check} holds of the ${quantity} of a program`,
    statement: `${check}(${subjectCode(asked)}, "${quantity}");`,
    typed: false,
  });
  return { message, test };
}

/** What JAX gives, where ours is something else. Null where JAX refuses, and so gives no numbers. */
export function jaxTest(asked: Program, message: string, theirs: Answer, origin: Origin): string | null {
  const { error, ...answers } = theirs;
  if (error !== undefined) return null;
  const answer = Object.entries(answers).map(
    ([name, arrays]) => `${JSON.stringify(name)}: ${listCode(arrays.map(decodeArray))}`,
  );
  return testText({
    origin,
    command: "fuzz:jax",
    finding: inComment(message),
    imports: ['import { jaxAgrees } from "../fuzz/public-checks.js";'],
    definitions: [...definitionsOf(asked), `/** JAX's. */\nconst answer = { ${answer.join(", ")} };`],
    title: "a program gives what JAX gives",
    statement: `jaxAgrees(${subjectCode(asked)}, answer);`,
    typed: false,
  });
}

const definitionsOf = (asked: Program): readonly string[] => [
  `const program = ${programCode(asked)};`,
  `const point = ${pointCode(asked)};`,
];

const subjectCode = (asked: Program): string =>
  `{ f: program, point, wide: ${asked.wide}, callsJit: ${callsJit(asked)} }`;

/** The inputs, and all else that quantities are computed at. */
export function pointCode(asked: Program): string {
  const { inputs, tangents, weights, batch, ...rest } = pointOf(asked);
  const plain = Object.entries(rest).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const arrays = Object.entries({ inputs, tangents, weights, batch }).map(
    ([name, value]) => `${name}: ${listCode(value)}`,
  );
  return `{ ${[...plain, ...arrays].join(", ")} }`;
}

const listCode = (arrays: readonly (NDArray | null)[]): string =>
  `[${arrays.map((x) => (x === null ? "null" : codeOf(x))).join(", ")}]`;
