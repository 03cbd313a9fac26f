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

/** Nodes deeper than this are visited with a stack of our own: the engine's would overflow. */
const deepest = 500;

/** Every node below the roots once, operands before what uses them, from left to right. */
export function postorder(roots: readonly Expr[]): readonly Expr[] {
  if (roots.length === 1 && isAtom(roots[0])) return roots;
  const order: Expr[] = [];
  const entered = new Set<Expr>();
  const visit = (expr: Expr, depth: number): void => {
    if (entered.has(expr)) return;
    if (depth > deepest) {
      visitDeep(expr, entered, order);
      return;
    }
    entered.add(expr);
    if (!isAtom(expr)) {
      // Not for-of: before the engine has optimised this, that makes three objects a turn.
      const operands = operandsOf(expr);
      for (let i = 0; i < operands.length; i++) visit(operands[i], depth + 1);
    }
    order.push(expr);
  };
  for (const root of roots) visit(root, 0);
  return order;
}

/** A node without operands. */
export const isAtom = (expr: Expr): boolean =>
  expr.kind === "const" || expr.kind === "var" || expr.kind === "laneIndex";

/** Most expressions of a program are smaller than this. */
const fewNodes = 12;

/**
 * The nodes below the roots that have operands, if they are few and each is used once: then nothing wants a name. Null otherwise.
 * The passes ask this first, because it costs less than the general walk.
 */
export function smallTree(roots: readonly Expr[]): readonly Expr[] | null {
  const nodes: Expr[] = [];
  const visit = (expr: Expr): boolean => {
    if (isAtom(expr)) return true;
    if (nodes.length === fewNodes || nodes.includes(expr)) return false;
    nodes.push(expr);
    return operandsOf(expr).every(visit);
  };
  return roots.every(visit) ? nodes : null;
}

/** A node stands on the stack twice: to be entered, and (as `leaving`) to be listed after its operands. */
function visitDeep(root: Expr, entered: Set<Expr>, order: Expr[]): void {
  const stack: { readonly expr: Expr; readonly leaving: boolean }[] = [{ expr: root, leaving: false }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (top.leaving) {
      order.push(top.expr);
    } else if (!entered.has(top.expr)) {
      entered.add(top.expr);
      stack.push({ expr: top.expr, leaving: true });
      const operands = operandsOf(top.expr);
      for (let i = operands.length - 1; i >= 0; i--) stack.push({ expr: operands[i], leaving: false });
    }
  }
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
    const depth = isAtom(expr)
      ? 0
      : 1 + operands.reduce((deepest, x) => Math.max(deepest, depths.get(x) ?? 0), 0);
    const isNamed = !isAtom(expr) && ((uses.get(expr) ?? 0) > 1 || depth >= maxDepth);
    if (isNamed) named.add(expr);
    depths.set(expr, isNamed ? 0 : depth);
  }
  return named;
}
