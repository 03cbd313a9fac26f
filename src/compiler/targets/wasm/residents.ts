/**
 * Copies of inputs in the shared memory. Arrays are immutable, so an array that was seen before is still there: large ones
 * stay, least recently used first to go, up to a bound in bytes.
 */
import type { TypedArray } from "../../../ir/dtype.js";
import { allocate, release, views } from "./memory.js";

/** Below this a copy is cheaper than remembering. */
export const residentBytes = 32768;
const keptBytes = 64e6;

interface Resident {
  readonly address: number;
  readonly bytes: number;
}

// A Map keeps the order of insertion: an entry that is used is inserted again.
const residents = new Map<TypedArray, Resident>();
let total = 0;

/** The address of the array's elements in the shared memory. It holds until `makeRoom` is called. */
export function residentAddress(array: TypedArray): number {
  const known = residents.get(array);
  if (known !== undefined) {
    residents.delete(array);
    residents.set(array, known);
    return known.address;
  }
  const address = allocate(array.byteLength);
  views().bool.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), address);
  residents.set(array, { address, bytes: array.byteLength });
  total += array.byteLength;
  return address;
}

/** Lets the least recently used go until the bound is kept. To be called when no program runs. */
export function makeRoom(): void {
  for (const [array, { address, bytes }] of residents) {
    if (total <= keptBytes) return;
    residents.delete(array);
    release(address);
    total -= bytes;
  }
}
