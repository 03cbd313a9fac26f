/**
 * The text of one program while it is written: its names, which are numbered in the order of their appearance so that
 * equal programs have equal texts, and the functions finished so far.
 */
import type { DType, TypedArray } from "../../../ir/dtype.js";
import { bytesPerElement } from "../../../ir/dtype.js";
import { InternalError } from "../../../ir/errors.js";
import type { Buffer, ConstantBuffer, LoopFunction, Program, Var } from "../../../ir/loop-ir.js";
import type { Plan } from "../../buffers.js";
import type { RuntimeName } from "./runtime.js";

/** Where a buffer's elements are: `array[offset + index]`. */
export interface Place {
  readonly array: string;
  readonly offset: number | string;
  /** The names among them that are bound in the entry or by a block: all but constants. */
  readonly names: readonly string[];
}

export interface TextModule {
  readonly plan: Plan;
  /** Finished functions, each after those it calls. */
  readonly functions: string[][];
  /** The tables that the text calls c0, c1, ... */
  readonly constants: TypedArray[];
  readonly runtimeNames: Set<RuntimeName>;
  /** What the entry binds before it runs: name and text, in the order of appearance. */
  readonly entryNames: Map<string, string>;
  /** The functions that are named already. */
  readonly functionNames: Map<LoopFunction, string>;
  usesHost: boolean;
  variableName(variable: Var): string;
  /** A name that nothing else has: t0, t1, ... for values, h0, h1, ... for functions. */
  freshName(prefix: "t" | "n" | "h" | "f"): string;
  placeOf(buffer: Buffer): Place;
  /** The variable that holds the offset, in elements, of a temp that is swapped. */
  offsetName(buffer: Buffer): string;
}

/** The scratch area's views, by dtype. */
const viewNames: Readonly<Record<DType, string>> = {
  float32: "F32",
  float64: "F64",
  int32: "I32",
  uint32: "U32",
  bool: "U8",
};

/** Names by the order of first request. */
function numbered<Key>(prefix: string): (key: Key) => string {
  const names = new Map<Key, string>();
  return (key) => {
    const name = names.get(key) ?? `${prefix}${names.size}`;
    names.set(key, name);
    return name;
  };
}

const isConstant = (buffer: Buffer): buffer is ConstantBuffer =>
  buffer.role === "constant" && "values" in buffer;

/** The first element of a temp in the view of its dtype. */
export function elementOffset(plan: Plan, buffer: Buffer): number {
  const bytes = plan.offsets.get(buffer);
  if (bytes === undefined) throw new InternalError("a temporary buffer has no place in the scratch area");
  return bytes / bytesPerElement[buffer.dtype];
}

export function textModule(program: Program, plan: Plan): TextModule {
  const entryNames = new Map<string, string>();
  const constants: TypedArray[] = [];
  const variableName = numbered<number>("v");
  const offsetName = numbered<Buffer>("o");
  const constantName = numbered<Buffer>("c");
  const places = new Map<Buffer, Place>();
  const swapped = new Set([...plan.swapped.values()].flat());
  const counters = { t: 0, n: 0, h: 0, f: 0 };

  program.inputs.forEach((buffer, i) => {
    places.set(buffer, { array: `a${i}`, offset: 0, names: [`a${i}`] });
    entryNames.set(`a${i}`, `inputs[${i}]`);
  });
  program.outputs.forEach((buffer, i) => {
    places.set(buffer, { array: `r${i}`, offset: 0, names: [`r${i}`] });
    entryNames.set(`r${i}`, `outputs[${i}]`);
  });
  program.parameters.forEach((parameter, i) => {
    entryNames.set(variableName(parameter.id), `parameters[${i}] | 0`);
  });
  for (const [dtype, name] of Object.entries(viewNames)) entryNames.set(name, `scratch.${dtype}`);

  const findPlace = (buffer: Buffer): Place => {
    if (isConstant(buffer)) {
      constants.push(buffer.values);
      return { array: constantName(buffer), offset: 0, names: [] };
    }
    if (buffer.role !== "temp")
      throw new InternalError(`a LoopIR ${buffer.role} buffer is not one of the program's`);
    const array = viewNames[buffer.dtype];
    if (!swapped.has(buffer)) return { array, offset: elementOffset(plan, buffer), names: [array] };
    return { array, offset: offsetName(buffer), names: [array, offsetName(buffer)] };
  };

  return {
    plan,
    functions: [],
    constants,
    runtimeNames: new Set(),
    entryNames,
    functionNames: new Map(),
    usesHost: false,
    variableName: (variable) => variableName(variable.id),
    freshName: (prefix) => `${prefix}${counters[prefix]++}`,
    placeOf: (buffer) => {
      const place = places.get(buffer) ?? findPlace(buffer);
      places.set(buffer, place);
      return place;
    },
    offsetName,
  };
}
