/**
 * cond: one of several branches, chosen by an int32 index. Operands are the index and what the branches take; all branches
 * take the same and return the same types. An index out of range is the nearest branch.
 */
import { type Aval, sameType, showAval } from "../../../ir/aval.js";
import type { BlockBuilder } from "../../../ir/block-builder.js";
import { CarryTypeError, InternalError } from "../../../ir/errors.js";
import { constant, load, lt } from "../../../ir/expr.js";
import type { NDArray } from "../../array.js";
import { avalsOf, effectsOf, evalJaxpr, type Jaxpr } from "../../jaxpr.js";
import { removeDeadCode, stageClosed } from "../../jaxpr-passes.js";
import { type BatchAxis, LinearOperand, type PartialEvaluation, type Primitive } from "../../primitive.js";
import { eq, ge, le } from "../../primitives/comparison.js";
import { selectN } from "../../primitives/selection.js";
import { broadcastInDim } from "../../primitives/sum-and-broadcast.js";
import { bind } from "../../trace.js";
import { batchesInFront, batchJaxpr, frontAxes } from "../../transforms/batching.js";
import { jvpJaxpr, nonzeroMask, nonzeroTangents, spreadTangents } from "../../transforms/jvp.js";
import { partialEvalJaxpr, type SplitJaxpr } from "../../transforms/partial-eval.js";
import { knownOperands, linearMask, spreadCotangents, transposeJaxpr } from "../../transforms/transpose.js";
import { zerosOf } from "../../transforms/zeros.js";
import { liveLanes } from "./live-lanes.js";

export interface CondParams {
  readonly branches: readonly Jaxpr[];
}

/** The bits that some branch sets. */
const union = (masks: readonly (readonly boolean[])[]): boolean[] =>
  masks[0].map((_, i) => masks.some((mask) => mask[i]));

export const condPrimitive: Primitive<CondParams> = {
  name: "cond",
  abstractEval: (_, { branches }) => {
    const [first, ...rest] = branches.map((branch) => avalsOf(branch.outvars));
    rest.forEach((types, k) => {
      if (types.length !== first.length || !types.every((t, i) => sameType(t, first[i]))) {
        throw new CarryTypeError(
          `cond: branches must return the same types: branch 0 returns ${first.map(showAval).join(", ")}, ` +
            `branch ${k + 1} returns ${types.map(showAval).join(", ")}`,
        );
      }
    });
    return first;
  },
  jvp: ([index, ...primals], [, ...tangents], { branches }) => {
    const bits = nonzeroMask(tangents);
    const none = branches[0].outvars.map(() => false);
    const nonzeroOut = union(branches.map((branch) => jvpJaxpr(branch, bits, none).nonzeroOut));
    const transformed = branches.map((branch) => jvpJaxpr(branch, bits, nonzeroOut).jaxpr);
    const results = bind(condPrimitive, [index, ...primals, ...nonzeroTangents(tangents)], {
      branches: transformed,
    });
    const outs = results.slice(0, none.length);
    const avals = outs.map((out) => out.aval);
    return [outs, spreadTangents(nonzeroOut, results.slice(outs.length), avals)];
  },
  partialEval: partialEvalCond,
  transpose: (cotangents, [index, ...operands], { branches }) => {
    if (index instanceof LinearOperand) throw new InternalError("cond: an index cannot be linear");
    const linear = linearMask(operands);
    const bits = nonzeroMask(cotangents);
    const nonzeroOut = union(branches.map((branch) => transposeJaxpr(branch, linear, bits, []).nonzeroOut));
    const transposed = branches.map((branch) => transposeJaxpr(branch, linear, bits, nonzeroOut).jaxpr);
    const results = bind(condPrimitive, [index, ...knownOperands(operands), ...nonzeroTangents(cotangents)], {
      branches: transposed,
    });
    return [null, ...spreadCotangents(operands, nonzeroOut, results)];
  },
  batch: batchCond,
  lower: {
    kind: "nest",
    emit: (b, [index, ...operands], outs, { params: { branches } }, context) => {
      const inputs = operands.map((view) => ({ view, owned: false, isFixed: context.isFixed(view) }));
      const chosen = b.local(load(index.buffer, index.offset));
      const choose = (inner: BlockBuilder, first: number): void => {
        const run = (block: BlockBuilder, k: number): void => {
          context.lowerJaxpr(block, branches[k], inputs, outs);
        };
        if (first === branches.length - 1) run(inner, first);
        else
          inner.if(
            lt(chosen, constant("int32", first + 1)),
            (yes) => run(yes, first),
            (no) => choose(no, first + 1),
          );
      };
      choose(b, 0);
    },
  },
  removeDeadCode: (used, { branches }) => {
    const pruned = branches.map((branch) => removeDeadCode(branch, used));
    const usedInvars = union(pruned.map((each) => each.usedInvars));
    return {
      params: {
        branches: pruned.map(({ jaxpr }) => ({
          ...jaxpr,
          invars: jaxpr.invars.filter((_, i) => usedInvars[i]),
        })),
      },
      usedOperands: [true, ...usedInvars],
      usedOuts: used,
    };
  },
  effects: ({ branches }) => branches.flatMap(effectsOf).slice(0, 1),
};

/**
 * The branch that is taken now leaves its residuals for the one that is taken later. Branches share residual slots by
 * type; a branch fills the slots it does not use with zeros. Residuals that are operands are not saved but read again.
 */
