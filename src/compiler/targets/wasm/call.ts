/** How a program's entry is called: where inputs and outputs are in the shared memory, and what is copied there and back. */
import type { TypedArray } from "../../../ir/dtype.js";
import { alignment } from "../../buffers.js";
import type { CompiledProgram } from "../registry.js";
import type { EntryFunction } from "./engine.js";
import { announceCall, returnFrame, takeFrame } from "./frames.js";
import type { Views } from "./memory.js";
import { views } from "./memory.js";
import { residentAddress, residentBytes } from "./residents.js";

export interface Entry {
  readonly run: EntryFunction;
  readonly scratchBytes: number;
  /** The program's tables, one after the other as the module expects them. */
  readonly tables: Uint8Array | null;
  /** Whether the entry reads the addresses of inputs and outputs from a list in memory, as they are too many to be arguments. */
  readonly hasAddressList: boolean;
}

const roundUp = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/** The program as a function of its arrays. Small programs are all overhead, so this is written for speed: loops, no closures. */
export function callOf({ run, scratchBytes, tables, hasAddressList }: Entry): CompiledProgram["run"] {
  const scratch = roundUp(scratchBytes);
  return (inputs, outputs, parameters) => {
    announceCall();
    const buffers = inputs.length + outputs.length;
    // Addresses; until the frame is known, what will lie in it has minus its offset there (the first is never 0).
    const addresses = new Array<number>(buffers);
    let bytes = scratch + alignment;
    for (let i = 0; i < inputs.length; i++) {
      const array = inputs[i];
      const known = array.byteLength < residentBytes ? 0 : residentAddress(array);
      addresses[i] = known === 0 ? -bytes : known;
      if (known === 0) bytes += roundUp(array.byteLength);
    }
    for (let i = 0; i < outputs.length; i++) {
      addresses[inputs.length + i] = -bytes;
      bytes += roundUp(outputs[i].byteLength);
    }
    const list = bytes;
    if (hasAddressList) bytes += roundUp(4 * buffers);
    let tablesAddress = 0;
    if (tables !== null) {
      const known = tables.byteLength < residentBytes ? 0 : residentAddress(tables);
      tablesAddress = known === 0 ? -bytes : known;
      if (known === 0) bytes += roundUp(tables.byteLength);
    }
    const frame = takeFrame(bytes);
    try {
      // Only now: what was placed before may have made the memory grow, which detaches views.
      const memory = views();
      for (let i = 0; i < buffers; i++) {
        if (addresses[i] >= 0) continue;
        addresses[i] = frame - addresses[i];
        if (i < inputs.length) copyIn(memory, inputs[i], addresses[i]);
      }
      if (tables !== null && tablesAddress < 0) {
        tablesAddress = frame - tablesAddress;
        copyIn(memory, tables, tablesAddress);
      }
      const base = frame;
      if (hasAddressList) {
        memory.uint32.set(addresses, (frame + list) / 4);
        run(base, tablesAddress, frame + list, ...parameters);
      } else {
        run(base, tablesAddress, ...addresses, ...parameters);
      }
      // Asked for again: a host function that the program called may have made the memory grow.
      const after = views();
      for (let i = 0; i < outputs.length; i++) copyOut(after, outputs[i], addresses[inputs.length + i]);
    } finally {
      returnFrame(frame);
    }
  };
}

/** Copies of few elements go faster one by one. */
const fewElements = 16;

function copyIn(memory: Views, array: TypedArray, address: number): void {
  const view = viewFor(memory, array);
  const start = address / array.BYTES_PER_ELEMENT;
  if (array.length <= fewElements) for (let i = 0; i < array.length; i++) view[start + i] = array[i];
  else view.set(array, start);
}

function copyOut(memory: Views, array: TypedArray, address: number): void {
  const view = viewFor(memory, array);
  const start = address / array.BYTES_PER_ELEMENT;
  if (array.length <= fewElements) for (let i = 0; i < array.length; i++) array[i] = view[start + i];
  else array.set(view.subarray(start, start + array.length));
}

/** The memory seen as the array's own type. */
function viewFor(memory: Views, array: TypedArray): TypedArray {
  if (array instanceof Float32Array) return memory.float32;
  if (array instanceof Int32Array) return memory.int32;
  if (array instanceof Uint32Array) return memory.uint32;
  if (array instanceof Float64Array) return memory.float64;
  return memory.bool;
}
