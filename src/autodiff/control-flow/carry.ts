/** The memory of loop carries: two buffers each, whose names are exchanged at the end of a turn. */
import type { BlockBuilder, View } from "../../ir/block-builder.js";

export interface CarryBuffers {
  /** Holds the carry at the beginning of a turn. */
  readonly current: View;
  /** Where the body is to write the next one. */
  readonly next: View;
}

/** Buffers for each carry, the initial values copied in. */
export function carryBuffers(b: BlockBuilder, init: readonly View[]): CarryBuffers[] {
  return init.map((view) => {
    const current = b.tempView(view.buffer.dtype, view.shape);
    const next = b.tempView(view.buffer.dtype, view.shape);
    b.copy(view, current);
    return { current, next };
  });
}

/**
 * Makes the results the current carries: nothing for one that was updated in place or passed on as it was; a copy for one
 * that is another carry's old value; an exchange of names for the rest.
 */
export function finishTurn(
  b: BlockBuilder,
  carries: readonly CarryBuffers[],
  results: readonly View[],
): void {
  const moved = results.flatMap((result, i) => (result.buffer === carries[i].current.buffer ? [] : [i]));
  for (const i of moved) {
    const { next } = carries[i];
    if (results[i].buffer !== next.buffer) b.block("carry", (inner) => inner.copy(results[i], next));
  }
  for (const i of moved) b.push({ kind: "swap", x: carries[i].current.buffer, y: carries[i].next.buffer });
}