function partialEvalCond(
  operands: readonly (NDArray | null)[],
  avals: readonly Aval[],
  { branches }: CondParams,
): PartialEvaluation {
  const [index, ...rest] = operands;
  const unknownIn = rest.map((x) => x === null);
  const none = branches[0].outvars.map(() => false);
  if (index === null) {
    return {
      unknownOut: none.map(() => true),
      known: () => ({ outs: [], residuals: rest.filter((x): x is NDArray => x !== null) }),
      unknown: (residuals, [laterIndex, ...unknowns]) => {
        let k = 0;
        let u = 0;
        const all = rest.map((x) => (x === null ? unknowns[u++] : residuals[k++]));
        return bind(condPrimitive, [laterIndex, ...all], { branches });
      },
    };
  }
  const unknownOut = union(branches.map((branch) => partialEvalJaxpr(branch, unknownIn, none).unknownOut));
  const splits = branches.map((branch) => partialEvalJaxpr(branch, unknownIn, unknownOut));
  const slots = shareSlots(splits);
  const knownOutCount = unknownOut.filter((bit) => !bit).length;
  const knownTypes = avals.slice(1).filter((_, i) => !unknownIn[i]);
  const unknownTypes = avals.slice(1).filter((_, i) => unknownIn[i]);

  const knownBranches = splits.map((split, k) =>
    stageClosed((xs) => {
      const results = evalJaxpr(split.known, [], xs);
      const saved = slots.types.map((type, slot) => {
        const position = slots.ofBranch[k].indexOf(slot);
        return position < 0 ? zerosOf(type) : results[knownOutCount + position];
      });
      return [...results.slice(0, knownOutCount), ...saved];
    }, knownTypes),
  );
  // Later branches take: slots, all known operands, unknown operands.
  const unknownBranches = splits.map((split, k) =>
    stageClosed(
      (xs) => {
        const saved = xs.slice(0, slots.types.length);
        const known = xs.slice(slots.types.length, slots.types.length + knownTypes.length);
        let computed = 0;
        const residuals = split.forwarded.map((at) =>
          at === null ? saved[slots.ofBranch[k][computed++]] : known[at],
        );
        return evalJaxpr(
          split.unknown,
          [],
          [...residuals, ...xs.slice(slots.types.length + knownTypes.length)],
        );
      },
      [...slots.types, ...knownTypes, ...unknownTypes],
    ),
  );
  const knownIn = rest.filter((x): x is NDArray => x !== null);
  return {
    unknownOut,
    known: () => {
      const results = bind(condPrimitive, [index, ...knownIn], { branches: knownBranches });
      return {
        outs: results.slice(0, knownOutCount),
        residuals: [index, ...results.slice(knownOutCount), ...knownIn],
      };
    },
    unknown: ([laterIndex, ...residuals], unknowns) =>
      bind(condPrimitive, [laterIndex, ...residuals, ...unknowns], { branches: unknownBranches }),
  };
}

/** Slots for computed residuals: the n-th of a type in one branch shares with the n-th of that type in another. */
function shareSlots(splits: readonly SplitJaxpr[]): { types: Aval[]; ofBranch: number[][] } {
  const types: Aval[] = [];
  const ofBranch = splits.map(({ known, forwarded }) => {
    const computed = forwarded.filter((at) => at === null).length;
    const residualTypes = avalsOf(known.outvars).slice(known.outvars.length - computed);
    const taken: number[] = [];
    for (const type of residualTypes) {
      let slot = types.findIndex((t, i) => !taken.includes(i) && sameType(t, type));
      if (slot < 0) slot = types.push(type) - 1;
      taken.push(slot);
    }
    return taken;
  });
  return { types, ofBranch };
}

/**
 * One index for all lanes: the chosen branch on batches. An index a lane: all branches run, and each lane selects. Lanes
 * that do not take a branch feed it constants, so that its derivative there cannot reach them.
 */
function batchCond(
  axisSize: number,
  [index, ...operands]: readonly NDArray[],
  [indexAxis, ...axes]: readonly BatchAxis[],
  { branches }: CondParams,
): readonly [NDArray[], BatchAxis[]] {
  const bits = axes.map((axis) => axis !== null);
  const none = branches[0].outvars.map(() => false);
  const fronts = batchesInFront(operands, axes, axisSize);
  if (indexAxis === null) {
    const batchedOut = union(branches.map((branch) => batchJaxpr(branch, axisSize, bits, none).batchedOut));
    const batched = branches.map((branch) => batchJaxpr(branch, axisSize, bits, batchedOut).jaxpr);
    return [bind(condPrimitive, [index, ...fronts], { branches: batched }), frontAxes(batchedOut)];
  }
  const all = none.map(() => true);
  const whole = fronts.map((x, i) => (bits[i] ? x : broadcastInDim(x, [axisSize, ...x.shape], ones(x.ndim))));
  const last = branches.length - 1;
  const results = branches.map((branch, k) => {
    const taken = laneTakes(index, k, last);
    const guarded = whole.map((x) => liveLanes(x, taken));
    const allBits = bits.map(() => true);
    return { taken, outs: evalJaxpr(batchJaxpr(branch, axisSize, allBits, all).jaxpr, [], guarded) };
  });
  const outs = none.map(
    (_, i) =>
      results
        .map(({ outs: branchOuts, taken }) => ({ out: branchOuts[i], taken }))
        .reduceRight((rest, branch) => ({
          out: selectN(spread(branch.taken, branch.out), rest.out, branch.out),
          taken: branch.taken,
        })).out,
  );
  return [outs, frontAxes(all)];
}

const ones = (rank: number): number[] => Array.from({ length: rank }, (_, k) => k + 1);

/** Which lanes take branch k; indices out of range go to the nearest. */
function laneTakes(index: NDArray, k: number, last: number): NDArray {
  if (k === 0) return le(index, 0);
  return k === last ? ge(index, last) : eq(index, k);
}

/** A bit a lane, for every element of a batch. */
const spread = (bits: NDArray, like: NDArray): NDArray => broadcastInDim(bits, like.shape, [0]);
