/** Random programs of float64 arrays, over every differentiable primitive and control flow, each held to one of the laws. */
import fc from "fast-check";
import type { Law } from "../../src/testing/law.js";
import { laws } from "../../src/testing/laws.js";
import { stepsOf } from "../../src/testing/program.js";
import { programOf, type RandomProgram, randomGenes } from "../../src/testing/random-program.js";
import { controlFlowRows } from "../../src/testing/vocabulary/control-flow-rows.js";
import type { Gene } from "../../src/testing/vocabulary/draft.js";
import { type ShapeStyle, shapeStyles } from "../../src/testing/vocabulary/draft.js";
import { higherOrderRows } from "../../src/testing/vocabulary/higher-order-rows.js";
import { customVjpRow, whileLoopRow } from "../../src/testing/vocabulary/one-mode-rows.js";
import type { Row } from "../../src/testing/vocabulary/row.js";
import { transformationRows } from "../../src/testing/vocabulary/transformation-rows.js";
import { vocabulary } from "../../src/testing/vocabulary/vocabulary.js";
import {
  eagerTargetsAgree,
  gradientJitIsEager,
  gradientTargetsAgree,
  moreLaws,
  pullbackIsDifference,
  targetsAgree,
} from "../../tests/fuzz/more-laws.js";
import type { Choices } from "../../tests/jax-programs/random-choices.js";
import { type Case, type Kind, numberFrom, type Origin } from "./case.js";
import { shrunkGenes } from "./shrink-genes.js";
import { countRows, lawTest } from "./vocabulary-case.js";

/** What programs of one kind are made of, and what they are held to. */
interface Family {
  readonly name: string;
  readonly weight: number;
  readonly rows: readonly Row[];
  readonly depth: number;
  readonly laws: Readonly<Record<string, Law>>;
}

const repeated = (rows: readonly Row[], times: number): readonly Row[] =>
  Array.from({ length: times }, () => rows).flat();

const every = [...vocabulary, ...controlFlowRows, ...transformationRows];
/** About as many loops, branches and transformations as all else. */
const nested = [...every, ...repeated([...higherOrderRows, ...controlFlowRows, ...transformationRows], 3)];
const without = (...names: readonly string[]): readonly Row[] =>
  nested.filter(({ name }) => !names.includes(name));

const ofValues = {
  vmapIsLoop: laws["vmapIsLoop"],
  jitIsEager: laws["jitIsEager"],
  targetsAgree,
  eagerTargetsAgree,
};

const families: readonly Family[] = [
  { name: "vocabulary", weight: 24, rows: every, depth: 1, laws: { ...laws, ...moreLaws } },
  { name: "control flow", weight: 22, rows: nested, depth: 3, laws: { ...laws, ...moreLaws } },
  {
    name: "while loops",
    weight: 8,
    // Whatever goes through reverse mode is left out.
    rows: [
      ...without(
        "grad",
        "customJvp",
        "checkpoint",
        "vjp",
        "valueAndGrad",
        "jacrev",
        "hessian",
        "closure in a loop",
      ),
      ...repeated([whileLoopRow.row], 20),
    ],
    depth: 3,
    laws: { ...ofValues, jvpIsDifference: laws["jvpIsDifference"] },
  },
  {
    name: "customVjp",
    weight: 6,
    // Whatever goes through forward mode is left out.
    rows: [
      ...without("jvp", "customJvp", "linearize", "jacfwd", "hessian", "closure in a loop"),
      ...repeated([customVjpRow.row], 20),
    ],
    depth: 2,
    laws: { ...ofValues, pullbackIsDifference, gradientTargetsAgree, gradientJitIsEager },
  },
];

export const lawKinds: readonly Kind[] = families.map((family) => ({
  name: family.name,
  weight: family.weight,
  draw: (choices, origin) => draw(family, choices, origin),
}));

/** A third of the programs has odd shapes, a few have large ones. */
export function styleFrom(choices: Choices): ShapeStyle {
  const place = choices.next();
  return place < 0.02 ? shapeStyles.large : place < 0.35 ? shapeStyles.odd : shapeStyles.small;
}

function draw(family: Family, choices: Choices, origin: Origin): Case {
  const check = choices.oneOf(Object.keys(family.laws));
  const law = family.laws[check];
  const style = styleFrom(choices);
  const large = style === shapeStyles.large;
  const maxOperations = large ? 3 : style === shapeStyles.odd || family.depth > 1 ? 8 : 20;
  const genes = fc.noBias(
    randomGenes({ minOperations: large ? 1 : 3, maxOperations, rows: family.rows }, large ? 0 : family.depth),
  );
  const [seed, programSeed] = [numberFrom(choices), choices.integer(0, 0xffff)];
  const programFrom = (drawn: readonly Gene[]): RandomProgram =>
    programOf(drawn, programSeed, family.rows, style);
  const held = ({ run, inputs }: RandomProgram): void => law({ f: run, inputs, seed: programSeed });
  const [drawn] = fc.sample(genes, { numRuns: 1, seed });
  const program = programFrom(drawn);
  return {
    kind: family.name,
    check,
    operations: stepsOf(program.program).length,
    uses: countRows(program.program),
    show: () => String(program),
    judge: () => {
      held(program);
      return program.program.outputs.length;
    },
    shrunk: (error) => {
      const small = shrunkGenes(drawn, (each) => held(programFrom(each)), error);
      return lawTest(programFrom(small.genes), small.error, check, check in laws, origin);
    },
  };
}
