/** x y + z rounded once: how XLA evaluates it on a CPU, so that draws between bounds have JAX's bits. */

import * as e from "../../ir/expr.js";
import type { NDArray } from "../array.js";
import type { Primitive } from "../primitive.js";
import { bind1 } from "../trace.js";
import { mul } from "./arithmetic.js";
import { elementwise, noParams, stretch } from "./elementwise.js";

/** w = fma(x, y, z): dw = dx y + x dy + dz. Its tangent is made of plain products, which have transposes. */
export const fmaPrimitive: Primitive = elementwise("fma", {
  accepts: ["float32", "float64"],
  jvp: [
    (dx, w, [, y]) => stretch(mul(dx, y), w.shape),
    (dy, w, [x]) => stretch(mul(x, dy), w.shape),
    (dz, w) => stretch(dz, w.shape),
  ],
  scalar: (_, [x, y, z]) => e.fma(x, y, z),
});

export const fma = (x: NDArray, y: NDArray, z: NDArray): NDArray => bind1(fmaPrimitive, [x, y, z], noParams);
