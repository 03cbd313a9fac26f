/**
 * Programs as data: a list of operations on earlier values. A program runs on arrays under any transformation, and prints as
 * code.
 */
import type { NDArray } from "../autodiff/array.js";
import { InternalError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { showShape } from "../ir/shape.js";

/** A program's value: its position among inputs and steps together. */
export type Ref = number;

/** The least and the greatest number an element can be. */
export type Interval = readonly [low: number, high: number];

export interface Input {
  readonly kind: "input";
  readonly shape: Shape;
  readonly interval: Interval;
}

/** One operation: all that is static of it is in its closures. */
export interface Step {
  readonly kind: "step";
  /** The row of the vocabulary it comes from. Null: it only leads a value into another's domain, and counts for nothing. */
  readonly row: string | null;
  readonly operands: readonly Ref[];
  readonly shape: Shape;
  readonly interval: Interval;
  readonly apply: (operands: readonly NDArray[]) => NDArray;
  /** The call as code, given the names of its operands, and of the functions that its bodies are. */
  readonly text: (names: readonly string[], bodies: readonly string[]) => string;
  /** The programs inside it: bodies of loops, branches. */
  readonly bodies: readonly Program[];
}

export type Node = Input | Step;

export interface Program {
  readonly nodes: readonly Node[];
  readonly outputs: readonly Ref[];
}

export const inputsOf = (program: Program): readonly Input[] =>
  program.nodes.filter((node): node is Input => node.kind === "input");

/** The operations that count, without those of bodies. */
export const stepsOf = (program: Program): readonly Step[] =>
  program.nodes.filter((node): node is Step => node.kind === "step" && node.row !== null);

/** The program as a function of its inputs. */
export function runProgram({ nodes, outputs }: Program, inputs: readonly NDArray[]): NDArray[] {
  const values: NDArray[] = [];
  let next = 0;
  for (const node of nodes) {
    values.push(node.kind === "input" ? inputs[next++] : applyStep(node, values));
  }
  return outputs.map((ref) => values[ref]);
}

function applyStep(step: Step, values: readonly NDArray[]): NDArray {
  const out = step.apply(step.operands.map((ref) => values[ref]));
  if (showShape(out.shape) !== showShape(step.shape)) {
    throw new InternalError(`${step.row} was planned as ${showShape(step.shape)} and is [${out.shape}]`);
  }
  return out;
}

/** How often each row is used, bodies included. */
export function countUses(program: Program, counts: Map<string, number>): void {
  for (const step of program.nodes) {
    if (step.kind !== "step") continue;
    if (step.row !== null) counts.set(step.row, (counts.get(step.row) ?? 0) + 1);
    for (const body of step.bodies) countUses(body, counts);
  }
}

/** Whether any step, in bodies too, satisfies the test. */
export const someStep = (program: Program, test: (step: Step) => boolean): boolean =>
  program.nodes.some(
    (node) => node.kind === "step" && (test(node) || node.bodies.some((body) => someStep(body, test))),
  );

/**
 * The program as TypeScript that can be pasted, with the names of `cotangent` (lax, numpy as np, grad, jit, ...):
 * `(x0: NDArray, x1: NDArray): NDArray[] => { const v2 = lax.sin(x0); // [2,3] ... return [v2]; }`
 */
export const showProgram = (program: Program): string =>
  functionText(program, "NDArray[]", (names) => `[${names.join(", ")}]`, "");

function functionText(
  { nodes, outputs }: Program,
  type: string,
  result: (names: readonly string[]) => string,
  indent: string,
): string {
  const name = (ref: Ref): string => `${nodes[ref].kind === "input" ? "x" : "v"}${ref}`;
  const parameters = nodes.flatMap((node, i) => (node.kind === "input" ? [`${name(i)}: NDArray`] : []));
  const lines = nodes.flatMap((node, i): string[] => {
    if (node.kind === "input") return [`// ${name(i)}: ${showShape(node.shape)}`];
    const bodies = node.bodies.map((_, k) => `body${i}${k === 0 ? "" : `_${k}`}`);
    const functions = node.bodies.map(
      (body, k) => `const ${bodies[k]} = ${functionText(body, "NDArray", ([only]) => only, `${indent}  `)};`,
    );
    const call = `const ${name(i)} = ${node.text(node.operands.map(name), bodies)}; // ${showShape(node.shape)}`;
    return [...functions, call];
  });
  const head = `(${parameters.join(", ")}): ${type} => {`;
  const all = [...lines, `return ${result(outputs.map(name))};`].map((line) => `${indent}  ${line}`);
  return [head, ...all, `${indent}}`].join("\n");
}
