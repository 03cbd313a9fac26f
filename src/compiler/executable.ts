/** Jaxprs made executable, and kept: equal programs are compiled once, whatever objects they came as. */
import { ConcreteArray } from "../autodiff/array.js";
import type { Jaxpr } from "../autodiff/jaxpr.js";
import type { Schedule } from "../autodiff/primitive.js";
import { type Aval, sameAval } from "../ir/aval.js";
import { allocate, type DType, type TypedArray } from "../ir/dtype.js";
import { TargetError } from "../ir/errors.js";
import type { Program } from "../ir/loop-ir.js";
import { canonicalJaxpr } from "./canonical.js";
import { lower, type OutputSource } from "./lower.js";
import { LruCache } from "./lru-cache.js";
import { commonPasses, runPasses } from "./passes.js";
import {
  type CompiledProgram,
  type CompileOptions,
  type DeviceTarget,
  exactMath,
  type Target,
} from "./targets/registry.js";

export interface Executable {
  readonly compiled: CompiledProgram;
  /**
   * Runs on arrays of the types of the jaxpr's invars, to arrays of `types`. (Programs that differ in weak types alone are
   * one executable, so the types of the outputs are the caller's to say.)
   */
  run(operands: readonly ConcreteArray[], types: readonly Aval[]): ConcreteArray[];
}

/** The loops of a jaxpr, as a target is given them. */
export function loopsOf(
  jaxpr: Jaxpr,
  schedule: Schedule = "tiles",
): {
  readonly program: Program;
  readonly outputs: readonly OutputSource[];
} {
  const lowered = lower(jaxpr, schedule);
  return { program: runPasses(lowered.program, commonPasses), outputs: lowered.outputs };
}

const bytesKept = 64e6;
const byProgram = new LruCache<Executable>(bytesKept);
/** The same by the jaxpr's identity: what a jitted function calls again and again skips the canonical text. */
const byJaxpr = new WeakMap<Jaxpr, Map<string, Executable | TargetError>>();

/**
 * The executable of a closed jaxpr on a target.
 *
 * @throws TargetError when the target does not take the program: at once from the second time on.
 */
export function executableOf(jaxpr: Jaxpr, target: Target, options: CompileOptions = exactMath): Executable {
  let kept = byJaxpr.get(jaxpr);
  if (kept === undefined) {
    kept = new Map();
    byJaxpr.set(jaxpr, kept);
  }
  const name = nameWith(target, options);
  const known = kept.get(name);
  if (known !== undefined) return usable(known);
  try {
    const executable = compileOnce(jaxpr, target, options, name);
    kept.set(name, executable);
    return executable;
  } catch (error) {
    if (error instanceof TargetError) kept.set(name, error);
    throw error;
  }
}

/** What programs are kept under: the target's name, and how it was told to compile. */
export const nameWith = ({ name }: Target | DeviceTarget, { fastMath }: CompileOptions): string =>
  fastMath ? `${name} fast` : name;

function usable(known: Executable | TargetError): Executable {
  if (known instanceof TargetError) throw known;
  return known;
}

function compileOnce(jaxpr: Jaxpr, target: Target, options: CompileOptions, name: string): Executable {
  const key = `${name}\n${canonicalJaxpr(jaxpr)}`;
  const found = byProgram.get(key);
  if (found !== undefined) return found;
  const executable = compile(jaxpr, target, options);
  byProgram.set(key, executable, key.length + executable.compiled.keptBytes);
  return executable;
}

/** Compiles without looking for an equal program. */
export function compile(jaxpr: Jaxpr, target: Target, options: CompileOptions): Executable {
  const { program, outputs } = loopsOf(jaxpr);
  return executableFrom(target.compile(program, options), sizesOf(program), outputs);
}

interface FlatSize {
  readonly dtype: DType;
  readonly size: number;
}

const sizesOf = ({ outputs }: Program): FlatSize[] =>
  outputs.map(({ dtype, size }) => ({ dtype, size: Number(size) }));

const noParameters: readonly number[] = [];

/** Of the program it holds the compiled form and the sizes alone: the rest may be collected. */
function executableFrom(
  compiled: CompiledProgram,
  buffers: readonly FlatSize[],
  outputs: readonly OutputSource[],
): Executable {
  return {
    compiled,
    run(operands, types) {
      const inputs = new Array<TypedArray>(operands.length);
      for (let i = 0; i < operands.length; i++) inputs[i] = operands[i].values;
      const results = new Array<TypedArray>(buffers.length);
      for (let i = 0; i < buffers.length; i++) results[i] = allocate(buffers[i].dtype, buffers[i].size);
      compiled.run(inputs, results, noParameters);
      const outs = new Array<ConcreteArray>(outputs.length);
      for (let i = 0; i < outputs.length; i++) {
        const { kind, index } = outputs[i];
        outs[i] =
          kind === "input" ? forward(operands[index], types[i]) : new ConcreteArray(types[i], results[index]);
      }
      return outs;
    },
  };
}

/** An input that is also an output: the same memory, as nobody can write to it. */
const forward = (x: ConcreteArray, type: Aval): ConcreteArray =>
  sameAval(x.aval, type) ? x : new ConcreteArray(type, x.values);
