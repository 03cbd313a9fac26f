/** debugPrint for arrays and what converts to them. */
import type { ArrayLike } from "../autodiff/array.js";
import { debugPrint as bindDebugPrint } from "../autodiff/primitives/debug-print.js";
import { checkString } from "../ir/arguments.js";
import { toArray } from "../numpy/promotion.js";

/**
 * Prints when the program runs, in order, not when it is traced: `{}` in the format stands for a value. Under vmap it prints
 * once a lane; derivatives pass by it.
 * Source: jax.debug.print with ordered=True.
 *
 * @throws ArgumentError when places and values differ in number.
 * @example jit((x) => { lax.debugPrint("x = {}", x); return x.mul(2); })(3) // prints x = 3
 */
export function debugPrint(format: string, ...values: readonly ArrayLike[]): void {
  checkString("debugPrint", "the format", format);
  bindDebugPrint(
    format,
    values.map((x) => toArray(x, "debugPrint")),
  );
}
