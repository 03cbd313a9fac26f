/**
 * Functions with a derivative of the user's own, given as a pullback: a forward function that keeps residuals, and a
 * backward one that turns them and the output's cotangent into the arguments' cotangents. Reverse mode only.
 */
import { type OptionKinds, readOptions } from "../../ir/arguments.js";
import type { Aval } from "../../ir/aval.js";
import { describe } from "../../ir/describe.js";
import { isFloat } from "../../ir/dtype.js";
import { ArgumentError, DifferentiationError } from "../../ir/errors.js";
import type { NDArray } from "../array.js";
import { flattenArrays } from "../convert.js";
import { avalsOf, effectsOf, type Jaxpr } from "../jaxpr.js";
import { type BatchAxis, LinearOperand, type Primitive, type Tangent, Zero } from "../primitive.js";
import { materializeBatch, reduceSum } from "../primitives/sum-and-broadcast.js";
import { bind } from "../trace.js";
import { sameStructure, showStructure, type TreeStructure, unflatten } from "../tree.js";
import type { InputArguments, Output } from "../types.js";
import { batchesInFront, batchFlat, batchJaxpr, frontAxes } from "./batching.js";
import { callFunction } from "./call.js";
import { canonicalArgnums, checkFunction, curriedOptions } from "./flat-function.js";
import { flattenTangents } from "./linearize.js";
import { instantiate } from "./zeros.js";

/** primals -> outputs, then residuals. */
type FlatForward = (primals: readonly NDArray[]) => {
  outs: readonly NDArray[];
  residuals: readonly NDArray[];
};
/** (residuals, cotangents of the outputs) -> cotangents of the primals. */
type FlatBackward = (residuals: readonly NDArray[], cotangents: readonly NDArray[]) => NDArray[];

interface CustomVjpParams {
  readonly name: string;
  readonly jaxpr: Jaxpr;
  readonly numConsts: number;
  readonly forward: FlatForward;
  readonly backward: FlatBackward;
}

/** A call of a jaxpr whose pullback is in its params. */
export const customVjpPrimitive: Primitive<CustomVjpParams> = {
  name: "custom_vjp_call",
  abstractEval: (_, { jaxpr }) => avalsOf(jaxpr.outvars),
  jvp: (primals, tangents, { name, numConsts, forward, backward, jaxpr }) => {
    if (tangents.slice(0, numConsts).some((t) => !(t instanceof Zero))) {
      throw new DifferentiationError(
        `customVjp of ${name}: it closes over a value that is being differentiated, and its rule says nothing of that; ` +
          "pass the value as an argument",
      );
    }
    const { outs, residuals } = forward(primals.slice(numConsts));
    const dOuts = bind(customLinearPrimitive, [...residuals, ...tangents.slice(numConsts).map(instantiate)], {
      name,
      numResiduals: residuals.length,
      types: avalsOf(jaxpr.outvars),
      backward,
    });
    return [[...outs], dOuts.map((t, i): Tangent => (isFloat(outs[i].dtype) ? t : new Zero(outs[i].aval)))];
  },
  transpose: { kind: "notLinear", reason: "a customVjp function is differentiated by its own pullback" },
  batch: (axisSize, operands, axes, params) => {
    const bits = axes.map((axis) => axis !== null);
    const all = params.jaxpr.outvars.map(() => true);
    const batched = batchJaxpr(params.jaxpr, axisSize, bits, all);
    const argumentBits = bits.slice(params.numConsts);
    let residualAxes: readonly BatchAxis[] = [];
    const forward: FlatForward = (primals) => {
      let count = 0;
      const [outs, outAxes] = batchFlat(
        (xs) => {
          const result = params.forward(xs);
          count = result.outs.length;
          return [...result.outs, ...result.residuals];
        },
        axisSize,
        primals,
        frontAxes(argumentBits),
      );
      residualAxes = outAxes.slice(count);
      return {
        outs: outs.slice(0, count).map((out, i) => materializeBatch(out, outAxes[i], axisSize)),
        residuals: outs.slice(count),
      };
    };
    const backward: FlatBackward = (residuals, cotangents) =>
      batchBackward(params.backward, axisSize, residuals, residualAxes, cotangents, argumentBits);
    const fronts = batchesInFront(operands, axes, axisSize);
    const outs = bind(customVjpPrimitive, fronts, { ...params, jaxpr: batched.jaxpr, forward, backward });
    return [outs, frontAxes(all)];
  },
  lower: { kind: "call", jaxpr: ({ jaxpr }) => jaxpr },
  effects: ({ jaxpr }) => effectsOf(jaxpr),
  showParams: ({ name, jaxpr }) => ({ name, call_jaxpr: jaxpr }),
};

