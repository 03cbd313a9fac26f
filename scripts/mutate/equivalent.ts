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
];
