/** Of transformations and control flow. */
import type { Equivalent } from "./equivalent.js";

export const transformations: readonly Equivalent[] = [
  {
    id: "src/autodiff/control-flow/cond/cond.ts#joinTypes/drop-guard/1",
    becomes: "if (false) return jaxpr;",
    proof:
      "Where no output differs, convertOutputs casts nothing: it records the same equations on the same operands once more, and " +
      "no caller asks whether it is the same object.",
  },
  {
    id: "src/autodiff/control-flow/cond/primitive.ts#condPrimitive.effects/drop-selection/1",
    becomes: "effects: ({ branches }) => branches.flatMap(effectsOf),",
    proof: 'There is one effect, "ordered", and what reads effects asks whether there are any.',
  },
  {
    id: "src/autodiff/control-flow/cond/primitive.ts#condPrimitive.effects/off-by-one/2",
    becomes: "effects: ({ branches }) => branches.flatMap(effectsOf).slice(0, 2),",
    proof: 'There is one effect, "ordered", and what reads effects asks whether there are any.',
  },
  {
    id: "src/autodiff/control-flow/scan/batch.ts#batchScan/drop-selection/2",
    becomes: "const carryBits = fixpoint(initBits, (bits) => batched(bits).batchedOut);",
    proof:
      "fixpoint reads of what a step returns the entries that the mask it began with has: those of the carries.",
  },
  {
    id: "src/autodiff/control-flow/scan/transpose.ts#transposeWithoutConstantCarries/drop-guard/1",
    becomes: "if (false) return null;",
    proof:
      "Where every initial carry is linear, every one is unknown to the split below, so that no carry comes out known and the " +
      "second guard returns null; splitting has no effect but on a cache.",
  },
  {
    id: "src/autodiff/control-flow/while/primitive.ts#whilePrimitive.effects/drop-selection/1",
    becomes: "effects: ({ bodyJaxpr, condJaxpr }) => [...effectsOf(bodyJaxpr), ...effectsOf(condJaxpr)],",
    proof: 'There is one effect, "ordered", and what reads effects asks whether there are any.',
  },
  {
    id: "src/autodiff/transforms/checkpoint.ts#optimizationBarrierPrimitive.removeDeadCode/negate/1",
    becomes: "used.includes(true) ? { params, usedOperands: used, usedOuts: used } : null,",
    proof:
      "The rule is asked of equations that have used outputs and unused ones, where both conditions hold, and by the compiler " +
      "with all of them used, where all operands being read is what null says too.",
  },
  {
    id: "src/autodiff/transforms/checkpoint.ts#savedVars/drop-selection/2",
    becomes: "return saved;",
    proof:
      "The list says which values are kept; they are given out, taken in and named by this one list, so its order is the same " +
      "wherever it is read.",
  },
  {
    id: "src/autodiff/transforms/custom-vjp.ts#customVjpPrimitive.batch/off-by-one/1",
    becomes: "let count = 1;",
    proof: "batchFlat calls the function, which sets count, before count is read.",
  },
  {
    id: "src/autodiff/transforms/jit-function.ts#entriesKept/off-by-one/1",
    becomes: "const entriesKept = 513;",
    proof: "A bound on memory: a function of which no trace is kept is traced again, to the same program.",
  },
  {
    id: "src/autodiff/transforms/linearize.ts#vjp/drop-selection/2",
    becomes: "const zeros = linearized.outs.map((out) => new Zero(out.aval));",
    proof:
      "pullBack takes the cotangents at positions of outputs; the zeros beyond the last are never looked at, and of the others " +
      "only that they are zeros.",
  },
];
