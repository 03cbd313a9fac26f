/** Where a store writes, as a sum of loop indices: and from an element back to the turns that write it. */
import { operandsOf, postorder } from "../../../ir/expression-graph.js";
import type { Buffer, Expr, Stmt } from "../../../ir/loop-ir.js";
import { withOperands } from "../../rewrite.js";
import { eachStatement } from "./unit.js";

/** Locals that are never assigned again stand for their values. */
export type Definitions = ReadonlyMap<number, Expr>;

/** The int32 locals of these statements that only name an expression of what the statements do not change. */
export function indexDefinitions(
  statements: readonly Stmt[],
  assigned: ReadonlySet<number>,
  written: ReadonlySet<Buffer>,
): Definitions {
  const found = new Map<number, Expr>();
  eachStatement(statements, (each) => {
    if (each.kind !== "local" || assigned.has(each.variable.id) || each.variable.dtype !== "int32") return;
    const init = substitute(each.init, found);
    if (isFixed(init, assigned, written)) found.set(each.variable.id, init);
  });
  return found;
}

/** Whether an expression has the same value wherever it stands. */
const isFixed = (root: Expr, assigned: ReadonlySet<number>, written: ReadonlySet<Buffer>): boolean =>
  postorder([root]).every((expr) => {
    if (expr.lanes !== 1 || expr.kind === "call" || expr.kind === "intrinsic") return false;
    return expr.kind === "load" ? !written.has(expr.buffer) : expr.kind !== "var" || !assigned.has(expr.id);
  });

/** The expression with variables replaced by what they stand for. */
export function substitute(root: Expr, definitions: Definitions): Expr {
  const results = new Map<Expr, Expr>();
  for (const expr of postorder([root])) {
    if (expr.kind === "var") {
      results.set(expr, definitions.get(expr.id) ?? expr);
      continue;
    }
    const before = operandsOf(expr);
    const after = before.map((x) => results.get(x) ?? x);
    results.set(expr, after.every((x, i) => x === before[i]) ? expr : withOperands(expr, after));
  }
  return results.get(root) ?? root;
}

/** constant + sum of coefficient * variable + sum of coefficient * other */
export interface Affine {
  readonly constant: number;
  readonly coefficients: ReadonlyMap<number, number>;
  readonly others: readonly { readonly coefficient: number; readonly expr: Expr }[];
}

/** A sum of terms, of which `others` are what is no multiple of a variable. */
export function affineOf(expr: Expr): Affine {
  const coefficients = new Map<number, number>();
  const others: { readonly coefficient: number; readonly expr: Expr }[] = [];
  let constant = 0;
  const visit = (term: Expr, factor: number): void => {
    if (term.kind === "const") {
      constant += factor * Number(term.value);
    } else if (term.kind === "var" && term.dtype === "int32") {
      coefficients.set(term.id, (coefficients.get(term.id) ?? 0) + factor);
    } else if (term.kind === "binary" && term.dtype === "int32" && isSum(term.op)) {
      visit(term.x, factor);
      visit(term.y, term.op === "sub" ? -factor : factor);
    } else if (term.kind === "binary" && term.op === "mul" && term.y.kind === "const") {
      visit(term.x, factor * Number(term.y.value));
    } else if (term.kind === "binary" && term.op === "mul" && term.x.kind === "const") {
      visit(term.y, factor * Number(term.x.value));
    } else if (term.kind === "binary" && term.op === "shl" && term.y.kind === "const") {
      visit(term.x, factor * 2 ** Number(term.y.value));
    } else {
      others.push({ coefficient: factor, expr: term });
    }
  };
  visit(expr, 1);
  return { constant, coefficients, others };
}

const isSum = (op: string): boolean => op === "add" || op === "sub";

/** A text that equal index expressions share. */
export function indexKey(root: Expr): string {
  const keys = new Map<Expr, string>();
  for (const expr of postorder([root])) {
    const operands = operandsOf(expr).map((x) => keys.get(x) ?? "");
    const own =
      expr.kind === "var"
        ? `v${expr.id}`
        : expr.kind === "const"
          ? `${expr.value}`
          : expr.kind === "load"
            ? `load${expr.buffer.id}`
            : expr.kind === "call"
              ? `call${expr.callee.id}`
              : "op" in expr
                ? expr.op
                : expr.kind;
    keys.set(expr, `${own}:${expr.dtype}(${operands.join(",")})`);
  }
  return keys.get(root) ?? "";
}

/** The same sum, however it was written: for comparing two positions. */
export function affineKey(expr: Expr): string {
  const { constant, coefficients, others } = affineOf(expr);
  const terms = [...coefficients].filter(([, c]) => c !== 0).map(([id, c]) => `${c}*v${id}`);
  const rest = others.map(({ coefficient, expr: other }) => `${coefficient}*${indexKey(other)}`);
  return [constant, ...[...terms, ...rest].sort()].join("+");
}

/** A loop index in a position: how far one turn moves it. */
export interface Axis {
  readonly id: number;
  readonly coefficient: number;
  readonly extent: number;
}

/**
 * The axes in the order in which an element is taken apart, the largest steps first, so that each is a quotient of what is left. Null
 * where two turns may write one element.
 */
export function orderedAxes(axes: readonly Axis[]): readonly Axis[] | null {
  const ordered = [...axes].sort((x, y) => y.coefficient - x.coefficient);
  let reach = 0;
  for (const { coefficient, extent } of [...ordered].reverse()) {
    if (coefficient <= reach) return null;
    reach += coefficient * (extent - 1);
  }
  return ordered;
}

/** Whether the axes, counted from 0, meet every element of `size`. */
export function coversAll(ordered: readonly Axis[], size: number): boolean {
  let step = 1;
  for (const { coefficient, extent } of [...ordered].reverse()) {
    if (coefficient !== step) return false;
    step *= extent;
  }
  return step === size;
}
