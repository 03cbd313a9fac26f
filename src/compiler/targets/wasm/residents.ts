/**
 * Copies of inputs in the shared memory. Arrays are immutable, so one that was seen before is still there. What a training
 * loop carries along is used once and never again, so an array stays from its second use on (the idea of 2Q: Johnson and
 * Shasha, "2Q: a low overhead high performance buffer management replacement algorithm", VLDB 1994). The least recently used
 * goes first, beyond a bound in bytes at once and below it when many calls did without.
 */
import type { TypedArray } from "../../../ir/dtype.js";
import { TargetError } from "../../../ir/errors.js";
import { allocate, release, views } from "./memory.js";

/** Below this a copy is cheaper than remembering. */
export const residentBytes = 32768;
/** What may stay at most. */
const mostBytes = 256e6;
/** What may stay although nothing uses it. */
const idleBytes = 16e6;
/** So many calls without it make an array idle. */
const idleCalls = 100;
/** Arrays seen once that are remembered: by number, and by bytes, since remembering keeps them alive. */
const mostSeen = 64;
const seenBytes = 16e6;

interface Resident {
  readonly address: number;
  readonly bytes: number;
  lastCall: number;
}

// Maps and sets keep the order of insertion: an entry that is used is inserted again.
const residents = new Map<TypedArray, Resident>();
let total = 0;
const seen = new Set<TypedArray>();
let seenTotal = 0;
let call = 0;

/** To be called when a call starts that is not inside another. */
export function nextCall(): void {
  call++;
}

/** The address of the array's elements in the shared memory, until the call is over; 0 where the caller is to copy them. */
export function residentAddress(array: TypedArray): number {
  const known = residents.get(array);
  if (known !== undefined) {
    residents.delete(array);
    residents.set(array, known);
    known.lastCall = call;
    return known.address;
  }
  if (!seen.has(array)) {
    remember(array);
    return 0;
  }
  forget(array);
  const bytes = array.byteLength;
  if (bytes > mostBytes) return 0;
  const address = allocateWithRoom(bytes);
  views().bool.set(new Uint8Array(array.buffer, array.byteOffset, bytes), address);
  residents.set(array, { address, bytes, lastCall: call });
  total += bytes;
  return address;
}

function remember(array: TypedArray): void {
  if (array.byteLength > mostBytes) return;
  seen.add(array);
  seenTotal += array.byteLength;
  for (const oldest of seen) {
    // The youngest stays whatever its size, or a large data set would never be known again.
    if (seen.size <= mostSeen && (seenTotal <= seenBytes || seen.size === 1)) return;
    forget(oldest);
  }
}

function forget(array: TypedArray): void {
  seen.delete(array);
  seenTotal -= array.byteLength;
}

/** Lets go what is beyond the bounds. To be called when no program runs. */
export function trimResidents(): void {
  if (total <= idleBytes) return;
  for (const [array, resident] of residents) {
    if (total <= mostBytes && (total <= idleBytes || call - resident.lastCall < idleCalls)) return;
    drop(array, resident);
  }
}

/**
 * As `allocate`; where the engine gives no more, the arrays that the present call does not use make room.
 *
 * @throws TargetError when that is not enough
 */
export function allocateWithRoom(bytes: number): number {
  try {
    return allocate(bytes);
  } catch (error) {
    if (!(error instanceof TargetError) || !dropUnused()) throw error;
  }
  return allocate(bytes);
}

/** Whether there was any. */
function dropUnused(): boolean {
  const unused = [...residents].filter(([, { lastCall }]) => lastCall !== call);
  for (const [array, resident] of unused) drop(array, resident);
  return unused.length > 0;
}

function drop(array: TypedArray, { address, bytes }: Resident): void {
  residents.delete(array);
  release(address);
  total -= bytes;
}
