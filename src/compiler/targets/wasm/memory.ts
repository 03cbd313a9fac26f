/**
 * The one memory that all programs share (each memory reserves gigabytes of addresses: thousands of them exhaust a process),
 * in regions that are handed out first fit. It grows by doubling and never shrinks; views of it are made anew after growth.
 */
import { InternalError, TargetError } from "../../../ir/errors.js";
import type { EngineMemory } from "./engine.js";
import { engine } from "./engine.js";

const pageBytes = 65536;
const initialPages = 64;
/** One below 4 GB, which the longest typed array of some engines just misses. */
const mostPages = 65535;
const granule = 64;

export interface Views {
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
/** Free regions by address; no two of them touch. */
const free: Region[] = [];
/** The sizes of the regions that are in use. */
const sizes = new Map<number, number>();

/** The memory, made when it is first asked for. */
export function sharedMemory(): EngineMemory {
  if (memory === undefined) {
    if (engine === undefined)
      throw new InternalError("the wasm target was chosen where there is no WebAssembly");
    memory = new engine.Memory({ initial: initialPages });
    // Address 0 is nobody's.
    free.push({ address: granule, bytes: initialPages * pageBytes - granule });
  }
  return memory;
}

/** Views of the whole memory. They are detached by growth, which `allocate` alone causes: ask again after it. */
export function views(): Views {
  if (currentViews === undefined) {
    const { buffer } = sharedMemory();
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

/**
 * A region of at least `bytes`, aligned to 64.
 *
 * @throws TargetError when the engine does not give so much; nothing has changed then.
 */
export function allocate(bytes: number): number {
  sharedMemory();
  const size = Math.max(granule, Math.ceil(bytes / granule) * granule);
  let index = free.findIndex((region) => region.bytes >= size);
  if (index < 0) {
    grow(size);
    index = free.length - 1;
  }
  const { address, bytes: available } = free[index];
  if (available > size) free[index] = { address: address + size, bytes: available - size };
  else free.splice(index, 1);
  sizes.set(address, size);
  return address;
}

export function release(address: number): void {
  const bytes = sizes.get(address);
  if (bytes === undefined) throw new InternalError(`address ${address} was never handed out`);
  sizes.delete(address);
  setFree(address, bytes);
}

/** Bytes that are in use, and those that the memory has. */
export const occupancy = (): { readonly used: number; readonly total: number } => {
  const total = sharedMemory().buffer.byteLength;
  return { used: free.reduce((used, region) => used - region.bytes, total - granule), total };
};

/** Puts a region among the free ones, as one with those that it touches. */
function setFree(address: number, bytes: number): void {
  let low = 0;
  let high = free.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (free[middle].address < address) low = middle + 1;
    else high = middle;
  }
  const before = low > 0 ? free[low - 1] : undefined;
  const after = low < free.length ? free[low] : undefined;
  const joinsBefore = before !== undefined && before.address + before.bytes === address;
  const joinsAfter = after !== undefined && address + bytes === after.address;
  const merged = {
    address: joinsBefore ? before.address : address,
    bytes: bytes + (joinsBefore ? before.bytes : 0) + (joinsAfter ? after.bytes : 0),
  };
  free.splice(low - (joinsBefore ? 1 : 0), (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), merged);
}

/** Makes the last free region hold at least `bytes`. */
function grow(bytes: number): void {
  const shared = sharedMemory();
  const end = shared.buffer.byteLength;
  const pages = end / pageBytes;
  const last = free.at(-1);
  const atEnd = last !== undefined && last.address + last.bytes === end ? last.bytes : 0;
  const least = Math.ceil((bytes - atEnd) / pageBytes);
  const doubled = Math.min(Math.max(least, pages), mostPages - pages);
  for (const count of doubled > least ? [doubled, least] : [least]) {
    if (pages + count > mostPages) break;
    try {
      shared.grow(count);
    } catch (error) {
      if (error instanceof RangeError) continue;
      throw error;
    }
    currentViews = undefined;
    setFree(end, count * pageBytes);
    return;
  }
  throw new TargetError(
    `wasm: a program needs ${(bytes / 1e6).toFixed(1)} MB more and the engine's memory, ${(end / 1e6).toFixed(1)} MB now, ` +
      'cannot grow by that; work on smaller batches, or use jit(f, { target: "js" })',
  );
}
