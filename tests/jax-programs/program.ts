/**
 * Programs as data: JSON that two interpreters run, one on this library's public functions and one on JAX's. Calls have our
 * public names; functions close over the values of the program around them, since every value of a program has an id of its
 * own.
 */
import type { EncodedArray } from "../jax/encoding.js";

/** What an argument is: a literal, an earlier value, a list, options, a function, or another call's result. */
export type Expression =
  | number
  | boolean
  | string
  | null
  | readonly Expression[]
  | { readonly ref: number }
  | { readonly options: Readonly<Record<string, Expression>> }
  | { readonly function: FunctionProgram }
  | { readonly call: string; readonly args: readonly Expression[] };

/** The arrays in the call's result, in the order of its tree, become the values `ids`. */
export interface Step {
  readonly ids: readonly number[];
  readonly call: string;
  readonly args: readonly Expression[];
}

/** The arrays in its arguments become the values `parameters`. */
export interface FunctionProgram {
  readonly parameters: readonly number[];
  readonly steps: readonly Step[];
  readonly result: Expression;
}

/** A program with all that its five quantities need: see quantities.ts. */
export interface Case {
  readonly seed: number;
  readonly index: number;
  /** Whether its floats are float64; else everything is as in JAX without 64-bit types. */
  readonly wide: boolean;
  readonly program: FunctionProgram;
  readonly inputs: readonly EncodedArray[];
  /** The inputs that are floats. */
  readonly argnums: readonly number[];
  /** One for each of them. */
  readonly tangents: readonly EncodedArray[];
  /** Factors of the sum of all float outputs that `grad` is taken of; null for the others. */
  readonly weights: readonly (EncodedArray | null)[];
  readonly batch: readonly EncodedArray[];
  readonly inAxes: readonly (number | null)[];
  /** Whether every step has a forward derivative and a reverse one. */
  readonly forward: boolean;
  readonly reverse: boolean;
}

/** Every call of the program, those inside functions included. */
export function callsOf({ steps, result }: FunctionProgram): readonly string[] {
  return [...steps.flatMap((step) => [step.call, ...step.args.flatMap(callsIn)]), ...callsIn(result)];
}

function callsIn(expression: Expression): readonly string[] {
  if (expression === null || typeof expression !== "object") return [];
  if (isList(expression)) return expression.flatMap(callsIn);
  if ("options" in expression) return Object.values(expression.options).flatMap(callsIn);
  if ("function" in expression) return callsOf(expression.function);
  if ("call" in expression) return [expression.call, ...expression.args.flatMap(callsIn)];
  return [];
}

/** Array.isArray does not narrow readonly arrays. */
export const isList = (expression: unknown): expression is readonly Expression[] => Array.isArray(expression);

// as code ------------------------------------------------------------------------------------------------------------

/** `(v0, v1) => { const v2 = numpy.sin(v0); ... return [v2]; }` */
export function showFunction({ parameters, steps, result }: FunctionProgram, indent = ""): string {
  const names = (ids: readonly number[]): string => ids.map((id) => `v${id}`).join(", ");
  const inner = `${indent}  `;
  const lines = steps.map(({ ids, call, args }) => {
    const left = ids.length === 1 ? `v${ids[0]}` : `[${names(ids)}]`;
    return `${inner}const ${left} = ${showCall(call, args, inner)};`;
  });
  return [
    `(${names(parameters)}) => {`,
    ...lines,
    `${inner}return ${showExpression(result, inner)};`,
    `${indent}}`,
  ].join("\n");
}

const showCall = (call: string, args: readonly Expression[], indent: string): string =>
  `${call}(${args.map((arg) => showExpression(arg, indent)).join(", ")})`;

function showExpression(expression: Expression, indent: string): string {
  if (expression === null || typeof expression !== "object") return JSON.stringify(expression);
  if (isList(expression)) return `[${expression.map((each) => showExpression(each, indent)).join(", ")}]`;
  if ("ref" in expression) return `v${expression.ref}`;
  if ("function" in expression) return showFunction(expression.function, indent);
  if ("call" in expression) return showCall(expression.call, expression.args, indent);
  const entries = Object.entries(expression.options);
  return `{ ${entries.map(([key, value]) => `${key}: ${showExpression(value, indent)}`).join(", ")} }`;
}
