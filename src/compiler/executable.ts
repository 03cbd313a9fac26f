/** Jaxprs made executable, and kept: equal programs are compiled once, whatever objects they came as. */
import { ConcreteArray } from "../autodiff/array.js";
import type { Jaxpr } from "../autodiff/jaxpr.js";
import { type Aval, sameAval } from "../ir/aval.js";
import { allocate, type TypedArray } from "../ir/dtype.js";
import type { Program } from "../ir/loop-ir.js";
import { canonicalJaxpr } from "./canonical.js";
import { expandIntrinsics } from "./intrinsics/expand.js";
import { lower, type OutputSource } from "./lower.js";
import { LruCache } from "./lru-cache.js";
import type { CompiledProgram, Target } from "./targets/registry.js";

export interface Executable {
  readonly compiled: CompiledProgram;
  /**
   * Runs on arrays of the types of the jaxpr's invars, to arrays of `types`. (Programs that differ in weak types alone are
   * one executable, so the types of the outputs are the caller's to say.)
   */
  run(operands: readonly ConcreteArray[], types: readonly Aval[]): ConcreteArray[];
}

/** The loops of a jaxpr, elementary functions expanded. */
export function loopsOf(jaxpr: Jaxpr): {
  readonly program: Program;
  readonly outputs: readonly OutputSource[];
} {
  const lowered = lower(jaxpr);
  return { program: expandIntrinsics(lowered.program), outputs: lowered.outputs };
}

const bytesKept = 64e6;
const byProgram = new LruCache<Executable>(bytesKept);
/** The same by the jaxpr's identity: what a jitted function calls again and again skips the canonical text. */
const byJaxpr = new WeakMap<Jaxpr, Map<string, Executable>>();

/** The executable of a closed jaxpr on a target. */
export function executableOf(jaxpr: Jaxpr, target: Target): Executable {
  let kept = byJaxpr.get(jaxpr);
  if (kept === undefined) {
    kept = new Map();
    byJaxpr.set(jaxpr, kept);
  }
  let executable = kept.get(target.name);
  if (executable === undefined) {
    executable = compileOnce(jaxpr, target);
    kept.set(target.name, executable);
  }
  return executable;
}

function compileOnce(jaxpr: Jaxpr, target: Target): Executable {
  const key = `${target.name}\n${canonicalJaxpr(jaxpr)}`;
  const found = byProgram.get(key);
  if (found !== undefined) return found;
  const executable = compile(jaxpr, target);
  // A compiled function takes several times its text: the bytecode, the machine code, the names.
  byProgram.set(key, executable, key.length + 10 * executable.compiled.text.length);
  return executable;
}

/** Compiles without looking for an equal program. */
export function compile(jaxpr: Jaxpr, target: Target): Executable {
  const { program, outputs } = loopsOf(jaxpr);
  const compiled = target.compile(program);
  const buffers = program.outputs.map(({ dtype, size }) => ({ dtype, size: Number(size) }));
  return {
    compiled,
    run(operands, types) {
      const inputs = new Array<TypedArray>(operands.length);
      for (let i = 0; i < operands.length; i++) inputs[i] = operands[i].values;
      const results = new Array<TypedArray>(buffers.length);
      for (let i = 0; i < buffers.length; i++) results[i] = allocate(buffers[i].dtype, buffers[i].size);
      compiled.run(inputs, results, []);
      return outputs.map((source, i) =>
        source.kind === "input"
          ? forward(operands[source.index], types[i])
          : new ConcreteArray(types[i], results[source.index]),
      );
    },
  };
}

/** An input that is also an output: the same memory, as nobody can write to it. */
const forward = (x: ConcreteArray, type: Aval): ConcreteArray =>
  sameAval(x.aval, type) ? x : new ConcreteArray(type, x.values);