/** The pullback on batches; a primal that is not batched gets the sum of its lanes' cotangents. */
function batchBackward(
  backward: FlatBackward,
  axisSize: number,
  residuals: readonly NDArray[],
  residualAxes: readonly BatchAxis[],
  cotangents: readonly NDArray[],
  batched: readonly boolean[],
): NDArray[] {
  const count = residuals.length;
  const [cts, axes] = batchFlat(
    (xs) => backward(xs.slice(0, count), xs.slice(count)),
    axisSize,
    [...residuals, ...cotangents],
    [...residualAxes, ...cotangents.map(() => 0)],
  );
  return cts.map((ct, i) => {
    const whole = materializeBatch(ct, axes[i], axisSize);
    return batched[i] ? whole : reduceSum(whole, [0]);
  });
}

interface CustomLinearParams {
  readonly name: string;
  readonly numResiduals: number;
  readonly types: readonly Aval[];
  readonly backward: FlatBackward;
}

const forwardModeReason =
  "it is a customVjp function, which has a pullback only; use customJvp for forward mode (jvp, jacfwd, hessian)";

/** The pushforward that nobody knows: it can be transposed, which is all that reverse mode asks. */
export const customLinearPrimitive: Primitive<CustomLinearParams> = {
  name: "custom_lin",
  abstractEval: (_, { types }) => types,
  jvp: { kind: "notDifferentiable", reason: forwardModeReason },
  transpose: (cotangents, operands, { numResiduals, backward }) => {
    const residuals = operands.slice(0, numResiduals).map((x) => {
      if (x instanceof LinearOperand)
        throw new DifferentiationError(
          `a customVjp function cannot be differentiated in forward mode: ${forwardModeReason}`,
        );
      return x;
    });
    const cts = backward(residuals, cotangents.map(instantiate));
    return operands.map((x, i) => (x instanceof LinearOperand ? cts[i - numResiduals] : null));
  },
  batch: (axisSize, operands, axes, params) => {
    const residualAxes = axes.slice(0, params.numResiduals);
    const tangentAxes = axes.slice(params.numResiduals);
    const fronts = [
      ...operands.slice(0, params.numResiduals),
      ...batchesInFront(operands.slice(params.numResiduals), tangentAxes, axisSize),
    ];
    const bits = tangentAxes.map((axis) => axis !== null);
    const types = params.types.map((type): Aval => ({ ...type, shape: [axisSize, ...type.shape] }));
    const backward: FlatBackward = (residuals, cotangents) =>
      batchBackward(params.backward, axisSize, residuals, residualAxes, cotangents, bits);
    return [bind(customLinearPrimitive, fronts, { ...params, types, backward }), types.map(() => 0)];
  },
  lower: {
    kind: "nest",
    emit: (_, __, ___, { params }) => {
      throw new DifferentiationError(
        `customVjp of ${params.name} cannot be differentiated in forward mode: ${forwardModeReason}`,
      );
    },
  },
  showParams: ({ name }) => ({ name }),
};

export interface CustomVjpOptions {
  /** Arguments that are not differentiated and may be anything: handed to fwd in place, and first to bwd. */
  readonly nondiffArgnums?: readonly number[];
}

/** A function whose pullback is set by `defvjp`. */
export interface CustomVjp<A extends unknown[], R> {
  (...args: InputArguments<A>): Output<R>;
  /**
   * fwd(...args) -> [output, residuals]; bwd(residuals, cotangent) -> tuple of cotangents, null for zero. With
   * nondiffArgnums, bwd(...those, residuals, cotangent). Returns the function.
   */
  defvjp<S>(
    fwd: (...args: A) => readonly [R, S],
    bwd: (...args: never[]) => readonly unknown[],
  ): CustomVjp<A, R>;
}

