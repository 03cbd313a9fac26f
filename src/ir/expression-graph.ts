/**
 * LoopIR expressions as graphs: one object may be an operand of many. Walks use a stack of their own, because a fused
 * chain of ten thousand operations is an expression ten thousand deep.
 */
import { absurd } from "./errors.js";
import type { Expr } from "./loop-ir.js";

const none: readonly Expr[] = [];

/** The operands of one node, in order. */
export function operandsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "const":
    case "var":
    case "laneIndex":
      return none;
    case "load":
      return [expr.index];
    case "unary":
    case "cast":
    case "bitcast":
    case "splat":
    case "any":
    case "reduceLanes":
      return [expr.x];
    case "binary":
    case "compare":
      return [expr.x, expr.y];
    case "select":
      return [expr.test, expr.yes, expr.no];
    case "fma":
      return [expr.x, expr.y, expr.z];
    case "intrinsic":
    case "call":
      return expr.operands;
    default:
      return absurd(expr);
  }
}

/** Every node below the roots once, operands before what uses them, from left to right. */
export function postorder(roots: readonly Expr[]): readonly Expr[] {
  const order: Expr[] = [];
  const entered = new Set<Expr>();
  // A node stands on the stack twice: to be entered, and (as `leaving`) to be listed after its operands.
  const stack: { readonly expr: Expr; readonly leaving: boolean }[] = [];
  const push = (exprs: readonly Expr[]): void => {
    for (let i = exprs.length - 1; i >= 0; i--) stack.push({ expr: exprs[i], leaving: false });
  };
  push(roots);
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (top.leaving) {
      order.push(top.expr);
    } else if (!entered.has(top.expr)) {
      entered.add(top.expr);
      stack.push({ expr: top.expr, leaving: true });
      push(operandsOf(top.expr));
    }
  }
  return order;
}

/**
 * The nodes that a text should name: those used more than once below the roots, and enough of a deep chain that no text
 * nests deeper than `maxDepth`. Constants and variables are names already.
 */
export function nodesToName(
  roots: readonly Expr[],
  order: readonly Expr[],
  maxDepth: number,
): ReadonlySet<Expr> {
  const uses = new Map<Expr, number>();
  const use = (expr: Expr): void => void uses.set(expr, (uses.get(expr) ?? 0) + 1);
  roots.forEach(use);
  for (const expr of order) operandsOf(expr).forEach(use);
  const named = new Set<Expr>();
  const depths = new Map<Expr, number>();
  for (const expr of order) {
    const operands = operandsOf(expr);
    const isAtom = expr.kind === "const" || expr.kind === "var" || expr.kind === "laneIndex";
    const depth = isAtom ? 0 : 1 + operands.reduce((deepest, x) => Math.max(deepest, depths.get(x) ?? 0), 0);
    const isNamed = !isAtom && ((uses.get(expr) ?? 0) > 1 || depth >= maxDepth);
    if (isNamed) named.add(expr);
    depths.set(expr, isNamed ? 0 : depth);
  }
  return named;
}
