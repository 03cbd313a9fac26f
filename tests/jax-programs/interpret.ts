/** Runs programs on this library, by its public names alone. */
import { type NDArray, tree } from "cotangent";
import { call } from "../jax/calls.js";
import { higherOrder } from "./higher-order.js";
import { type Expression, type FunctionProgram, isList, type Step } from "./program.js";

/** The values known where a function stands: it closes over them. */
export type Scope = ReadonlyMap<number, NDArray>;

/** Is told what each step of a run gives, those inside functions too. */
export type Observer = (step: Step, result: unknown) => void;

/** The program as a function: the leaves of its arguments are its parameters. */
export const toFunction =
  ({ parameters, steps, result }: FunctionProgram, outer: Scope = new Map(), observe?: Observer) =>
  (...args: readonly unknown[]): unknown => {
    const scope = new Map(outer);
    bind(scope, parameters, tree.leaves(args), "a function");
    for (const step of steps) {
      const value = applyCall(step.call, step.args, scope, observe);
      observe?.(step, value);
      bind(scope, step.ids, tree.leaves(value), step.call);
    }
    return evaluate(result, scope, observe);
  };

/** The arrays in the call's result, in the order of its tree. */
export const leavesOfCall = (name: string, args: readonly Expression[], scope: Scope): NDArray[] =>
  tree.leaves(applyCall(name, args, scope));

function bind(scope: Map<number, NDArray>, ids: readonly number[], leaves: NDArray[], what: string): void {
  if (leaves.length !== ids.length) {
    throw new Error(`${what} has ${leaves.length} arrays, its program ${ids.length}`);
  }
  ids.forEach((id, i) => {
    scope.set(id, leaves[i]);
  });
}

function applyCall(name: string, args: readonly Expression[], scope: Scope, observe?: Observer): unknown {
  const values = args.map((arg) => evaluate(arg, scope, observe));
  const known = higherOrder[name];
  return known === undefined ? call(name, values) : known(...values);
}

function evaluate(expression: Expression, scope: Scope, observe?: Observer): unknown {
  if (expression === null || typeof expression !== "object") return expression;
  if (isList(expression)) return expression.map((each) => evaluate(each, scope, observe));
  if ("ref" in expression) {
    if (!scope.has(expression.ref)) throw new Error(`v${expression.ref} is not known here`);
    return scope.get(expression.ref);
  }
  if ("function" in expression) return toFunction(expression.function, scope, observe);
  if ("call" in expression) return applyCall(expression.call, expression.args, scope, observe);
  const entries = Object.entries(expression.options);
  return Object.fromEntries(entries.map(([key, value]) => [key, evaluate(value, scope, observe)]));
}
