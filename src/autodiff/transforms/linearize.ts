/**
 * Linearization and reverse mode, in three steps as in JAX: jvp puts primals and tangents side by side; partial evaluation
 * computes the primals now and records the tangents' part, which is linear, as a jaxpr; its transpose is the pullback.
 */

import { type OptionKinds, readOptions } from "../../ir/arguments.js";
import { type Aval, describeAval, sameType } from "../../ir/aval.js";
import { isFloat } from "../../ir/dtype.js";
import { ArgumentError, DifferentiationError, InternalError, TreeError } from "../../ir/errors.js";
import { literal, type NDArray } from "../array.js";
import { flattenArrays, leafToArray } from "../convert.js";
import type { ClosedJaxpr } from "../jaxpr.js";
import { evalJaxpr } from "../jaxpr.js";
import { removeDeadCode } from "../jaxpr-passes.js";
import { LinearOperand, type Tangent, Zero } from "../primitive.js";
import { getCurrentTrace, withTrace } from "../trace.js";
import {
  flatten,
  isLeaf,
  leafPaths,
  sameStructure,
  showStructure,
  type TreeStructure,
  unflatten,
} from "../tree.js";
import type { InputArguments, Output } from "../types.js";
import { checkArguments, checkFunction, flatFunction } from "./flat-function.js";
import { jvpFlat } from "./jvp.js";
import { PartialEvalTrace } from "./partial-eval.js";
import { backwardPass } from "./transpose.js";
import { instantiate, zerosOf } from "./zeros.js";

/** f at a point: its outputs, and its derivative there as a linear jaxpr. */
export interface Linearized {
  readonly outs: readonly NDArray[];
  /** Tangents of the float operands -> tangents of the outputs that are not symbolically zero. Consts are the residuals. */
  readonly linear: ClosedJaxpr;
  /** Which operands have tangents: the floats. */
  readonly differentiable: readonly boolean[];
  readonly nonzeroOut: readonly boolean[];
}

/** Linearizes a function of flat arrays. */
export function linearizeFlat(
  f: (operands: NDArray[]) => readonly NDArray[],
  primals: readonly NDArray[],
  differentiable: readonly boolean[] = primals.map((x) => isFloat(x.dtype)),
): Linearized {
  const trace = new PartialEvalTrace(getCurrentTrace());
  const inputs = primals.filter((_, i) => differentiable[i]).map((x) => trace.input(x.aval));
  let next = 0;
  const tangents = primals.map((x, i): Tangent => (differentiable[i] ? inputs[next++] : new Zero(x.aval)));
  const [outs, outTangents] = withTrace(trace, () => jvpFlat(f, primals, tangents, trace));
  for (const out of outs) {
    if (trace.isUnknown(out)) throw new InternalError("linearize: an output's primal depends on a tangent");
  }
  const nonzeroOut = outTangents.map((t) => !(t instanceof Zero));
  const finished = trace.finish(
    inputs,
    outTangents.filter((t): t is NDArray => !(t instanceof Zero)),
  );
  const { jaxpr } = removeDeadCode(finished.jaxpr);
  const live = new Set(jaxpr.constvars);
  const consts = finished.consts.filter((_, i) => live.has(finished.jaxpr.constvars[i]));
  return { outs, linear: { jaxpr, consts }, differentiable, nonzeroOut };
}

/** The pushforward: tangents of all operands (those of integers are not looked at) -> tangents of all outputs. */
export function pushForward(
  { outs, linear, differentiable, nonzeroOut }: Linearized,
  tangents: readonly NDArray[],
): NDArray[] {
  const given = tangents.filter((_, i) => differentiable[i]);
  const results = evalJaxpr(linear.jaxpr, linear.consts, given);
  let next = 0;
  return outs.map((out, i) => (nonzeroOut[i] ? results[next++] : zerosOf(out.aval)));
}

/** The pullback: cotangents of all outputs -> cotangents of all operands, zeros symbolic. */
export function pullBack(
  { linear, differentiable, nonzeroOut }: Linearized,
  primals: readonly NDArray[],
  cotangents: readonly Tangent[],
): Tangent[] {
  const { jaxpr, consts } = linear;
  const operands = jaxpr.invars.map((v) => new LinearOperand(v.aval));
  const cts = backwardPass(
    jaxpr,
    consts,
    operands,
    cotangents.filter((_, i) => nonzeroOut[i]),
  );
  let next = 0;
  return primals.map((x, i) => (differentiable[i] ? cts[next++] : new Zero(x.aval)));
}

