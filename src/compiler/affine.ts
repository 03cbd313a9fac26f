/** How an index moves with a loop: expr(i) = expr(0) + coefficient * i. */
import type { Expr } from "../ir/loop-ir.js";

/**
 * The coefficient of the loop's index in an int32 expression: 0 where it does not vary, null where it varies otherwise.
 * `coefficients` knows the variables that vary, the index itself (1) and locals made of it; null for those not affine.
 */
export function coefficientOf(expr: Expr, coefficients: ReadonlyMap<number, number | null>): number | null {
  switch (expr.kind) {
    case "const":
      return 0;
    case "var": {
      const known = coefficients.get(expr.id);
      return known === undefined ? 0 : known;
    }
    case "binary": {
      const x = coefficientOf(expr.x, coefficients);
      const y = coefficientOf(expr.y, coefficients);
      if (x === null || y === null) return null;
      if (x === 0 && y === 0) return 0;
      if (expr.dtype !== "int32") return null;
      switch (expr.op) {
        case "add":
          return x + y;
        case "sub":
          return x - y;
        case "mul":
          if (y === 0 && expr.y.kind === "const") return x * Number(expr.y.value);
          if (x === 0 && expr.x.kind === "const") return y * Number(expr.x.value);
          return null;
        case "shl":
          return y === 0 && expr.y.kind === "const" ? x * 2 ** Number(expr.y.value) : null;
        default:
          return null;
      }
    }
    default:
      return varies(expr, coefficients) ? null : 0;
  }
}

/** Whether any variable in the expression varies with the loop. */
export function varies(expr: Expr, coefficients: ReadonlyMap<number, number | null>): boolean {
  switch (expr.kind) {
    case "const":
    case "laneIndex":
      return false;
    case "var":
      return (coefficients.get(expr.id) ?? 0) !== 0 || coefficients.get(expr.id) === null;
    case "load":
      return varies(expr.index, coefficients);
    case "unary":
    case "cast":
    case "bitcast":
    case "splat":
    case "any":
    case "reduceLanes":
      return varies(expr.x, coefficients);
    case "binary":
    case "compare":
      return varies(expr.x, coefficients) || varies(expr.y, coefficients);
    case "select":
      return (
        varies(expr.test, coefficients) || varies(expr.yes, coefficients) || varies(expr.no, coefficients)
      );
    case "fma":
      return varies(expr.x, coefficients) || varies(expr.y, coefficients) || varies(expr.z, coefficients);
    case "intrinsic":
    case "call":
      return expr.operands.some((operand) => varies(operand, coefficients));
    default:
      return expr satisfies never;
  }
}
