/** Gradients of scalar functions: the pullback of 1. */

import { type OptionKinds, readOptions } from "../../ir/arguments.js";
import { describeAval, showAval } from "../../ir/aval.js";
import { isFloat } from "../../ir/dtype.js";
import { DifferentiationError } from "../../ir/errors.js";
import { literal, type NDArray } from "../array.js";
import { flattenArrays } from "../convert.js";
import { Zero } from "../primitive.js";
import { leafPaths, type TreeStructure, unflatten } from "../tree.js";
import type { Argnums, InputArguments, Output, Picked, ScalarLike } from "../types.js";
import { canonicalArgnums, checkFunction, curriedOptions } from "./flat-function.js";
import { linearizeFlat, pullBack, splitAux } from "./linearize.js";
import { instantiate } from "./zeros.js";

export interface GradOptions<N extends Argnums = Argnums, H extends boolean = boolean> {
  /** Which argument, or which arguments (a tuple of gradients): negative counts from the end. Default 0. */
  readonly argnums?: N;
  /** The function returns [value, aux]: aux is passed through, not differentiated. */
  readonly hasAux?: H;
}

type Gradient<A extends unknown[], N> = (...args: InputArguments<A>) => Picked<A, N>;
type GradientAux<A extends unknown[], N, X> = (...args: InputArguments<A>) => [Picked<A, N>, Output<X>];
type ValueAndGradient<A extends unknown[], N> = (...args: InputArguments<A>) => [NDArray, Picked<A, N>];
type ValueAndGradientAux<A extends unknown[], N, X> = (
  ...args: InputArguments<A>
) => [[NDArray, Output<X>], Picked<A, N>];

/**
 * The gradient of a scalar function: of the same shape, dtype and tree as the argument.
 *
 * With options alone it returns the transformation: `pipe(f, grad({ argnums: 1 }))`.
 * Source: jax.grad.
 *
 * @throws DifferentiationError when the output is no real scalar, or an argument holds an integer or bool leaf.
 * @example grad((x) => x.mul(x))(3).item() // 6
 */
export function grad<A extends unknown[]>(f: (...args: A) => ScalarLike): Gradient<A, 0>;
export function grad<A extends unknown[], X, const N extends Argnums = 0>(
  f: (...args: A) => readonly [ScalarLike, X],
  options: { readonly argnums?: N; readonly hasAux: true },
): GradientAux<A, N, X>;
export function grad<A extends unknown[], const N extends Argnums = 0>(
  f: (...args: A) => ScalarLike,
  options: { readonly argnums?: N; readonly hasAux?: false },
): Gradient<A, N>;
export function grad<const N extends Argnums = 0>(options: {
  readonly argnums?: N;
  readonly hasAux: true;
}): <A extends unknown[], X>(f: (...args: A) => readonly [ScalarLike, X]) => GradientAux<A, N, X>;
export function grad<const N extends Argnums = 0>(options?: {
  readonly argnums?: N;
  readonly hasAux?: false;
}): <A extends unknown[]>(f: (...args: A) => ScalarLike) => Gradient<A, N>;
export function grad(first?: unknown, second: GradOptions = {}): unknown {
  if (typeof first !== "function") {
    const options = curriedOptions("grad", first, gradOptions);
    return (f: unknown) =>
      gradOf("grad", f, options, ({ gradient, aux }) => (options.hasAux ? [gradient, aux] : gradient));
  }
  const options = readOptions("grad", second, gradOptions);
  return gradOf("grad", first, options, ({ gradient, aux }) => (options.hasAux ? [gradient, aux] : gradient));
}

/**
 * The value and the gradient of a scalar function, computed together: [value, gradient], or [[value, aux], gradient].
 *
 * Source: jax.value_and_grad.
 */
