/** debugKeyReuse: notices a key that is used twice. A key's identity is the array's: two equal keys made apart are two. */
import type { NDArray } from "../autodiff/array.js";
import { CotangentError } from "../ir/errors.js";

/** A key given to two samplers, or used after it was split. */
export class KeyReuseError extends CotangentError {}

let uses: WeakMap<NDArray, string> | null = null;

/**
 * From now on a key that is given to a second sampler, or split after use, throws KeyReuseError. Traced keys are watched
 * too, while they are traced. `foldIn` does not use a key up.
 *
 * Source: jax_debug_key_reuse.
 */
export function debugKeyReuse(on: boolean): void {
  uses = on ? new WeakMap() : null;
}

/** Notes that an operation uses a key up. */
export function noteUse(operation: string, key: NDArray): void {
  if (uses === null) return;
  const former = uses.get(key);
  if (former !== undefined) {
    throw new KeyReuseError(
      `${operation}: this key was used by ${former} before, so the draws are not independent; ` +
        "split it first and give each use a part: const [a, b] = random.split(key)",
    );
  }
  uses.set(key, operation);
}
