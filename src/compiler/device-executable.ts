/** Jaxprs made programs of a device, and kept, as executable.ts does for the host. */
import { ConcreteArray } from "../autodiff/array.js";
import type { Jaxpr } from "../autodiff/jaxpr.js";
import { type DeviceElements, PendingArray } from "../autodiff/pending-array.js";
import type { Aval } from "../ir/aval.js";
import type { TypedArray } from "../ir/dtype.js";
import { canonicalJaxpr } from "./canonical.js";
import { loopsOf, nameWith } from "./executable.js";
import { LruCache } from "./lru-cache.js";
import type { CompileOptions, DeviceProgram, DeviceTarget } from "./targets/registry.js";

type Operand = ConcreteArray | PendingArray;

interface DeviceExecutable {
  readonly compiled: DeviceProgram;
  start(operands: readonly Operand[], types: readonly Aval[]): Operand[];
}

const bytesKept = 32e6;
const byProgram = new LruCache<DeviceExecutable>(bytesKept);
const byJaxpr = new WeakMap<Jaxpr, Map<string, DeviceExecutable>>();

/** Begins to run a closed jaxpr on a device: the results are pending, but for operands that are results as they are. */
export function startOn(
  target: DeviceTarget,
  jaxpr: Jaxpr,
  operands: readonly Operand[],
  types: readonly Aval[],
  options: CompileOptions,
): Operand[] {
  let kept = byJaxpr.get(jaxpr);
  if (kept === undefined) {
    kept = new Map();
    byJaxpr.set(jaxpr, kept);
  }
  const name = nameWith(target, options);
  let executable = kept.get(name);
  if (executable === undefined) {
    executable = compileOnce(jaxpr, target, options);
    kept.set(name, executable);
  }
  return executable.start(operands, types);
}

function compileOnce(jaxpr: Jaxpr, target: DeviceTarget, options: CompileOptions): DeviceExecutable {
  const key = `${nameWith(target, options)}\n${canonicalJaxpr(jaxpr)}`;
  const found = byProgram.get(key);
  if (found !== undefined) return found;
  const { program, outputs } = loopsOf(jaxpr, target.schedule);
  const compiled = target.compile(program, options);
  const executable: DeviceExecutable = {
    compiled,
    start(operands, types) {
      const results = compiled.start(operands.map(elementsOf));
      return outputs.map(({ kind, index }, i) =>
        kind === "input" ? retyped(operands[index], types[i]) : new PendingArray(types[i], results[index]),
      );
    },
  };
  byProgram.set(key, executable, key.length + compiled.keptBytes);
  return executable;
}

const elementsOf = (x: Operand): TypedArray | DeviceElements =>
  x instanceof PendingArray ? x.elements : x.values;

/** The same elements as an array of another type: a reshape. */
export const retyped = (x: Operand, type: Aval): Operand =>
  x instanceof PendingArray ? new PendingArray(type, x.elements) : new ConcreteArray(type, x.values);