export function valueAndGrad<A extends unknown[]>(f: (...args: A) => ScalarLike): ValueAndGradient<A, 0>;
export function valueAndGrad<A extends unknown[], X, const N extends Argnums = 0>(
  f: (...args: A) => readonly [ScalarLike, X],
  options: { readonly argnums?: N; readonly hasAux: true },
): ValueAndGradientAux<A, N, X>;
export function valueAndGrad<A extends unknown[], const N extends Argnums = 0>(
  f: (...args: A) => ScalarLike,
  options: { readonly argnums?: N; readonly hasAux?: false },
): ValueAndGradient<A, N>;
export function valueAndGrad<const N extends Argnums = 0>(options: {
  readonly argnums?: N;
  readonly hasAux: true;
}): <A extends unknown[], X>(f: (...args: A) => readonly [ScalarLike, X]) => ValueAndGradientAux<A, N, X>;
export function valueAndGrad<const N extends Argnums = 0>(options?: {
  readonly argnums?: N;
  readonly hasAux?: false;
}): <A extends unknown[]>(f: (...args: A) => ScalarLike) => ValueAndGradient<A, N>;
export function valueAndGrad(first?: unknown, second: GradOptions = {}): unknown {
  const finish =
    (options: GradOptions) =>
    ({ value, gradient, aux }: GradResult): unknown =>
      options.hasAux ? [[value, aux], gradient] : [value, gradient];
  if (typeof first !== "function") {
    const options = curriedOptions("valueAndGrad", first, gradOptions);
    return (f: unknown) => gradOf("valueAndGrad", f, options, finish(options));
  }
  const options = readOptions("valueAndGrad", second, gradOptions);
  return gradOf("valueAndGrad", first, options, finish(options));
}

const gradOptions: OptionKinds<GradOptions> = { argnums: "any", hasAux: "boolean" };

interface GradResult {
  readonly value: unknown;
  readonly gradient: unknown;
  readonly aux: unknown;
}

function gradOf(
  name: string,
  f: unknown,
  options: GradOptions,
  finish: (result: GradResult) => unknown,
): (...args: unknown[]) => unknown {
  checkFunction(name, f);
  const { argnums = 0, hasAux = false } = options;
  return (...args) => {
    const [leaves, structure] = flattenArrays(args, `${name}: args`);
    const wanted = canonicalArgnums(name, argnums, args.length);
    const { ranges, differentiable } = selectLeaves(structure, wanted);
    checkDifferentiable(name, leaves, differentiable, structure);
    const split = splitAux(name, f as (...a: never[]) => unknown, structure, hasAux); // checked to be a function above
    const linearized = linearizeFlat(split.call, leaves, differentiable);
    checkScalar(name, linearized.outs, split.mainStructure());
    const one = literal(1, linearized.outs[0].dtype, linearized.outs[0].weakType);
    const cotangents = linearized.outs.map((out, i) => (i === 0 ? one : new Zero(out.aval)));
    const gradients = pullBack(linearized, leaves, cotangents);
    const trees = ranges.map(([start, part]) =>
      unflatten(part, gradients.slice(start, start + part.leafCount).map(instantiate)),
    );
    const { main, aux } = split.results(linearized.outs);
    return finish({ value: main, gradient: typeof argnums === "number" ? trees[0] : trees, aux });
  };
}

/** Where the leaves of each wanted argument lie, in the order wanted; and which leaves of all are wanted. */
function selectLeaves(
  structure: TreeStructure,
  wanted: readonly number[],
): { ranges: (readonly [number, TreeStructure])[]; differentiable: boolean[] } {
  const args = structure.kind === "tuple" ? structure.children : [];
  const starts: number[] = [];
  let start = 0;
  for (const arg of args) {
    starts.push(start);
    start += arg.leafCount;
  }
  const differentiable = args.flatMap((arg, i) => new Array<boolean>(arg.leafCount).fill(wanted.includes(i)));
  return { ranges: wanted.map((i) => [starts[i], args[i]] as const), differentiable };
}

function checkDifferentiable(
  name: string,
  leaves: readonly NDArray[],
  differentiable: readonly boolean[],
  structure: TreeStructure,
): void {
  leaves.forEach((x, i) => {
    if (!differentiable[i] || isFloat(x.dtype)) return;
    throw new DifferentiationError(
      `${name}: the argument at args${leafPaths(structure)[i]} is ${showAval(x.aval)}, and only floats have gradients; ` +
        "pick other arguments with argnums, return it through hasAux, or split the tree",
    );
  });
}

function checkScalar(name: string, outs: readonly NDArray[], structure: TreeStructure): void {
  if (structure.kind !== "leaf") {
    throw new DifferentiationError(
      `${name}: the function must return one scalar, it returned a tree of ${structure.leafCount} arrays; ` +
        "with hasAux it may return [scalar, anything]",
    );
  }
  const [out] = outs;
  if (out.ndim !== 0 || !isFloat(out.dtype)) {
    throw new DifferentiationError(
      `${name}: the function must return a real scalar, it returned ${describeAval(out.aval)}; ` +
        (out.ndim === 0 ? "cast it to a float" : "reduce it with sum or mean, or use vjp, jacrev or jacfwd"),
    );
  }
}
