/** disableJit: runs everything eagerly, operation by operation, for looking inside with a debugger or item(). */

let depth = 0;

/**
 * Runs `body` with jit switched off: jitted functions are called as they are, loops run as JavaScript loops.
 * Source: jax.disable_jit.
 *
 * @example disableJit(() => step(params)) // console.log inside step sees values
 */
export function disableJit<T>(body: () => T): T {
  depth++;
  try {
    return body();
  } finally {
    depth--;
  }
}

/** Whether jit is switched off. */
export const eagerOnly = (): boolean => depth > 0;
