/** Mutants that no test can kill, each with the proof. */
export interface Equivalent {
  readonly id: string;
  /** The mutant's first line that differs, trimmed, so that an entry cannot come to mean another mutant. */
  readonly becomes: string;
  readonly proof: string;
}

export const equivalents: readonly Equivalent[] = [
  {
    id: "src/compiler/fuse.ts#openGroups/off-by-one/1",
    becomes: "const openGroups = 25;",
    proof:
      "How many groups are looked at bounds the time of fusion; whatever is fused, each element has the same expression.",
  },
  {
    id: "src/compiler/simplify/loop-invariants.ts#spareBytes/off-by-one/2",
    becomes: "const spareBytes = 2 ** 21;",
    proof:
      "A bound on memory: what is hoisted is computed once instead of in every turn, from the same operands.",
  },
  {
    id: "src/autodiff/primitives/dynamic-slice.ts#dynamicSlicePrimitive.batch/negate/2",
    becomes: "if (xAxis === null && startAxes.every((axis) => axis === null)) {",
    proof:
      "Some operand is batched, so the condition never holds, and every case becomes the gather below; with equal starts " +
      "and mode clip that reads the elements of the slice, the batch axis in front. No arithmetic is done to them.",
  },
  {
    id: "src/autodiff/primitives/triangular-solve.ts#triangularSolvePrimitive.abstractEval/drop-statement/1",
    becomes: ";",
    proof:
      "triangularSolveOf of numpy/linalg/factorizations.ts, the only way in from outside, has checked the same; solve and det " +
      "pass factors of square matrices, and batching adds axes in front.",
  },
  {
    id: "src/autodiff/primitives/dynamic-slice.ts#dynamicSlicePrimitive.accumulation.transpose/negate/1",
    becomes: "if (sum === null && ct instanceof Zero) return [sum];",
    proof:
      "Equations whose cotangents are all zeros are passed over, and accumulation is asked for where there is a sum; this one has " +
      "one output and one operand that sums are taken of, so neither case comes.",
  },
  {
    id: "src/autodiff/primitives/contraction-loops.ts#blockHeight/drop-guard/1",
    becomes: "if (false) return rows;",
    proof:
      "With rows <= most the rest gives rows where 4 divides them, else 4 ceil(rows / 4) > rows: no whole block, and the remainder " +
      "is all rows, as one block.",
  },
  {
    id: "src/autodiff/primitives/contraction-tiles.ts#emitRowTile/boundary/1",
    becomes: "const groups = columns <= 4 ? Math.min(2, columns) : Math.min(most, Math.floor(columns / 4));",
    proof:
      "Four columns in two groups of two instead of one of four: each sum has the same terms in the same order.",
  },
  {
    id: "src/autodiff/primitives/random-gamma.ts#emitSample/off-by-one/4",
    becomes: "const [loopKey, boostKey] = emitSplit(b, elementKey, 3);",
    proof: "Key i of a split is the hash of i, however many keys there are.",
  },
  {
    id: "src/autodiff/primitives/windowing.ts#positionBeforePadding/boundary/7",
    becomes: "return { position: interior >= 0 ? div(inside, step) : inside, test };",
    proof: "Without interior padding step is 1.",
  },
  {
    id: "src/autodiff/primitives/cumulative.ts#logAddExp/flip-sign/1",
    becomes: "const difference = sub(y, x);",
    proof: "The difference is read by its absolute value and by whether it is NaN.",
  },
  {
    id: "src/autodiff/control-flow/cond/primitive.ts#condPrimitive.effects/off-by-one/2",
    becomes: "effects: ({ branches }) => branches.flatMap(effectsOf).slice(0, 2),",
    proof: 'There is one effect, "ordered", and what reads effects asks whether there are any.',
  },
];