// The public functions ---------------------------------------------------------------------------------------------------

/**
 * Forward mode: (f(x), f'(x) dx). Primals and tangents are tuples of arguments.
 *
 * @throws DTypeError or TreeError when tangents do not match primals.
 * @example jvp((x) => np.sin(x), [1], [1]) // [sin 1, cos 1]
 */
export function jvp<A extends unknown[], R>(
  f: (...args: A) => R,
  primals: InputArguments<A>,
  tangents: InputArguments<A>,
): [Output<R>, Output<R>] {
  checkFunction("jvp", f);
  checkArguments("jvp", "primals", primals);
  checkArguments("jvp", "tangents", tangents);
  const [xs, structure] = flattenArrays(primals, "jvp: primals");
  const flat = flatFunction("jvp", f, structure);
  const dxs = flattenTangents("jvp", tangents, avals(xs), structure);
  const [outs, outTangents] = jvpFlat(flat.call, xs, dxs);
  const outStructure = flat.outStructure();
  // Sound: both have the structure of what f returned, with arrays for leaves.
  return [
    unflatten(outStructure, outs) as Output<R>,
    unflatten(outStructure, outTangents.map(instantiate)) as Output<R>,
  ];
}

/**
 * f(x), and its derivative at x as a linear function of tangents (one an argument), computed without running f again.
 */
export function linearize<A extends unknown[], R>(
  f: (...args: A) => R,
  primals: InputArguments<A>,
): [Output<R>, (...tangents: InputArguments<A>) => Output<R>];
export function linearize<A extends unknown[], R, X>(
  f: (...args: A) => readonly [R, X],
  primals: InputArguments<A>,
  options: { readonly hasAux: true },
): [Output<R>, (...tangents: InputArguments<A>) => Output<R>, Output<X>];
export function linearize(
  f: (...args: never[]) => unknown,
  primals: readonly unknown[],
  options: { readonly hasAux?: boolean } = {},
): unknown[] {
  checkFunction("linearize", f);
  checkArguments("linearize", "primals", primals);
  const { hasAux = false } = readOptions("linearize", options, auxOption);
  const [xs, structure] = flattenArrays(primals, "linearize: primals");
  const split = splitAux("linearize", f, structure, hasAux);
  const linearized = linearizeFlat(split.call, xs);
  const { main, aux } = split.results(linearized.outs);
  const fLin = (...tangents: unknown[]): unknown => {
    const dxs = flattenTangents("linearize", tangents, avals(xs), structure).map(instantiate);
    return split.results(pushForward(linearized, dxs)).main;
  };
  return hasAux ? [main, fLin, aux] : [main, fLin];
}

/**
 * f(x), and its pullback: a cotangent of the output -> the tuple of cotangents of the arguments.
 *
 * @example const [y, pullback] = vjp(f, [x]); const [ctX] = pullback(np.onesLike(y));
 */
export function vjp<A extends unknown[], R>(
  f: (...args: A) => R,
  primals: InputArguments<A>,
): [Output<R>, (cotangent: InputArguments<[R]>[0]) => { [K in keyof A]: Output<A[K]> }];
export function vjp<A extends unknown[], R, X>(
  f: (...args: A) => readonly [R, X],
  primals: InputArguments<A>,
  options: { readonly hasAux: true },
): [Output<R>, (cotangent: InputArguments<[R]>[0]) => { [K in keyof A]: Output<A[K]> }, Output<X>];
export function vjp(
  f: (...args: never[]) => unknown,
  primals: readonly unknown[],
  options: { readonly hasAux?: boolean } = {},
): unknown[] {
  checkFunction("vjp", f);
  checkArguments("vjp", "primals", primals);
  const { hasAux = false } = readOptions("vjp", options, auxOption);
  const [xs, structure] = flattenArrays(primals, "vjp: primals");
  const split = splitAux("vjp", f, structure, hasAux);
  const linearized = linearizeFlat(split.call, xs);
  const { main, aux } = split.results(linearized.outs);
  const mainCount = split.mainStructure().leafCount;
  const pullback = (cotangent: unknown): unknown => {
    const cts = flattenTangents(
      "vjp",
      cotangent,
      avals(linearized.outs.slice(0, mainCount)),
      split.mainStructure(),
    );
    const zeros = linearized.outs.slice(mainCount).map((out) => new Zero(out.aval));
    return unflatten(structure, pullBack(linearized, xs, [...cts, ...zeros]).map(instantiate));
  };
  return hasAux ? [main, pullback, aux] : [main, pullback];
}

