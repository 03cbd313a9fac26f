/**
 * The area that a call works in: scratch, small inputs, outputs. One area serves all calls, since calls rarely nest, and its
 * contents mean nothing between them. A call that starts while another one runs (from a host function) gets its own.
 */
import { allocate, release } from "./memory.js";
import { makeRoom } from "./residents.js";

/** An area above this size is given back after its call. */
const keptBytes = 2 ** 26;
const leastBytes = 2 ** 16;

let shared = 0;
let sharedBytes = 0;
let isBusy = false;

/** Hands `use` the address of an area of at least `bytes`, and takes it back. */
export function withFrame(bytes: number, use: (base: number) => void): void {
  if (isBusy || bytes > keptBytes) {
    const own = allocate(bytes);
    const wasBusy = isBusy;
    isBusy = true;
    try {
      use(own);
    } finally {
      isBusy = wasBusy;
      release(own);
      if (!wasBusy) makeRoom();
    }
    return;
  }
  if (bytes > sharedBytes) {
    if (sharedBytes > 0) release(shared);
    sharedBytes = 0;
    let size = leastBytes;
    while (size < bytes) size *= 2;
    shared = allocate(size);
    sharedBytes = size;
  }
  isBusy = true;
  try {
    use(shared);
  } finally {
    isBusy = false;
    makeRoom();
  }
}
