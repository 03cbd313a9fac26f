/** The machines that a program can be compiled for. Targets register themselves; the core never names one. */

import type { DeviceElements } from "../../autodiff/pending-array.js";
import type { Schedule } from "../../autodiff/primitive.js";
import { describe } from "../../ir/describe.js";
import type { TypedArray } from "../../ir/dtype.js";
import { ArgumentError, TargetError } from "../../ir/errors.js";
import type { Program } from "../../ir/loop-ir.js";
import { warnOnce } from "../../ir/warn-once.js";
import type { LoopPass } from "../passes.js";

/** What a compiled program costs. */
export interface ProgramCosts {
  /** Bytes of scratch memory that temporaries take. */
  readonly scratchBytes: number;
  /** Size of the machine's own form of it: bytes of a module, characters of a text. */
  readonly codeBytes: number;
  /** What keeping it costs in bytes, about: code at every tier, names, the engine's own records. Caches are bounded by it. */
  readonly keptBytes: number;
}

/** A program ready to run. */
export interface CompiledProgram extends ProgramCosts {
  /** Writes every element of `outputs`, whatever they hold before. */
  run(inputs: readonly TypedArray[], outputs: readonly TypedArray[], parameters: readonly number[]): void;
}

/** A program of a device that runs beside the host. */
export interface DeviceProgram extends ProgramCosts {
  /** Begins to compute the outputs; calls are done in their order. */
  start(inputs: readonly (TypedArray | DeviceElements)[]): readonly DeviceElements[];
}

export interface CompileOptions {
  /** Allows what changes the last bits: fused multiply-add where the machine has it. */
  readonly fastMath: boolean;
}

export const exactMath: CompileOptions = { fastMath: false };

interface TargetDescription {
  readonly name: string;
  /** Elements of 32 bits that one vector instruction works on: what the vectorizer widens to. */
  readonly lanes: number;
  /** One line for people: what it is, and why it is or is not available here. */
  readonly description: string;
  readonly available: boolean;
  /** What it does to a program of its own, in order, before code is written. */
  readonly passes: readonly LoopPass[];
  /** The program as the target's own text, for readers. */
  show(program: Program, options: CompileOptions): string;
}

export interface Target extends TargetDescription {
  /** @throws TargetError when the program is more than the machine takes */
  compile(program: Program, options: CompileOptions): CompiledProgram;
}

/** A target whose results come later: arrays that are read with `await`. */
export interface DeviceTarget extends TargetDescription {
  readonly isDevice: true;
  /** How its programs' loops are arranged. */
  readonly schedule: Schedule;
  compile(program: Program, options: CompileOptions): DeviceProgram;
}

export const isDevice = (target: Target | DeviceTarget): target is DeviceTarget => "isDevice" in target;

export const scheduleOf = (target: Target | DeviceTarget): Schedule =>
  isDevice(target) ? target.schedule : "tiles";

const registered = new Map<string, Target | DeviceTarget>();
/** What the library itself would choose, best first; the last one takes every program. */
let preferred: readonly Target[] = [];
/** Those of them that are available. */
let usable: readonly Target[] = [];
/** What the user chose. */
let chosen: Target | DeviceTarget | null = null;
let eager: Target | null = null;

export function registerTarget(target: Target | DeviceTarget): void {
  registered.set(target.name, target);
}

/** Says which of the registered targets jit compiles for where nobody chose one, best first. */
export function preferTargets(names: readonly string[]): void {
  preferred = names.flatMap((name) => {
    const target = registered.get(name);
    return target === undefined || isDevice(target) ? [] : [target];
  });
  usable = preferred.filter(({ available }) => available);
}

/** The target of this name; throws ArgumentError naming those there are. */
export function findTarget(name: string): Target | DeviceTarget {
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
export const defaultTarget = (): Target | DeviceTarget => chosen ?? bestTarget();

/** The device that the user chose for jit, if it is one. */
export const chosenDevice = (): DeviceTarget | null => (chosen !== null && isDevice(chosen) ? chosen : null);

/**
 * Chooses the target that jit compiles for unless it is told another. A target that was named is the only one: what it cannot
 * run throws TargetError. `null` gives the choice back to the library, which runs on "js" what "wasm" cannot, and says so once.
 *
 * @throws ArgumentError when there is no target of this name here; the message names those there are
 * @example setDefaultTarget("js");
 */
export function setDefaultTarget(name: string | null): void {
  chosen = name === null ? null : findTarget(name);
}

function bestTarget(): Target {
  if (usable.length === 0) throw new TargetError(noTarget());
  const [best] = usable;
  if (best !== preferred[0]) {
    warnOnce(
      "unavailable",
      `jit runs on the target "${best.name}", which is slower: ${preferred[0].description}. ` +
        `setDefaultTarget("${best.name}") says that this is meant`,
    );
  }
  return best;
}

const noTarget = (): string =>
  `nothing can run here: ${preferred.map(({ name, description }) => `${name} is ${description}`).join("; ")}`;

/**
 * What `run` gives on the default target; where that is a device, on the best of the host's own: work goes to a device by
 * jit, or where an operand lives there. Where the library chose that target and it cannot take the program, the last of
 * the preferred ones does, said aloud once; a target that the user chose throws.
 */
export function onDefaultTarget<T>(run: (target: Target) => T): T {
  if (chosen !== null && !isDevice(chosen)) return run(chosen);
  const target = bestTarget();
  try {
    return run(target);
  } catch (error) {
    const last = usable[usable.length - 1];
    if (!(error instanceof TargetError) || target === last) throw error;
    warnOnce("refused", `a program runs on the target "${last.name}", which is slower: ${error.message}`);
    return run(last);
  }
}

/** The target that runs operations outside jit: the last of the preferred ones, whose programs are made fastest. */
export const eagerTarget = (): Target => eager ?? usable[usable.length - 1] ?? bestTarget();

export function setEagerTarget(name: string): void {
  eager = hostTarget(name);
}

/** The target of this name, which runs on the host. */
export function hostTarget(name: string): Target {
  const target = findTarget(name);
  if (!isDevice(target)) return target;
  throw new ArgumentError(
    `the target "${name}" runs beside the host; operations go there with their operands`,
  );
}

/** The targets there are. */
export const targets = (): readonly Pick<Target, "name" | "lanes" | "description" | "available">[] =>
  [...registered.values()].map(({ name, lanes, description, available }) => ({
    name,
    lanes,
    description,
    available,
  }));
