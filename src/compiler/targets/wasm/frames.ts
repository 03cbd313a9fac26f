/**
 * The area that a call works in: scratch, inputs, outputs. One area serves all calls, since calls rarely nest, and its
 * contents mean nothing between them. A call that starts while another one runs (from a host function) gets its own.
 */
import { release } from "./memory.js";
import { allocateWithRoom, nextCall, trimResidents } from "./residents.js";

/** An area above this size is given back after its call. */
const keptBytes = 2 ** 26;
const leastBytes = 2 ** 16;

/** 0: there is none. */
let shared = 0;
let sharedBytes = 0;
/** Calls under way. */
let depth = 0;

/** To be called before anything is placed for a call. */
export function announceCall(): void {
  if (depth === 0) nextCall();
}

/**
 * The address of an area of at least `bytes`: the caller's until it calls `returnFrame`.
 *
 * @throws TargetError when there is no memory for it; then there is nothing to return.
 */
export function takeFrame(bytes: number): number {
  const address = depth > 0 || bytes > keptBytes ? allocateWithRoom(bytes) : sharedFrame(bytes);
  depth++;
  return address;
}

export function returnFrame(address: number): void {
  depth--;
  if (address !== shared) release(address);
  if (depth === 0) trimResidents();
}

function sharedFrame(bytes: number): number {
  if (bytes > sharedBytes) {
    if (shared !== 0) release(shared);
    shared = 0;
    sharedBytes = 0;
    let size = leastBytes;
    while (size < bytes) size *= 2;
    shared = allocateWithRoom(size);
    sharedBytes = size;
  }
  return shared;
}
