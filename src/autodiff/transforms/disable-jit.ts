/** disableJit: runs everything eagerly, operation by operation, for looking inside with a debugger or item(). */
import { ConcretizationError } from "../../ir/errors.js";
import type { NDArray } from "../array.js";

import { checkFunction } from "./flat-function.js";

let depth = 0;

/**
 * Runs `body` with jit switched off: jitted functions are called as they are, loops run as JavaScript loops. A condition that
 * is traced all the same, under vmap say, decides nothing here: such a loop or branch stays compiled, as in JAX.
 * Source: jax.disable_jit.
 *
 * @example disableJit(() => step(params)) // console.log inside step sees values
 */
export function disableJit<T>(body: () => T): T {
  checkFunction("disableJit", body);
  depth++;
  try {
    return body();
  } finally {
    depth--;
  }
}

/** Whether jit is switched off. */
export const eagerOnly = (): boolean => depth > 0;

/** The value of a scalar that a host loop goes by; null where it is traced. */
export function hostValue(x: NDArray): number | boolean | null {
  try {
    return x.item();
  } catch (error) {
    if (error instanceof ConcretizationError) return null;
    throw error;
  }
}