/**
 * A function with a pullback of your own.
 * Source: jax.custom_vjp.
 *
 * @throws ArgumentError when it is called before `defvjp`; DifferentiationError under forward mode, or when bwd's
 * cotangents do not fit the arguments.
 * @example
 * const clipped = customVjp((x) => x);
 * clipped.defvjp((x) => [x, null], (_, ct) => [np.clip(ct, -1, 1)]);
 */
export function customVjp<A extends unknown[], R>(
  f: (...args: A) => R,
  options?: CustomVjpOptions,
): CustomVjp<A, R>;
export function customVjp(
  options?: CustomVjpOptions,
): <A extends unknown[], R>(f: (...args: A) => R) => CustomVjp<A, R>;
export function customVjp(first?: unknown, second: CustomVjpOptions = {}): unknown {
  if (typeof first === "function") {
    return customVjpOf(
      first as (...args: unknown[]) => unknown,
      readOptions("customVjp", second, customVjpOptions),
    ); // just seen
  }
  const options = curriedOptions("customVjp", first, customVjpOptions);
  return (f: (...args: unknown[]) => unknown) => customVjpOf(f, options);
}

const customVjpOptions: OptionKinds<CustomVjpOptions> = { nondiffArgnums: "any" };

type Loose = (...args: unknown[]) => unknown;

function customVjpOf(f: Loose, options: CustomVjpOptions): unknown {
  checkFunction("customVjp", f);
  const name = f.name || "anonymous";
  let rules: { readonly fwd: Loose; readonly bwd: Loose } | undefined;
  const call = (...args: unknown[]): unknown => {
    if (rules === undefined)
      throw new ArgumentError(`customVjp of ${name}: no rule is set; call defvjp first`);
    const { fwd, bwd } = rules;
    const fixed = canonicalArgnums("customVjp: nondiffArgnums", options.nondiffArgnums ?? [], args.length);
    const complete = (rest: readonly unknown[]): unknown[] => {
      let next = 0;
      return args.map((arg, i) => (fixed.includes(i) ? arg : rest[next++]));
    };
    const rest = args.filter((_, i) => !fixed.includes(i));
    const called = callFunction("customVjp", (...given: never[]) => f(...complete(given)), rest);
    if (called.kind === "ran") return called.result;
    const { jaxpr, consts, leaves, structure, outStructure } = called;
    let residualStructure: TreeStructure = outStructure;
    const forward: FlatForward = (primals) => {
      const result = fwd(...complete(unflatten(structure, primals) as unknown[])); // a tuple: the argument list
      if (!Array.isArray(result) || result.length !== 2) {
        throw new DifferentiationError(
          `customVjp of ${name}: fwd must return a pair [output, residuals], got ${describe(result)}`,
        );
      }
      const [outs, found] = flattenArrays(result[0]);
      if (!sameStructure(found, outStructure)) {
        throw new DifferentiationError(
          `customVjp of ${name}: the function returns ${showStructure(outStructure)}, fwd ${showStructure(found)}; they must return the same`,
        );
      }
      const [residuals, kept] = flattenArrays(result[1]);
      residualStructure = kept;
      return { outs, residuals };
    };
    const backward: FlatBackward = (residuals, cotangents) => {
      const given = fixed.map((i) => args[i]);
      const result = bwd(
        ...given,
        unflatten(residualStructure, residuals),
        unflatten(outStructure, cotangents),
      );
      if (!Array.isArray(result)) {
        throw new DifferentiationError(
          `customVjp of ${name}: bwd must return a tuple, one cotangent an argument (null for zero), got ` +
            `${describe(result)}; for one argument: [ct]`,
        );
      }
      const cts = flattenTangents(
        `customVjp of ${name}: bwd`,
        result,
        leaves.map((x) => x.aval),
        structure,
      );
      return cts.map(instantiate); // of the arguments' types: looked at just above
    };
    const outs = bind(customVjpPrimitive, [...consts, ...leaves], {
      name,
      jaxpr,
      numConsts: consts.length,
      forward,
      backward,
    });
    return unflatten(outStructure, outs);
  };
  const custom = Object.assign(call, {
    defvjp: (fwd: Loose, bwd: Loose) => {
      checkFunction(`customVjp of ${name}: defvjp's fwd`, fwd);
      checkFunction(`customVjp of ${name}: defvjp's bwd`, bwd);
      rules = { fwd, bwd };
      return custom;
    },
  });
  return custom;
}
