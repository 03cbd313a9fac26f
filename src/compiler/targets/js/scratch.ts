/**
 * The scratch area for temporary buffers: one for all programs, since calls rarely nest, and seen through a view for each
 * dtype. Its contents mean nothing between calls, so sharing it cannot be noticed. A call that starts while another one
 * runs (from a host callback) is given an area of its own.
 */
import { ShapeError } from "../../../ir/errors.js";

export interface Scratch {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly bool: Uint8Array;
}

/** An area above this size is dropped after its call. */
const keptBytes = 2 ** 26;
const leastBytes = 2 ** 16;

function scratchOf(byteLength: number): Scratch {
  const buffer = bufferOf(byteLength);
  return {
    float32: new Float32Array(buffer),
    float64: new Float64Array(buffer),
    int32: new Int32Array(buffer),
    uint32: new Uint32Array(buffer),
    bool: new Uint8Array(buffer),
  };
}

function bufferOf(byteLength: number): ArrayBuffer {
  try {
    return new ArrayBuffer(byteLength);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ShapeError(
      `a program keeps ${(byteLength / 1e9).toFixed(1)} GB between its operations, which this machine does not give; ` +
        "compute a part at a time: lax.map, or smaller shapes",
    );
  }
}

let shared: Scratch = scratchOf(0);
let isBusy = false;

/** Hands `use` an area of at least `bytes`, and takes it back. */
export function withScratch(bytes: number, use: (scratch: Scratch) => void): void {
  if (isBusy || bytes > keptBytes) {
    use(scratchOf(Math.ceil(bytes / 16) * 16));
    return;
  }
  if (shared.bool.length < bytes) {
    // Powers of two: a hundred programs, each a little larger than the last, grow it a few times only.
    let size = leastBytes;
    while (size < bytes) size *= 2;
    shared = scratchOf(size);
  }
  isBusy = true;
  try {
    use(shared);
  } finally {
    isBusy = false;
  }
}
