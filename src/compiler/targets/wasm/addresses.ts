/** Where elements are: an address on the stack, and an offset that the instruction adds to it. */
import { bytesPerElement } from "../../../ir/dtype.js";
import type { Buffer, Expr } from "../../../ir/loop-ir.js";
import type { ModuleWriter } from "./module-writer.js";
import type { ValueWriter } from "./value-writer.js";

/** Offsets are kept well below what an address may be, so that their sum cannot pass the end of a memory unnoticed. */
const largestOffset = 2 ** 30;

/** Leaves base + index * size on the stack, as far as it is not in the offset that is returned. */
export function pushAddress(values: ValueWriter, buffer: Buffer, index: Expr): number {
  const { f, module } = values;
  const bytes = bytesPerElement[buffer.dtype];
  const place = module.placeOf(f, buffer);
  const { rest, constant } = splitConstant(module, index);
  const offset = place.offset + constant * bytes;
  const folds = constant >= 0 && offset < largestOffset && (rest === null || isNonNegative(module, rest));
  f.get(place.base);
  if (folds && rest === null) return offset;
  values.scalar(folds && rest !== null ? rest : index);
  if (bytes > 1) {
    f.push("i32.const", Math.log2(bytes));
    f.push("i32.shl");
  }
  f.push("i32.add");
  return folds ? offset : place.offset;
}

/** index = rest + constant, as it stands. */
function splitConstant(
  module: ModuleWriter,
  index: Expr,
): { readonly rest: Expr | null; readonly constant: number } {
  if (index.kind === "const") return { rest: null, constant: Number(index.value) };
  if (index.kind === "binary" && index.op === "add" && index.y.kind === "const") {
    const constant = Number(index.y.value);
    if (constant >= 0 && isNonNegative(module, index.x)) return { rest: index.x, constant };
  }
  return { rest: index, constant: 0 };
}

const deepest = 20;

/** Whether an index is known not to be negative (and small enough not to wrap): sums and products of indices of loops. */
export function isNonNegative(module: ModuleWriter, expr: Expr, depth = 0): boolean {
  if (depth > deepest) return false;
  switch (expr.kind) {
    case "const":
      return Number(expr.value) >= 0;
    case "var":
      return module.nonNegative.has(expr.id);
    case "binary":
      return (
        (expr.op === "add" || expr.op === "mul") &&
        isNonNegative(module, expr.x, depth + 1) &&
        isNonNegative(module, expr.y, depth + 1)
      );
    default:
      return false;
  }
}
