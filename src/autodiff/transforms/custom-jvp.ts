/** Functions with a derivative of the user's own, given as a pushforward: right for both modes. */
import { describeAval, sameType } from "../../ir/aval.js";
import { describe } from "../../ir/describe.js";
import { ArgumentError, DifferentiationError } from "../../ir/errors.js";
import type { NDArray } from "../array.js";
import { flattenArrays } from "../convert.js";
import { avalsOf, effectsOf, type Jaxpr } from "../jaxpr.js";
import { LinearOperand, type Primitive, type Tangent, Zero } from "../primitive.js";
import { materializeBatch } from "../primitives/sum-and-broadcast.js";
import { bind } from "../trace.js";
import { sameStructure, showStructure, unflatten } from "../tree.js";
import type { InputArguments, Output } from "../types.js";
import { batchesInFront, batchFlat, batchJaxpr, frontAxes } from "./batching.js";
import { callFunction } from "./call.js";
import { checkFunction } from "./flat-function.js";
import { backwardPass } from "./transpose.js";
import { instantiate } from "./zeros.js";

/** (primals, tangents) -> outputs, then their tangents: flat. */
type FlatRule = (primals: readonly NDArray[], tangents: readonly NDArray[]) => NDArray[];

interface CustomJvpParams {
  readonly name: string;
  /** Its leading inputs are what the function closes over. */
  readonly jaxpr: Jaxpr;
  readonly numConsts: number;
  readonly rule: FlatRule;
}

/** A call of a jaxpr whose jvp is the rule in its params. */
export const customJvpPrimitive: Primitive<CustomJvpParams> = {
  name: "custom_jvp_call",
  abstractEval: (_, { jaxpr }) => avalsOf(jaxpr.outvars),
  jvp: (primals, tangents, { name, numConsts, rule, jaxpr }) => {
    if (tangents.slice(0, numConsts).some((t) => !(t instanceof Zero))) {
      throw new DifferentiationError(
        `customJvp of ${name}: it closes over a value that is being differentiated, and its rule says nothing of that; ` +
          "pass the value as an argument",
      );
    }
    const results = rule(primals.slice(numConsts), tangents.slice(numConsts).map(instantiate));
    const count = jaxpr.outvars.length;
    return [results.slice(0, count), results.slice(count)];
  },
  transpose: (cotangents, operands, { jaxpr }) => {
    const results = backwardPass(jaxpr, [], operands, cotangents);
    let next = 0;
    return operands.map((x): Tangent | null => (x instanceof LinearOperand ? results[next++] : null));
  },
  batch: (axisSize, operands, axes, params) => {
    const bits = axes.map((axis) => axis !== null);
    const all = params.jaxpr.outvars.map(() => true);
    const batched = batchJaxpr(params.jaxpr, axisSize, bits, all);
    const argumentAxes = frontAxes(bits.slice(params.numConsts));
    const rule: FlatRule = (primals, tangents) => {
      const count = primals.length;
      const [outs, outAxes] = batchFlat(
        (xs) => params.rule(xs.slice(0, count), xs.slice(count)),
        axisSize,
        [...primals, ...tangents],
        [...argumentAxes, ...argumentAxes],
      );
      return outs.map((out, i) => materializeBatch(out, outAxes[i], axisSize));
    };
    const fronts = batchesInFront(operands, axes, axisSize);
    return [bind(customJvpPrimitive, fronts, { ...params, jaxpr: batched.jaxpr, rule }), frontAxes(all)];
  },
  lower: { kind: "call", jaxpr: ({ jaxpr }) => jaxpr },
  effects: ({ jaxpr }) => effectsOf(jaxpr),
  showParams: ({ name, jaxpr }) => ({ name, call_jaxpr: jaxpr }),
};

/** The rule of a customJvp function: primals and tangents are tuples of arguments. */
export type JvpRuleOf<A extends unknown[], R> = (primals: A, tangents: A) => readonly [R, R];

/** A function whose rule is set by `defjvp`. */
export interface CustomJvp<A extends unknown[], R> {
  (...args: InputArguments<A>): Output<R>;
  /** Sets the rule: ([x, ...], [dx, ...]) -> [y, dy]. Returns the function. */
  defjvp(rule: JvpRuleOf<A, R>): CustomJvp<A, R>;
}

/**
 * A function with a derivative of your own for both modes. The rule is written for one example: it sees unbatched shapes
 * under vmap.
 * Source: jax.custom_jvp.
 *
 * @throws ArgumentError when it is called before `defjvp`; DifferentiationError when the rule's types do not fit.
 * @example
 * const logOnePlusExp = customJvp((x) => np.log1p(np.exp(x)));
 * logOnePlusExp.defjvp(([x], [dx]) => [logOnePlusExp(x), dx.mul(nn.sigmoid(x))]);
 */
export function customJvp<A extends unknown[], R>(f: (...args: A) => R): CustomJvp<A, R> {
  checkFunction("customJvp", f);
  const apply = f as (...args: never[]) => unknown;
  let rule: ((primals: unknown, tangents: unknown) => unknown) | undefined;
  const call = (...args: unknown[]): unknown => {
    const chosen = rule;
    if (chosen === undefined) {
      throw new ArgumentError(`customJvp of ${f.name || "anonymous"}: no rule is set; call defjvp first`);
    }
    const called = callFunction("customJvp", apply, args);
    if (called.kind === "ran") return called.result;
    const { jaxpr, consts, leaves, structure, outStructure } = called;
    const flatRule: FlatRule = (primals, tangents) => {
      const result = chosen(unflatten(structure, primals), unflatten(structure, tangents));
      if (!Array.isArray(result) || result.length !== 2) {
        throw new DifferentiationError(
          `customJvp of ${f.name || "anonymous"}: the rule must return a pair [output, tangent], got ${describe(result)}`,
        );
      }
      const [outs, outsStructure] = flattenArrays(result[0]);
      const [dOuts, dStructure] = flattenArrays(result[1]);
      if (!sameStructure(outsStructure, outStructure) || !sameStructure(dStructure, outStructure)) {
        throw new DifferentiationError(
          `customJvp of ${f.name || "anonymous"}: the function returns ${showStructure(outStructure)}; its rule returned ` +
            `${showStructure(outsStructure)} with the tangent ${showStructure(dStructure)}; they must be alike`,
        );
      }
      dOuts.forEach((dOut, i) => {
        if (sameType(dOut.aval, outs[i].aval)) return;
        throw new DifferentiationError(
          `customJvp of ${f.name || "anonymous"}: the tangent of an output ${describeAval(outs[i].aval)} is ${describeAval(dOut.aval)}; ` +
            "it must have the same shape and dtype",
        );
      });
      return [...outs, ...dOuts];
    };
    const outs = bind(customJvpPrimitive, [...consts, ...leaves], {
      name: f.name || "anonymous",
      jaxpr,
      numConsts: consts.length,
      rule: flatRule,
    });
    return unflatten(outStructure, outs);
  };
  const custom = Object.assign(call, {
    defjvp: (next: (primals: unknown, tangents: unknown) => unknown) => {
      checkFunction(`customJvp of ${f.name || "anonymous"}: defjvp`, next);
      rule = next;
      return custom;
    },
  });
  return custom as unknown as CustomJvp<A, R>; // arguments and results have the structures that f's have
}
