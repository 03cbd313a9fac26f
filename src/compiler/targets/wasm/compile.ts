/** A program as a WebAssembly instance over the shared memory, and how it is called. */
import type { DType, TypedArray } from "../../../ir/dtype.js";
import { bytesPerElement } from "../../../ir/dtype.js";
import { InternalError } from "../../../ir/errors.js";
import { fma64 } from "../../../ir/fma.js";
import type { HostCallback } from "../../../ir/interpret.js";
import type { Program } from "../../../ir/loop-ir.js";
import { alignment, planBuffers } from "../../buffers.js";
import type { CompiledProgram } from "../registry.js";
import { encodeModule, entryName, importModule, memoryName } from "./encode.js";
import type { EntryFunction } from "./engine.js";
import { engine } from "./engine.js";
import { withFrame } from "./frames.js";
import { sharedMemory, views } from "./memory.js";
import type { HostSite, ModuleWriter } from "./module-writer.js";
import { residentAddress, residentBytes } from "./residents.js";
import { writeModule } from "./statements.js";
import { moduleText } from "./text.js";

export interface CompiledWasm extends CompiledProgram {
  /** Of the module. */
  readonly codeBytes: number;
}

/** Compiles a program whose vectors have lanes in fours; `host` receives copies of the buffers that its Host statements name. */
export function compileWasm(program: Program, host: HostCallback): CompiledWasm {
  const plan = planBuffers(program);
  const writer = writeModule(program, plan);
  const module = writer.finish();
  const bytes = encodeModule(module);
  const entry = instantiate(bytes, writer, host);
  let text: string | undefined;
  return {
    get text() {
      text ??= moduleText(module);
      return text;
    },
    scratchBytes: plan.scratchBytes,
    codeBytes: bytes.length,
    run: runner(plan.scratchBytes, writer, entry),
  };
}

const roundUp = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

function runner(scratchBytes: number, writer: ModuleWriter, entry: EntryFunction): CompiledProgram["run"] {
  const scratch = roundUp(scratchBytes);
  const tables = tablesOf(writer);
  return (inputs, outputs, parameters) => {
    let frame = scratch;
    const place = (array: TypedArray): number => {
      const offset = frame;
      frame += roundUp(array.byteLength);
      return offset;
    };
    const inputOffsets = inputs.map((array) => (array.byteLength >= residentBytes ? -1 : place(array)));
    const outputOffsets = outputs.map(place);
    const tableOffset = tables === null || tables.byteLength >= residentBytes ? -1 : place(tables);
    withFrame(frame, (base) => {
      const addressOf = (array: TypedArray, offset: number): number => {
        if (offset < 0) return residentAddress(array);
        copyIn(array, base + offset);
        return base + offset;
      };
      // Residents first: they may grow the memory, which detaches views.
      const addresses = inputs.map((array, i) => addressOf(array, inputOffsets[i]));
      const constants = tables === null ? 0 : addressOf(tables, tableOffset);
      entry(base, constants, ...addresses, ...outputOffsets.map((offset) => base + offset), ...parameters);
      outputs.forEach((array, i) => {
        copyOut(array, base + outputOffsets[i]);
      });
    });
  };
}

/** All tables of the program, one after the other as the module expects them. */
function tablesOf(writer: ModuleWriter): Uint8Array | null {
  if (writer.constantBytes === 0) return null;
  const all = new Uint8Array(writer.constantBytes);
  for (const [{ values }, offset] of writer.constants) {
    all.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
  }
  return all;
}

/** Copies of few elements go faster one by one. */
const fewElements = 16;

function copyIn(array: TypedArray, address: number): void {
  const view = viewFor(array);
  const start = address / array.BYTES_PER_ELEMENT;
  if (array.length <= fewElements) for (let i = 0; i < array.length; i++) view[start + i] = array[i];
  else view.set(array, start);
}

function copyOut(array: TypedArray, address: number): void {
  const view = viewFor(array);
  const start = address / array.BYTES_PER_ELEMENT;
  if (array.length <= fewElements) for (let i = 0; i < array.length; i++) array[i] = view[start + i];
  else array.set(view.subarray(start, start + array.length));
}

/** The memory seen as the array's own type. */
function viewFor(array: TypedArray): TypedArray {
  const all = views();
  if (array instanceof Float32Array) return all.float32;
  if (array instanceof Int32Array) return all.int32;
  if (array instanceof Uint32Array) return all.uint32;
  if (array instanceof Float64Array) return all.float64;
  return all.bool;
}

function instantiate(bytes: Uint8Array, writer: ModuleWriter, host: HostCallback): EntryFunction {
  if (engine === undefined)
    throw new InternalError("the wasm target was chosen where there is no WebAssembly");
  const operands: number[] = [];
  const functions = {
    remainder64: (x: number, y: number): number => x % y,
    fma64,
    hostOperand: (address: number): void => void operands.push(address),
    hostCall: (site: number): void => {
      const taken = operands.splice(0);
      host(writer.hostSites[site].callback, contentsAt(writer.hostSites[site], taken));
    },
  };
  const instance = new engine.Instance(new engine.Module(bytes), {
    [importModule]: { [memoryName]: sharedMemory(), ...functions },
  });
  // Sound: the module exports its entry under this name, and nothing else.
  return instance.exports[entryName] as EntryFunction;
}

/** Copies of what a host function is given. */
const contentsAt = (site: HostSite, addresses: readonly number[]): TypedArray[] =>
  site.operands.map(({ buffer, size }, i) => copyOf(buffer.dtype, addresses[i] >>> 0, size));

function copyOf(dtype: DType, address: number, size: number): TypedArray {
  const start = address / bytesPerElement[dtype];
  return views()[dtype].slice(start, start + size);
}
