/** The machines that a program can be compiled for. Targets register themselves; the core never names one. */

import { describe } from "../../ir/describe.js";
import type { TypedArray } from "../../ir/dtype.js";
import { ArgumentError } from "../../ir/errors.js";
import type { Program } from "../../ir/loop-ir.js";

/** A program ready to run. */
export interface CompiledProgram {
  /** The program as the target's own text, for readers. */
  readonly text: string;
  /** Bytes of scratch memory that temporaries take. */
  readonly scratchBytes: number;
  run(inputs: readonly TypedArray[], outputs: readonly TypedArray[], parameters: readonly number[]): void;
}

export interface Target {
  readonly name: string;
  /** Elements of 32 bits that one vector instruction works on: what the vectorizer widens to. */
  readonly lanes: number;
  /** One line for people: what it is, and why it is or is not available here. */
  readonly description: string;
  readonly available: boolean;
  compile(program: Program): CompiledProgram;
}

const registered = new Map<string, Target>();
let defaultName = "js";
let eagerName = "js";

export function registerTarget(target: Target): void {
  registered.set(target.name, target);
}

/** The target of this name; throws ArgumentError naming those there are. */
export function findTarget(name: string): Target {
  const target = registered.get(name);
  if (target === undefined || !target.available) {
    const names = [...registered.values()].filter((t) => t.available).map((t) => t.name);
    throw new ArgumentError(
      `there is no target ${typeof name === "string" ? `"${name}"` : describe(name)} here; available: ${names.join(", ")}`,
    );
  }
  return target;
}

/** The target that jit compiles for unless it is told another. */
export const defaultTarget = (): Target => findTarget(defaultName);

export function setDefaultTarget(name: string): void {
  defaultName = findTarget(name).name;
}

/** The target that runs operations outside jit. */
export const eagerTarget = (): Target => findTarget(eagerName);

export function setEagerTarget(name: string): void {
  eagerName = findTarget(name).name;
}

/** The targets there are. */
export const targets = (): readonly Pick<Target, "name" | "lanes" | "description" | "available">[] =>
  [...registered.values()].map(({ name, lanes, description, available }) => ({
    name,
    lanes,
    description,
    available,
  }));
