/**
 * checkpoint: reverse mode keeps only a function's inputs (and what a policy saves) and computes the rest again when it
 * needs it. Less memory, more work.
 */
import { checkString, type OptionKinds, readOptions } from "../../ir/arguments.js";
import type { Aval } from "../../ir/aval.js";
import type { NDArray } from "../array.js";
import { flattenArrays } from "../convert.js";
import { inlineCalls } from "../inline.js";
import { evalJaxpr, type Jaxpr, type Var } from "../jaxpr.js";
import { removeDeadCode, stageClosed } from "../jaxpr-passes.js";
import type { PartialEvaluation, Primitive, Tangent } from "../primitive.js";
import { LinearOperand } from "../primitive.js";
import { linearJvp, linearTranspose1 } from "../primitives/rules.js";
import { bind, bind1 } from "../trace.js";
import { unflatten } from "../tree.js";
import type { InputArguments, Output } from "../types.js";
import { type CallParams, callFunction, callPrimitive } from "./call.js";
import { checkFunction, curriedOptions } from "./flat-function.js";
import { partialEvalJaxpr } from "./partial-eval.js";

/** Whether the outputs of an equation may be kept for the backward pass. */
export type CheckpointPolicy = (primitive: { readonly name: string }, params: object) => boolean;

const nameOf = (params: object): unknown => ("name" in params ? params.name : undefined);

/** Ready-made policies. Source: jax.checkpoint_policies. */
export const checkpointPolicies = {
  /** Keep everything: as without checkpoint. */
  everythingSaveable: (() => true) as CheckpointPolicy,
  /** Keep nothing but the inputs: the default. */
  nothingSaveable: (() => false) as CheckpointPolicy,
  /** Keep the results of products, which are dear to compute. */
  dotsSaveable: ((primitive) => primitive.name === "dot_general") as CheckpointPolicy,
  /** Keep what `checkpointName` gave one of these names. */
  saveOnlyTheseNames: (...names: readonly string[]): CheckpointPolicy => {
    for (const name of names) checkString("checkpointPolicies.saveOnlyTheseNames", "a name", name);
    return (primitive, params) => primitive.name === "name" && names.some((name) => name === nameOf(params));
  },
} as const;

interface CheckpointParams extends CallParams {
  readonly policy: CheckpointPolicy;
  /** The recomputation has been put in: what is here is the backward pass. */
  readonly differentiated: boolean;
}

/** out = jaxpr(operands); in reverse mode, what its policy does not keep is computed again. */
export const checkpointPrimitive: Primitive<CheckpointParams> = callPrimitive<CheckpointParams>({
  name: "checkpoint",
  partialEval: partialEvalCheckpoint,
  showParams: ({ jaxpr, differentiated }) => ({ differentiated, jaxpr }),
});

/**
 * The known part runs now and leaves what the policy saves; the unknown part computes the other residuals again from that
 * and the known inputs, behind a barrier that keeps a compiler from sharing the two computations.
 */
function partialEvalCheckpoint(
  operands: readonly (NDArray | null)[],
  avals: readonly Aval[],
  params: CheckpointParams,
): PartialEvaluation {
  const unknownIn = operands.map((x) => x === null);
  const none = params.jaxpr.outvars.map(() => false);
  const split = partialEvalJaxpr(inlineCalls(params.jaxpr), unknownIn, none);
  const knownIn = operands.filter((x): x is NDArray => x !== null);
  const unknownTypes = avals.filter((_, i) => unknownIn[i]);
  const outCount = split.unknownOut.filter((bit) => !bit).length;
  const computed = split.known.outvars.slice(outCount).filter((atom): atom is Var => atom.kind === "var");
  const saved = savedVars(split.known, computed, params.policy);

  const kept = [...split.known.outvars.slice(0, outCount), ...saved];
  const now = removeDeadCode({ ...split.known, outvars: kept }).jaxpr;
  const again = recomputation(split.known, saved, split.known.outvars.slice(outCount));
  const later = stageClosed(
    (xs) => {
      const inputs = optimizationBarrier(xs.slice(0, saved.length + knownIn.length));
      const recomputed = evalJaxpr(again, [], inputs);
      let next = 0;
      const residuals = split.forwarded.map((at) =>
        at === null ? recomputed[next++] : inputs[saved.length + at],
      );
      return evalJaxpr(split.unknown, [], [...residuals, ...xs.slice(inputs.length)]);
    },
    [...saved.map((v) => v.aval), ...knownIn.map((x) => x.aval), ...unknownTypes],
  );
  const pruned = removeDeadCode(later);
  return {
    unknownOut: split.unknownOut,
    known: () => {
      const results = bind(checkpointPrimitive, knownIn, { ...params, jaxpr: now });
      return { outs: results.slice(0, outCount), residuals: [...results.slice(outCount), ...knownIn] };
    },
    unknown: (residuals, unknowns) =>
      bind(checkpointPrimitive, [...residuals, ...unknowns], {
        ...params,
        jaxpr: pruned.jaxpr,
        differentiated: true,
      }),
  };
}

