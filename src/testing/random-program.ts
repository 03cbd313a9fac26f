/** fast-check's arbitrary of random programs: it shrinks by leaving out operations and by simpler choices. */
import fc from "fast-check";
import type { NDArray } from "../autodiff/array.js";
import { checkInteger, type OptionKinds, readOptions } from "../ir/arguments.js";
import { codeOf } from "./array-code.js";
import { elementsOf, noise, withElements } from "./arrays.js";
import { inputsOf, type Program, runProgram, showProgram } from "./program.js";
import { Draft, type Gene, type Grow, type ShapeStyle, shapeStyles } from "./vocabulary/draft.js";
import type { Row } from "./vocabulary/row.js";
import { vocabulary } from "./vocabulary/vocabulary.js";

/** A program with a point to run it at. */
export interface RandomProgram {
  readonly program: Program;
  readonly inputs: readonly NDArray[];
  /** The program as a function, for the laws. */
  readonly run: (inputs: readonly NDArray[]) => NDArray[];
  /** Directions and weights of the laws come from it. */
  readonly seed: number;
  /** The program as code: what fast-check reports. */
  toString(): string;
}

export interface RandomProgramOptions {
  /** The number of operations. Default 5 to 20. */
  readonly minOperations?: number;
  readonly maxOperations?: number;
  /** The operations to choose from. Default all. */
  readonly rows?: readonly Row[];
}

const programOptions: OptionKinds<RandomProgramOptions> = {
  minOperations: "integer",
  maxOperations: "integer",
  rows: "any",
};

/** Random programs of float64 arrays, with operations of every differentiable primitive and of control flow. */
export function randomProgram(options: RandomProgramOptions = {}): fc.Arbitrary<RandomProgram> {
  const { rows = vocabulary, minOperations = 5 } = readOptions(
    "testing.randomProgram",
    options,
    programOptions,
  );
  const { maxOperations = Math.max(20, minOperations) } = options;
  checkInteger("testing.randomProgram", "minOperations", minOperations, 1);
  checkInteger("testing.randomProgram", "maxOperations", maxOperations, minOperations);
  // Without bias: fast-check would prefer small numbers, and so the first rows.
  return fc
    .noBias(fc.record({ genes: randomGenes({ minOperations, maxOperations, rows }), seed: fc.nat(0xffff) }))
    .map((recipe) => programOf(recipe.genes, recipe.seed, rows));
}

/** What programs are made from. Functions in them hold operations, and these functions, `depth` deep. */
export function randomGenes(options: RandomProgramOptions, depth = 1): fc.Arbitrary<readonly Gene[]> {
  const { minOperations = 5, maxOperations = 20, rows = vocabulary } = options;
  const picks = fc.array(fc.nat(1023), { minLength: 0, maxLength: 14, size: "max" });
  const row = fc.nat(rows.length - 1);
  const geneOf = (left: number): fc.Arbitrary<Gene> =>
    fc.record({
      row,
      picks,
      body: left === 0 ? fc.constant([]) : fc.array(geneOf(left - 1), { maxLength: 3, size: "max" }),
    });
  const gene = geneOf(depth);
  const operations = (minLength: number): fc.Arbitrary<readonly Gene[]> =>
    fc.array(gene, { minLength, maxLength: maxOperations, size: "max" });
  // What fails may shrink to fewer operations than were asked for: the smallest program, not the smallest of a size.
  return new Operations(operations(minOperations), operations(Math.min(1, minOperations)));
}

/**
 * Drawn as the one arbitrary draws, shrunk as the other shrinks; and first by leaving one operation out, whichever, or putting
 * its body in its place. A class because fast-check's arbitraries are.
 */
class Operations extends fc.Arbitrary<readonly Gene[]> {
  constructor(
    private readonly drawn: fc.Arbitrary<readonly Gene[]>,
    private readonly shrunk: fc.Arbitrary<readonly Gene[]>,
  ) {
    super();
  }
  override generate(mrng: fc.Random, biasFactor: number | undefined): fc.Value<readonly Gene[]> {
    return new fc.Value(this.drawn.generate(mrng, biasFactor).value, undefined);
  }
  override canShrinkWithoutContext(value: unknown): value is readonly Gene[] {
    return this.shrunk.canShrinkWithoutContext(value);
  }
  override shrink(genes: readonly Gene[], context: unknown): fc.Stream<fc.Value<readonly Gene[]>> {
    const replaced = (i: number, by: readonly Gene[]): fc.Value<readonly Gene[]> =>
      new fc.Value([...genes.slice(0, i), ...by, ...genes.slice(i + 1)], undefined);
    const dropped = genes.length > 1 ? genes.map((_, i) => replaced(i, [])) : [];
    const lifted = genes.flatMap(({ body }, i) => (body.length === 0 ? [] : [replaced(i, body)]));
    const fewer = fc.stream<fc.Value<readonly Gene[]>>([...dropped, ...lifted].values());
    return fewer.join(this.shrunk.shrink(genes, context));
  }
}

/** Operations of these rows, appended to a draft. */
export const growWith =
  (rows: readonly Row[]): Grow =>
  (draft, genes) => {
    for (const gene of genes) {
      draft.begin(gene);
      const row = rows[gene.row % rows.length];
      draft.add(row.name, row.plan(draft));
    }
  };

/** Arrays for the program's inputs, in their domains. */
export const pointOf = (program: Program, seed: number): NDArray[] =>
  inputsOf(program).map(({ shape, interval: [low, high] }, i) => {
    const x = noise(shape, seed + 101 * i);
    return withElements(
      x,
      elementsOf(x).map((value) => (low + high) / 2 + ((high - low) / 2) * value),
    );
  });

/** The program that the genes stand for. */
export function programOf(
  genes: readonly Gene[],
  seed: number,
  rows: readonly Row[],
  style: ShapeStyle = shapeStyles.small,
): RandomProgram {
  const grow = growWith(rows);
  const draft = new Draft(grow, null, style);
  grow(draft, genes);
  const program = draft.finish(null);
  const inputs = pointOf(program, seed);
  const run = (xs: readonly NDArray[]): NDArray[] => runProgram(program, xs);
  const text = (): string =>
    `${showProgram(program)}\n// at the inputs (seed ${seed})\n[${inputs.map(codeOf).join(", ")}]`;
  return { program, inputs, run, seed, toString: text };
}
