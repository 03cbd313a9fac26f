/** Transformations nested in any order, one to four deep, on random programs, against forward mode and loops in JavaScript. */
import fc from "fast-check";
import { sizeOf } from "../../src/ir/shape.js";
import { type AnyNestableName, moreNestables, nestingIsPlain } from "../../src/testing/more-nestables.js";
import { inputsOf, stepsOf } from "../../src/testing/program.js";
import { programOf, type RandomProgram, randomGenes } from "../../src/testing/random-program.js";
import { controlFlowRows } from "../../src/testing/vocabulary/control-flow-rows.js";
import type { Gene } from "../../src/testing/vocabulary/draft.js";
import { shapeStyles } from "../../src/testing/vocabulary/draft.js";
import { vocabulary } from "../../src/testing/vocabulary/vocabulary.js";
import type { Choices } from "../../tests/jax-programs/random-choices.js";
import { type Case, count, type Kind, numberFrom, type Origin } from "./case.js";
import { shrunkGenes } from "./shrink-genes.js";
import { countRows, vocabularyTest } from "./vocabulary-case.js";

const rows = [...vocabulary, ...controlFlowRows];
const names = Object.keys(moreNestables) as AnyNestableName[]; // the keys of a record of ours

/** The derivatives that each takes, and in which mode the function inside is differentiated. */
const derivatives: {
  readonly [N in AnyNestableName]?: readonly [order: number, mode: "forward" | "reverse"];
} = {
  grad: [1, "reverse"],
  vjp: [1, "reverse"],
  valueAndGrad: [1, "reverse"],
  jacrev: [1, "reverse"],
  hessian: [2, "reverse"], // forward over reverse
  jvp: [1, "forward"],
  linearize: [1, "forward"],
  jacfwd: [1, "forward"],
};

/** How many times the function inside is computed for an input of n elements, about. */
const cost = (name: AnyNestableName, n: number): number => {
  switch (name) {
    case "jacfwd":
      return n;
    case "hessian":
      return 2 * n;
    case "vmap":
    case "scan":
    case "map":
      return 2;
    case "foriLoop":
    case "whileLoop":
      return 3;
    default:
      return 1.5;
  }
};

const ordersAtMost = 3;
const costAtMost = 150;

/** The last one innermost. One that the others do not allow is left out: a while loop in reverse mode, say. */
function nestingFrom(choices: Choices, n: number): AnyNestableName[] {
  const chosen: AnyNestableName[] = [];
  let [order, total] = [0, 1];
  let only: "forward" | "reverse" | null = null;
  for (let left = choices.integer(1, 4); left > 0; left--) {
    const name = choices.oneOf(names);
    const [orders, mode] = derivatives[name] ?? [0, null];
    const fits = order + orders <= ordersAtMost && total * cost(name, n) <= costAtMost;
    if (!fits || (mode !== null && only !== null && mode !== only)) continue;
    if (only === "reverse" && (name === "whileLoop" || name === "customJvp")) continue; // its rule is jvp of f
    if (only === "forward" && name === "customVjp") continue;
    // The first derivative around it, unless it has the value too, leaves customVjp behind; a while loop stays one.
    if (name === "whileLoop") only = "forward";
    else if (name === "customVjp" && only === null) only = "reverse";
    else if (mode === "reverse" && only === "reverse" && name !== "valueAndGrad") only = null;
    chosen.unshift(name);
    order += orders;
    total *= cost(name, n);
  }
  return chosen.length === 0 ? ["jit"] : chosen;
}

export const nestingKind: Kind = { name: "nesting", weight: 16, draw };

function draw(choices: Choices, origin: Origin): Case {
  const style = choices.chance(0.15) ? shapeStyles.odd : shapeStyles.small;
  const genes = fc.noBias(randomGenes({ minOperations: 2, maxOperations: 6, rows }, 2));
  const [seed, programSeed] = [numberFrom(choices), choices.integer(0, 0xffff)];
  const programFrom = (drawn: readonly Gene[]): RandomProgram => programOf(drawn, programSeed, rows, style);
  const [drawn] = fc.sample(genes, { numRuns: 1, seed });
  const program = programFrom(drawn);
  const nesting = nestingFrom(choices, sizeOf(inputsOf(program.program)[0]?.shape ?? []));
  const uses = countRows(program.program);
  count(uses, "transformation", nesting);
  const held = ({ run, inputs }: RandomProgram): void => {
    if (inputs.length > 0) nestingIsPlain(nesting, { f: run, inputs, seed: programSeed });
  };
  return {
    kind: "nesting",
    check: `${nesting.length} deep`,
    operations: stepsOf(program.program).length,
    uses,
    show: () => `${nesting.join(" of ")} of\n${program}`,
    judge: () => {
      held(program);
      return 1;
    },
    shrunk: (error) => {
      const small = shrunkGenes(drawn, (each) => held(programFrom(each)), error);
      return vocabularyTest(programFrom(small.genes), small.error, origin, {
        imports: ['import { nestingIsPlain } from "../../src/testing/more-nestables.js";'],
        finding: nesting.join(" of "),
        title: `${nesting.join(" of ")} gives what forward mode and loops give,`,
        call: (subject) => `nestingIsPlain(${JSON.stringify(nesting)}, ${subject});`,
      });
    },
  };
}
