/** x y + z rounded once: how XLA evaluates it on a CPU, so that draws between bounds have JAX's bits. */
import type { NDArray } from "../autodiff/array.js";
import type { Primitive } from "../autodiff/primitive.js";
import { mul } from "../autodiff/primitives/arithmetic.js";
import { elementwise, noParams, stretch } from "../autodiff/primitives/elementwise.js";
import { bind1 } from "../autodiff/trace.js";
import * as e from "../ir/expr.js";

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