const auxOption: OptionKinds<{ readonly hasAux?: boolean }> = { hasAux: "boolean" };

/** A function that returns [result, aux], flat: results first, then aux. */
export function splitAux(
  name: string,
  f: (...args: never[]) => unknown,
  structure: TreeStructure,
  hasAux: boolean,
): {
  readonly call: (operands: readonly NDArray[]) => NDArray[];
  readonly mainStructure: () => TreeStructure;
  readonly results: (leaves: readonly NDArray[]) => { main: unknown; aux: unknown };
} {
  const flat = flatFunction(name, f, structure);
  const mainStructure = (): TreeStructure => {
    const out = flat.outStructure();
    if (!hasAux) return out;
    if (out.kind !== "tuple" || out.children.length !== 2) {
      throw new ArgumentError(
        `${name}: with hasAux the function must return a pair [result, aux], it returned ${showStructure(out)}`,
      );
    }
    return out.children[0];
  };
  return {
    call: flat.call,
    mainStructure,
    results: (leaves) => {
      const main = mainStructure();
      const out = flat.outStructure();
      const aux =
        hasAux && out.kind === "tuple" ? unflatten(out.children[1], leaves.slice(main.leafCount)) : undefined;
      return { main: unflatten(main, leaves.slice(0, main.leafCount)), aux };
    },
  };
}

/**
 * Tangents (or cotangents) of these values: same structure, shapes and dtypes. Those of integers and bools are zero,
 * whatever is given; null is accepted for them, and for any leaf means zero.
 */
export function flattenTangents(
  name: string,
  tree: unknown,
  types: readonly Aval[],
  structure: TreeStructure,
): Tangent[] {
  const leaves = flattenLike(name, tree, structure);
  return types.map((type, i) => {
    const leaf = leaves[i];
    if (leaf === null || !isFloat(type.dtype)) return new Zero(type);
    // A number is a tangent of a scalar of any dtype.
    if (typeof leaf === "number" && type.shape.length === 0) return literal(leaf, type.dtype, type.weakType);
    const dx = leafToArray(leaf);
    if (!sameType(dx.aval, type)) {
      throw new DifferentiationError(
        `${name}: at ${leafPaths(structure)[i] || "the value"} the primal is ${describeAval(type)} and its (co)tangent ` +
          `${describeAval(dx.aval)}; they must have the same shape and dtype`,
      );
    }
    return dx;
  });
}

/** Leaves of a tree that has this structure, save that null may stand for a leaf. */
function flattenLike(name: string, tree: unknown, structure: TreeStructure): unknown[] {
  const [leaves, found] = flatten(tree, isLeaf, `${name}: the (co)tangents`);
  if (sameStructure(found, structure)) return leaves;
  const out: unknown[] = [];
  const walk = (part: unknown, s: TreeStructure): void => {
    if (part === null && s.kind !== "none") {
      for (let i = 0; i < s.leafCount; i++) out.push(null);
      return;
    }
    if (s.kind === "tuple" && Array.isArray(part) && part.length === s.children.length) {
      s.children.forEach((child, i) => {
        walk(part[i], child);
      });
      return;
    }
    if (s.kind === "object" && typeof part === "object" && part !== null) {
      const record = part as Readonly<Record<string, unknown>>; // looked at just above
      if (Object.keys(record).sort().join() === s.keys.join()) {
        s.children.forEach((child, i) => {
          walk(record[s.keys[i]], child);
        });
        return;
      }
    }
    const [partLeaves, partStructure] = flatten(part);
    if (!sameStructure(partStructure, s)) {
      throw new TreeError(
        `${name}: (co)tangents have the structure ${showStructure(found)}, the primals ${showStructure(structure)}; ` +
          "give one for each, or null for zero",
      );
    }
    out.push(...partLeaves);
  };
  walk(tree, structure);
  return out;
}

const avals = (values: readonly NDArray[]): Aval[] => values.map((x) => x.aval);
