/**
 * The one memory that all programs share (each memory reserves gigabytes of addresses: thousands of them exhaust a process),
 * in regions that are handed out first fit. It grows by doubling and never shrinks; views of it are made anew after growth.
 */
import { CotangentError, InternalError } from "../../../ir/errors.js";
import type { EngineMemory } from "./engine.js";
import { engine } from "./engine.js";

/** A program needs more memory than the engine can give. */
export class MemoryExhaustedError extends CotangentError {}

const pageBytes = 65536;
const initialPages = 64;
const mostPages = 65536;
const granule = 64;

interface Views {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly bool: Uint8Array;
}

interface Region {
  readonly address: number;
  readonly bytes: number;
}

let memory: EngineMemory | undefined;
let currentViews: Views | undefined;
/** Free regions by address; neighbours are merged. */
let free: readonly Region[] = [];
const sizes = new Map<number, number>();

/** The memory, made when it is first asked for. */
export function sharedMemory(): EngineMemory {
  if (memory === undefined) {
    if (engine === undefined)
      throw new InternalError("the wasm target was chosen where there is no WebAssembly");
    memory = new engine.Memory({ initial: initialPages });
    // Address 0 is nobody's.
    free = [{ address: granule, bytes: initialPages * pageBytes - granule }];
  }
  return memory;
}

/** Views of the whole memory. They are detached by growth: ask again after every `allocate`. */
export function views(): Views {
  const { buffer } = sharedMemory();
  if (currentViews === undefined || currentViews.bool.buffer !== buffer) {
    currentViews = {
      float32: new Float32Array(buffer),
      float64: new Float64Array(buffer),
      int32: new Int32Array(buffer),
      uint32: new Uint32Array(buffer),
      bool: new Uint8Array(buffer),
    };
  }
  return currentViews;
}

const roundUp = (bytes: number): number => Math.max(granule, Math.ceil(bytes / granule) * granule);

/** A region of at least `bytes`, aligned to 64. */
export function allocate(bytes: number): number {
  sharedMemory();
  const size = roundUp(bytes);
  let index = free.findIndex((region) => region.bytes >= size);
  if (index < 0) {
    grow(size);
    index = free.length - 1;
  }
  const { address, bytes: available } = free[index];
  const rest = available > size ? [{ address: address + size, bytes: available - size }] : [];
  free = [...free.slice(0, index), ...rest, ...free.slice(index + 1)];
  sizes.set(address, size);
  return address;
}

export function release(address: number): void {
  const bytes = sizes.get(address);
  if (bytes === undefined) throw new InternalError(`address ${address} was never handed out`);
  sizes.delete(address);
  const regions = [...free, { address, bytes }].sort((x, y) => x.address - y.address);
  const merged: Region[] = [];
  for (const region of regions) {
    const last = merged.at(-1);
    if (last !== undefined && last.address + last.bytes === region.address) {
      merged[merged.length - 1] = { address: last.address, bytes: last.bytes + region.bytes };
    } else {
      merged.push(region);
    }
  }
  free = merged;
}

/** Adds a free region of at least `bytes` at the end. */
function grow(bytes: number): void {
  const shared = sharedMemory();
  const pages = shared.buffer.byteLength / pageBytes;
  const least = Math.ceil(bytes / pageBytes);
  const wanted = Math.min(Math.max(least, pages), Math.max(least, mostPages - pages));
  const end = shared.buffer.byteLength;
  for (const count of wanted > least ? [wanted, least] : [least]) {
    try {
      shared.grow(count);
      sizes.set(end, count * pageBytes);
      release(end);
      return;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new MemoryExhaustedError(
    `wasm: a program needs ${(bytes / 1e6).toFixed(1)} MB more and the engine's memory, ${(end / 1e6).toFixed(1)} MB now, ` +
      'cannot grow by that; work on smaller batches, or use jit(f, { target: "js" })',
  );
}