/** What is kept of the known part: what the policy allows and the residuals are computed from, nothing behind that. */
function savedVars(known: Jaxpr, residuals: readonly Var[], policy: CheckpointPolicy): Var[] {
  const needed = new Set<Var>(residuals);
  const saved: Var[] = [];
  for (let i = known.eqns.length - 1; i >= 0; i--) {
    const eqn = known.eqns[i];
    const live = eqn.outs.filter((v) => needed.has(v));
    if (live.length === 0) continue;
    if (policy(eqn.primitive, eqn.params)) {
      saved.push(...live);
      continue;
    }
    for (const atom of eqn.operands) if (atom.kind === "var") needed.add(atom);
  }
  return saved.reverse();
}

/** (saved, known inputs) -> residuals */
function recomputation(known: Jaxpr, saved: readonly Var[], residuals: Jaxpr["outvars"]): Jaxpr {
  const given = new Set<Var>(saved);
  const eqns = known.eqns.filter((eqn) => !eqn.outs.some((v) => given.has(v)));
  return removeDeadCode({ constvars: [], invars: [...saved, ...known.invars], eqns, outvars: residuals })
    .jaxpr;
}

/** The identity, which common-subexpression elimination does not look through. */
export const optimizationBarrierPrimitive: Primitive = {
  name: "optimization_barrier",
  abstractEval: (avals) => avals,
  jvp: (primals, tangents) => {
    const outs = bind(optimizationBarrierPrimitive, primals, {});
    return [outs, tangents.map((t) => t)];
  },
  transpose: (cotangents, operands) =>
    operands.map((x, i): Tangent | null => (x instanceof LinearOperand ? cotangents[i] : null)),
  batch: (_, operands, axes) => [bind(optimizationBarrierPrimitive, operands, {}), [...axes]],
  lower: { kind: "alias" },
  removeDeadCode: (used, params) =>
    used.includes(false) ? { params, usedOperands: used, usedOuts: used } : null,
};

export const optimizationBarrier = (operands: readonly NDArray[]): NDArray[] =>
  operands.length === 0 ? [] : bind(optimizationBarrierPrimitive, operands, {});

interface NameParams {
  readonly name: string;
}

/** The identity, with a name that policies know. */
export const namePrimitive: Primitive<NameParams> = {
  name: "name",
  abstractEval: ([x]) => [x],
  jvp: linearJvp(() => namePrimitive),
  transpose: linearTranspose1((ct) => ct),
  batch: (_, operands, axes, params) => [bind(namePrimitive, operands, params), [...axes]],
  lower: { kind: "alias" },
};

/**
 * Names a value for `checkpointPolicies.saveOnlyTheseNames`.
 *
 * Source: jax.ad_checkpoint.checkpoint_name.
 */
export function checkpointName<T>(value: T, name: string): Output<T> {
  checkString("checkpointName", "the name", name);
  const [leaves, structure] = flattenArrays(value, "checkpointName: the value");
  return unflatten(
    structure,
    leaves.map((x) => bind1(namePrimitive, [x], { name })),
  ) as Output<T>; // as it came
}

export interface CheckpointOptions {
  /** What may be kept besides the inputs; nothing by default. */
  readonly policy?: CheckpointPolicy;
}

/**
 * The same function, whose intermediate values are computed again in reverse mode instead of kept.
 * Source: jax.checkpoint (jax.remat).
 *
 * @example grad(checkpoint((x) => np.sin(np.sin(x))))(x)
 */
export function checkpoint<A extends unknown[], R>(
  f: (...args: A) => R,
  options?: CheckpointOptions,
): (...args: InputArguments<A>) => Output<R>;
export function checkpoint(
  options?: CheckpointOptions,
): <A extends unknown[], R>(f: (...args: A) => R) => (...args: InputArguments<A>) => Output<R>;
export function checkpoint(first?: unknown, second: CheckpointOptions = {}): unknown {
  if (typeof first === "function") {
    const f = first as (...args: never[]) => unknown; // just seen
    return checkpointed(f, readOptions("checkpoint", second, checkpointOptions));
  }
  const options = curriedOptions("checkpoint", first, checkpointOptions);
  return (f: (...args: never[]) => unknown) => checkpointed(f, options);
}

const checkpointOptions: OptionKinds<CheckpointOptions> = { policy: "function" };

function checkpointed(
  f: (...args: never[]) => unknown,
  options: CheckpointOptions,
): (...args: unknown[]) => unknown {
  checkFunction("checkpoint", f);
  const policy = options.policy ?? checkpointPolicies.nothingSaveable;
  return (...args) => {
    const called = callFunction("checkpoint", f, args);
    if (called.kind === "ran") return called.result;
    const { jaxpr, consts, leaves, outStructure } = called;
    const outs = bind(checkpointPrimitive, [...consts, ...leaves], { jaxpr, policy, differentiated: false });
    return unflatten(outStructure, outs);
  };
}
