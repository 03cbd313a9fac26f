/**
 * Relaxed SIMD (WebAssembly 3.0), under `fastMath` and where the engine has it: x y + z and z - x y of vectors in one instruction,
 * which rounds once on machines that can, and twice elsewhere. Scalars have no such instruction.
 */
import { isFloat } from "../../../ir/dtype.js";
import type { Binary, Expr } from "../../../ir/loop-ir.js";
import { runs } from "./engine.js";
import { probeOf } from "./probe.js";
import type { ValueWriter } from "./value-writer.js";

/** Whether the engine has the instructions. */
export const hasRelaxedSimd: boolean = runs(
  probeOf((f) => {
    for (let i = 0; i < 3; i++) f.push("v128.const", ...new Array<number>(16).fill(0));
    f.push("f32x4.relaxed_madd");
    f.push("drop");
  }),
);

/**
 * Writes a sum or difference that has a product as an operand; false where it has none. A product that is named (`isNamed`:
 * it is used elsewhere too, and computed already) stays what it is.
 */
export function pushMultiplyAdd(
  values: ValueWriter,
  { op, x, y, dtype, lanes }: Binary,
  part: number,
  isNamed: (expr: Expr) => boolean,
): boolean {
  if ((op !== "add" && op !== "sub") || !isFloat(dtype)) return false;
  const productIn = (expr: Expr): Binary | undefined => {
    if (isNamed(expr) || expr.lanes !== lanes) return undefined;
    if (expr.kind === "var") return values.module.products?.productOf(expr);
    return expr.kind === "binary" && expr.op === "mul" ? expr : undefined;
  };
  const ofY = productIn(y);
  const product = ofY ?? (op === "add" ? productIn(x) : undefined);
  if (product === undefined) return false;
  for (const operand of [product.x, product.y, ofY === undefined ? y : x]) values.part(operand, part, lanes);
  const shape = dtype === "float32" ? "f32x4" : "f64x2";
  values.f.push(op === "add" ? `${shape}.relaxed_madd` : `${shape}.relaxed_nmadd`);
  return true;
}
