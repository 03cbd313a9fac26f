/** The text of a stored test. */
import type { Origin } from "./case.js";

export interface TestText {
  readonly origin: Origin;
  /** The script of package.json that found it. Default "fuzz". */
  readonly command?: string;
  /** Why it is there, one sentence. */
  readonly finding: string;
  /** "import ... from ..." beyond those of `cotangent` and vitest. */
  readonly imports: readonly string[];
  /** Definitions, as code. */
  readonly definitions: readonly string[];
  /** The law, a sentence that can be false. */
  readonly title: string;
  /** What throws where the law is broken. */
  readonly statement: string;
  /** Whether the type checker is to look at it. */
  readonly typed: boolean;
}

/** What programs may use of the main entry. */
const values = [
  "checkpoint",
  "checkpointName",
  "checkpointPolicies",
  "customJvp",
  "customVjp",
  "grad",
  "hessian",
  "jacfwd",
  "jacrev",
  "jit",
  "jvp",
  "lax",
  "linearize",
  "linearTranspose",
  "nn",
  "random",
  "tree",
  "valueAndGrad",
  "vjp",
  "vmap",
];

export function testText(given: TestText): string {
  const { origin, command = "fuzz", finding, imports, definitions, title, statement, typed } = given;
  const code = [...definitions, statement].join("\n\n");
  const uses = (name: string): boolean => new RegExp(`(?<![.\\w])${name}\\b`).test(code);
  const names = [
    ...values.filter(uses),
    ...(uses("np") ? ["numpy as np"] : []),
    ...(uses("NDArray") ? ["type NDArray"] : []),
  ];
  return [
    ...(typed
      ? []
      : ["// @ts-nocheck: the program was drawn at random, and its types are known when it runs"]),
    `/** Found by \`npm run ${command} -- --seed ${origin.seed} --only ${origin.index}\`: ${finding} */`,
    ...(names.length === 0 ? [] : [`import { ${names.join(", ")} } from "cotangent";`]),
    ...imports,
    'import { test } from "vitest";',
    "",
    ...definitions.flatMap((definition) => [definition, ""]),
    `test(${JSON.stringify(title)}, () => {`,
    `  ${statement}`,
    "});",
    "",
  ].join("\n");
}

/** In a comment the text must not end the comment, nor take many lines. */
export const inComment = (text: string): string =>
  text.split("\n")[0].slice(0, 160).replaceAll("*/", "* /").trim();
